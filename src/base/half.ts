/**
 * base: bfloat16 and IEEE 754 binary16, as binary64 numbers that those formats hold. A binary64 goes in, the nearest such
 * number comes out: to even on a tie, by one rounding, into the subnormals too. And the 16 bits that stand for them.
 */
import { fromWords, highWord } from "./float-bits.ts";

interface Format {
  /** Bits of the significand, the leading one counted. */
  readonly bits: number;
  /** The exponent of the least normal number. */
  readonly least: number;
  /** Halfway from the greatest number to the next power of two: what is not below it becomes infinite. */
  readonly top: number;
}

const BF16: Format = Object.freeze({ bits: 8, least: -126, top: (2 - 2 ** -8) * 2 ** 127 });
const F16: Format = Object.freeze({ bits: 11, least: -14, top: 65520 });

function round(x: number, { bits, least, top }: Format): number {
  const size = Math.abs(x);
  if (!(size < top)) return Number.isNaN(x) ? NaN : Math.sign(x) * Infinity;
  const exponent = (highWord(size) >> 20) - 1023;
  const unit = (exponent < least ? least : exponent) - bits + 1;
  // Next to 1.5 * 2^52 units the neighbours of a binary64 are one unit apart.
  const rounder = fromWords(((unit + 52 + 1023) << 20) | 0x80000, 0);
  const nearest = size + rounder - rounder;
  return highWord(x) < 0 ? -nearest : nearest;
}

/** The bfloat16 nearest to x: 8 bits, the exponents of binary32. Infinite from 255.5 * 2^120 on; -0 and NaN stay. */
export function bf16(x: number): number {
  return round(x, BF16);
}

/** The binary16 nearest to x: 11 bits, at most 65504. Infinite from 65520 on; -0 and NaN stay. */
export function f16(x: number): number {
  return round(x, F16);
}

/** The 16 bits of the binary16 nearest to x. A NaN is the quiet one. */
export function f16Bits(x: number): number {
  if (Number.isNaN(x)) return 0x7e00;
  const nearest = f16(x);
  const sign = (highWord(nearest) >>> 16) & 0x8000;
  const size = Math.abs(nearest);
  if (size === Infinity) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | (size * 2 ** 24);
  return sign | ((highWord(size) >> 10) - ((1023 - 15) << 10));
}

/** The bits of the bfloat16 nearest to x: the upper half of a binary32's. A NaN is the quiet one. */
export function bf16Bits(x: number): number {
  if (Number.isNaN(x)) return 0x7fc0;
  single[0] = bf16(x);
  return (singleBits[0] as number) >>> 16;
}

/** The number that 16 bits stand for as a binary16. */
export function ofF16Bits(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 0x3ff];
  const infinite = fraction === 0 ? Infinity : NaN;
  const normal = fromWords(((exponent + 1023 - 15) << 20) | (fraction << 10), 0);
  const size = exponent === 31 ? infinite : exponent === 0 ? fraction * 2 ** -24 : normal;
  return bits & 0x8000 ? -size : size;
}

/** The number that 16 bits stand for as a bfloat16. */
export function ofBf16Bits(bits: number): number {
  singleBits[0] = bits << 16;
  return single[0] as number;
}

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);
