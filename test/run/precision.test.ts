/** 16-bit weights and gradients: what they are rounded to and when, masters, and the same bits by both engines. */
import { afterEach, describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { RunError } from "../../src/run/errors.ts";
import type { WasmOptimizer } from "../../src/run/host/compile-wasm.ts";
import { compileWasm } from "../../src/run/host/compile-wasm.ts";
import { compile } from "../../src/run/optimizer.ts";
import type { Parameter } from "../../src/run/parameters.ts";
import type { Half } from "../../src/run/precision.ts";
import { HALVES, narrowInto, widened } from "../../src/run/precision.ts";
import type { Checked } from "../../src/spec/gates.ts";
import { readState, writeState } from "../../src/state/checkpoint.ts";
import { checkedRule } from "../check/authored.ts";
import { float32s, randomCase, words } from "./wasm/random-program.ts";
import { firstDifference } from "./wasm/same.ts";

const CASES = Number(process.env.OPTSEAL_CASES ?? 80);
const SEED = Number(process.env.OPTSEAL_SEED ?? Date.now() % 1_000_000_000);

const open: WasmOptimizer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** Whether the engine keeps weights elsewhere: then they are given back after each step. */
const ENGINES = {
  reference: (checked: Checked) => compile(checked),
  module: (checked: Checked) => compileWasm(checked),
  "module in two threads": (checked: Checked) => compileWasm(checked, { threads: 2 }),
};

function narrowed(numbers: ArrayLike<number>, half: Half): Uint16Array {
  const bits = new Uint16Array(numbers.length);
  narrowInto(bits, Float32Array.from(numbers), half);
  return bits;
}

/** A rule at work on 16-bit weights `w`. */
function work(
  engine: keyof typeof ENGINES,
  checked: Checked,
  half: Half,
  numbers: ArrayLike<number>,
  state?: ReturnType<WasmOptimizer["state"]>,
) {
  const data = narrowed(numbers, half);
  const optimizer = ENGINES[engine](checked).attach({ w: { data, dtype: half } }, state);
  if ("writeBack" in optimizer) open.push(optimizer as WasmOptimizer);
  const step = (gradient: Float32Array | Uint16Array): readonly number[] => {
    optimizer.step({ w: gradient });
    if ("writeBack" in optimizer) (optimizer as WasmOptimizer).writeBack();
    return [...widened(data, half)];
  };
  return { data, optimizer, step };
}

const TAKES = checkedRule("rule takes\nupdate weight = grad");
const TEXT = "rule descends\nhyper lr = 0.25 in [0,)\nupdate weight = weight - lr * grad";
const DESCENDS = checkedRule(TEXT);
const MASTERED = checkedRule(TEXT, { precision: { master: true } });
const isNaNBits = (bits: number, half: Half) => (bits & 0x7fff) > (half === "float16" ? 0x7c00 : 0x7f80);

/** Any NaN is any other. */
const sameBits = (a: Uint16Array, b: Uint16Array, half: Half) =>
  a.length === b.length &&
  a.every((bits, i) => bits === b[i] || (isNaNBits(bits, half) && isNaNBits(b[i] as number, half)));

describe.each(Object.keys(ENGINES) as (keyof typeof ENGINES)[])("the %s", (engine) => {
  describe.each(HALVES)("with weights of %s", (half) => {
    const all = Uint16Array.from({ length: 65_536 }, (_, i) => i);

    it("takes all 65,536 patterns as they are", () => {
      const { data, step } = work(engine, TAKES, half, all);
      step(all);
      expect(sameBits(data, all, half)).toBe(true);
    });

    it("rounds to the nearest, on both sides of all that lie halfway", () => {
      const numbers = widened(all, half);
      const near = new Float32Array(4 * all.length);
      const bits = new Int32Array(near.buffer);
      for (let i = 0; i < all.length; i++) {
        near[4 * i] = ((numbers[i] as number) + (numbers[i + 1] ?? 0)) / 2;
        bits[4 * i + 1] = (bits[4 * i] as number) + 1;
        bits[4 * i + 2] = (bits[4 * i] as number) - 1;
        bits[4 * i + 3] = Math.imul(i, 0x9e3779b9);
      }
      const { data, step } = work(engine, TAKES, half, near);
      step(near);
      expect(sameBits(data, narrowed(near, half), half)).toBe(true);
    });

    it("loses steps that are too small for a weight, unless a master keeps them", () => {
      const plain = work(engine, DESCENDS, half, [1]);
      const mastered = work(engine, MASTERED, half, [1]);
      for (let i = 0; i < 64; i++) {
        expect(plain.step(Float32Array.of(2 ** -11))).toEqual([1]);
        mastered.step(Float32Array.of(2 ** -11));
      }
      expect([...widened(mastered.data, half)]).toEqual([1 - 2 ** -7]);
      expect(plain.optimizer.state().slots.size).toBe(0);
      expect(mastered.optimizer.state().slots.get("weight")?.get("w")).toEqual(Float32Array.of(1 - 2 ** -7));
    });

    it("goes on from a state to the same bits, which a file may hold between", () => {
      const word = words(7);
      const numbers = float32s(word, 1e9);
      const draw = () => Float32Array.from({ length: 9 }, numbers);
      const [weights, first, second] = [draw(), draw(), draw()];
      const whole = work(engine, MASTERED, half, weights);
      whole.step(first);
      const spec = `sha256:${"0".repeat(64)}` as const;
      const state = readState(writeState(whole.optimizer.state(), spec), spec);
      const resumed = work(engine, MASTERED, half, widened(whole.data, half), state);
      whole.step(second);
      resumed.step(second);
      expect(sameBits(resumed.data, whole.data, half)).toBe(true);
      expect(resumed.optimizer.state()).toEqual(whole.optimizer.state());
    });

    it("starts slots that are copies of the weights from what the weights stand for", () => {
      const checked = checkedRule(
        "rule kept\nstate first = weight\nupdate weight = weight + grad + first - first",
      );
      const { optimizer } = work(engine, checked, half, [1.5, -2]);
      expect(optimizer.state().slots.get("first")?.get("w")).toEqual(Float32Array.of(1.5, -2));
    });

    it("rounds once, though the rule changes the weights in several lines", () => {
      // The least step from 1 is three times the change of each line.
      const unit = half === "float16" ? 2 ** -10 : 2 ** -7;
      const checked = checkedRule(`rule lines
update weight = weight + grad / 3
       n = total(sum(weight))
       weight = weight + grad / 3
       weight = weight + grad / 3 + 0 * n
       m = total(sum(weight))`);
      expect(work(engine, checked, half, [1, 1]).step(Float32Array.of(unit, 0))).toEqual([1 + unit, 1]);
    });

    it("keeps what was written before an update stops", () => {
      const checked = checkedRule(`rule stops
state far: scalar = 0
update weight = weight + grad
       far = max_of(weight)
       stop when far > 2
       weight = weight * 2`);
      const { step } = work(engine, checked, half, [0.5, 1]);
      expect(step(Float32Array.of(0.5, 0))).toEqual([2, 2]);
      expect(step(Float32Array.of(1, 0))).toEqual([3, 2]);
    });

    it("takes gradients of its own type and of binary32, of neighbours in one step too", () => {
      const [a, b, c] = [[1, 2, 3], [4], [5, 6, 7, 8, 9]].map((numbers) => narrowed(numbers, half)) as [
        Uint16Array,
        Uint16Array,
        Uint16Array,
      ];
      const optimizer = ENGINES[engine](DESCENDS).attach({
        a: { data: a, dtype: half },
        b: { data: b, dtype: half },
        c: { data: c, dtype: half },
      });
      if ("writeBack" in optimizer) open.push(optimizer as WasmOptimizer);
      optimizer.step({
        a: narrowed([4, 4, 8], half),
        b: Float32Array.of(-4),
        c: narrowed([4, 0, 0, 0, -4], half),
      });
      optimizer.step({ c: Float32Array.of(4, 0, 0, 0, -4), b: narrowed([-4], half) });
      if ("writeBack" in optimizer) (optimizer as WasmOptimizer).writeBack();
      expect([a, b, c].map((data) => [...widened(data, half)])).toEqual([[0, 1, 1], [6], [3, 6, 7, 8, 11]]);
    });

    it("refuses what does not fit, before anything is written", () => {
      const { optimizer, data } = work(engine, DESCENDS, half, [1, 2]);
      const code = (value: string) => expect.objectContaining({ code: value });
      expect(() => optimizer.step({ w: new Float32Array(3) })).toThrow(code("gradient-length"));
      expect(() => optimizer.step({ w: new Uint16Array(1) })).toThrow(code("gradient-length"));
      for (const gradient of [new Float64Array(2), new Int16Array(2), [0, 0]]) {
        expect(() => optimizer.step({ w: gradient as never })).toThrow(code("gradient-type"));
      }
      expect([...data]).toEqual([...narrowed([1, 2], half)]);
      expect(optimizer.updates).toBe(0);
      const state = optimizer.state();
      expect(() => work(engine, MASTERED, half, [1, 2], state)).toThrow(code("state-missing"));
      const mastered = work(engine, MASTERED, half, [1, 2]).optimizer.state();
      expect(() => work(engine, DESCENDS, half, [1, 2], mastered)).toThrow(code("state-unknown"));
      expect(() => work(engine, MASTERED, half, [1, 2, 3], mastered)).toThrow(code("state-shape"));
    });
  });

  it("refuses arrays that are not of the type that is said", () => {
    const attach = (parameter: unknown) => () =>
      ENGINES[engine](DESCENDS).attach({ w: parameter as Parameter });
    const refused = expect.objectContaining({ code: "parameter", path: "parameters.w" });
    expect(attach({ data: new Uint16Array(1) })).toThrow(refused);
    expect(attach({ data: new Float32Array(1), dtype: "float16" })).toThrow(refused);
    expect(attach({ data: new Uint16Array(1), dtype: "float32" })).toThrow(refused);
    expect(attach({ data: new Int16Array(1), dtype: "float16" })).toThrow(refused);
    expect(attach({ data: new Float64Array(1) })).toThrow(refused);
    expect(attach({ data: new Float64Array(1), dtype: "float64" })).toThrow(refused);
  });

  it("has nothing of masters for binary32 weights", () => {
    const [plain, mastered] = [DESCENDS, MASTERED].map((checked) => {
      const data = Float32Array.of(1, 2, 3);
      const optimizer = ENGINES[engine](checked).attach({ w: { data } });
      if ("writeBack" in optimizer) open.push(optimizer as WasmOptimizer);
      optimizer.step({ w: Float32Array.of(0.1, 0.2, 0.3) });
      if ("writeBack" in optimizer) (optimizer as WasmOptimizer).writeBack();
      return { data, state: optimizer.state() };
    });
    expect(mastered).toEqual(plain);
  });
});

/** 16-bit weights beside others, with gradients now of one type, now of the other. */
const mixed = (seed: number) => ({
  half: (key: string) => ([undefined, ...HALVES] as const)[(seed + key.charCodeAt(key.length - 1)) % 3],
  hasShortGradient: (key: string, step: number) => (seed + step + key.length) % 2 === 0,
});

describe(`random programs from seed ${SEED}`, () => {
  it("have the same bits by both engines", () => {
    let ran = 0;
    for (let seed = SEED; seed < SEED + CASES; seed++) {
      const one = randomCase(seed, seed % 2 === 0 ? { precision: { master: true } } : {});
      if (one === undefined) continue;
      try {
        const found = firstDifference(one.checked, { ...one.given, ...mixed(seed) });
        expect(found, `OPTSEAL_SEED=${seed} OPTSEAL_CASES=1`).toBe(undefined);
        ran += 1;
      } catch (error) {
        if (!(error instanceof RunError && error.code === "needs")) throw error;
      }
    }
    expect(ran).toBeGreaterThan(CASES / 2);
  });
});

describe.each([
  "torch-2.13/adamw",
  "mxnet-1.9/sgd",
  "mxnet-1.9/lamb",
  "torch-2.13/adafactor",
  "keras-3/muon",
])("%s", (rule) => {
  it.each([1, 2, 3])("has the same bits by %i threads, with and without masters", (threads) => {
    for (const precision of [undefined, { master: true }]) {
      const checked = check(author({ optseal: 1, rule, ...(precision && { precision }) }));
      const word = words(threads);
      const numbers = float32s(word, 1e9);
      const shapes = { a: [40, 50], b: [3], c: [33_001], d: [1, 1], e: [2, 33, 9] };
      const given = { shapes, steps: 2, weight: numbers, gradient: numbers, ...mixed(threads) };
      const attach = (one: Checked, parameters: ReadonlyMap<string, Parameter>) =>
        compileWasm(one, { threads }).attach(parameters);
      expect(firstDifference(checked, given, attach)).toBe(undefined);
    }
  });
});
