/** Sums of rows and columns of more than a block, in numbers of lines that modules take apart in all ways. */
import { expect, it } from "vitest";
import type { WasmOptimizer } from "../../../src/run/host/compile-wasm.ts";
import { compileWasm } from "../../../src/run/host/compile-wasm.ts";
import { checkedRule } from "../../check/authored.ts";
import { float32s, words } from "./random-program.ts";
import { firstDifference } from "./same.ts";

const SHAPES = {
  ...{ a: [1030, 23], b: [2, 1027, 21], c: [7, 2055], d: [3, 2, 40], e: [1, 1], f: [2049, 1] },
  ...{ g: [4, 1024], h: [1024, 4], i: [6, 1025], j: [1025, 53], k: [3, 5, 5], l: [0, 4], m: [4, 0] },
};

const ruleOf = (fold: string) => `rule x
state  lines: row = 0   columns: col = 0
update lines = row_${fold}(grad)
       columns = col_${fold}(grad)
       weight = weight * lines + columns
`;

it.each(["sum", "mean", "max"])("has the bits of the reference engine: %s", (fold) => {
  const rule = ruleOf(fold);
  for (const rare of [50, 1e9]) {
    const numbers = float32s(words(rare), rare);
    const given = { shapes: SHAPES, steps: 2, weight: numbers, gradient: numbers };
    expect(firstDifference(checkedRule(rule), given)).toBe(undefined);
  }
});

it.each([2, 3])("has them where %d threads share the lines", async (threads) => {
  const numbers = float32s(words(5), 1e9);
  const shapes = { wide: [70, 1201], stack: [2, 33, 1030], tall: [1201, 70] };
  const made: WasmOptimizer[] = [];
  const given = { shapes, steps: 2, weight: numbers, gradient: numbers };
  const difference = firstDifference(checkedRule(ruleOf("mean")), given, (checked, parameters) => {
    const optimizer = compileWasm(checked, { threads }).attach(parameters);
    made.push(optimizer);
    return optimizer;
  });
  expect(difference).toBe(undefined);
  for (const optimizer of made) await optimizer.close();
});
