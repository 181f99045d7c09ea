/**
 * live: cases for a host in another language. Out: modules, weights and gradients in a folder, and what the reference engine
 * makes of them; in: what the other host has made of them.
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileWasm } from "../../../src/run/host/compile-wasm.ts";
import { compile } from "../../../src/run/optimizer.ts";
import type { Checked } from "../../../src/spec/gates.ts";
import type { OptimizerState } from "../../../src/spec/optimizer-state.ts";
import type { Given } from "../../run/wasm/same.ts";
import { difference, numbersOf, scalarsOf, sizeOf } from "../../run/wasm/same.ts";

/** All numbers that an optimizer leaves, by name. */
type Numbers = ReadonlyMap<string, ArrayLike<number>>;

function* named(weights: Iterable<readonly [string, Float32Array]>, state: OptimizerState) {
  for (const [key, weight] of weights) yield [`weight ${key}`, weight] as const;
  for (const [slot, values] of state.slots) {
    for (const [key, value] of values) yield [`slot ${slot} ${key}`, numbersOf(value)] as const;
  }
  yield* scalarsOf(state);
}

function firstDifference(own: Numbers, right: Numbers): string | undefined {
  const strange = [...own.keys()].find((name) => !right.has(name));
  if (strange !== undefined) return `${strange} is none of its`;
  for (const [name, numbers] of right) {
    const found = difference(name, own.get(name) ?? [], numbers);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Cases in a folder, which one process of the other host runs. */
export class Batch {
  readonly #folder: string;
  readonly #expected: { readonly name: string; readonly numbers: Numbers }[] = [];
  readonly #cases: object[] = [];

  constructor(folder: string) {
    this.#folder = folder;
    writeFileSync(join(folder, "inputs.bin"), "");
  }

  get size(): number {
    return this.#cases.length;
  }

  /**
   * Runs both engines of this language, and writes down what they were given. Halfway they are `amended`, where that is given.
   * @returns where those two differ
   * @throws RunError for parameters that the rule has needs against
   */
  add(
    name: string,
    checked: Checked,
    { shapes, steps, weight, gradient, takesPart }: Given,
    amended?: Checked,
  ): string | undefined {
    const drawn = (shape: readonly number[], numbers: () => number) =>
      Float32Array.from({ length: sizeOf(shape) }, numbers);
    const entries = Object.entries(shapes);
    const data = new Map(entries.map(([key, shape]) => [key, drawn(shape, weight)]));
    const own = (key: string) => (data.get(key) as Float32Array).slice();
    const parameters = new Map(entries.map(([key, shape]) => [key, { data: own(key), shape }]));
    const reference = compile(checked).attach(parameters);
    const rule = compileWasm(checked);
    const wasm = rule.attach(new Map(entries.map(([key, shape]) => [key, { data: own(key), shape }])));
    const inputs: Float32Array[] = [...data.values()];
    const taken: (readonly string[])[] = [];
    const halfway = Math.ceil(steps / 2);
    for (let step = 1; step <= steps; step++) {
      if (amended !== undefined && step === halfway + 1)
        for (const one of [reference, wasm]) one.amend(amended);
      const keys = [...data.keys()].filter((key) => takesPart?.(key, step) ?? true);
      const gradients = new Map(keys.map((key) => [key, drawn(shapes[key] as number[], gradient)]));
      reference.step(gradients);
      wasm.step(gradients);
      taken.push(keys);
      inputs.push(...gradients.values());
    }
    const weights = [...parameters].map(([key, { data: updated }]) => [key, updated] as const);
    const numbers = new Map(named(weights, reference.state()));
    const wasmWeights = entries.map(([key]) => [key, wasm.weight(key) as Float32Array] as const);
    const found = firstDifference(new Map(named(wasmWeights, wasm.state())), numbers);
    if (found !== undefined) return found;
    const file = `${this.#cases.length}.wasm`;
    writeFileSync(join(this.#folder, file), rule.bytes);
    for (const array of inputs)
      appendFileSync(join(this.#folder, "inputs.bin"), new Uint8Array(array.buffer));
    const amendment = amended && { module: `amended-${file}`, step: halfway };
    if (amended && amendment) writeFileSync(join(this.#folder, amendment.module), compileWasm(amended).bytes);
    this.#cases.push({ module: file, parameters: entries, steps: taken, amendment });
    this.#expected.push({ name, numbers });
    return undefined;
  }

  /** What the other host is to read. */
  close(): void {
    writeFileSync(join(this.#folder, "cases.json"), JSON.stringify(this.#cases));
  }

  /** Where what the other host has left differs from the reference engine, by case. */
  differences(): readonly string[] {
    const bytes = readFileSync(join(this.#folder, "results.bin"));
    const all = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    const results = JSON.parse(readFileSync(join(this.#folder, "results.json"), "utf8")) as [
      string,
      number,
    ][][];
    let at = 0;
    const found = results.map((one) => {
      const numbers = new Map<string, ArrayLike<number>>();
      for (const [name, count] of one) {
        numbers.set(name, all.subarray(at, at + count));
        at += count;
      }
      return numbers;
    });
    return this.#expected.flatMap(({ name, numbers }, i) => {
      const differs = firstDifference(found[i] ?? new Map(), numbers);
      return differs === undefined ? [] : [`${name}: ${differs}`];
    });
  }
}
