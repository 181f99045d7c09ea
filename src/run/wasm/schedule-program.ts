/** run: a spec's schedule in the module: a function that starts its scalars, and one that makes a schedule step. */
import type { ScheduleProgram } from "../../spec/program.ts";
import type { ScheduleDescription } from "./description.ts";
import { plainValues } from "./description.ts";
import { Frame } from "./frame.ts";
import type { Functions } from "./functions.ts";
import type { Lists } from "./lists.ts";
import { writeScalarProgram } from "./scalar-program.ts";

const RESULTS: readonly string[] = Object.freeze(["rate", "momentum"]);

/** Writes both functions; they work on a frame of their own. */
export function writeSchedule(
  { hyper, slots, step, every, cost }: ScheduleProgram,
  functions: Functions,
  lists: Lists,
): ScheduleDescription {
  const given = Object.keys(hyper).filter((name) => ["number", "boolean"].includes(typeof hyper[name]));
  const kept = slots.map(({ name }) => name);
  const results = RESULTS.filter((name) => step.some((line) => line.name === name));
  const frame = new Frame(["base", ...given, ...kept, ...results]);
  const shared = { frame, functions, lists };
  const inits = slots.flatMap(({ name, init }) => (init === "weight" ? [] : [{ name, node: init }]));
  const starts = writeScalarProgram("schedule_start", { kept, lines: inits }, shared);
  writeScalarProgram("schedule_step", { kept: [...kept, ...results], lines: step }, shared);
  const named = ["t", "base", ...given, ...kept, ...results];
  return {
    hyper: plainValues(hyper),
    every,
    cost,
    ...(starts ? { start: "schedule_start" } : {}),
    step: "schedule_step",
    slots: kept,
    numbers: Object.fromEntries(named.map((name) => [name, frame.number(name)])),
    frame: frame.bytes,
  };
}
