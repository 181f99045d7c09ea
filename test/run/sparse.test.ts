/** Gradients of some rows: as zeros elsewhere, or, where the rule is lazy, leaving other rows as they are; by both engines. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { Gradients } from "../../src/run/asking.ts";
import type { WasmOptimizer } from "../../src/run/host/compile-wasm.ts";
import { compileWasm } from "../../src/run/host/compile-wasm.ts";
import type { Optimizer } from "../../src/run/optimizer.ts";
import { compile } from "../../src/run/optimizer.ts";
import type { Parameter } from "../../src/run/parameters.ts";
import type { Half, Numbers } from "../../src/run/precision.ts";
import { HALVES, narrowInto } from "../../src/run/precision.ts";
import type { Checked } from "../../src/spec/gates.ts";
import { checkedRule } from "../check/authored.ts";

type Engine = (checked: Checked, parameters: Map<string, Parameter>, state?: State) => Optimizer;
type State = ReturnType<Optimizer["state"]>;

const open: WasmOptimizer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
const module =
  (threads: number): Engine =>
  (checked, parameters, state) => {
    const optimizer = compileWasm(checked, { threads }).attach(parameters, state);
    open.push(optimizer);
    return optimizer;
  };
const reference: Engine = (checked, parameters, state) => compile(checked).attach(parameters, state);
const ENGINES = { reference, module: module(1), "module in two threads": module(2) };

const adam = (lazy: boolean, more = {}) =>
  checkedRule(
    `rule rows
hyper lr = 0.125 in (0,)   lazy_update = ${lazy}
state mean = 0   var = 0   start = weight
step pace = lr * sqrt(1 - 0.5^t)
update mean = mean + 0.25 * (grad - mean)
       var = var + 0.125 * (grad * grad - var)
       weight = weight - pace * mean / (sqrt(var) + 0.0625) + 0.001 * (start - weight)`,
    more,
  );

/** One that ends some updates early, which keeps numbers elsewhere between its passes. */
const stopping = checkedRule(`rule ends
hyper lazy_update = true
state mean = 0
update mean = mean / 2 + grad
       d = mean * mean
       stop when t > 2
       weight = weight - d / 4`);

interface Case {
  readonly shape: readonly number[];
  readonly half: Half | undefined;
  readonly isShort: boolean;
  /** Which rows a step has. */
  readonly steps: readonly (readonly boolean[])[];
  readonly seed: number;
}

const cases: fc.Arbitrary<Case> = fc
  .tuple(fc.integer({ min: 0, max: 7 }), fc.constantFrom<readonly number[]>([1], [3], [5, 2], [70], [0]))
  .chain(([rows, rest]) =>
    fc.record({
      shape: fc.constant([rows, ...rest]),
      half: fc.constantFrom(undefined, ...HALVES),
      isShort: fc.boolean(),
      steps: fc.array(fc.array(fc.boolean(), { minLength: rows, maxLength: rows }), {
        minLength: 3,
        maxLength: 3,
      }),
      seed: fc.nat({ max: 1e6 }),
    }),
  );

const sized = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);
const waves = (length: number, phase: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(i * 7 + phase));

function typed(numbers: Float32Array, half: Half | undefined): Numbers {
  if (half === undefined) return numbers;
  const bits = new Uint16Array(numbers.length);
  narrowInto(bits, numbers, half);
  return bits;
}

/** Neighbours of one pack: `w` between two that have whole gradients. */
function parametersOf({ shape, half, seed }: Case): Map<string, Parameter> {
  const parameter = (own: readonly number[], phase: number) =>
    ({ data: typed(waves(sized(own), phase), half), shape: own, ...(half && { dtype: half }) }) as Parameter;
  return new Map([
    ["a", parameter([3], seed + 1)],
    ["w", parameter(shape, seed + 2)],
    ["z", parameter([2, 2], seed + 3)],
  ]);
}

/** A step's gradients, of rows and with zeros elsewhere. */
function gradientsOf(
  one: Case,
  step: number,
): { readonly sparse: Gradients; readonly dense: Gradients; readonly present: readonly number[] } {
  const { shape, half, isShort, steps, seed } = one;
  const [count = 0, ...rest] = shape;
  const size = sized(rest);
  const present = [...Array(count).keys()].filter((row) => steps[step]?.[row]);
  const data = waves(present.length * size, seed + 10 * step);
  const dense = new Float32Array(count * size);
  for (const [i, row] of present.entries()) dense.set(data.subarray(i * size, (i + 1) * size), row * size);
  const [a, z] = [waves(3, step), waves(4, step)];
  const own = isShort ? half : undefined;
  return {
    sparse: { a, z, w: { rows: present, data: typed(data, own) } },
    dense: { a, z, w: typed(dense, own) },
    present,
  };
}

const weightsOf = (optimizer: Optimizer, parameters: Map<string, Parameter>): Map<string, Numbers> => {
  if ("writeBack" in optimizer) (optimizer as WasmOptimizer).writeBack();
  return new Map([...parameters].map(([key, { data }]) => [key, data.slice()]));
};

