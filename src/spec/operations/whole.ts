/** spec: operations on whole values: reductions of tensors, look-ups in lists, questions to hyperparameters. */
import type { ListLookup, Question, Reduction } from "./operation.ts";
import { call, infix } from "./operation.ts";
import { folded, lookup, yesOrNo } from "./typing.ts";

const asIs = (x: number): number => x;

const sum = (name: string, along: Reduction["along"], what: string): Reduction => ({
  kind: "reduction",
  name,
  arity: 1,
  syntax: call,
  typing: folded(along),
  cost: 1,
  along,
  term: asIs,
  finish: asIs,
  formula: `the sum of a ${what}, in binary64`,
});

const mean = (name: string, along: Reduction["along"], what: string): Reduction => ({
  ...sum(name, along, what),
  finish: (total, count) => total / count,
  formula: `the mean of a ${what}, in binary64`,
});

export const REDUCTIONS: readonly Reduction[] = [
  sum("sum", "all", "over the whole parameter"),
  sum("row_sum", "row", "over each row"),
  sum("col_sum", "col", "over each column"),
  mean("mean", "all", "over the whole parameter"),
  mean("row_mean", "row", "over each row"),
  mean("col_mean", "col", "over each column"),
  {
    ...sum("norm", "all", "over the whole parameter"),
    cost: 2,
    term: (x) => x * x,
    finish: (total) => Math.sqrt(total),
    formula: "the square root of the sum of a * a over the whole parameter, in binary64",
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
