/** Test help: the module of a program beside the reference engine, bit by bit. */

import type { WasmOptimizer } from "../../../src/run/host/compile-wasm.ts";
import { compileWasm } from "../../../src/run/host/compile-wasm.ts";
import { compile } from "../../../src/run/optimizer.ts";
import type { Parameter } from "../../../src/run/parameters.ts";
import type { Checked } from "../../../src/spec/gates.ts";
import type { OptimizerState } from "../../../src/spec/optimizer-state.ts";

export interface Given {
  readonly shapes: { readonly [key: string]: readonly number[] };
  readonly steps: number;
  /** A binary32. */
  readonly weight: () => number;
  readonly gradient: () => number;
  /** Which parameters take part in a step. */
  readonly takesPart?: (key: string, step: number) => boolean;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

/** The first place where two arrays have other bits; any NaN is any other. */
export function difference(name: string, a: ArrayLike<number>, b: ArrayLike<number>): string | undefined {
  if (a.length !== b.length) return `${name}: ${a.length} and ${b.length} numbers`;
  for (let i = 0; i < a.length; i++) {
    if (!Object.is(a[i], b[i])) return `${name}[${i}]: ${a[i]} in place of ${b[i]}`;
  }
  return undefined;
}

const numbersOf = (value: Float32Array | number | undefined): ArrayLike<number> =>
  value === undefined ? [] : typeof value === "number" ? [value] : value;

function* scalarsOf({ counts, schedule, shared, updates }: OptimizerState) {
  yield ["updates", [updates]] as const;
  for (const [kind, map] of Object.entries({ counts, schedule, shared })) {
    for (const [name, value] of map) yield [`${kind} ${name}`, [value]] as const;
  }
}

/** How the module is put to work. */
type Attach = (checked: Checked, parameters: ReadonlyMap<string, Parameter>) => WasmOptimizer;
const alone: Attach = (checked, parameters) => compileWasm(checked).attach(parameters);

/** Runs both engines; gives back where they first differ, or `undefined`. */
export function firstDifference(checked: Checked, given: Given, attach = alone): string | undefined {
  const data = new Map(
    Object.entries(given.shapes).map(([key, shape]) => [
      key,
      Float32Array.from({ length: sizeOf(shape) }, given.weight),
    ]),
  );
  const parameters = () =>
    new Map(
      [...data].map(([key, own]) => [key, { data: own.slice(), shape: given.shapes[key] as number[] }]),
    );
  const expected = parameters();
  const reference = compile(checked).attach(expected);
  const optimizer = attach(checked, parameters());
  for (let step = 1; step <= given.steps; step++) {
    const keys = [...data.keys()].filter((key) => given.takesPart?.(key, step) ?? true);
    const gradients = new Map(
      keys.map((key) => [key, Float32Array.from({ length: data.get(key)?.length ?? 0 }, given.gradient)]),
    );
    reference.step(gradients);
    optimizer.step(gradients);
    for (const [key, { data: weights }] of expected) {
      const found = difference(`step ${step} weight ${key}`, optimizer.weight(key) as Float32Array, weights);
      if (found !== undefined) return found;
    }
    const [own, right] = [optimizer.state(), reference.state()];
    for (const [name, values] of right.slots) {
      for (const [key, value] of values) {
        const has = own.slots.get(name)?.get(key);
        const found = difference(`step ${step} ${name} ${key}`, numbersOf(has), numbersOf(value));
        if (found !== undefined) return found;
      }
    }
    const ownScalars = new Map(scalarsOf(own));
    for (const [name, value] of scalarsOf(right)) {
      const found = difference(`step ${step} ${name}`, ownScalars.get(name) ?? [], value);
      if (found !== undefined) return found;
    }
  }
  void optimizer.close();
  return undefined;
}
