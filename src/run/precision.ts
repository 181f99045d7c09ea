/**
 * run: weights and gradients of 16 bits, handed over as their bits. Rules see them as binary32; what a rule has given the
 * weights is rounded to 16 bits once, at the end of an update, to even on a tie.
 */
import { bf16Bits, f16Bits, ofBf16Bits, ofF16Bits } from "../base/half.ts";
import type { Slot } from "../spec/program.ts";

/** IEEE 754 binary16, or the upper half of a binary32. */
export type Half = "float16" | "bfloat16";

/** Numbers as they stand in memory: a Uint16Array has the bits of a {@link Half}. */
export type Numbers = Float32Array | Uint16Array;

interface Format {
  readonly bits: (x: number) => number;
  readonly number: (bits: number) => number;
}

const FORMATS: { readonly [H in Half]: Format } = Object.freeze({
  float16: { bits: f16Bits, number: ofF16Bits },
  bfloat16: { bits: bf16Bits, number: ofBf16Bits },
});

/** The 16-bit types. */
export const HALVES: readonly Half[] = Object.freeze(["float16", "bfloat16"]);

/** The same numbers as binary32; a copy of what stands in 16 bits, else the array itself. */
export function widened(data: Numbers, half: Half | undefined): Float32Array {
  if (data instanceof Float32Array || half === undefined) return data as Float32Array;
  return Float32Array.from(data, FORMATS[half].number);
}

/** Rounds binary32 numbers into 16 bits each. */
export function narrowInto(place: Uint16Array, data: Float32Array, half: Half): void {
  const { bits } = FORMATS[half];
  for (const [i, x] of data.entries()) place[i] = bits(x);
}

/**
 * The slot of 16-bit weights that keep a 32-bit copy, which is what updates change. Its name is a word of the language, which
 * no slot of a rule has.
 */
export const MASTER: Slot = Object.freeze({ name: "weight", shape: "like", init: "weight" });
