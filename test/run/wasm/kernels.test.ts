/** The functions inside modules beside base's, which they follow step by step. */
import { describe, expect, it } from "vitest";
import { kernelTexts } from "../../../src/run/wasm/kernels/all.ts";
import { KERNELS } from "../../../src/run/wasm/kernels.gen.ts";
import type { Elementwise } from "../../../src/spec/operations/operation.ts";
import { OPERATIONS } from "../../../src/spec/operations/table.ts";
import { compileKernels } from "./compile-kernels.ts";
import { words } from "./random-program.ts";

describe("the file of the functions", () => {
  it("is what the texts come to", () => {
    expect([...KERNELS], "`npm run build` brings them up to date").toEqual([...kernelTexts()]);
  });
});

const NAMES = ["exp", "log", "pow", "sin", "cos", "powf", "cosf", "bf16", "f16", "dmlc_f32"] as const;
const functions = compileKernels(NAMES);

const view = new DataView(new ArrayBuffer(8));
const SPECIAL = [
  0,
  -0,
  1,
  -1,
  0.5,
  2,
  Number.NaN,
  Infinity,
  -Infinity,
  5e-324,
  -5e-324,
  2.2250738585072014e-308,
];
const LARGE = [
  1e300,
  -1e22,
  2 ** 53,
  2 ** 53 + 2,
  2 ** 20,
  1e16,
  123456789012345680,
  1e-5,
  0.0001,
  1e38,
  1.1e-38,
];

/** Any binary64, ordinary numbers, short decimals and powers of two among them. */
function numbers(word: () => number): () => number {
  return () => {
    const kind = word() % 8;
    if (kind === 0) return [...SPECIAL, ...LARGE][word() % (SPECIAL.length + LARGE.length)] as number;
    if (kind <= 2) {
      view.setUint32(0, word());
      view.setUint32(4, word());
      return view.getFloat64(0);
    }
    if (kind === 3) return ((word() % 2001) - 1000) / 10 ** (word() % 8);
    if (kind === 4) return 2 ** ((word() % 2098) - 1074);
    if (kind === 5) return Math.fround(word() / 2 ** 31 - 1);
    return (word() / 2 ** 31 - 1) * 10 ** ((word() % 14) - 6);
  };
}

describe.each(NAMES)("%s", (name) => {
  it("has base's bits", () => {
    const { apply, arity } = OPERATIONS.get(name) as Elementwise;
    const own = functions[name] as (...operands: number[]) => number;
    const next = numbers(words(name.length));
    for (let i = 0; i < 60_000; i++) {
      const operands = Array.from({ length: arity }, next);
      if (!Object.is(own(...operands), apply(...operands))) {
        expect({ operands, value: own(...operands) }).toEqual({ operands, value: apply(...operands) });
      }
    }
  });
});
