import { describe, expect, it } from "vitest";
import type { Binding, Cost } from "../../src/spec/program.ts";
import { checkedRule } from "./authored.ts";

const HYPER = "hyper lr = 0.1 scheduled  beta = 0.9  flag = false  l: list = [1, 2, 3]";

/** Counted by hand: each operation by its table's cost, and one for each assignment. */
describe("the cost of one update", () => {
  it.each<[string, string, Partial<Cost>]>([
    ["nothing", "update", { scalar: 0, element: 0, bytes: 12 }],
    ["a copy", "update weight = grad", { scalar: 0, element: 1, bytes: 12 }],
    ["plain descent", "update weight = weight - lr * grad", { scalar: 0, element: 3, bytes: 12 }],
    ["scalars among tensors", "update weight = grad * (lr * beta + 1)", { scalar: 2, element: 2, bytes: 12 }],
    [
      "scalars apart",
      "step a = lr * beta\n b = exp(a)\nupdate weight = grad",
      { scalar: 23, element: 1, bytes: 12 },
    ],
    [
      "momentum",
      "state m = 0\nupdate m = beta * m + grad\n weight = weight - lr * m",
      { scalar: 0, element: 6, bytes: 20 },
    ],
    [
      "state of other shapes",
      "state r: row = 0  s: scalar = 0  m = 0\nupdate r = row_sum(grad)\n s = norm(grad)\n weight = weight * s",
      { scalar: 1, element: 6, bytes: 20 },
    ],
    [
      "lines that a guard leaves out",
      "state m = 0 when flag\nupdate weight = exp(grad) when flag\n weight = grad when not flag",
      { scalar: 0, element: 1, bytes: 12 },
    ],
    [
      "the branch that is left",
      "update weight = select(flag, exp(grad), -grad)",
      { scalar: 0, element: 2, bytes: 12 },
    ],
    ["lists", "step a = count_below(l, t + 1)\nupdate weight = grad", { scalar: 5, element: 1, bytes: 12 }],
    ["constants", "step a = pi\nupdate weight = grad", { scalar: 1, element: 1, bytes: 12 }],
    [
      "products of matrices",
      "update x = matmul(grad, transpose(grad))\n y = matmul(x, x) + x\n weight = matmul(y, grad)",
      { scalar: 0, element: 2, product: 2 + 1 + 1 + 1 + 2, cube: 2, bytes: 12 },
    ],
    [
      "lines that are repeated",
      "update x = grad\n repeat 3 { x = x * x }\n weight = x",
      { scalar: 0, element: 1 + 3 * 2 + 1, bytes: 12 },
    ],
    [
      "tensors that a number fills",
      "state m: row = 0\nupdate repeat 3 { weight = 0 }\n m = 1\n weight = total(1)",
      { scalar: 1, element: 3 + 1 + 1, bytes: 12 },
    ],
    [
      "a sum over parameters, and an early end",
      "update k = total(sum(grad))\n stop when k > 1\n weight = grad",
      { scalar: 4, element: 2, bytes: 12 },
    ],
    [
      "masks",
      "update weight = select(grad > 0 and weight > 0, grad, 0)",
      { scalar: 0, element: 5, bytes: 12 },
    ],
  ])("%s", (_, body, cost) => {
    const binding = checkedRule(`rule x\n${HYPER}\n${body}\n`).program.bindings.at(-1) as Binding;
    expect(binding.cost).toEqual({ product: 0, cube: 0, ...cost });
  });

  it("of a schedule is charged by the step", () => {
    const rule = `rule x\n${HYPER}\nupdate weight = grad\n`;
    const schedule = { rule: "schedule s\nstate k = base\nstep k = k * cos(t)\n rate = k + 1\n" };
    expect(checkedRule(rule, { schedule }).program.schedule?.cost).toBe(1 + 30 + 1 + 1 + 1);
  });
});
