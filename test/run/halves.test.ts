/** 16 bits as torch rounds to them, and as MXNet updates them with multi_precision. conformance/{torch,mxnet}/halves.py wrote the files. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { compileWasm } from "../../src/run/host/compile-wasm.ts";
import { compile } from "../../src/run/optimizer.ts";
import { HALVES, narrowInto, widened } from "../../src/run/precision.ts";

interface Case {
  readonly rule: string;
  readonly hyper: { readonly [name: string]: number };
  readonly shape: readonly number[];
  readonly before: string;
  readonly steps: readonly { readonly data: string; readonly after: string }[];
}

const folder = new URL("../vectors/halves/", import.meta.url);
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), "utf8"));
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "base64")).buffer;
const bits = (text: string) => new Uint16Array(bytes(text));

it.each(HALVES)("rounds to %s as torch does", (half) => {
  const { float32, ...rounded } = read("torch-2.13.json");
  const numbers = new Float32Array(bytes(float32));
  const own = new Uint16Array(numbers.length);
  narrowInto(own, numbers, half);
  expect(numbers.length).toBe(1024);
  expect(widened(own, half)).toEqual(widened(bits(rounded[half]), half));
});

describe.each(readdirSync(folder).filter((file) => file.startsWith("mxnet-")))("%s", (file) => {
  const { cases } = read(file) as { cases: readonly Case[] };
  it.each(cases.map((one) => [`${one.rule} ${JSON.stringify(one.hyper)}`, one] as const))("%s", (_, one) => {
    const { rule, hyper, shape, before, steps } = one;
    const checked = check(author({ optseal: 1, rule, hyper, precision: { master: true } }));
    const parameter = () => ({ data: bits(before), dtype: "float16", shape }) as const;
    const w = parameter();
    const reference = compile(checked).attach({ w });
    const module = compileWasm(checked).attach({ w: parameter() });
    for (const { data, after } of steps) {
      reference.step({ w: bits(data) });
      module.step({ w: bits(data) });
      expect(w.data).toEqual(bits(after));
      expect(module.weight("w")).toEqual(w.data);
    }
  });
});
