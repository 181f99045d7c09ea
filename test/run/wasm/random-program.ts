/** Test help: random well-typed programs with a schedule, for random parameters, from one seed each. */
import { author } from "../../../src/author/author.ts";
import { check } from "../../../src/check/check.ts";
import type { Checked } from "../../../src/spec/gates.ts";
import type { Spec } from "../../../src/spec/tree.ts";
import { wellTypedRule, wellTypedSchedule } from "../../properties/well-typed.ts";
import { Tape } from "../../spec/tape.ts";
import type { Given } from "./same.ts";

/** Numbers below 2^32, always the same for a seed (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014). */
export function words(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let x = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return (x ^ (x >>> 16)) >>> 0;
  };
}

const SPECIAL: readonly number[] = [
  ...[0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ...[1.401298464324817e-45, -1.1e-39, 3.4028234663852886e38, 1, -1],
];

/** Binary32 numbers of many sizes, with one in `rare` from those that arithmetic treats apart. */
export function float32s(word: () => number, rare: number): () => number {
  return () => {
    if (word() % rare === 0) return Math.fround(SPECIAL[word() % SPECIAL.length] as number);
    return Math.fround((word() / 2 ** 31 - 1) * 10 ** ((word() % 12) - 6));
  };
}

const SHAPES: readonly (readonly number[])[] = [
  ...[[], [0], [1], [3], [4], [5], [17], [70], [2, 3], [3, 2], [4, 4]],
  ...[
    [5, 1],
    [1, 5],
    [2, 3, 5],
    [2, 2, 2, 3],
    [0, 3],
    [3, 0],
    [9, 8],
    [33, 34],
  ],
];

/** A program that `check` passes, with what it is to work on; `undefined` where a need is not met or a cost is too high. */
export function randomCase(
  seed: number,
  more: Partial<Spec> = {},
): { readonly checked: Checked; readonly given: Given } | undefined {
  const word = words(seed);
  const tape = new Tape(Array.from({ length: 600 }, () => word() & 0xffff));
  const { tree: rule, hyper } = wellTypedRule(tape);
  const has = word() % 3;
  const scheduleTape = new Tape(Array.from({ length: 200 }, () => word() & 0xffff));
  const { tree, hyper: own } = wellTypedSchedule(scheduleTape);
  const { mode, flag, off, list, beta, turns } = own;
  const gradient = [
    undefined,
    undefined,
    { rescale: 0.1 },
    { clip_value: 0.5 },
    { clip_norm: 1 },
    { rescale: 3, clip_value: 1, clip_norm: 2 },
  ][word() % 6];
  const spec = {
    optseal: 1,
    rule,
    hyper,
    ...(has === 0
      ? {}
      : { schedule: { rule: tree, hyper: { mode, flag, off, list, beta, turns }, every: has } }),
    ...(gradient === undefined ? {} : { gradient }),
    ...more,
  };
  let checked: Checked;
  try {
    checked = check(author(spec));
  } catch {
    return undefined;
  }
  const shapes: { [key: string]: readonly number[] } = {};
  for (let i = word() % 4; i >= 0; i--) shapes[`p${i}`] = SHAPES[word() % SHAPES.length] as readonly number[];
  const rare = [4, 40, 1e9][word() % 3] as number;
  const numbers = float32s(word, rare);
  const given: Given = {
    shapes,
    steps: 3,
    weight: numbers,
    gradient: numbers,
    takesPart: (key, step) => (key.length + step + seed) % 5 !== 0,
  };
  return { checked, given };
}
