/** check: where a spec says that counting starts. */
import { didYouMean } from "../base/nearest.ts";
import type { ScheduleProgram } from "../spec/program.ts";
import type { Spec } from "../spec/tree.ts";
import type { Report } from "./errors.ts";

/** A schedule that starts late is run from its beginning, at most this far: about a second. */
const MAX_CATCH_UP = 10_000_000;

const highestCount = ({ resume }: Spec): number =>
  Math.max(resume?.begin ?? 0, ...Object.values(resume?.counts ?? {}));

/** Update counts against the highest that the spec gives. */
export function checkCounts(spec: Spec, report: Report): void {
  const highest = highestCount(spec);
  const updates = spec.resume?.updates ?? highest;
  if (updates >= highest) return;
  report("resume", "resume.updates", `${updates} is below ${highest}, which a parameter has reached already`);
}

/** The schedule's state as given, or the work of finding it. */
export function checkScheduleState(spec: Spec, program: ScheduleProgram, report: Report): void {
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
  if (given.length === 0 && known.size > 0 && start / program.every > MAX_CATCH_UP) {
    report(
      "resume",
      "resume",
      `the schedule would be run ${Math.ceil(start / program.every)} steps to where it starts`,
      "give its state in resume.schedule",
    );
  }
}
