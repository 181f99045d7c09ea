import { describe, expect, it } from "vitest";
import { findRule, ruleNames } from "../../../src/rules/built-in.ts";
import { withRandomHyper } from "./random-built-in.ts";
import { float32s, words } from "./random-program.ts";
import { firstDifference } from "./same.ts";

const MATRICES = { h: [3, 5], i: [6, 4], l: [33, 40], m: [5, 3], n: [1, 7] };
const STACKS = { ...MATRICES, o: [2, 2, 40] };
const ALL = {
  ...{ a: [], b: [0], c: [1], d: [3], e: [4], f: [5], g: [1023], p: [0, 3], k: [4, 2, 3, 3] },
  ...STACKS,
};

/** Shapes that the rule's needs let pass. */
function shapesFor(name: string) {
  const needs = JSON.stringify(findRule(name)?.tree.needs ?? []);
  if (needs.includes('["eq","rank",2]')) return MATRICES;
  return needs.includes("rank") ? STACKS : ALL;
}

describe.each(ruleNames)("%s", (rule) => {
  it.each([1, 2])("has the bits of the reference engine (seed %i)", (seed) => {
    const word = words(seed);
    const given = {
      shapes: shapesFor(rule),
      steps: 4,
      weight: float32s(word, 1e9),
      gradient: float32s(word, seed === 1 ? 1e9 : 16),
    };
    expect(firstDifference(withRandomHyper(rule, seed), given)).toBe(undefined);
  });
});

describe.each(["torch-2.13/adamw", "mxnet-1.9/lamb", "mxnet-1.9/sgd", "optax-0.2/prodigy"])("%s", (rule) => {
  it("has them for 65,537 elements", () => {
    const word = words(3);
    const numbers = float32s(word, 1000);
    const given = { shapes: { large: [65_537], small: [3] }, steps: 2, weight: numbers, gradient: numbers };
    expect(firstDifference(withRandomHyper(rule, 3), given)).toBe(undefined);
  });
});
