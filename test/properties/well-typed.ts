/**
 * Test help: random rules and schedules in which every expression has the type that its place takes, over the whole operation
 * table and all that the language has: shapes, questions to shapes, needs, repeat, stop, total, shared scalars, a driven momentum.
 */
import type { Typing } from "../../src/spec/operations/operation.ts";
import { OPERATIONS } from "../../src/spec/operations/table.ts";
import { arithmetic, comparison, scalars } from "../../src/spec/operations/typing.ts";
import type {
  Expression,
  HyperDeclaration,
  HyperValue,
  Line,
  Rule,
  Schedule,
  SlotDeclaration,
  Statement,
} from "../../src/spec/tree.ts";
import type { Side, TensorShape } from "../../src/spec/types.ts";
import { SHAPES, shapeOf, sidesOf } from "../../src/spec/types.ts";
import type { Tape } from "../spec/tape.ts";
import { NUMBERS } from "../spec/trees.ts";

/** What an expression is asked to be. */
type Kind = "number" | "boolean" | TensorShape | `mask ${TensorShape}`;

/** Names that have a value at a place, by what they are. */
type Scope = ReadonlyMap<Kind, readonly string[]>;

const HYPERS: readonly HyperDeclaration[] = [
  { name: "lr", default: 0.1, scheduled: true },
  { name: "mu", default: 0.9, scheduled: "momentum" },
  { name: "beta", default: 0.9 },
  { name: "turns", default: 2, min: 0, max: 3 },
  { name: "off", default: null, nullable: true },
  { name: "flag", type: "boolean", default: false },
  { name: "mode", type: "choice", choices: ["a", "b"], default: "a" },
  { name: "list", type: "list", default: [1, 2, 3] },
];

/** The names of the table's operations that take operands in one way. */
const taking = (typing: Typing, arity: number): readonly string[] =>
  [...OPERATIONS.values()].flatMap((one) => (one.typing === typing && one.arity === arity ? [one.name] : []));

const UNARY = taking(arithmetic, 1);
const BINARY = taking(arithmetic, 2);
const COMPARISONS = taking(comparison, 2);
const UNARY_OF_SCALARS = taking(scalars, 1).filter((name) => name !== "total");
const BINARY_OF_SCALARS = taking(scalars, 2);
const FOLDS = ["sum", "mean", "norm", "max_of"];
const LINE_FOLDS = ["sum", "mean", "max"];
const SIDES: readonly Side[] = ["R", "C", "1"];
const ALL_SHAPES: readonly TensorShape[] = SIDES.flatMap((rows) => SIDES.map((cols) => shapeOf(rows, cols)));

/** A rule may ask five different things of a shape; these are two. */
const QUESTIONS: readonly Expression[] = [
  ["ge", "rank", 2],
  ["gt", "rows", "cols"],
];

/** Tensors of each shape with nothing in them but the gradient. */
const PLAIN: { readonly [S in TensorShape]: Expression } = {
  RxC: "grad",
  Rx1: ["row_sum", "grad"],
  "1xC": ["col_sum", "grad"],
  "1x1": ["col_sum", ["row_sum", "grad"]],
  CxR: ["transpose", "grad"],
  Cx1: ["transpose", ["col_sum", "grad"]],
  "1xR": ["transpose", ["row_sum", "grad"]],
  RxR: ["matmul", "grad", ["transpose", "grad"]],
  CxC: ["matmul", ["transpose", "grad"], "grad"],
};

export interface WellTyped<T extends Rule | Schedule> {
  readonly tree: T;
  readonly hyper: { readonly [name: string]: HyperValue };
}

class Writer {
  readonly #tape: Tape;

  constructor(tape: Tape) {
    this.#tape = tape;
  }

  /** A condition that follows from hyperparameters, or from those and the parameter's shape. */
  guard(asksShape: boolean, depth = 1): Expression {
    const tape = this.#tape;
    const again = () => this.guard(asksShape, depth - 1);
    const kind = tape.below(depth > 0 ? 9 : 6);
    if (kind === 0) return "flag";
    if (kind === 1) return ["is", "off", null];
    if (kind === 2) return ["is", "mode", tape.pick(["a", "b"])];
    if (kind === 3) return ["gt", "beta", tape.pick([0, 0.5, 1])];
    if (kind <= 5) return asksShape ? tape.pick(QUESTIONS) : ["lt", "turns", tape.pick([1, 2, 3])];
    if (kind === 6) return ["not", again()];
    if (kind === 7) return ["and", ["not", ["is", "off", null]], ["lt", "off", 1]];
    return [tape.pick(["and", "or"]), again(), again()];
  }

