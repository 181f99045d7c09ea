import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readTraces, replay } from "./traces.ts";

const FOLDER = new URL("./mxnet-1.9/", import.meta.url);
const FILES = readdirSync(FOLDER).sort();
const CASES = FILES.flatMap((file) =>
  readTraces(new URL(file, FOLDER).pathname).map((trace) => ({
    file,
    trace,
    scheduler: trace.scheduler ?? "constant",
  })),
);

describe("golden traces of MXNet 1.9.1, from its own protocol-0 pickles", () => {
  it.each(FILES)("%s: every element of every weight is the same bits", (file) => {
    const outcomes = CASES.filter((one) => one.file === file).map(({ trace }) => replay(trace));
    expect(outcomes.length).toBeGreaterThanOrEqual(file === "test.json" ? 8 : 20);
    expect(outcomes.filter(({ error }) => error > 1e-6)).toEqual([]);
    expect(outcomes.filter(({ equal, elements }) => equal < elements)).toEqual([]);
  });

  it("has at least 20 cases for each scheduler and for none", () => {
    for (const name of [
      "constant",
      "factorscheduler",
      "multifactorscheduler",
      "polyscheduler",
      "cosinescheduler",
    ]) {
      expect(CASES.filter(({ scheduler }) => scheduler === name).length, name).toBeGreaterThanOrEqual(20);
    }
  });

  it("moves the weights in nearly all cases, so that equality says something", () => {
    const moving = CASES.filter(({ trace }) => trace.params.some(({ w0, w8 }) => w0 !== w8));
    expect(moving.length).toBeGreaterThan(0.9 * CASES.length);
  });
});
