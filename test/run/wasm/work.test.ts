/**
 * What a module does, counted from the steps that its functions are written from: the operations of each pass for each element,
 * a move for each write and each packed number, the additions of blocks. Held against what the cost says before anything runs.
 */
import { describe, expect, it } from "vitest";
import { gradientCost } from "../../../src/check/cost.ts";
import { ruleNames } from "../../../src/rules/built-in.ts";
import type { Extent } from "../../../src/run/extent.ts";
import { extentOf, lengthOf, matrixOf } from "../../../src/run/extent.ts";
import { bodyFor } from "../../../src/run/parameters.ts";
import { operationsOf } from "../../../src/run/price.ts";
import { lower } from "../../../src/run/wasm/lower.ts";
import type { Scalar, Tensor } from "../../../src/run/wasm/nodes.ts";
import type { Pass } from "../../../src/run/wasm/passes.ts";
import type { Step as WholeStep } from "../../../src/run/wasm/plan.ts";
import type { Step } from "../../../src/run/wasm/steps.ts";
import { sequence } from "../../../src/run/wasm/steps.ts";
import type { Checked } from "../../../src/spec/gates.ts";
import { OPERATIONS } from "../../../src/spec/operations/table.ts";
import { randomCase } from "./random-program.ts";
import { withRandomHyper } from "./random-settings.ts";

const costOf = (name: string): number => OPERATIONS.get(name)?.cost ?? 1;
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

function inPass({ nodes, reads, writes, folds, shape }: Pass, extent: Extent): number {
  const cost = (node: Tensor) =>
    node.kind === "each" && !reads.has(node) && node.name !== "spread" ? costOf(node.name) : 0;
  const folded = folds.map(({ operation }) => operation.cost);
  return (sum(nodes.map(cost)) + writes.length + sum(folded)) * lengthOf(shape, extent);
}

function inWhole({ node }: WholeStep, extent: Extent): number {
  if (node.kind === "noise") return costOf("normal") * lengthOf(node.shape, extent);
  const [operand] = node.operands as [Tensor];
  const multiplied = node.operands.length > 1 ? matrixOf(operand.shape, extent).cols : 1;
  const length = Math.max(lengthOf(node.shape, extent), multiplied > 1 ? 0 : lengthOf(operand.shape, extent));
  return node.operation.cost * length * multiplied;
}

function inScalar(value: Scalar, extent: Extent): number {
  if (value.kind === "scalar") return value.operation.cost;
  if (value.kind === "lookup") return value.operation.cost * Math.max(1, value.list.length);
  return value.kind === "fold" ? Math.ceil(lengthOf(value.operand.shape, extent) / 1024) : 0;
}

function workOf(step: Step, extent: Extent): number {
  if (step.does === "pass") return inPass(step.pass, extent);
  if (step.does === "pack") return lengthOf(step.pack.shape, extent);
  if (step.does === "whole") return inWhole(step.whole, extent);
  return sum(step.scalars.map((one) => inScalar(one, extent))) + step.cells.size + 1;
}

const SHAPES = [[], [1], [1025], [64, 64], [3, 200], [200, 3], [2, 16, 16]];

/** Each step may have one operation of its own; all others are the cost's, so many times over. */
function expectWithin({ spec, program }: Checked, times: number): void {
  const gradient = spec.gradient ?? {};
  for (const [binding, shape] of program.bindings.flatMap((one) =>
    SHAPES.map((shape) => [one, shape] as const),
  )) {
    const body = bodyFor(binding, shape);
    const { steps } = sequence(lower(body, gradient), new Set(body.slots.map(({ name }) => name)));
    const extent = extentOf(shape);
    const said = operationsOf(body.cost, extent) + gradientCost(gradient) * extent.size;
    const work = sum(steps.map((step) => workOf(step, extent)));
    expect(work, shape.join("x")).toBeLessThanOrEqual(times * said + steps.length);
  }
}

describe("a module does no more than its cost says", () => {
  it.each(ruleNames)("%s", (rule) => {
    for (const seed of [1, 2]) expectWithin(withRandomHyper(rule, seed), 1);
  });

  it("and no more than seven times that of any program", () => {
    // Values of up to six operations may be worked out again in a pass that would have to read them: it does one more at least.
    const cases = Array.from({ length: 150 }, (_, seed) => randomCase(seed)?.checked);
    for (const checked of cases) if (checked !== undefined) expectWithin(checked, 7);
  });
});