  expression(kind: Kind, scope: Scope, depth: number): Expression {
    const tape = this.#tape;
    const names = scope.get(kind) ?? [];
    if (names.length > 0 && (depth === 0 || tape.below(3) === 0)) return tape.pick(names);
    if (kind === "number") return this.#number(scope, depth);
    if (kind === "boolean") return this.#boolean(scope, depth);
    if (kind.startsWith("mask ")) return this.#mask(kind.slice(5) as TensorShape, scope, depth);
    return this.#tensor(kind as TensorShape, scope, depth);
  }

  #number(scope: Scope, depth: number): Expression {
    const tape = this.#tape;
    const inner = (of: Kind = "number") => this.expression(of, scope, depth - 1);
    const hasTensors = scope.has(SHAPES.like);
    const kind = depth === 0 ? 0 : tape.below(hasTensors ? 11 : 8);
    if (kind <= 1) return tape.below(8) === 0 ? ["pi"] : tape.pick(NUMBERS);
    if (kind === 2) return [tape.pick(UNARY), inner()];
    if (kind === 3) return [tape.pick([...BINARY, ...BINARY_OF_SCALARS]), inner(), inner()];
    if (kind === 4) return [tape.pick(UNARY_OF_SCALARS), inner()];
    if (kind === 5) return [tape.pick(["item", "count_below"]), "list", inner()];
    if (kind === 6) return ["select", ["is", "off", null], inner(), "off"];
    if (kind === 7) return ["select", inner("boolean"), inner(), inner()];
    if (kind === 8) return tape.pick(["rank", "rows", "cols", "size"]);
    return [tape.pick(FOLDS), inner(tape.pick([SHAPES.like, ...ALL_SHAPES]))];
  }

  /** Nothing in a comparison but names of the shape and settled numbers would be one more question to the shape. */
  #boolean(scope: Scope, depth: number): Expression {
    const tape = this.#tape;
    const inner = (of: Kind) => this.expression(of, scope, depth - 1);
    const kind = depth === 0 ? 0 : tape.below(5);
    if (kind === 0) return tape.pick([true, false]);
    if (kind === 1) return [tape.pick(COMPARISONS), inner("number"), ["add", inner("number"), "t"]];
    if (kind === 2) return ["not", inner("boolean")];
    if (kind === 3) return ["select", inner("boolean"), inner("boolean"), inner("boolean")];
    return [tape.pick(["and", "or"]), inner("boolean"), inner("boolean")];
  }

  #mask(shape: TensorShape, scope: Scope, depth: number): Expression {
    const tape = this.#tape;
    const inner = (of: Kind) => this.expression(of, scope, depth - 1);
    if (depth === 0) return ["gt", PLAIN[shape], 0];
    const kind = tape.below(4);
    if (kind === 0) return [tape.pick(COMPARISONS), inner(shape), inner(this.#beside(shape))];
    if (kind === 1) return ["not", inner(`mask ${shape}`)];
    const second = tape.pick(["boolean", `mask ${shape}`] as const);
    return [tape.pick(["and", "or"]), inner(`mask ${shape}`), inner(second)];
  }

  /** A number, or a tensor that spreads over one of this shape. */
  #beside(shape: TensorShape): Kind {
    const tape = this.#tape;
    if (tape.below(3) === 0) return "number";
    const [rows, cols] = sidesOf(shape);
    return shapeOf(tape.pick([rows, rows, "1"]), tape.pick([cols, cols, "1"]));
  }

  #tensor(shape: TensorShape, scope: Scope, depth: number): Expression {
    const tape = this.#tape;
    if (depth === 0) return PLAIN[shape];
    const inner = (of: Kind) => this.expression(of, scope, depth - 1);
    const [rows, cols] = sidesOf(shape);
    const form = tape.below(9);
    if (form === 0) return [tape.pick(UNARY), inner(shape)];
    if (form === 1) return ["select", inner(`mask ${shape}`), inner(this.#beside(shape)), inner(shape)];
    // A settled condition leaves one of the two alone.
    if (form === 2) return ["select", inner("boolean"), inner(shape), inner(shape)];
    if (form === 3) return [tape.pick(BINARY), inner(this.#beside(shape)), inner(shape)];
    if (form === 4) return ["transpose", inner(shapeOf(cols, rows))];
    if (form === 5) {
      const side = tape.pick(SIDES);
      return ["matmul", inner(shapeOf(rows, side)), inner(shapeOf(side, cols))];
    }
    if (form === 6 && cols === "1") {
      return [`row_${tape.pick(LINE_FOLDS)}`, inner(shapeOf(rows, tape.pick(["C", "R"])))];
    }
    if (form === 6 && rows === "1") {
      return [`col_${tape.pick(LINE_FOLDS)}`, inner(shapeOf(tape.pick(["R", "C"]), cols))];
    }
    if (form === 6 && shape === SHAPES.like) return ["normal", inner("number"), tape.pick(["t", "lr", 7])];
    return [tape.pick(BINARY), inner(shape), inner(this.#beside(shape))];
  }
}

const withName = (scope: Scope, kind: Kind, name: string): Scope => {
  const names = scope.get(kind) ?? [];
  return names.includes(name) ? scope : new Map([...scope, [kind, [...names, name]]]);
};

const kindOfSlot = ({ shape = "like" }: SlotDeclaration): Kind =>
  shape === "scalar" || shape === "shared" ? "number" : SHAPES[shape];

/** Kinds that a name of this kind can be given. */
const takenBy = (kind: Kind): readonly Kind[] =>
  kind === SHAPES.like
    ? [SHAPES.like, SHAPES.like, "number", SHAPES.row, SHAPES.col, "1x1"]
    : kind === SHAPES.row || kind === SHAPES.col
      ? [kind, kind, "number", "1x1"]
      : [kind];

/** Lines, with the names that they leave behind. */
class Lines {
  readonly #tape: Tape;
  readonly #writer: Writer;
  readonly #asksShape: boolean;
  scope: Scope;

  constructor(tape: Tape, scope: Scope, asksShape: boolean) {
    this.#tape = tape;
    this.#writer = new Writer(tape);
    this.#asksShape = asksShape;
    this.scope = scope;
  }

  /** `kind` is what the name is, or will be; a guarded line may be left out, so it makes no name. */
  assignment(name: string, kind: Kind, mayBeGuarded = true): Statement {
    const value = this.#writer.expression(this.#tape.pick(takenBy(kind)), this.scope, 3);
    if (mayBeGuarded && this.#tape.below(3) === 1) return [name, value, this.#writer.guard(this.#asksShape)];
    this.scope = withName(this.scope, kind, name);
    return [name, value];
  }

  local(name: string, kinds: readonly Kind[], mayBeGuarded = true): Statement {
    const kind = this.#tape.pick(kinds);
    const value = this.#writer.expression(kind, this.scope, 3);
    if (mayBeGuarded && this.#tape.below(3) === 1) return [name, value, this.#writer.guard(this.#asksShape)];
    this.scope = withName(this.scope, kind, name);
    return [name, value];
  }

  total(name: string): Statement {
    const value: Expression = ["total", this.#writer.expression("number", this.scope, 2)];
    if (this.#tape.below(3) === 1) return [name, value, this.#writer.guard(this.#asksShape)];
    this.scope = withName(this.scope, "number", name);
    return [name, value];
  }

  stop(): Line {
    return { stop: this.#writer.expression("boolean", this.scope, 2) };
  }

  repeat(i: number, slots: readonly SlotDeclaration[]): Line {
    const tape = this.#tape;
    const before = this.scope;
    const repeat = tape.pick([0, 1, 2, "turns", ["add", "turns", 1]] as const);
    const lines = tape.some(3, (line): Statement => {
      if (slots.length > 0 && tape.below(2) === 0) {
        const slot = tape.pick(slots);
        return this.assignment(slot.name, kindOfSlot(slot));
      }
      return this.local(`turn${i}_${line}`, ["number", "boolean", ...ALL_SHAPES]);
    });
    this.scope = before;
    return { repeat, lines };
  }

  /** A matrix turned so that it is not longer than wide, as Newton and Schulz's iteration wants it. */
  turned(name: string): readonly Line[] {
    const tall: Expression = ["gt", "rows", "cols"];
    const value = this.#writer.expression(SHAPES.like, this.scope, 2);
    const lines: readonly Line[] = [
      [name, ["transpose", value], tall],
      [name, value, ["not", tall]],
      [name, ["matmul", ["matmul", name, ["transpose", name]], name]],
      [`${name}_size`, ["norm", name]],
    ];
    this.scope = withName(this.scope, "number", `${name}_size`);
    return lines;
  }
}

/** Values for the hyperparameters of every rule here. */
function hyperFrom(tape: Tape): WellTyped<Rule>["hyper"] {
  return {
    beta: tape.pick([0.9, ...NUMBERS]),
    turns: tape.below(4),
    off: tape.pick([null, 0.5, 2]),
    flag: tape.pick([false, true]),
    mode: tape.pick(["a", "b"]),
    list: tape.pick([[1, 2, 3], [], [0.5]]),
  };
}

const NEEDS: readonly Expression[] = [
  ["ge", "rank", 0],
  ["or", "flag", ["not", "flag"]],
  ["or", ["gt", "rows", "cols"], ["le", "rows", "cols"]],
  ["or", ["is", "off", null], ["gt", "off", 0]],
];

function slotFrom(tape: Tape, name: string): SlotDeclaration {
  const shape = tape.pick(["like", "row", "col", "scalar", "shared"] as const);
  const plain: readonly Expression[] = [0, 1, 0.1, "beta", ["neg", "beta"]];
  const ofShape: Expression = ["div", 1, ["add", "cols", 1]];
  const init =
    shape === "like" && tape.below(2) === 0
      ? "weight"
      : tape.pick(shape === "shared" ? plain : [...plain, ofShape]);
  return { name, ...(shape === "like" ? {} : { shape }), init };
}

/** Slots that are there under a guard only, each with a line under the same guard. */
function guardedSlots(tape: Tape, writer: Writer, scope: Scope) {
  return tape.some(2, (i): { slot: SlotDeclaration; line: Statement } => {
    const name = `kept${i}`;
    const when = writer.guard(true, 0);
    const value = writer.expression(SHAPES.like, withName(scope, SHAPES.like, name), 2);
    return { slot: { name, init: 0, when }, line: [name, value, when] };
  });
}

const SCALARS: Scope = new Map<Kind, readonly string[]>([
  ["number", ["lr", "mu", "beta", "t", "steps"]],
  ["boolean", ["flag"]],
]);

/** A rule that `check` passes, with values for its hyperparameters. */
export function wellTypedRule(tape: Tape): WellTyped<Rule> {
  const state = tape.some(4, (i) => slotFrom(tape, `slot${i}`));
  const scalarSlots = state.filter((slot) => kindOfSlot(slot) === "number");
  const opened = scalarSlots.reduce((scope, { name }) => withName(scope, "number", name), SCALARS);
  const inStep = new Lines(tape, opened, true);
  const step = tape.some(4, (i): Statement => {
    if (scalarSlots.length > 0 && tape.below(2) === 0)
      return inStep.assignment(tape.pick(scalarSlots).name, "number");
    return inStep.local(`local${i}`, ["number", "boolean"]);
  });
  const tensors: readonly (readonly [Kind, string])[] = [
    [SHAPES.like, "grad"],
    [SHAPES.like, "weight"],
    ...state.map((slot) => [kindOfSlot(slot), slot.name] as const),
  ];
  const full = tensors.reduce((scope, [kind, name]) => withName(scope, kind, name), inStep.scope);
  const inUpdate = new Lines(tape, full, true);
  const lineFrom = (i: number): readonly Line[] => {
    const form = tape.below(12);
    if (form <= 2) return [inUpdate.assignment("weight", SHAPES.like)];
    if (form <= 5 && state.length > 0) {
      const slot = tape.pick(state);
      return [inUpdate.assignment(slot.name, kindOfSlot(slot))];
    }
    if (form === 6) return [inUpdate.repeat(i, state)];
    if (form === 7) return [inUpdate.total(`total${i}`)];
    if (form === 8 && i > 2) return [inUpdate.stop()];
    if (form === 9) return inUpdate.turned(`x${i}`);
    const masks = ALL_SHAPES.map((shape): Kind => `mask ${shape}`);
    return [inUpdate.local(`value${i}`, ["number", "boolean", ...ALL_SHAPES, ...masks])];
  };
  const update = tape.some(7, lineFrom).flat();
  const kept = guardedSlots(tape, new Writer(tape), inUpdate.scope);
  const needs = tape.some(2, () => tape.pick(NEEDS));
  const tree: Rule = {
    name: "x",
    hyper: HYPERS,
    ...(needs.length === 0 ? {} : { needs }),
    state: [...state, ...kept.map(({ slot }) => slot)],
    step,
    update: [...update, ...kept.map(({ line }) => line)],
  };
  return { tree, hyper: hyperFrom(tape) };
}

/** A schedule that `check` passes, with arguments; it may cycle a momentum. */
export function wellTypedSchedule(tape: Tape): WellTyped<Schedule> {
  const hyper = HYPERS.filter(({ scheduled }) => scheduled === undefined);
  const state = tape.some(3, (i): SlotDeclaration => ({ name: `kept${i}`, init: tape.pick([0, 1, "beta"]) }));
  const names = ["t", "base", "beta", ...state.map(({ name }) => name)];
  const scope: Scope = new Map<Kind, readonly string[]>([
    ["number", names],
    ["boolean", ["flag"]],
  ]);
  const lines = new Lines(tape, scope, false);
  const step = tape.some(5, (i): Statement => {
    if (state.length > 0 && tape.below(2) === 0) return lines.assignment(tape.pick(state).name, "number");
    return lines.local(`local${i}`, ["number", "boolean"]);
  });
  const last: readonly Statement[] = [
    lines.assignment("rate", "number", false),
    ...(tape.below(2) === 0 ? [] : [lines.assignment("momentum", "number", false)]),
  ];
  const needs = tape.below(2) === 0 ? {} : { needs: [NEEDS[1] as Expression] };
  return { tree: { name: "s", hyper, ...needs, state, step: [...step, ...last] }, hyper: hyperFrom(tape) };
}
