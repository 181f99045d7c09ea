import { describe, expect, it } from "vitest";
import { author } from "../../../src/author/author.ts";
import { check } from "../../../src/check/check.ts";
import { ruleNames } from "../../../src/rules/built-in.ts";
import { firstDifference } from "./same.ts";

/** Numbers that arithmetic treats apart, among ordinary ones. */
function numbers(seed: number, special: boolean): () => number {
  let x = seed | 1;
  const apart = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-45, -1e-40, 3.4e38];
  return () => {
    x = (Math.imul(x, 1664525) + 1013904223) | 0;
    const part = (x >>> 8) / 2 ** 24;
    if (special && (x & 0xf0) === 0) return Math.fround(apart[(x >>> 20) & 7] as number);
    return Math.fround((part - 0.5) * 10 ** ((x & 15) - 9));
  };
}

const SHAPES = {
  a: [],
  b: [0],
  c: [1],
  d: [3],
  e: [4],
  f: [5],
  g: [1023],
  h: [3, 5],
  i: [6, 4],
  j: [2, 3, 7],
  k: [4, 2, 3, 3],
  l: [33, 40],
};
const MATRICES = { h: SHAPES.h, i: SHAPES.i, l: SHAPES.l, m: [5, 3], n: [1, 7], o: [2, 2, 40] };

describe.each(ruleNames)("%s", (rule) => {
  const needsMatrix = /muon|matri|shampoo|soap/.test(rule);
  it.each([false, true])("has the reference's bits, with special numbers: %s", (special) => {
    const checked = check(author({ optseal: 1, rule }));
    const shapes = needsMatrix ? MATRICES : SHAPES;
    const given = { shapes, steps: 4, weight: numbers(1, false), gradient: numbers(7, special) };
    expect(firstDifference(checked, given)).toBe(undefined);
  });
});
