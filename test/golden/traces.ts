/** golden: reads cases of MXNet, which hold its own pickles; the format is described in conformance/README.md. */
import { readFileSync } from "node:fs";
import type { Outcome, TraceCase } from "./measure.ts";
import { replay as replayAny } from "./replay.ts";

/** The cases of one file. */
export function readTraces(file: string): readonly TraceCase[] {
  return (JSON.parse(readFileSync(file, "utf8")) as { cases: TraceCase[] }).cases;
}

/** From the pickle through convert, check and run; then beside the weights that the framework left. */
export function replay(trace: TraceCase): Outcome {
  return replayAny(trace);
}
