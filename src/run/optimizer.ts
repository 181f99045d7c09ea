/** run: a checked program at work on parameters, by the reference engine. */
import { type Checked, checkedGate } from "../spec/gates.ts";
import type { OptimizerState, SlotValue } from "../spec/optimizer-state.ts";
import type { Program, Slot } from "../spec/program.ts";
import type { GradientSteps, Spec } from "../spec/tree.ts";
import { RunError } from "./errors.ts";
import {
  type Bound,
  bindParameter,
  checkGradient,
  entriesOf,
  type Key,
  type Parameter,
} from "./parameters.ts";
import { evaluateScalar, hyperScalars, runScalars } from "./scalar.ts";
import { RunningSchedule } from "./schedule.ts";
import { evaluate, lengthOf, spreadOver, type Values } from "./tensor.ts";

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
  const value = scheduled === undefined ? undefined : bindings.at(-1)?.hyper.get(scheduled);
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
  readonly #schedule: RunningSchedule | undefined;
  #updates: number;

  /** @internal made by {@link CompiledRule.attach} */
  constructor({ spec, program }: Checked, parameters: Parameters, state?: OptimizerState) {
    this.#program = program;
    this.#gradient = spec.gradient ?? {};
    const bound = entriesOf(parameters).map(([key, parameter]) => bindParameter(key, parameter, program));
    this.#parameters = new Map(bound.map((parameter) => [parameter.key, parameter]));
    const start = state ?? firstState(spec);
    this.#begin = spec.resume?.begin ?? 0;
    this.#counts = new Map(start.counts);
    this.#updates = start.updates;
    this.#slots = new Map(bound.map((parameter) => [parameter.key, startSlots(parameter, state)]));
    refuseUnknown(program, state);
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

  /** The schedule's rate for the update of this number; `undefined` without a schedule. Numbers never go back. */
  rateAt(updates: number): number | undefined {
    return this.#schedule?.rateAt(updates);
  }

  /**
   * Updates each parameter that has a gradient here, in the order given, and leaves the others and their counts alone.
   * @throws RunError for an unknown key or a gradient of another type or length; nothing is changed then.
   */
  step(gradients: Gradients): void {
    const checked = entriesOf(gradients).map(([key, gradient]) => {
      const bound = this.#parameters.get(key);
      return { bound: bound as Bound, gradient: checkGradient(key, gradient, bound) };
    });
    for (const { bound, gradient } of checked) this.#update(bound, gradient);
  }

  #update({ key, data, extent, binding }: Bound, gradient: Float32Array): void {
    const count = (this.#counts.get(key) ?? this.#begin) + 1;
    this.#counts.set(key, count);
    this.#updates = Math.max(this.#updates, count);
    const scalars = hyperScalars(binding.hyper).set("t", count);
    const { scheduled } = this.#program;
    if (scheduled !== undefined && this.#schedule !== undefined) {
      scalars.set(scheduled, this.#schedule.rateAt(this.#updates));
    }
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

function refuseUnknown({ bindings, schedule }: Program, state: OptimizerState | undefined): void {
  const slots = new Set(bindings.flatMap((binding) => binding.slots.map(({ name }) => name)));
  const scalars = new Set(schedule === undefined ? [] : ["rate", ...schedule.slots.map(({ name }) => name)]);
  const unknown =
    [...(state?.slots.keys() ?? [])].find((name) => !slots.has(name)) ??
    [...(state?.schedule.keys() ?? [])].find((name) => !scalars.has(name));
  if (unknown === undefined) return;
  throw new RunError({
    code: "state-unknown",
    message: `the spec has no state \`${unknown}\``,
    path: `state.${unknown}`,
    hint: "a state belongs to the spec that made it",
  });
}

function startSlots(
  { key, data, extent, binding }: Bound,
  state: OptimizerState | undefined,
): Map<string, SlotValue> {
  const path = (slot: Slot) => `state.${slot.name}.${key}`;
  return new Map(
    binding.slots.map((slot) => {
      const given = state?.slots.get(slot.name)?.get(key);
      if (state !== undefined && given === undefined) {
        const message = `the state has no \`${slot.name}\` for \`${key}\``;
        throw new RunError({ code: "state-missing", message, path: path(slot) });
      }
      const fresh = startSlot(slot, data, extent, binding.hyper);
      if (given === undefined) return [slot.name, fresh];
      const fits =
        given instanceof Float32Array && fresh instanceof Float32Array && given.length === fresh.length;
      if (!fits && (typeof given !== "number" || typeof fresh !== "number")) {
        throw new RunError({
          code: "state-shape",
          message: `\`${slot.name}\` of \`${key}\` has another size`,
          path: path(slot),
        });
      }
      return [slot.name, typeof given === "number" ? given : given.slice()];
    }),
  );
}

function startSlot(
  slot: Slot,
  data: Float32Array,
  extent: Bound["extent"],
  hyper: Bound["binding"]["hyper"],
): SlotValue {
  if (slot.init === "weight") return data.slice();
  const value = evaluateScalar(slot.init, hyperScalars(hyper));
  return slot.shape === "scalar" ? value : new Float32Array(lengthOf(slot.shape, extent)).fill(value);
}
