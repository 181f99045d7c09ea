/** Every built-in rule, amended from some of its hyperparameters to others, beside a fresh optimizer with its state. */
import { describe, expect, it } from "vitest";
import { ruleNames } from "../../src/rules/built-in.ts";
import { compileWasm } from "../../src/run/host/compile-wasm.ts";
import type { Optimizer } from "../../src/run/optimizer.ts";
import { compile } from "../../src/run/optimizer.ts";
import type { Checked } from "../../src/spec/gates.ts";
import { beyondAmending } from "../../src/spec/kept.ts";
import type { OptimizerState } from "../../src/spec/optimizer-state.ts";
import { float32s, words } from "./wasm/random-program.ts";
import { shapesFor, withRandomHyper } from "./wasm/random-settings.ts";
import { difference, numbersOf, scalarsOf, sizeOf } from "./wasm/same.ts";

const SHAPES = { a: [7], b: [3, 5], c: [2, 3, 4] };
type Arrays = ReadonlyMap<string, Float32Array>;

function arrays(shapes: { readonly [key: string]: readonly number[] }, seed: number): Arrays {
  const next = float32s(words(seed), 1e9);
  return new Map(
    Object.entries(shapes).map(([key, shape]) => [key, Float32Array.from({ length: sizeOf(shape) }, next)]),
  );
}

/** Where weights or state are not the same, if anywhere. */
function stateDifference(a: OptimizerState, b: OptimizerState): string | undefined {
  const others = new Map(scalarsOf(b));
  for (const [name, values] of scalarsOf(a)) {
    const found = difference(name, values, others.get(name) ?? []);
    if (found !== undefined) return found;
  }
  for (const [slot, values] of a.slots) {
    for (const [key, value] of values) {
      const found = difference(`${slot} ${key}`, numbersOf(value), numbersOf(b.slots.get(slot)?.get(key)));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function amendedDifference(before: Checked, after: Checked, rule: string): string | undefined {
  const shapes = shapesFor(rule, SHAPES);
  const parameters = (data: Arrays) =>
    new Map(
      [...data].map(([key, values]) => [key, { data: values, shape: shapes[key] as readonly number[] }]),
    );
  const [own, inModule] = [arrays(shapes, 1), arrays(shapes, 1)];
  const optimizers: readonly Optimizer[] = [
    compile(before).attach(parameters(own)),
    compileWasm(before).attach(parameters(inModule)),
  ];
  for (const optimizer of optimizers) for (let t = 2; t < 5; t++) optimizer.step(arrays(shapes, t));
  const [optimizer, module] = optimizers as [Optimizer, ReturnType<ReturnType<typeof compileWasm>["attach"]>];
  const copies = new Map([...own].map(([key, values]) => [key, values.slice()]));
  const fresh = compile(after).attach(parameters(copies), optimizer.state());
  for (const each of optimizers) each.amend(after);
  for (const each of [...optimizers, fresh]) for (let t = 5; t < 8; t++) each.step(arrays(shapes, t));
  module.writeBack();
  for (const [key, values] of copies) {
    const found =
      difference(`reference ${key}`, own.get(key) ?? [], values) ??
      difference(`module ${key}`, inModule.get(key) ?? [], values);
    if (found !== undefined) return found;
  }
  return stateDifference(optimizer.state(), fresh.state()) ?? stateDifference(module.state(), fresh.state());
}

const CASES = ruleNames.map((rule) => {
  const [before, after] = [withRandomHyper(rule, 11), withRandomHyper(rule, 12)];
  return { rule, before, after, keeps: beyondAmending(before, after).length === 0 };
});

describe("a built-in rule, amended", () => {
  it.each(CASES.filter(({ keeps }) => keeps))("$rule goes on", ({ rule, before, after }) => {
    expect(amendedDifference(before, after, rule)).toBe(undefined);
  });

  it.each(CASES.filter(({ keeps }) => !keeps))("$rule would keep other state", ({ before, after }) => {
    const optimizer = compile(before).attach({ w: { data: new Float32Array(6), shape: [2, 3] } });
    expect(() => optimizer.amend(after)).toThrow(expect.objectContaining({ code: "amendment" }));
  });

  it("goes on more often than not", () => {
    expect(CASES.filter(({ keeps }) => keeps).length).toBeGreaterThan(CASES.length / 2);
    expect(CASES.some(({ keeps }) => !keeps)).toBe(true);
  });
});
