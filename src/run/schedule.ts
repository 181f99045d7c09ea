/** run: a schedule, one scalar program that all parameters of a base rate share. */
import { bug } from "../base/errors.ts";
import type { ScheduleProgram } from "../spec/program.ts";
import type { Scalars } from "./scalar.ts";
import { evaluateScalar, hyperScalars, runScalars } from "./scalar.ts";

/** What a schedule gives: the rate, and a momentum from those that cycle one. */
export interface Drive {
  readonly rate: number;
  readonly momentum: number | undefined;
}

/** Where a schedule stands: its scalars (`rate` among them) and the schedule step that gave them, counted from 1. */
export class RunningSchedule {
  readonly #program: ScheduleProgram;
  #scalars: Scalars;
  #step: number;
  /** Set until the first rate is asked for, where the state was given without one: a step that was made is run again for it. */
  #jumps = false;

  /**
   * @param base the rate that the spec gives; `updates` how many have been made; `state` the scalars at that count,
   * without which the schedule is run from its beginning.
   */
  constructor(program: ScheduleProgram, base: number, updates: number, state?: ReadonlyMap<string, number>) {
    this.#program = program;
    this.#scalars = hyperScalars(program.hyper).set("base", base);
    for (const { name, init } of program.slots) {
      if (init === "weight") throw bug("a schedule has no weight");
      this.#scalars.set(name, evaluateScalar(init, this.#scalars));
    }
    const start = this.#stepOf(updates);
    if (state === undefined || state.size === 0) {
      this.#step = 0;
      this.#runTo(start);
    } else {
      this.#step = start;
      this.#jumps = !state.has("rate");
      for (const [name, value] of state) this.#scalars.set(name, value);
    }
  }

  /** The same schedule at the same place, which moves on by itself. */
  copy(): RunningSchedule {
    const copy = new RunningSchedule(this.#program, 0, 0);
    copy.#scalars = new Map(this.#scalars);
    copy.#step = this.#step;
    copy.#jumps = this.#jumps;
    return copy;
  }

  #stepOf(updates: number): number {
    return updates === 0 ? 0 : 1 + Math.floor((updates - 1) / this.#program.every);
  }

  #runTo(step: number): void {
    // Without state the last step says all.
    if (this.#program.slots.length === 0) this.#step = Math.max(this.#step, step - 1);
    while (this.#step < step) {
      this.#step += 1;
      runScalars(this.#program.step, this.#scalars.set("t", this.#step));
    }
  }

  /** What it gives for the update of this number, counted from 1. Numbers never go back. */
  at(updates: number): Drive {
    const step = this.#stepOf(updates);
    if (this.#jumps) this.#step = Math.min(this.#step, step - 1);
    this.#jumps = false;
    this.#runTo(step);
    const rate = this.#scalars.get("rate");
    if (rate === undefined) throw bug("the schedule left no rate");
    return { rate, momentum: this.#scalars.get("momentum") };
  }

  /** Makes the steps that are due by an update, if others than its own parameters had it. */
  reach(updates: number): void {
    if (this.#step < this.#stepOf(updates)) this.at(updates);
  }

  /** The scalars that a restart needs; empty before the first step, unless it was given some. */
  state(): ReadonlyMap<string, number> {
    if (this.#step === 0 && !this.#jumps) return new Map();
    const names = [...this.#program.slots.map(({ name }) => name), "rate", "momentum"];
    return new Map(
      names.flatMap((name) => (this.#scalars.has(name) ? [[name, this.#scalars.get(name) as number]] : [])),
    );
  }
}
