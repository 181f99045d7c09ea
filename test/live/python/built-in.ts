/** live: a built-in rule with random hyperparameters, shapes, numbers, groups, schedule, gradient steps and start, from a seed. */
import { findRule } from "../../../src/rules/built-in.ts";
import type { Checked } from "../../../src/spec/gates.ts";
import { float32s, words } from "../../run/wasm/random-program.ts";
import { withRandomHyper } from "../../run/wasm/random-settings.ts";
import type { Given } from "../../run/wasm/same.ts";

type Shape = readonly number[];

/** Sizes around the widths of vectors and blocks, in one dimension and more. */
const MATRICES: readonly Shape[] = [
  [0, 3],
  [1, 1],
  [3, 1],
  [1, 4],
  [5, 3],
  [33, 31],
  [4, 5],
];
const STACKS: readonly Shape[] = [...MATRICES, [3, 11, 31], [1, 1, 3], [2, 0, 2], [2, 3, 4, 5]];
const ALL: readonly Shape[] = [...STACKS, [], [0], [1], [3], [4], [5], [1023]];
const LARGE: readonly Shape[] = [[65_537], [1, 65_537], [65_537, 1]];

const SCHEDULE = "schedule halving\nstate now = base\nstep now = now / 2\n  rate = now\n";

/** Of more than two dimensions, those that optax's Adafactor factors by the last two, whatever it is told. */
const isFactoredLast = (shape: Shape): boolean => {
  const [rows = 1, cols = 1] = shape.slice(-2);
  return shape.slice(0, -2).reduce((a, b) => a * b, 1) <= Math.min(rows, cols);
};
const FACTORED = STACKS.filter((shape) => shape.length <= 2 || isFactoredLast(shape));

/** What a rule's needs tell of the shapes that it takes, the first that it holds. */
const POOLS: readonly (readonly [needs: string, pool: readonly Shape[]])[] = [
  ['["eq","rank",2]', MATRICES],
  ["factored", FACTORED],
  ["rank", STACKS],
  ["", ALL],
];

/** Shapes that the rule's needs let pass, and keys of all kinds. */
function shapesFor(rule: string, word: () => number): Given["shapes"] {
  const needs = JSON.stringify(findRule(rule)?.tree.needs ?? []);
  const [, pool] = POOLS.find(([named]) => needs.includes(named)) as (typeof POOLS)[number];
  const pick = (from: readonly Shape[]) => from[word() % from.length] as Shape;
  const shapes: Record<string, Shape> = {};
  for (const key of ["w", "layer.bias", "3", "über"].slice(0, 1 + (word() % 4))) shapes[key] = pick(pool);
  if (pool === ALL) shapes.large = pick(LARGE);
  return shapes;
}

/** The rest of the spec. */
function around(rule: string, word: () => number): object {
  const rate = findRule(rule)?.tree.hyper.find(({ scheduled }) => scheduled === true);
  const one = <T>(...choices: readonly T[]) => choices[word() % choices.length];
  const gradient = one(undefined, { rescale: 0.1 }, { clip_value: 0.5 }, { clip_norm: 1 });
  const resume = one(undefined, undefined, { begin: 3 }, { counts: { w: 4, gone: 7 }, updates: 9 });
  const common = { ...(gradient && { gradient }), ...(resume && { resume }) };
  // Without a rate of its own there is nothing that a schedule could start from.
  if (rate === undefined || rate.default === null) return common;
  const groups = [
    { match: { suffix: [".bias"] }, hyper: { [rate.name]: 0.25 } },
    { match: { index: [3], prefix: ["ü"] }, hyper: { [rate.name]: 0.5 } },
  ];
  const schedule = { rule: SCHEDULE, every: 1 + (word() % 2) };
  return { ...common, ...(word() % 2 === 0 && { groups }), ...(word() % 2 === 0 && { schedule }) };
}

/** A case of a built-in rule; another `hyperSeed` changes its own hyperparameters alone. */
export function builtInCase(
  rule: string,
  seed: number,
  hyperSeed = seed,
): { readonly checked: Checked; readonly given: Given } {
  const word = words(seed);
  const checked = withRandomHyper(rule, hyperSeed, around(rule, word));
  const numbers = float32s(word, [4, 40, 1e9][word() % 3] as number);
  const given: Given = {
    shapes: shapesFor(rule, word),
    steps: 3,
    weight: numbers,
    gradient: numbers,
    takesPart: (key, step) => (key.length + step + seed) % 5 !== 0,
  };
  return { checked, given };
}
