/** run: the schedule of a spec, once for each base rate that its groups give it. */
import type { OptimizerState } from "../spec/optimizer-state.ts";
import type { Program, ScheduleProgram } from "../spec/program.ts";
import { RunError } from "./errors.ts";
import type { Drive } from "./schedule.ts";
import { RunningSchedule } from "./schedule.ts";

/** The spec's start, for schedules that no state is given for. */
export type ScheduleStart = Pick<OptimizerState, "updates" | "schedule">;

interface Running {
  /** What its scalars are called by in a state, behind their own names. */
  readonly suffix: string;
  readonly schedule: RunningSchedule;
}

/** The base rates of a program, each with what its scalars are called by in a state, behind their own names. */
export function ratesIn({ scheduled, bindings }: Program): readonly Rate[] {
  if (scheduled === undefined) return [];
  const bases = bindings.map(({ hyper }) => hyper[scheduled] as number);
  // The parameters that no group is for come first: their scalars have plain names.
  const distinct = [...new Set([bases.at(-1) as number, ...bases])];
  return distinct.map((base, i) => ({ base, suffix: i === 0 ? "" : `@${bases.indexOf(base)}` }));
}

interface Rate {
  readonly base: number;
  readonly suffix: string;
}

/** What a schedule's scalars are called. */
export const scalarNames = ({ slots }: ScheduleProgram): readonly string[] => [
  "rate",
  "momentum",
  ...slots.map(({ name }) => name),
];

/** Which running schedule a group's parameters follow: those with the same base rate follow the same. */
export class Schedules {
  readonly #running: readonly Running[];
  readonly #ofGroup: readonly number[];

  private constructor(running: readonly Running[], ofGroup: readonly number[]) {
    this.#running = running;
    this.#ofGroup = ofGroup;
  }

  /**
   * @param isResumed whether `start` is a state that an optimizer handed out, which has everything; the spec's own has
   * the scalars of the last group only
   * @throws RunError for a state that lacks scalars of the schedule or has others
   */
  static start(program: Program, start: ScheduleStart, isResumed: boolean): Schedules | undefined {
    const { schedule, scheduled, bindings } = program;
    if (schedule === undefined || scheduled === undefined) {
      refuseOthers(start, new Set());
      return undefined;
    }
    const rates = ratesIn(program);
    const names = scalarNames(schedule);
    refuseOthers(start, new Set(rates.flatMap(({ suffix }) => names.map((name) => name + suffix))));
    const running = rates.map(({ base, suffix }) => {
      const own = names.flatMap((name) => {
        const value = start.schedule.get(name + suffix);
        return value === undefined ? [] : [[name, value] as const];
      });
      if (isResumed && start.updates > 0) {
        for (const { name } of schedule.slots) refuseMissing(start, name + suffix);
      }
      return { suffix, schedule: new RunningSchedule(schedule, base, start.updates, new Map(own)) };
    });
    return new Schedules(
      running,
      bindings.map(({ hyper }) => rates.findIndex(({ base }) => base === hyper[scheduled])),
    );
  }

  /** The same at the same place, which moves on by itself. */
  copy(): Schedules {
    const running = this.#running.map(({ suffix, schedule }) => ({ suffix, schedule: schedule.copy() }));
    return new Schedules(running, this.#ofGroup);
  }

  /** What the schedule gives a group's parameters for the update of this number. Numbers never go back. */
  at(updates: number, group: number): Drive {
    const running = this.#running[this.#ofGroup[group] as number] as Running;
    return running.schedule.at(updates);
  }

  /** The scalars that a restart after so many updates needs. */
  state(updates: number): ReadonlyMap<string, number> {
    return new Map(
      this.#running.flatMap(({ suffix, schedule }) => {
        schedule.reach(updates);
        return [...schedule.state()].map(([name, value]) => [name + suffix, value] as const);
      }),
    );
  }
}

function refuseOthers({ schedule }: ScheduleStart, known: ReadonlySet<string>): void {
  const other = [...schedule.keys()].find((name) => !known.has(name));
  if (other === undefined) return;
  throw new RunError({
    code: "state-unknown",
    message: `the spec has no state \`${other}\``,
    path: `state.${other}`,
    hint: "a state belongs to the spec that made it",
  });
}

function refuseMissing({ schedule }: ScheduleStart, name: string): void {
  if (schedule.has(name)) return;
  const message = `the state has no \`${name}\` for the schedule`;
  throw new RunError({ code: "state-missing", message, path: `state.schedule.${name}` });
}
