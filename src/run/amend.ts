/** run: an optimizer's state where its spec is amended. In: both specs, checked, and the state. Out: the state to go on from. */
import { catchUp, MAX_CATCH_UP } from "../spec/catch-up.ts";
import type { Checked } from "../spec/gates.ts";
import { checkedGate } from "../spec/gates.ts";
import { beyondAmending, isSameSchedule } from "../spec/kept.ts";
import type { OptimizerState } from "../spec/optimizer-state.ts";
import { RunError } from "./errors.ts";
import { RunningSchedule } from "./schedule.ts";
import { ratesIn, scalarNames } from "./schedules.ts";

/**
 * @throws RunError `amendment` for another rule, other groups, or other state than the running optimizer has
 * @throws TypeError for anything that `check` has not returned
 */
export function refuseBeyond(before: Checked, after: Checked): void {
  if (!checkedGate.knows(after)) throw new TypeError("amend takes what `check` returned");
  const [first, ...rest] = beyondAmending(before, after).map(
    (beyond) => ({ code: "amendment", ...beyond }) as const,
  );
  if (first !== undefined) throw new RunError([first, ...rest]);
}

/**
 * The same counts and slots. The schedule stands where it would stand if it had always been this one, with these base rates: so
 * its own state is kept where neither has changed, and found by running it from its beginning where one has.
 * @throws RunError `amendment` for a schedule that would be run too long
 */
export function amendedState(before: Checked, after: Checked, state: OptimizerState): OptimizerState {
  const { schedule } = after.program;
  if (schedule === undefined) return { ...state, schedule: new Map() };
  const known = isSameSchedule(before, after) ? ratesIn(before.program) : [];
  const rates = ratesIn(after.program).map(({ base, suffix }) => ({
    base,
    suffix,
    from: known.find((one) => Object.is(one.base, base))?.suffix,
  }));
  const { steps, operations } = catchUp(
    schedule,
    state.updates,
    rates.filter(({ from }) => from === undefined).length,
  );
  if (operations > MAX_CATCH_UP)
    throw new RunError({
      code: "amendment",
      message: `the schedule would be run ${steps} steps to where it goes on`,
      path: "schedule",
      hint: "a longer `every`, or a schedule without state, is there at once",
    });
  const names = scalarNames(schedule);
  const scalars = rates.flatMap(({ base, suffix, from }) => {
    const own =
      from === undefined
        ? new RunningSchedule(schedule, base, state.updates).state()
        : new Map(names.flatMap((name) => entry(name, state.schedule.get(name + from))));
    return [...own].map(([name, value]) => [name + suffix, value] as const);
  });
  return { ...state, schedule: new Map(scalars) };
}

const entry = (name: string, value: number | undefined): readonly (readonly [string, number])[] =>
  value === undefined ? [] : [[name, value]];
