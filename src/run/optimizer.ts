/** run: a checked program at work on parameters, by the reference engine. */
import type { Checked } from "../spec/gates.ts";
import { checkedGate } from "../spec/gates.ts";
import type { OptimizerState, SlotValue } from "../spec/optimizer-state.ts";
import type { Program } from "../spec/program.ts";
import type { GradientSteps } from "../spec/tree.ts";
import { amendedState, refuseBeyond } from "./amend.ts";
import type { Entry, Gradients } from "./asking.ts";
import { Asking } from "./asking.ts";
import type { Changing, Engine, Stepping } from "./engine.ts";
import { RunError } from "./errors.ts";
import type { Limit } from "./limits.ts";
import { limitsOf, refuseOutside } from "./limits.ts";
import type { Key, Parameter } from "./parameters.ts";
import { bindParameter, entriesOf, refuseOverlaps } from "./parameters.ts";
import { REFERENCE } from "./reference.ts";
import type { Drive } from "./schedule.ts";
import { Schedules } from "./schedules.ts";
import { refuseUncounted, refuseUnknown, startShared, startSlots } from "./slots.ts";
import { firstState } from "./start.ts";

export type Parameters = ReadonlyMap<Key, Parameter> | { readonly [key: string]: Parameter };

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

/** An optimizer with its state. Steps are synchronous and all or nothing: what does not fit is refused before a write. */
export class Optimizer {
  #checked: Checked;
  #program: Program;
  readonly #gradient: GradientSteps;
  readonly #parameters: ReadonlyMap<string, Parameter>;
  #asking: Asking;
  #shared: Map<string, number>;
  #engine: Engine;
  #schedules: Schedules | undefined;
  #limits: readonly Limit[];
  /** A copy of the schedule that has been asked for later updates. */
  #ahead: { readonly schedules: Schedules; at: number } | undefined;
  #updates: number;
  #isBusy = false;

