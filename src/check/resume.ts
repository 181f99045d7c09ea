/** check: where a spec says that counting starts. */
import { didYouMean } from "../base/nearest.ts";
import { catchUp, MAX_CATCH_UP } from "../spec/catch-up.ts";
import type { ScheduleProgram } from "../spec/program.ts";
import type { Spec } from "../spec/tree.ts";
import type { Report } from "./errors.ts";

const highestCount = ({ resume }: Spec): number =>
  Math.max(resume?.begin ?? 0, ...Object.values(resume?.counts ?? {}));

/** Update counts against the highest that the spec gives. */
export function checkCounts(spec: Spec, report: Report): void {
  const highest = highestCount(spec);
  const updates = spec.resume?.updates ?? highest;
  if (updates >= highest) return;
  report("resume", "resume.updates", `${updates} is below ${highest}, which a parameter has reached already`);
}

/**
 * The schedule's state as given, or the work of finding it.
 * @param rates how many base rates the groups have: the state that a spec gives is that of one.
 */
export function checkScheduleState(
  spec: Spec,
  program: ScheduleProgram,
  rates: number,
  report: Report,
): void {
  const known = new Set(program.slots.map(({ name }) => name));
  const given = Object.keys(spec.resume?.schedule ?? {});
  for (const name of given) {
    if (!known.has(name))
      report(
        "resume",
        `resume.schedule.${name}`,
        `the schedule has no state \`${name}\``,
        didYouMean(name, known),
      );
  }
  const missing = [...known].filter((name) => given.length > 0 && !given.includes(name));
  if (missing.length > 0)
    report("resume", "resume.schedule", `the schedule's state also has: ${missing.join(", ")}`);
  const start = spec.resume?.updates ?? highestCount(spec);
  const runs = given.length === 0 ? rates : rates - 1;
  const { steps, operations } = catchUp(program, start, runs);
  if (operations <= MAX_CATCH_UP) return;
  const times = runs === 1 ? "" : ` for each of ${runs} base rates`;
  const hint =
    rates === 1
      ? "give its state in resume.schedule"
      : "leave `resume` out, and attach with the state that an optimizer handed out";
  report("resume", "resume", `the schedule would be run ${steps} steps to where it starts${times}`, hint);
}
