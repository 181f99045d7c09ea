/** run: a checked program at work on parameters, by the reference engine. */
import type { Checked, Bound as RateBound } from "../spec/gates.ts";
import { checkedGate } from "../spec/gates.ts";
import type { OptimizerState, SlotValue } from "../spec/optimizer-state.ts";
import type { Program } from "../spec/program.ts";
import type { GradientSteps, Spec } from "../spec/tree.ts";
import { RunError } from "./errors.ts";
import type { Bound, Key, Parameter } from "./parameters.ts";
import { bindParameter, checkGradient, entriesOf, refuseOverlaps } from "./parameters.ts";
import { hyperScalars, runScalars } from "./scalar.ts";
import { RunningSchedule } from "./schedule.ts";
import { refuseUncounted, refuseUnknown, startSlots } from "./slots.ts";
import type { Values } from "./tensor.ts";
import { evaluate, spreadOver } from "./tensor.ts";

export type Parameters = ReadonlyMap<Key, Parameter> | { readonly [key: string]: Parameter };
export type Gradients = ReadonlyMap<Key, Float32Array> | { readonly [key: string]: Float32Array };

/** A compiled rule: attach it to parameters and step. */
export interface CompiledRule {
  /**
   * Binds the rule to weights, which each step updates in place.
   * @param state what an earlier optimizer of the same spec handed out; without it the spec's own start.
   * @throws RunError for parameters or a state that do not fit.
   */
  attach(parameters: Parameters, state?: OptimizerState): Optimizer;
}

/** Makes a checked spec runnable. @throws TypeError for anything that `check` has not returned. */
export function compile(checked: Checked): CompiledRule {
  if (!checkedGate.knows(checked)) throw new TypeError("compile takes what `check` returned");
  return Object.freeze({
    attach: (parameters: Parameters, state?: OptimizerState) => new Optimizer(checked, parameters, state),
  });
}

/** The scheduled hyperparameter's value where the schedule is given its base rate: the spec's, or the rule's default. */
function baseRate({ bindings, scheduled }: Program): number {
  const value = scheduled === undefined ? undefined : bindings.at(-1)?.hyper[scheduled];
  return typeof value === "number" ? value : 0;
}

/** Where a spec starts counting when no state is given. */
function firstState({ resume }: Spec): OptimizerState {
  const counts = new Map(Object.entries(resume?.counts ?? {}));
  const updates = resume?.updates ?? Math.max(resume?.begin ?? 0, ...counts.values());
  return { counts, updates, schedule: new Map(Object.entries(resume?.schedule ?? {})), slots: new Map() };
}

/** An optimizer with its state. Steps are synchronous and all or nothing: what does not fit is refused before a write. */
export class Optimizer {
  readonly #program: Program;
  readonly #gradient: GradientSteps;
  readonly #parameters: ReadonlyMap<string, Bound>;
  readonly #slots: ReadonlyMap<string, Map<string, SlotValue>>;
  readonly #counts: Map<string, number>;
  readonly #begin: number;
  #schedule: RunningSchedule | undefined;
  readonly #rateBound: RateBound;
  /** A copy of the schedule that has been asked for later updates. */
  #ahead: { readonly schedule: RunningSchedule; at: number } | undefined;
  #updates: number;

  /** @internal made by {@link CompiledRule.attach} */
  constructor({ spec, program, rateBound = {} }: Checked, parameters: Parameters, state?: OptimizerState) {
    this.#program = program;
    this.#gradient = spec.gradient ?? {};
    this.#rateBound = rateBound;
    const bound = entriesOf(parameters).map(([key, parameter]) => bindParameter(key, parameter, program));
    refuseOverlaps(bound);
    this.#parameters = new Map(bound.map((parameter) => [parameter.key, parameter]));
    const start = state ?? firstState(spec);
    this.#begin = spec.resume?.begin ?? 0;
    this.#counts = new Map(start.counts);
    this.#updates = start.updates;
    this.#slots = new Map(bound.map((parameter) => [parameter.key, startSlots(parameter, state)]));
    refuseUnknown(program, state);
    if (state !== undefined) refuseUncounted(program, state);
    const { schedule } = program;
    this.#schedule =
      schedule === undefined
        ? undefined
        : new RunningSchedule(schedule, baseRate(program), start.updates, start.schedule);
  }

  /** The highest update count of any parameter. */
  get updates(): number {
    return this.#updates;
  }

  /** The schedule's rate at the last update; `undefined` before the first, and without a schedule. */
  get rate(): number | undefined {
    return this.#updates === 0 ? undefined : this.rateAt(this.#updates);
  }

