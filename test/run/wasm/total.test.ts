/** Where a total goes: a module beside the reference engine. */
import { expect, it } from "vitest";
import { checkedRule } from "../../check/authored.ts";
import { float32s, words } from "./random-program.ts";
import { firstDifference } from "./same.ts";

const given = () => {
  const numbers = float32s(words(7), 1e9);
  const shapes = { a: [3, 2], b: [5], c: [2, 2, 3] };
  return { shapes, steps: 3, weight: numbers, gradient: numbers };
};

it.each([
  "update weight = total(sum(grad))",
  ...["m = 0", "m: row = 0", "m: col = 0", "m: scalar = 0", "m: shared = 0"].map(
    (slot) => `state ${slot}\nupdate m = m + 1\n  m = total(sum(grad))\n  weight = weight + m`,
  ),
  "update n = sum(grad)\n  n = total(n)\n  weight = weight + n",
  // What all share has changed when passes begin.
  "state m: shared = 1\nupdate m = m + 1\n  stop when m > 9\n  weight = weight + sum(grad) * m",
])("has the bits of the reference engine: %s", (lines) => {
  expect(firstDifference(checkedRule(`rule x\n${lines}\n`), given())).toBe(undefined);
});
