/**
 * run: binary32 and the bits of 16-bit numbers, four at a time and exact: subnormals, infinities and NaN are what they were.
 * The 16 bits stand in the lower half of a lane. Operands are repeated.
 */
import type { Bytes } from "./bytes.ts";
import { f32Const, i32Const, V128 } from "./instructions.ts";

const all = (value: number): Bytes => [i32Const(value), V128.i32Splat];
const half = [f32Const(0.5), V128.f32Splat];
const shifted = (a: Bytes, by: number): Bytes => [a, i32Const(by), V128.i32ShrUnsigned];
const and = (a: Bytes, mask: number): Bytes => [a, all(mask), V128.and];
const isAbove = (a: Bytes, bound: number): Bytes => [a, all(bound), V128.i32Gt];
/** The last of the bits that stay, which decides on a tie. */
const odd = (a: Bytes, by: number): Bytes => and(shifted(a, by), 1);

/** Bits of the least normal binary16, of 0.5, and of infinity. */
const [NORMAL, HALF, INFINITE] = [0x38800000, 0x3f000000, 0x7f800000];
/** What the exponents of the two formats are apart. */
const APART = 0x38000000;

/** Subnormals are multiples of 2^-24, which is what the last bit of a binary32 from 0.5 to 1 stands for. */
export function widenF16(bits: Bytes): Bytes {
  const size = and(bits, 0x7fff);
  const normal = [size, i32Const(13), V128.i32Shl, all(APART), V128.i32Add];
  const small = [size, all(HALF), V128.i32Add, half, V128.f32Sub];
  const infinite = and(isAbove(size, 0x7bff), INFINITE);
  const finite = [normal, small, isAbove(size, 0x3ff), V128.bitselect];
  const sign = and([bits, i32Const(16), V128.i32Shl], -(2 ** 31));
  return [finite, infinite, V128.or, sign, V128.or];
}

/** To the nearest, to even on a tie: the carry of what is added to the bits that go moves the ones that stay. */
export function narrowF16(number: Bytes): Bytes {
  const size = and(number, 0x7fffffff);
  const rounded = [size, all(0xfff - APART), V128.i32Add, odd(size, 13), V128.i32Add];
  const normal = [shifted(rounded, 13), all(0x7c00), V128.i32Min];
  const small = [size, half, V128.f32Add, all(HALF), V128.i32Sub];
  const finite = [normal, small, isAbove(size, NORMAL - 1), V128.bitselect];
  const quiet = and(isAbove(size, INFINITE), 0x200);
  const sign = and(shifted(number, 16), 0x8000);
  return [finite, quiet, V128.or, sign, V128.or];
}

/** A bfloat16 is the upper half of a binary32. */
export const widenBf16 = (bits: Bytes): Bytes => [bits, i32Const(16), V128.i32Shl];

/** As binary16; no number is too small for it. */
export function narrowBf16(number: Bytes): Bytes {
  const rounded = [number, all(0x7fff), V128.i32Add, odd(number, 16), V128.i32Add];
  const quiet = [number, all(0x400000), V128.or];
  const isNan = isAbove(and(number, 0x7fffffff), INFINITE);
  return shifted([quiet, rounded, isNan, V128.bitselect], 16);
}