describe.each(Object.entries(ENGINES))("the %s", (_, engine) => {
  it("takes rows as a whole gradient with zeros elsewhere", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const [own, expected] = [parametersOf(one), parametersOf(one)];
        const [sparse, dense] = [engine(adam(false), own), reference(adam(false), expected)];
        for (const step of one.steps.keys()) {
          const gradients = gradientsOf(one, step);
          sparse.step(gradients.sparse);
          dense.step(gradients.dense);
        }
        expect(weightsOf(sparse, own)).toEqual(weightsOf(dense, expected));
        expect(sparse.state()).toEqual(dense.state());
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ["adam", adam(true)],
    ["adam with masters", adam(true, { precision: { master: true } })],
    ["adam with scaled and clipped gradients", adam(true, { gradient: { rescale: 0.5, clip_value: 0.25 } })],
    ["a rule that stops", stopping],
  ])("leaves other rows and their state as they are: %s", (__, checked) => {
    fc.assert(
      fc.property(cases, (one) => {
        const own = parametersOf(one);
        const lazy = engine(checked, own);
        const size = sized(one.shape.slice(1));
        for (const step of one.steps.keys()) {
          const [before, state] = [weightsOf(lazy, own), lazy.state()];
          const gradients = gradientsOf(one, step);
          // A whole update from here, of which the rows that are not there are put back.
          const whole = new Map(
            [...parametersOf(one)].map(([key, parameter]) => [
              key,
              { ...parameter, data: before.get(key)?.slice() } as Parameter,
            ]),
          );
          const dense = reference(checked, whole, state);
          dense.step(gradients.dense);
          lazy.step(gradients.sparse);
          const absent = [...Array(one.shape[0]).keys()].filter((row) => !gradients.present.includes(row));
          const putBack = (place: Numbers | number | undefined, old: Numbers | number | undefined) => {
            for (const row of absent) {
              const range = [row * size, (row + 1) * size] as const;
              (place as Float32Array).set((old as Float32Array).subarray(...range), range[0]);
            }
          };
          const expected = weightsOf(dense, whole);
          putBack(expected.get("w"), before.get("w"));
          const after = dense.state();
          for (const [slot, values] of after.slots) putBack(values.get("w"), state.slots.get(slot)?.get("w"));
          expect(weightsOf(lazy, own)).toEqual(expected);
          expect(lazy.state()).toEqual(after);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("counts an update of no rows, which changes nothing", () => {
    const data = Float32Array.of(1, 2, 3, 4);
    const parameters = new Map([["w", { data, shape: [2, 2] }]]);
    const optimizer = engine(adam(true), parameters);
    optimizer.step({ w: { rows: [], data: new Float32Array(0) } });
    expect(weightsOf(optimizer, parameters).get("w")).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(optimizer.state().counts.get("w")).toBe(1);
  });

  it("refuses rows that do not fit, before anything is written", () => {
    const parameters = () =>
      new Map([
        ["w", { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] }],
        ["b", { data: Float32Array.of(1) }],
      ]);
    const own = parameters();
    const optimizer = engine(adam(true), own);
    const refusal = (code: string, w: unknown, name = "w") =>
      expect(() => optimizer.step({ b: Float32Array.of(1), [name]: w as never })).toThrow(
        expect.objectContaining({ code, path: `gradients.${name}` }),
      );
    const one = new Float32Array(2);
    for (const row of [2, -1, 0.5, Number.NaN, "0", 0n]) refusal("gradient-rows", { rows: [row], data: one });
    for (const rows of [
      [1, 0],
      [1, 1],
    ])
      refusal("gradient-rows", { rows, data: new Float32Array(4) });
    refusal("gradient-length", { rows: [0], data: new Float32Array(3) });
    refusal("gradient-length", { rows: [0, 1], data: one });
    refusal("gradient-type", { rows: [0], data: new Float64Array(2) });
    refusal("gradient-type", { rows: [0], data: new Uint16Array(2) });
    refusal("gradient-type", { rows: [0] });
    refusal("gradient-type", { data: one });
    for (const rows of [3, undefined, "01", { length: 1 }, new DataView(new ArrayBuffer(8))])
      refusal("gradient-rows", { rows, data: one });
    refusal("gradient-rows", { rows: [0], data: Float32Array.of(1) }, "b");
    expect(weightsOf(optimizer, own)).toEqual(weightsOf(reference(adam(true), parameters()), parameters()));
    expect(optimizer.updates).toBe(0);
  });

  it.each([
    ["a norm of all gradients", adam(true, { gradient: { clip_norm: 1 } })],
    [
      "a fold",
      checkedRule("rule folds\nhyper lazy_update = true\nupdate weight = weight - grad / norm(grad)"),
    ],
    ["the shape", checkedRule("rule shapes\nhyper lazy_update = true\nupdate weight = weight - grad / rows")],
  ])("refuses to be lazy where an update takes %s", (__, checked) => {
    const parameters = new Map([["w", { data: Float32Array.of(1, 2), shape: [2, 1] }]]);
    const optimizer = engine(checked, parameters);
    const w = { rows: [0], data: Float32Array.of(1) };
    expect(() => optimizer.step({ w })).toThrow(expect.objectContaining({ code: "gradient-rows" }));
    expect(optimizer.updates).toBe(0);
    optimizer.step({ w: Float32Array.of(1, 0) });
  });
});

it("costs what its rows cost: a few of very many take no time to speak of", () => {
  const [rows, size] = [200_000, 16];
  const data = new Float32Array(rows * size).fill(1);
  const optimizer = compileWasm(adam(true)).attach({ w: { data, shape: [rows, size] } });
  const some = { rows: [3, 4, 100_000, 199_999], data: new Float32Array(4 * size).fill(1) };
  const all = new Float32Array(rows * size).fill(1);
  optimizer.step({ w: some });
  const times = [some, all].map((w) => {
    const start = performance.now();
    for (let i = 0; i < 5; i++) optimizer.step({ w });
    return performance.now() - start;
  });
  expect(times[0]).toBeLessThan((times[1] as number) / 2);
});
