/** live: more parameters and state than one memory can hold. Takes some gigabytes, and no time of a quick run. */
import { freemem } from "node:os";
import { expect, it } from "vitest";
import { author, check, compile, compileWasm } from "../../src/index.ts";
import { skipIfMissing } from "./skip.ts";

const GIB = 2 ** 30;
/** Six tensors, of which weights, gradients and two slots take 5.4 GB. */
const SIZE = 56_000_000;
const KEYS = ["a", "b", "c", "d", "e", "f"];
const NEEDED = 8 * GIB;

/** Values that come back after a while, so that the reference engine need not work through all of them. */
const PERIOD = 4093;
const drawn = (i: number): number => Math.sin(i % PERIOD);

function fill(array: Float32Array, from: (i: number) => number): Float32Array {
  const first = Float32Array.from({ length: PERIOD }, (_, i) => from(i));
  for (let at = 0; at < array.length; at += PERIOD) array.set(first.subarray(0, array.length - at), at);
  return array;
}

it.for([1, 2])(
  "5 GiB of parameters and state, in several memories, step by %i thread(s)",
  async (threads, context) => {
    const free = Math.floor(freemem() / GIB);
    skipIfMissing(context, freemem() < NEEDED ? `${free} GiB of memory are free, 8 are needed` : undefined);
    const checked = check(author({ optseal: 1, rule: "torch-2.13/adamw", hyper: { lr: 0.1 } }));
    const shared = fill(new Float32Array(SIZE), drawn);

    const optimizer = compileWasm(checked, { threads }).attach(
      new Map(KEYS.map((key) => [key, { data: shared.slice() }])),
    );
    const gradients = new Map(
      KEYS.map((key, k) => [key, fill(optimizer.gradient(key) as Float32Array, (i) => drawn(7 * i + k))]),
    );
    optimizer.step(gradients);
    await optimizer.stepAsync(gradients);
    const buffers = new Set(KEYS.map((key) => optimizer.weight(key)?.buffer));
    expect(buffers.size).toBe(2);
    const few = { w: { data: shared.slice(0, PERIOD) } };
    for (const [k, key] of KEYS.entries()) {
      const own = { w: { data: few.w.data.slice() } };
      const reference = compile(checked).attach(own);
      const gradient = Float32Array.from({ length: PERIOD }, (_, i) => drawn(7 * i + k));
      for (let step = 0; step < 2; step++) reference.step({ w: gradient });
      const weight = optimizer.weight(key) as Float32Array;
      const right = Buffer.from(own.w.data.buffer);
      for (let at = 0; at < SIZE; at += PERIOD) {
        const count = Math.min(PERIOD, SIZE - at);
        const bytes = Buffer.from(weight.buffer, weight.byteOffset + 4 * at, 4 * count);
        if (bytes.compare(right, 0, 4 * count) !== 0) throw new Error(`${key} differs from ${at} on`);
      }
    }
    await optimizer.close();
  },
);
