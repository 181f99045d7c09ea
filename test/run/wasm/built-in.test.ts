import { describe, expect, it } from "vitest";
import { author } from "../../../src/author/author.ts";
import { check } from "../../../src/check/check.ts";
import { findRule, ruleNames } from "../../../src/rules/built-in.ts";
import type { HyperDeclaration } from "../../../src/spec/tree.ts";
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

/** A value within the bounds of a declaration: its default, or another one near it. */
function drawn({ default: given, min = 0, max = 1, type = "number" }: HyperDeclaration, word: () => number) {
  if (type === "boolean") return word() % 2 === 1;
  if (given === undefined) return min + (Math.min(max, min + 1) - min) * (0.1 + (word() % 64) / 100);
  if (type !== "number" || typeof given !== "number") return given;
  if (Number.isInteger(given) && given > 0) return given;
  const other = given === 0 ? (word() % 2) * 0.01 : given * (0.5 + (word() % 128) / 256);
  return other > min && other < max ? other : given;
}

function withRandomHyper(rule: string, seed: number) {
  const word = words(seed);
  const hyper = (findRule(rule)?.tree.hyper ?? []).map((one) => [one.name, drawn(one, word)] as const);
  for (let tries = 0; tries < 8; tries++) {
    // What a rule needs of its hyperparameters together is left to its check.
    const some = hyper.filter(([, value]) => value !== undefined && (tries < 4 || word() % 4 === 0));
    const own = findRule(rule)?.tree.hyper.flatMap(({ name, default: given }) =>
      given === undefined ? [name] : [],
    );
    const must = hyper.filter(([name]) => own?.includes(name));
    try {
      return check(
        author({ optseal: 1, rule, hyper: Object.fromEntries(tries === 7 ? must : [...must, ...some]) }),
      );
    } catch (error) {
      if (tries === 7) throw error;
    }
  }
  throw new Error(`no hyperparameters for ${rule}`);
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
