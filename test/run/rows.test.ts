/** Gradients of some rows, as the real optimizers take them. conformance/torch/rows.py and conformance/mxnet/rows.py wrote the files. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { compileWasm } from "../../src/run/host/compile-wasm.ts";
import { compile } from "../../src/run/optimizer.ts";

interface Case {
  readonly rule: string;
  readonly hyper: { readonly [name: string]: number | boolean };
  readonly shape: readonly number[];
  readonly before: string;
  readonly steps: readonly {
    readonly rows: readonly number[];
    readonly data: string;
    readonly after: string;
  }[];
}

/**
 * From 1.5 on MXNet has other kernels for rows than for whole gradients, of which the texts are: SGD's without momentum takes the decay off
 * the weights before the step, as up to 1.4, and Adam's that is not lazy multiplies in another order.
 */
const inLastBits = ({ rule, hyper }: Case): boolean =>
  /^mxnet-(1\.9|2\.0)/.test(rule) &&
  (rule.endsWith("sgd")
    ? hyper.momentum === undefined && hyper.wd !== undefined
    : hyper.lazy_update === false);
const LAST_BITS = 4e-7;

const folder = new URL("../vectors/rows/", import.meta.url);
const numbers = (text: string) => new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);

describe.each(readdirSync(folder))("%s", (file) => {
  const { cases } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { cases: readonly Case[] };
  it.each(cases.map((one) => [`${one.rule} ${JSON.stringify(one.hyper)}`, one] as const))("%s", (_, one) => {
    const { rule, hyper, shape, before, steps } = one;
    const checked = check(author({ optseal: 1, rule, hyper }));
    const data = numbers(before);
    const reference = compile(checked).attach({ w: { data, shape } });
    const module = compileWasm(checked).attach({ w: { data: numbers(before), shape } });
    for (const { rows, data: gradient, after } of steps) {
      const w = { rows, data: numbers(gradient) };
      reference.step({ w });
      module.step({ w });
      const [right, allowed] = [numbers(after), inLastBits(one) ? LAST_BITS : 0];
      const off = data.filter((x, i) => !(Math.abs(x - (right[i] as number)) <= allowed * Math.abs(x)));
      expect([...off]).toEqual([]);
      expect(module.weight("w")).toEqual(data);
    }
  });
});
