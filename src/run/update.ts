/** run: one update of one parameter, line by line, as far as the next line that waits for all other parameters. */
import type { SlotValue } from "../spec/optimizer-state.ts";
import type { Action, Assignment, TotalLine } from "../spec/program.ts";
import type { SlotShape } from "../spec/tree.ts";
import { SHAPES } from "../spec/types.ts";
import type { Changing, Due, Stepping, Work } from "./engine.ts";
import { MASTER, narrowInto, widened } from "./precision.ts";
import type { Scalars } from "./scalar.ts";
import { runScalars } from "./scalar.ts";
import type { Values } from "./tensor.ts";
import { evaluate, spreadOver } from "./tensor.ts";

/** An update that goes from one `total` to the next. */
export interface UnderWay {
  /**
   * Begins, or goes on, to what others have to do first: a piece of work, or the next `total`, with the value that it adds;
   * `undefined` at the end.
   */
  advance(): Work | Summand | undefined;
  /** Hands the line that the update waits at the sum over all parameters. */
  take(at: Waiting, sum: number): void;
}

/** The line that an update waits at. */
export type Waiting = Pick<TotalLine, "line" | "name">;

/** What an update adds to the total that it waits for. */
export interface Summand {
  readonly at: Waiting;
  readonly value: number;
}

/** An update that is due, and what it is made with. */
export interface Given extends Due {
  readonly gradient: Float32Array;
  readonly scalars: Changing;
}

/** An update of the reference engine. */
export class Update implements UnderWay {
  readonly #given: Given;
  readonly #values: Values;
  readonly #shapes: ReadonlyMap<string, SlotShape>;
  /** Scalars of the whole optimizer, which other updates change too. */
  readonly #shared: Map<string, number>;
  /** Binary32, whatever the parameter's are. */
  readonly #weight: Float32Array;
  #isRounded = true;
  #line = 0;

  constructor(given: Given, shared: Map<string, number>) {
    const { held, gradient, scalars } = given;
    const { bound, slots } = held;
    this.#given = given;
    this.#shared = shared;
    this.#shapes = new Map(bound.body.slots.map(({ name, shape }) => [name, shape]));
    const known: Scalars = new Map([...bound.constants, ...shared, ...scalars]);
    for (const [name, value] of slots) if (typeof value === "number") known.set(name, value);
    runScalars(bound.body.step, known);
    this.#values = new Map<string, number | Float32Array>(known);
    for (const [name, value] of slots) if (typeof value !== "number") this.#values.set(name, value);
    this.#weight = (slots.get(MASTER.name) as Float32Array | undefined) ?? widened(bound.data, bound.half);
    this.#values.set("grad", gradient).set("weight", this.#weight);
    for (const { name } of bound.body.step) this.#share(name);
    this.#keepScalars();
  }

  advance(): Summand | undefined {
    const { body, extent, key } = this.#given.held.bound;
    for (const [name, value] of this.#shared) this.#values.set(name, value);
    for (; this.#line < body.update.length; this.#line++) {
      const action = body.update[this.#line] as Action;
      if ("total" in action) {
        const value = evaluate(action.total, this.#values, { extent, key }) as number;
        this.#keepScalars();
        return { at: action, value };
      }
      if (!("stop" in action)) this.#assign(action);
      else if (evaluate(action.stop, this.#values, { extent, key }) === 1) break;
    }
    this.#line = body.update.length;
    this.#keepScalars();
    this.#round();
    return undefined;
  }

  /** Hands the line that the update waits at the sum over all parameters. */
  take({ name }: Waiting, sum: number): void {
    const place = this.#placeOf(name);
    if (place instanceof Float32Array) place.fill(sum);
    else this.#put(name, sum);
    this.#line += 1;
    this.#keepScalars();
  }

  /** 16-bit weights follow those that the rule has changed. */
  #round(): void {
    const { data, half } = this.#given.held.bound;
    if (this.#isRounded || half === undefined) return;
    narrowInto(data as Uint16Array, this.#weight, half);
  }

  #assign({ name, node }: Assignment): void {
    const { extent, key } = this.#given.held.bound;
    const value = evaluate(node, this.#values, { extent, key });
    const place = this.#placeOf(name);
    if (place instanceof Float32Array) {
      const shape = this.#shapes.get(name) ?? "like";
      if (typeof value === "number") place.fill(value);
      else place.set(spreadOver(value, node.type, SHAPES[shape as "like"], extent));
      return;
    }
    // A local that is another name for a tensor keeps the values of this moment.
    const isAlias = node.kind === "name" && typeof value !== "number";
    this.#put(name, isAlias ? value.slice() : value);
  }

  /** The memory of the weights or of a slot that holds a tensor, to be written to. */
  #placeOf(name: string): SlotValue | undefined {
    if (name !== "weight") return this.#given.held.slots.get(name);
    this.#isRounded = false;
    return this.#weight;
  }

  #put(name: string, value: number | Float32Array): void {
    this.#values.set(name, value);
    this.#share(name);
  }

  /** What this update has given a shared scalar is there for all others at once. */
  #share(name: string): void {
    if (this.#shapes.get(name) === "shared") this.#shared.set(name, this.#values.get(name) as number);
  }

  #keepScalars(): void {
    const { slots } = this.#given.held;
    for (const [name, value] of slots) {
      if (typeof value === "number") slots.set(name, this.#values.get(name) as number);
    }
  }
}

interface WithTotal extends Summand {
  readonly update: UnderWay;
}

/**
 * Runs updates to their ends, each begun when the one before has ended or waits for a total; all that come to a total
 * are added up before any goes on.
 */
export function* runUpdates(updates: readonly UnderWay[]): Stepping {
  let waiting: WithTotal[] = [];
  for (const update of updates) {
    const summand = yield* toTotal(update);
    if (summand !== undefined) waiting.push({ update, ...summand });
  }
  while (waiting.length > 0) {
    const line = waiting.reduce((least, { at }) => Math.min(least, at.line), Number.POSITIVE_INFINITY);
    const here = waiting.filter(({ at }) => at.line === line);
    const sum = here.reduce((total, { value }) => total + value, 0);
    const next: WithTotal[] = [];
    for (const one of waiting) {
      if (one.at.line !== line) {
        next.push(one);
        continue;
      }
      const { update } = one;
      update.take(one.at, sum);
      const summand = yield* toTotal(update);
      if (summand !== undefined) next.push({ update, ...summand });
    }
    waiting = next;
  }
}

function* toTotal(update: UnderWay): Generator<Work, Summand | undefined, void> {
  for (;;) {
    const next = update.advance();
    if (next === undefined || "at" in next) return next;
    yield next;
  }
}
