import { describe, expect, it } from "vitest";
import { readCases, replay } from "./replay.ts";

const CASES = readCases(new URL("./transformers-5/adafactor.json", import.meta.url));
const OUTCOMES = CASES.map(replay);
const SHAPES = CASES.flatMap(({ params }) => params.map(({ shape }) => shape.length));

describe("golden traces of transformers 5.18.0: Adafactor", () => {
  it("is within the rounding of the source's binary32 sums", () => {
    expect(OUTCOMES.length).toBeGreaterThanOrEqual(10);
    expect(OUTCOMES.filter(({ error }) => error > 1e-6)).toEqual([]);
  });

  it("is the same bits nearly everywhere", () => {
    const sum = (of: "elements" | "equal") => OUTCOMES.reduce((all, one) => all + one[of], 0);
    expect(sum("equal") / sum("elements")).toBeGreaterThan(0.8);
  });

  it("has parameters of all ranks, and moves them", () => {
    expect(new Set(SHAPES)).toEqual(new Set([0, 1, 2, 3]));
    const moving = CASES.filter(({ params }) => params.every(({ before, after }) => before !== after));
    expect(moving.length).toBeGreaterThan(0.8 * CASES.length);
  });

  it("gives each argument in more than one way", () => {
    const names =
      "eps1 eps2 clip_threshold decay_rate beta1 weight_decay scale_parameter relative_step warmup_init lr";
    for (const name of names.split(" ")) {
      const values = CASES.map(({ spec }) => (spec.hyper as Readonly<Record<string, unknown>>)[name]);
      expect(new Set(values).size, name).toBeGreaterThanOrEqual(3);
    }
  });
});
