/** Test help: the module of a program beside the reference engine, bit by bit. */

import type { WasmOptimizer } from "../../../src/run/host/compile-wasm.ts";
import { compileWasm } from "../../../src/run/host/compile-wasm.ts";
import { compile } from "../../../src/run/optimizer.ts";
import type { Parameter } from "../../../src/run/parameters.ts";
import type { Half, Numbers } from "../../../src/run/precision.ts";
import { narrowInto, widened } from "../../../src/run/precision.ts";
import type { Checked } from "../../../src/spec/gates.ts";
import type { OptimizerState } from "../../../src/spec/optimizer-state.ts";

export interface Given {
  readonly shapes: { readonly [key: string]: readonly number[] };
  readonly steps: number;
  /** A binary32. */
  readonly weight: () => number;
  readonly gradient: () => number;
  /** Of 16-bit weights: which. */
  readonly half?: (key: string) => Half | undefined;
  /** Which of such weights have gradients of their own type in a step. */
  readonly hasShortGradient?: (key: string, step: number) => boolean;
  /** Which parameters take part in a step. */
  readonly takesPart?: (key: string, step: number) => boolean;
}

/** How many elements a shape has. */
export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, side) => product * side, 1);

/** The first place where two arrays have other bits; any NaN is any other. */
export function difference(name: string, a: ArrayLike<number>, b: ArrayLike<number>): string | undefined {
  if (a.length !== b.length) return `${name}: ${a.length} and ${b.length} numbers`;
  for (let i = 0; i < a.length; i++) {
    if (!Object.is(a[i], b[i])) return `${name}[${i}]: ${a[i]} in place of ${b[i]}`;
  }
  return undefined;
}

/** The values of a slot. */
export const numbersOf = (value: Float32Array | number | undefined): ArrayLike<number> =>
  value === undefined ? [] : typeof value === "number" ? [value] : value;

/** All numbers of a state that stand alone, by name. */
export function* scalarsOf({
  counts,
  schedule,
  shared,
  updates,
}: OptimizerState): Generator<readonly [string, readonly number[]]> {
  yield ["updates", [updates]] as const;
  for (const [kind, map] of Object.entries({ counts, schedule, shared })) {
    for (const [name, value] of map) yield [`${kind} ${name}`, [value]] as const;
  }
}

function narrowed(data: Float32Array, half: Half): Uint16Array {
  const bits = new Uint16Array(data.length);
  narrowInto(bits, data, half);
  return bits;
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
  const asParameter = (key: string, own: Float32Array): Parameter => {
    const [dtype, shape] = [given.half?.(key), given.shapes[key] as number[]];
    return dtype === undefined ? { data: own.slice(), shape } : { data: narrowed(own, dtype), dtype, shape };
  };
  const parameters = () => new Map([...data].map(([key, own]) => [key, asParameter(key, own)]));
  const expected = parameters();
  const reference = compile(checked).attach(expected);
  const optimizer = attach(checked, parameters());
  for (let step = 1; step <= given.steps; step++) {
    const keys = [...data.keys()].filter((key) => given.takesPart?.(key, step) ?? true);
    const gradients = new Map(
      keys.map((key) => {
        const gradient = Float32Array.from({ length: data.get(key)?.length ?? 0 }, given.gradient);
        const half = given.hasShortGradient?.(key, step) ? given.half?.(key) : undefined;
        return [key, half === undefined ? gradient : narrowed(gradient, half)];
      }),
    );
    reference.step(gradients);
    optimizer.step(gradients);
    for (const [key, { data: weights }] of expected) {
      const half = given.half?.(key);
      const [own, right] = [optimizer.weight(key) as Numbers, weights].map((one) => widened(one, half));
      const found = difference(`step ${step} weight ${key}`, own as Float32Array, right as Float32Array);
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
