/** golden: optseal's sources beside cases of the real frameworks. */
import { readFileSync } from "node:fs";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { convert } from "../../src/legacy/convert.ts";
import { findRule } from "../../src/rules/built-in.ts";
import { compile } from "../../src/run/optimizer.ts";
import type { Engine, GoldenCase, Outcome, TraceCase } from "./measure.ts";
import { measureCase } from "./measure.ts";
import type { ScheduleCase, ScheduleOutcome } from "./measure-schedule.ts";
import { measureSchedule } from "./measure-schedule.ts";

const SOURCES: Engine = { author, check, compile, convert, findRule };

/** The cases of one file, whatever they are of. */
function casesOf<T>(file: string | URL): readonly T[] {
  return (JSON.parse(readFileSync(file, "utf8")) as { cases: T[] }).cases;
}

/** The rule cases of one file of golden traces. */
export function readCases(file: string | URL): readonly GoldenCase[] {
  return casesOf(file);
}

/** The schedule cases of one file of golden traces. */
export function readSchedules(file: string | URL): readonly ScheduleCase[] {
  return casesOf(file);
}

/** A rule's case, or a pickled one of MXNet, through author or convert, check and run. */
export function replay(one: GoldenCase | TraceCase): Outcome {
  return measureCase(SOURCES, one);
}

/** A schedule's case through author, check and run. */
export function replaySchedule(one: ScheduleCase): ScheduleOutcome {
  return measureSchedule(SOURCES, one);
}
