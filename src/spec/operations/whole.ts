/** spec: operations on whole values: reductions and products of tensors, noise, look-ups in lists, questions to hyperparameters. */
import { noiseKey, normalAt } from "../../base/normal.ts";
import type { ListLookup, MatrixOperation, Noise, Question, Reduction, Total } from "./operation.ts";
import { call, infix } from "./operation.ts";
import { folded, likeTheParameter, lookup, product, scalars, turned, yesOrNo } from "./typing.ts";

const asIs = (x: number): number => x;

const sum = (name: string, along: Reduction["along"], what: string): Reduction => ({
  kind: "reduction",
  name,
  arity: 1,
  syntax: call,
  typing: folded(along),
  cost: 1,
  along,
  fold: "sum",
  term: asIs,
  finish: asIs,
  formula: `the sum of a ${what}, in binary64`,
});

const mean = (name: string, along: Reduction["along"], what: string): Reduction => ({
  ...sum(name, along, what),
  finish: (total, count) => total / count,
  formula: `the mean of a ${what}, in binary64`,
});

const greatest = (name: string, along: Reduction["along"], what: string): Reduction => ({
  ...sum(name, along, what),
  fold: "greatest",
  formula: `the greatest of a ${what}; NaN is passed over`,
});

export const REDUCTIONS: readonly Reduction[] = [
  sum("sum", "all", "over the whole parameter"),
  sum("row_sum", "row", "over each row"),
  sum("col_sum", "col", "over each column"),
  mean("mean", "all", "over the whole parameter"),
  mean("row_mean", "row", "over each row"),
  mean("col_mean", "col", "over each column"),
  greatest("max_of", "all", "over the whole parameter"),
  greatest("row_max", "row", "over each row"),
  greatest("col_max", "col", "over each column"),
  {
    ...sum("norm", "all", "over the whole parameter"),
    cost: 2,
    term: (x) => x * x,
    finish: (total) => Math.sqrt(total),
    formula: "the square root of the sum of a * a over the whole parameter, in binary64",
  },
];

export const MATRIX_OPERATIONS: readonly MatrixOperation[] = [
  {
    kind: "matrix",
    name: "matmul",
    arity: 2,
    syntax: call,
    typing: product,
    cost: 2,
    does: "multiply",
    formula: "the matrix product, for each matrix of the stack: sums in binary64, rounded once",
  },
  {
    kind: "matrix",
    name: "transpose",
    arity: 1,
    syntax: call,
    typing: turned,
    cost: 1,
    does: "transpose",
    formula: "rows and columns exchanged, for each matrix of the stack",
  },
];

export const NOISE: readonly Noise[] = [
  {
    kind: "noise",
    name: "normal",
    arity: 2,
    syntax: call,
    typing: likeTheParameter,
    cost: 120,
    formula:
      "standard normal numbers, one for each element, that depend on a, b, the parameter's key and the element's place alone (Threefry-2x32-20)",
    source: (seed, stream, words) => {
      const key = noiseKey(seed, stream, words);
      return (index) => normalAt(key, index);
    },
  },
];

export const TOTALS: readonly Total[] = [
  {
    kind: "total",
    name: "total",
    arity: 1,
    syntax: call,
    typing: scalars,
    cost: 1,
    formula: "the sum of a over all parameters of the step, in binary64",
  },
];

export const LIST_LOOKUPS: readonly ListLookup[] = [
  {
    kind: "list",
    name: "count_below",
    arity: 2,
    syntax: call,
    typing: lookup,
    cost: 1,
    formula: "how many numbers of the list are below b",
    apply: (list, operand) => list.reduce((count, item) => count + (item < operand ? 1 : 0), 0),
  },
  {
    kind: "list",
    name: "item",
    arity: 2,
    syntax: call,
    typing: lookup,
    cost: 1,
    formula: "the list's number at place floor(b) from 0; NaN outside the list",
    apply: (list, operand) => list[Math.floor(operand)] ?? Number.NaN,
  },
];

/** The level of `is` is that of comparisons. */
export const QUESTIONS: readonly Question[] = [
  {
    kind: "question",
    name: "is",
    arity: 2,
    syntax: infix("is", 4),
    typing: yesOrNo,
    cost: 0,
    formula: "whether a hyperparameter is null, or the named choice",
  },
];
