/**
 * run: a body's lines as blocks of values. A block ends where the update stops, waits for a total, or is done; within it
 * nothing is written, and at its end all slots that have changed take their values at once, which nothing in it can tell.
 */
import { bug } from "../../base/errors.ts";
import type { Operation, Reduction } from "../../spec/operations/operation.ts";
import { OPERATIONS } from "../../spec/operations/table.ts";
import type { Action, Assignment, Body, Node } from "../../spec/program.ts";
import type { GradientSteps, SlotShape } from "../../spec/tree.ts";
import type { TensorShape, Type } from "../../spec/types.ts";
import { isTensor, SHAPES } from "../../spec/types.ts";
import { NORM_GUARD } from "../gradient.ts";
import type { Half } from "../precision.ts";
import { MASTER } from "../precision.ts";
import type { Kept, Scalar, Tensor } from "./nodes.ts";
import { isScalar, Nodes, scalarOf } from "./nodes.ts";

/** How a block ends. */
export type Ending =
  | { readonly kind: "stop"; readonly condition: Scalar }
  | { readonly kind: "total"; readonly value: Scalar; readonly line: number }
  | { readonly kind: "end" };

/** What is worked out, then written. Scalars by cell, tensors by place. */
export interface Block {
  readonly cells: ReadonlyMap<string, Scalar>;
  readonly places: ReadonlyMap<string, Tensor>;
  /** Scalars that later blocks use. */
  readonly kept: readonly Scalar[];
  readonly ending: Ending;
}

export interface Lowered {
  readonly blocks: readonly Block[];
  /** Shapes of the tensors that outlive a block: gradient, weight, slots, and locals. */
  readonly shapes: ReadonlyMap<string, TensorShape>;
}

/** What of a parameter stands in 16 bits. */
export interface Precision {
  readonly weight?: Half;
  /** Whether a slot has such weights in 32 bits. */
  readonly hasMaster?: boolean;
  readonly gradient?: Half;
}

/** The place of 16-bit weights: no name of a rule. */
export const SHORT_WEIGHT = "weight 16";

/** The cell that a total's summand and then its sum are left in. */
export const TOTAL = "=total";
/** The line of the total that the norm of all gradients is: before all others. */
const NORM_LINE = -1;

const operationOf = <K extends Operation["kind"]>(name: string): Extract<Operation, { kind: K }> =>
  OPERATIONS.get(name) as Extract<Operation, { kind: K }>;

/** The sum of squares in binary64, of which the gradients' norm is made. */
const SQUARES: Reduction = Object.freeze({
  ...operationOf<"reduction">("norm"),
  name: "squares",
  finish: (total: number) => total,
});

/** The values of a body, with the spec's own steps before it that make its gradient. */
export function lower(body: Body, gradient: GradientSteps, precision: Precision = {}): Lowered {
  return new Lowering(body, gradient, precision).whole();
}