  /**
   * The schedule's rate for the last update or any later one, by its number; `undefined` without a schedule. Asking
   * changes nothing.
   * @throws TypeError for a number that is none, or of an update that is past
   */
  rateAt(updates: number): number | undefined {
    if (!Number.isSafeInteger(updates) || updates < Math.max(1, this.#updates)) {
      throw new TypeError(`${updates} is not the number of the last update or of a later one`);
    }
    if (this.#schedule === undefined) return undefined;
    if (this.#ahead === undefined || updates < this.#ahead.at) {
      const schedule = this.#schedule.copy();
      if (updates > this.#updates) schedule.rateAt(this.#updates + 1);
      this.#ahead = { schedule, at: updates };
    }
    this.#ahead.at = updates;
    return this.#ahead.schedule.rateAt(updates);
  }

  /**
   * Updates each parameter that has a gradient here, in the order given, and leaves the others and their counts alone.
   * @throws RunError for an unknown key, a gradient of another type or length, or a rate outside what the policy allows;
   *   nothing is changed then.
   */
  step(gradients: Gradients): void {
    const checked = entriesOf(gradients).map(([key, gradient]) => {
      const bound = this.#parameters.get(key);
      return { bound: bound as Bound, gradient: checkGradient(key, gradient, bound) };
    });
    const schedule = this.#schedule?.copy();
    const rates = this.#ratesFor(
      checked.map(({ bound }) => bound.key),
      schedule,
    );
    this.#schedule = schedule;
    checked.forEach(({ bound, gradient }, i) => {
      this.#update(bound, gradient, rates[i]);
    });
  }

  /** The rates that updates of these keys will find, in this order, before any is made. Moves the schedule on. */
  #ratesFor(keys: readonly string[], schedule: RunningSchedule | undefined): readonly number[] {
    if (schedule === undefined) return [];
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = this.#rateBound;
    const bounded = min > Number.NEGATIVE_INFINITY || max < Number.POSITIVE_INFINITY;
    let updates = this.#updates;
    return keys.map((key) => {
      updates = Math.max(updates, (this.#counts.get(key) ?? this.#begin) + 1);
      const rate = schedule.rateAt(updates);
      if (!bounded || (rate >= min && rate <= max)) return rate;
      throw new RunError({
        code: "rate-bound",
        message: `the schedule gives ${rate} for update ${updates}, outside what the trust document allows`,
        path: "schedule",
        hint: `${this.#program.scheduled ?? "the rate"} has to stay from ${min} to ${max}`,
      });
    });
  }

  #update({ key, data, extent, binding }: Bound, gradient: Float32Array, rate: number | undefined): void {
    const count = (this.#counts.get(key) ?? this.#begin) + 1;
    this.#counts.set(key, count);
    this.#updates = Math.max(this.#updates, count);
    const scalars = hyperScalars(binding.hyper).set("t", count);
    const { scheduled } = this.#program;
    if (scheduled !== undefined && rate !== undefined) scalars.set(scheduled, rate);
    const slots = this.#slots.get(key) as Map<string, SlotValue>;
    for (const [name, value] of slots) if (typeof value === "number") scalars.set(name, value);
    runScalars(binding.step, scalars);
    const values: Values = new Map<string, number | Float32Array>(scalars);
    for (const [name, value] of slots) if (typeof value !== "number") values.set(name, value);
    values.set("grad", prepared(gradient, this.#gradient)).set("weight", data);
    for (const { name, node } of binding.update) {
      const value = evaluate(node, values, extent);
      const place = name === "weight" ? data : slots.get(name);
      // A local that is another name for a tensor keeps the values of this moment.
      const alias = node.kind === "name" && typeof value !== "number";
      if (!(place instanceof Float32Array)) values.set(name, alias ? value.slice() : value);
      else if (typeof value === "number") place.fill(value);
      else place.set(spreadOver(place, value, node.type, extent));
    }
    for (const [name, value] of slots)
      if (typeof value === "number") slots.set(name, values.get(name) as number);
  }

  /** A copy of the state, from which an optimizer of the same spec goes on to the same bits. */
  state(): OptimizerState {
    const slots = new Map<string, Map<string, SlotValue>>();
    for (const [key, ofKey] of this.#slots) {
      for (const [name, value] of ofKey) {
        const ofSlot = slots.get(name) ?? new Map<string, SlotValue>();
        slots.set(name, ofSlot.set(key, typeof value === "number" ? value : value.slice()));
      }
    }
    const counts = new Map(
      [...this.#parameters.keys()].map((key) => [key, this.#counts.get(key) ?? this.#begin]),
    );
    return { counts, updates: this.#updates, schedule: this.#schedule?.state() ?? new Map(), slots };
  }
}

/** The spec's own gradient steps, for rules that have no such argument. One rounding each. */
function prepared(gradient: Float32Array, { rescale, clip_value }: GradientSteps): Float32Array {
  if (rescale === undefined && clip_value === undefined) return gradient;
  const factor = Math.fround(rescale ?? 1);
  const bound = Math.fround(clip_value ?? Number.POSITIVE_INFINITY);
  return gradient.map((g) => {
    const scaled = Math.fround(g * factor);
    return scaled > bound ? bound : scaled < -bound ? -bound : scaled;
  });
}
