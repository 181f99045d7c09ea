/** run: a checked program at work on parameters, by the reference engine. */
import type { Checked } from "../spec/gates.ts";
import { checkedGate } from "../spec/gates.ts";
import type { OptimizerState, SlotValue } from "../spec/optimizer-state.ts";
import type { Program } from "../spec/program.ts";
import type { GradientSteps } from "../spec/tree.ts";
import { amendedState, refuseBeyond } from "./amend.ts";
import { checkGradient } from "./check-gradient.ts";
import type { Changing, Due, Engine, Held, Stepping } from "./engine.ts";
import { RunError } from "./errors.ts";
import type { Limit } from "./limits.ts";
import { limitsOf, refuseOutside } from "./limits.ts";
import type { Key, Parameter } from "./parameters.ts";
import { bindParameter, entriesIn, entriesOf, keyText, refuseOverlaps, twice } from "./parameters.ts";
import type { Numbers } from "./precision.ts";
import { REFERENCE } from "./reference.ts";
import type { RowGradient } from "./rows.ts";
import type { Drive } from "./schedule.ts";
import { Schedules } from "./schedules.ts";
import { refuseUncounted, refuseUnknown, startShared, startSlots } from "./slots.ts";
import { firstState } from "./start.ts";

export type Parameters = ReadonlyMap<Key, Parameter> | { readonly [key: string]: Parameter };
/**
 * Gradients by key, each whole or of some rows alone. Their numbers are a Float32Array, or, of 16-bit weights, perhaps a Uint16Array
 * with the bits of their type.
 */
export type Gradients =
  | ReadonlyMap<Key, Numbers | RowGradient>
  | { readonly [key: string]: Numbers | RowGradient };

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

/** A parameter and how it stands. */
interface Entry {
  readonly held: Held;
  /** How many updates it has had. */
  count: number;
  /** The step that it was last named in. */
  asked: number;
}

/** An optimizer with its state. Steps are synchronous and all or nothing: what does not fit is refused before a write. */
export class Optimizer {
  #checked: Checked;
  #program: Program;
  readonly #gradient: GradientSteps;
  readonly #parameters: ReadonlyMap<string, Parameter>;
  #entries: ReadonlyMap<string, Entry>;
  /** What the weights stand in. */
  readonly #memory: ReadonlySet<ArrayBufferLike>;
  #shared: Map<string, number>;
  #engine: Engine;
  #schedules: Schedules | undefined;
  #limits: readonly Limit[];
  /** A copy of the schedule that has been asked for later updates. */
  #ahead: { readonly schedules: Schedules; at: number } | undefined;
  #updates: number;
  #isBusy = false;
  /** The number of the step that was last asked for. */
  #asked = 0;

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
    this.#memory = new Set(bound.map(({ data }) => data.buffer));
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
    this.#entries = new Map(
      held.map((one) => {
        const { key } = one.bound;
        return [key, { held: one, count: start.counts.get(key) ?? begin, asked: 0 }];
      }),
    );
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
    const entries = this.#entriesOf(gradients);
    const updates = entries.reduce((most, { count }) => Math.max(most, count + 1), this.#updates);
    const schedules = this.#schedules?.copy();
    const changing = this.#changing(entries, updates, schedules);
    let i = 0;
    const due: Due[] = [];
    const around = { memory: this.#memory, steps: this.#gradient };
    for (const [key, gradient] of entriesIn(gradients)) {
      const { held } = entries[i] as Entry;
      const scalars = changing[i++] as Changing;
      due.push({ held, ...checkGradient(key, gradient, held.bound, around), scalars });
    }
    this.#isBusy = true;
    try {
      yield* this.#engine.run(due, this.#shared, this.#gradient);
      this.#schedules = schedules;
      this.#updates = updates;
      for (const entry of entries) entry.count += 1;
    } finally {
      this.#isBusy = false;
    }
  }

  /** @throws RunError for keys that are unknown, or of the same parameter */
  #entriesOf(gradients: Gradients): readonly Entry[] {
    this.#asked += 1;
    const entries: Entry[] = [];
    for (const [key] of entriesIn(gradients)) {
      const text = keyText(key);
      const entry = this.#entries.get(text);
      if (entry === undefined) throw unknownParameter(text);
      if (entry.asked === this.#asked) throw twice(text);
      entry.asked = this.#asked;
      entries.push(entry);
    }
    return entries;
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
    let last: { readonly count: number; readonly group: number; readonly scalars: Changing } | undefined;
    return entries.map(({ held: { bound }, count }) => {
      const { group } = bound;
      if (last?.count === count && last.group === group) return last.scalars;
      updates = Math.max(updates, count + 1);
      const drive = schedules?.at(updates, group);
      if (drive !== undefined) refuseOutside(this.#limits, drive, updates);
      const scalars: Changing = [["steps", steps], ...this.#driven(drive), ["t", count + 1]];
      last = { count, group, scalars };
      return scalars;
    });
  }

  #driven(drive: Drive | undefined): Changing {
    const { scheduled, cycled } = this.#program;
    const driven = [
      [scheduled, drive?.rate],
      [cycled, drive?.momentum],
    ] as const;
    return driven.flatMap(([name, value]) =>
      name === undefined || value === undefined ? [] : [[name, value] as const],
    );
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
    this.#entries = other.#entries;
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
    for (const [key, { held }] of this.#entries) {
      for (const [name, value] of held.slots) {
        const ofSlot = slots.get(name) ?? new Map<string, SlotValue>();
        slots.set(name, ofSlot.set(key, typeof value === "number" ? value : value.slice()));
      }
    }
    const counts = new Map([...this.#entries].map(([key, { count }]) => [key, count]));
    const schedule = this.#schedules?.state(this.#updates) ?? new Map<string, number>();
    return { counts, updates: this.#updates, schedule, shared: new Map(this.#shared), slots };
  }
}

function unknownParameter(key: string): RunError {
  const message = `there is no parameter \`${key}\``;
  return new RunError({ code: "unknown-parameter", message, path: `gradients.${key}` });
}
