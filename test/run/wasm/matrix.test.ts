/** Matrix products and transpositions of sizes that modules take apart in all ways. */
import { expect, it } from "vitest";
import { checkedRule } from "../../check/authored.ts";
import { float32s, words } from "./random-program.ts";
import { firstDifference } from "./same.ts";

const RULE = `rule x
needs  rank >= 2
state  m = 0
update left = matmul(grad, transpose(weight))
       right = matmul(transpose(grad), weight)
       m = matmul(left, weight)
       weight = m + matmul(weight, right)
`;
const SHAPES = {
  ...{ a: [1, 1], b: [3, 5], c: [5, 3], d: [4, 4], e: [2, 7, 6], f: [3, 9, 4], g: [70, 19], h: [130, 66] },
  ...{ i: [0, 3], j: [3, 0], k: [2, 0, 3], l: [2, 3, 1, 9] },
};

it.each([20, 1e9])("have the bits of the reference engine, one number in %d special", (rare) => {
  const numbers = float32s(words(rare), rare);
  const given = { shapes: SHAPES, steps: 2, weight: numbers, gradient: numbers };
  expect(firstDifference(checkedRule(RULE), given)).toBe(undefined);
});