class Lowering {
  readonly #body: Body;
  readonly #gradient: GradientSteps;
  readonly #precision: Precision;
  /** Tensors that stay when the update has ended. */
  readonly #lasting: ReadonlySet<string>;
  readonly #nodes = new Nodes();
  readonly #slots: ReadonlyMap<string, SlotShape>;
  readonly #values = new Map<string, Kept>();
  readonly #shapes = new Map<string, TensorShape>([
    ["grad", SHAPES.like],
    ["weight", SHAPES.like],
  ]);
  readonly #blocks: Block[] = [];
  /** What the cells of slots hold. */
  readonly #cells = new Map<string, Scalar>();
  #era = 0;
  #totals = 0;
  #temporaries = 0;
  /** Whether 16-bit weights do not yet follow those that have been worked out. */
  #isStale = false;

  constructor(body: Body, gradient: GradientSteps, precision: Precision) {
    this.#body = body;
    this.#gradient = gradient;
    this.#precision = precision;
    const slots = precision.hasMaster ? [...body.slots, MASTER] : body.slots;
    this.#slots = new Map(slots.map(({ name, shape }) => [name, shape]));
    for (const [name, shape] of this.#slots) {
      if (shape !== "scalar" && shape !== "shared") this.#shapes.set(name, SHAPES[shape]);
    }
    this.#lasting = new Set([
      ...this.#slots.keys(),
      precision.weight === undefined ? "weight" : SHORT_WEIGHT,
    ]);
    if (precision.weight !== undefined) this.#shapes.set(SHORT_WEIGHT, SHAPES.like);
    for (const [name, shape] of this.#shapes) this.#values.set(name, this.#nodes.load(name, shape, 0));
    this.#widen("grad", "grad", precision.gradient);
    if (!precision.hasMaster) this.#widen("weight", SHORT_WEIGHT, precision.weight);
    this.#readScalars("scalar");
  }

  /** Has a name stand for the numbers of a place of 16 bits. */
  #widen(name: string, place: string, half: Half | undefined): void {
    if (half === undefined) return;
    const bits = this.#values.get(place) as Tensor;
    this.#values.set(name, this.#nodes.each(`widen ${half}`, [bits], bits.shape, false));
  }

  /** 16-bit weights are rounded where the update may end. */
  #narrow(): void {
    const { weight: half } = this.#precision;
    if (!this.#isStale || half === undefined) return;
    this.#isStale = false;
    const numbers = this.#values.get("weight") as Tensor;
    this.#values.set(SHORT_WEIGHT, this.#nodes.each(`narrow ${half}`, [numbers], numbers.shape, false));
  }

  /** Scalar slots, or those that other parameters may have changed since. */
  #readScalars(shape: "scalar" | "shared"): void {
    for (const { name } of this.#body.slots.filter((slot) => slot.shape === shape)) {
      const input = this.#nodes.input(name, this.#totals);
      this.#values.set(name, input);
      this.#cells.set(name, input);
    }
  }

  whole(): Lowered {
    this.#prepareGradient();
    this.#readScalars("shared");
    for (const line of this.#body.step) this.#assign(line);
    for (const [i, action] of this.#body.update.entries()) {
      if ("total" in action) {
        this.#end({ kind: "total", value: this.#scalar(action.total), line: action.line }, i + 1);
        const sum = this.#sum();
        this.#readScalars("shared");
        this.#take(action.name, sum);
      } else if ("stop" in action) {
        const condition = this.#scalar(action.stop);
        if (condition.kind === "constant" && condition.value !== 1) continue;
        this.#end({ kind: "stop", condition }, i + 1);
      } else this.#assign(action);
    }
    this.#end({ kind: "end" }, this.#body.update.length);
    return { blocks: this.#blocks, shapes: this.#shapes };
  }

  #sum(): Scalar {
    this.#totals += 1;
    return this.#nodes.input(TOTAL, this.#totals);
  }

  /** As `prepared` of the reference engine. */
  #prepareGradient(): void {
    const { rescale, clip_value, clip_norm } = this.#gradient;
    const { like } = SHAPES;
    const each = (name: string, tensor: Tensor, by: Scalar) =>
      this.#nodes.each(name, [tensor, this.#nodes.splat(by, like)], like, false);
    let gradient = this.#values.get("grad") as Tensor;
    if (rescale !== undefined) gradient = each("mul", gradient, this.#nodes.constant(rescale));
    if (clip_value !== undefined) gradient = each("clip", gradient, this.#nodes.constant(clip_value));
    if (clip_norm !== undefined) {
      const value = this.#nodes.fold(SQUARES, gradient);
      const ending = { kind: "total", value, line: NORM_LINE } as const;
      this.#blocks.push({ cells: new Map(), places: new Map(), kept: [], ending });
      const apply = (name: string, ...operands: readonly Scalar[]) =>
        this.#nodes.scalar(operationOf<"elementwise">(name), operands, false);
      const norm = apply("add", apply("sqrt", this.#sum()), this.#nodes.constant(NORM_GUARD));
      const factor = apply("div", this.#nodes.constant(clip_norm), norm);
      gradient = each("mul", gradient, apply("min", factor, this.#nodes.constant(1)));
    }
    this.#values.set("grad", gradient);
  }

  #assign({ name, node }: Assignment): void {
    this.#take(name, this.#value(node));
  }

  #take(name: string, value: Kept): void {
    if (name === "weight") this.#isStale = true;
    const shape = this.#slots.has(name) || name === "weight" ? this.#shapes.get(name) : undefined;
    this.#values.set(name, shape === undefined ? value : this.#nodes.spread(value, shape));
  }

  /** Names that lines from this one on ask for. */
  #asked(from: number): ReadonlySet<string> {
    // What is still to be rounded is asked for at the update's end.
    const names = new Set<string>(this.#isStale ? ["weight"] : []);
    const visit = (node: Node): void => {
      if (node.kind === "name") names.add(node.name);
      else if (node.kind === "lookup") visit(node.operand);
      else if (node.kind === "apply") node.operands.forEach(visit);
    };
    for (const action of this.#body.update.slice(from)) visit(nodeOf(action));
    return names;
  }

  /** Ends a block before the line `next`, with all that has to be written by then. */
  #end(ending: Ending, next: number): void {
    if (ending.kind !== "total") this.#narrow();
    const asked = this.#asked(next);
    const cells = new Map<string, Scalar>();
    const places = new Map<string, Tensor>();
    const kept: Scalar[] = [];
    for (const [name, value] of this.#values) {
      if (isScalar(value)) {
        const held = this.#cells.get(name);
        if (held !== undefined && held !== value) {
          cells.set(name, value);
          this.#cells.set(name, value);
        }
        if (asked.has(name)) kept.push(value);
        continue;
      }
      const isSlot = this.#lasting.has(name);
      if (isSlot ? value.kind !== "load" || value.place !== name : asked.has(name)) {
        this.#keep(name, value, isSlot, places);
      }
    }
    this.#reload(places);
    this.#blocks.push({ cells, places, kept, ending });
  }

  #keep(name: string, value: Tensor, isSlot: boolean, places: Map<string, Tensor>): void {
    if (isSlot) {
      places.set(name, value);
      return;
    }
    // A local that is what a place holds, and will hold, needs no other.
    if (value.kind === "load" && !this.#changes(value.place)) return;
    if ([...places.values()].includes(value)) return;
    const place = `local ${this.#temporaries++}`;
    this.#shapes.set(place, value.shape);
    places.set(place, value);
  }

  #changes(place: string): boolean {
    if (!this.#lasting.has(place)) return false;
    const value = this.#values.get(place) as Tensor;
    return value.kind !== "load" || value.place !== place;
  }

  /** After a block, names stand for what the places hold. */
  #reload(places: ReadonlyMap<string, Tensor>): void {
    this.#era += 1;
    const held = new Map([...places].map(([place, value]) => [value, place] as const));
    for (const [name, value] of this.#values) {
      if (isScalar(value)) continue;
      const place = places.has(name) ? name : held.get(value);
      if (place === undefined) continue;
      this.#values.set(name, this.#nodes.load(place, value.shape, this.#era, value.mask));
    }
  }

  #scalar(node: Node): Scalar {
    return scalarOf(this.#value(node));
  }

  #value(node: Node): Kept {
    if (node.kind === "literal") return this.#nodes.constant(node.value, node.type.kind === "boolean");
    if (node.kind === "name") return this.#named(node.name, node.type);
    if (node.kind === "lookup")
      return this.#nodes.lookup(node.operation, node.list, this.#scalar(node.operand));
    const { operation, type } = node;
    const operands = node.operands.map((operand) => this.#value(operand));
    if (!isTensor(type)) {
      if (operation.kind === "reduction") return this.#nodes.fold(operation, operands[0] as Tensor);
      if (operation.kind !== "elementwise") throw bug(`${operation.name} gives a scalar`);
      return this.#nodes.scalar(operation, operands.map(scalarOf), type.kind === "boolean");
    }
    const { shape } = type;
    if (operation.kind === "noise") return this.#nodes.noise(operands.map(scalarOf), shape);
    if (operation.kind !== "elementwise") return this.#nodes.whole(operation, operands as Tensor[], shape);
    const tensors = operands.map((operand) =>
      isScalar(operand) ? this.#nodes.splat(operand, shape) : operand,
    );
    return this.#nodes.each(operation.name, tensors, shape, type.kind === "mask");
  }

  #named(name: string, type: Type): Kept {
    return this.#values.get(name) ?? this.#nodes.input(name, 0, type.kind === "boolean");
  }
}

function nodeOf(action: Action): Node {
  if ("total" in action) return action.total;
  return "stop" in action ? action.stop : action.node;
}
