import { describe, expect, it } from "vitest";
import { ruleNames } from "../../../src/rules/built-in.ts";
import { float32s, words } from "./random-program.ts";
import { shapesFor, withRandomHyper } from "./random-settings.ts";
import { firstDifference } from "./same.ts";

const MATRICES = { h: [3, 5], i: [6, 4], l: [33, 40], m: [5, 3], n: [1, 7] };
const STACKS = { o: [2, 2, 40] };
const OTHERS = { a: [], b: [0], c: [1], d: [3], e: [4], f: [5], g: [1023], p: [0, 3], k: [4, 2, 3, 3] };
const SMALL = { ...MATRICES, ...STACKS, ...OTHERS };
const LARGE = { a: [65_537], b: [3], c: [1, 2501], d: [130, 129], e: [2, 3, 2], f: [0], g: [7, 33] };

describe.each(ruleNames)("%s", (rule) => {
  it.each([1, 2])("has the bits of the reference engine (seed %i)", (seed) => {
    const word = words(seed);
    const given = {
      shapes: shapesFor(rule, SMALL),
      steps: 4,
      weight: float32s(word, 1e9),
      gradient: float32s(word, seed === 1 ? 1e9 : 16),
    };
    expect(firstDifference(withRandomHyper(rule, seed), given)).toBe(undefined);
  });

  it("has them for 65,537 elements among others", () => {
    const word = words(3);
    const shapes = shapesFor(rule, LARGE);
    const given = { shapes, steps: 2, weight: float32s(word, 1000), gradient: float32s(word, 1e9) };
    expect(firstDifference(withRandomHyper(rule, 3), given)).toBe(undefined);
  });
});