  /** @internal made by {@link CompiledRule.attach} */
  constructor(checked: Checked, parameters: Parameters, state?: OptimizerState, engine = REFERENCE) {
    const { spec, program } = checked;
    this.#checked = checked;
    this.#program = program;
    this.#parameters = entriesOf(parameters);
    this.#gradient = spec.gradient ?? {};
    this.#limits = limitsOf(checked);
    const keepsMasters = spec.precision?.master === true;
    const bound = [...this.#parameters].map(([key, parameter]) =>
      bindParameter(key, parameter, program, keepsMasters),
    );
    refuseOverlaps(bound);
    const memory = new Set(bound.map(({ data }) => data.buffer));
    this.#engine = engine;
    const start = state ?? firstState(spec);
    const begin = spec.resume?.begin ?? 0;
    this.#updates = start.updates;
    const fresh = bound.map((parameter) => ({ bound: parameter, slots: startSlots(parameter, state) }));
    this.#shared = startShared(bound, state);
    refuseUnknown(program, keepsMasters, state);
    if (state !== undefined) refuseUncounted(state);
    this.#schedules = Schedules.start(program, start, state !== undefined);
    const held = engine.hold(fresh);
    const entries = held.map((one): readonly [string, Entry] => {
      const { key } = one.bound;
      return [key, { held: one, count: start.counts.get(key) ?? begin, asked: 0 }];
    });
    this.#asking = new Asking(new Map(entries), { memory, steps: this.#gradient });
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
   * The schedule's rate for the last update or any later one, by its number, where no group has a base rate of its own;
   * `undefined` without a schedule. Asking changes nothing.
   * @throws TypeError for a number that is none, or of an update that is past
   */
  rateAt(updates: number): number | undefined {
    return this.#driveAt(updates)?.rate;
  }

  /** The momentum that the schedule gives for an update, as {@link rateAt} gives the rate; `undefined` if it cycles none. */
  momentumAt(updates: number): number | undefined {
    return this.#driveAt(updates)?.momentum;
  }

  #driveAt(updates: number): Drive | undefined {
    if (!Number.isSafeInteger(updates) || updates < Math.max(1, this.#updates)) {
      throw new TypeError(`${updates} is not the number of the last update or of a later one`);
    }
    if (this.#schedules === undefined) return undefined;
    const group = this.#program.bindings.length - 1;
    if (this.#ahead === undefined || updates < this.#ahead.at) {
      const schedules = this.#schedules.copy();
      if (updates > this.#updates) schedules.at(this.#updates + 1, group);
      this.#ahead = { schedules, at: updates };
    }
    this.#ahead.at = updates;
    return this.#ahead.schedules.at(updates, group);
  }

  /**
   * Updates each parameter that has a gradient here, in the order given, and leaves the others and their counts alone.
   * @throws RunError for an unknown key, a gradient of another type or length, or a rate outside what the policy allows;
   *   nothing is changed then.
   */
  step(gradients: Gradients): void {
    for (const work of this.stepping(gradients)) work.now();
  }

  /** @internal a step, whose work the caller has done. What does not fit is refused when the first piece is asked for. */
  *stepping(gradients: Gradients): Stepping {
    this.refuseBusy();
    const { entries, due } = this.#asking.of(gradients);
    const updates = entries.reduce((most, { count }) => Math.max(most, count + 1), this.#updates);
    const schedules = this.#schedules?.copy();
    const scalars = this.#changing(entries, updates, schedules);
    this.#isBusy = true;
    try {
      yield* this.#engine.run(due, scalars, this.#shared, this.#gradient);
      this.#schedules = schedules;
      this.#updates = updates;
      for (const entry of entries) entry.count += 1;
    } finally {
      this.#isBusy = false;
    }
  }

  /** @internal nothing else may be done in the middle of a step */
  refuseBusy(): void {
    if (!this.#isBusy) return;
    throw new RunError({
      code: "busy",
      message: "a step is under way",
      hint: "wait for the promise that `stepAsync` gave",
    });
  }

  /** What changes for updates of these parameters, in this order, before any is made. Moves the schedule on. */
  #changing(entries: readonly Entry[], steps: number, schedules: Schedules | undefined): readonly Changing[] {
    let updates = this.#updates;
    const last: { readonly count: number; readonly at: number; readonly scalars: Changing }[] = [];
    return entries.map(({ held: { bound }, count }) => {
      const { group } = bound;
      updates = Math.max(updates, count + 1);
      const before = last[group];
      if (before?.count === count && before.at === updates) return before.scalars;
      const drive = schedules?.at(updates, group);
      if (drive !== undefined) refuseOutside(this.#limits, drive, updates);
      const scalars: Changing = [["steps", steps], ...this.#driven(drive), ["t", count + 1]];
      last[group] = { count, at: updates, scalars };
      return scalars;
    });
  }

  #driven(drive: Drive | undefined): Changing {
    if (drive === undefined) return [];
    const { scheduled, cycled } = this.#program;
    const { rate, momentum } = drive;
    const driven: [string, number][] = [];
    if (scheduled !== undefined) driven.push([scheduled, rate]);
    if (cycled !== undefined && momentum !== undefined) driven.push([cycled, momentum]);
    return driven;
  }

  /**
   * Goes on by an amended spec: weights, slots and counts stay, and the next update is the first by the new values. The schedule
   * stands where it would stand if it had always been this one.
   * @param checked the spec that it runs, with other values or another schedule: what `openAmended` or `amend` gives
   * @throws RunError `amendment` for a spec with another rule, other groups or other state, `busy` while a step is under way, and
   *   as `attach` does; nothing is changed then
   */
  amend(checked: Checked): void {
    this.become(new Optimizer(checked, ...this.amended(checked), this.#engine));
  }

  /** @internal what the optimizer by an amended spec is attached to. @throws as {@link amend} */
  amended(checked: Checked): readonly [Parameters, OptimizerState] {
    this.refuseBusy();
    refuseBeyond(this.#checked, checked);
    return [this.#parameters, amendedState(this.#checked, checked, this.state())];
  }

  /** @internal takes the place of another, attached to the same parameters, which is not used any more. */
  become(other: Optimizer): void {
    this.#checked = other.#checked;
    this.#program = other.#program;
    this.#asking = other.#asking;
    this.#shared = other.#shared;
    this.#engine = other.#engine;
    this.#schedules = other.#schedules;
    this.#limits = other.#limits;
    this.#ahead = undefined;
  }

  /**
   * A copy of the state, from which an optimizer of the same spec goes on to the same bits.
   * @throws RunError while a step is under way
   */
  state(): OptimizerState {
    this.refuseBusy();
    const slots = new Map<string, Map<string, SlotValue>>();
    const { entries } = this.#asking;
    for (const [key, { held }] of entries) {
      for (const [name, value] of held.slots) {
        const ofSlot = slots.get(name) ?? new Map<string, SlotValue>();
        slots.set(name, ofSlot.set(key, typeof value === "number" ? value : value.slice()));
      }
    }
    const counts = new Map([...entries].map(([key, { count }]) => [key, count]));
    const schedule = this.#schedules?.state(this.#updates) ?? new Map<string, number>();
    return { counts, updates: this.#updates, schedule, shared: new Map(this.#shared), slots };
  }
}
