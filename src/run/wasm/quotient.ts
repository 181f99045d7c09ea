/**
 * run: division by a scalar without the divider, which square roots and other divisions keep busy: times the reciprocal in
 * binary64, rounded to binary32 once more. Some processors are faster so, others slower: the host decides.
 *
 * The bits are those of the division, since the product is nearer to x / c than 2^-52 of it, and no middle m between two
 * neighbours in binary32 is as near. Where x / c is normal, m has an odd factor of 25 bits, and so has m c, which x has not: as a
 * multiple of both last places' product their difference is at least 2^-49 |x|. Where it is subnormal and |c| < 2, m is an odd
 * multiple of 2^-150 and c one of 2^e, e <= 0, so that m c is an odd multiple of 2^(e - 150) and x an even one: the difference is
 * at least 2^-174 |c|, and the product's error less than 2^-178. A square root is 0, infinite, NaN or at least 2^-75: for
 * |c| < 2^50 no quotient of it is subnormal.
 */
import type { Bytes } from "./bytes.ts";
import { F64, f64Const, I32, lowerHalves, upperHalf, V128 } from "./instructions.ts";
import type { Scalar, Tensor } from "./nodes.ts";

/** The flag by which the host asks for reciprocals. */
export const RECIPROCALS = "reciprocals";

const BOUND = 2;
const ROOT_BOUND = 2 ** 50;

/** What a value is divided by, if that is the same for all elements. */
export interface Divisor {
  readonly scalar: Scalar;
  /** Below this the reciprocal can stand for it. */
  readonly bound: number;
}

/** The scalar that a value divides tensors by. */
export function divisorOf(value: Tensor): Divisor | undefined {
  if (value.kind !== "each" || value.name !== "div") return undefined;
  const [dividend, divisor] = value.operands as readonly [Tensor, Tensor];
  if (divisor.kind !== "splat" || dividend.kind === "splat") return undefined;
  const isRoot = dividend.kind === "each" && dividend.name === "sqrt";
  return { scalar: divisor.operand, bound: isRoot ? ROOT_BOUND : BOUND };
}

/** Two copies of the reciprocal in binary64 of a binary32 divisor. */
export const reciprocals = (divisor: Bytes): Bytes => [
  f64Const(1),
  divisor,
  [F64.fromF32, F64.div, V128.f64Splat],
];

/** Whether a binary32 divisor is one that the reciprocal can stand for: below the bound, and not 0. */
export const isOrdinary = (divisor: Bytes, bound: number): Bytes => [
  [divisor, F64.fromF32, F64.abs, f64Const(bound), F64.lt],
  [divisor, F64.fromF32, f64Const(0), F64.ne, I32.and],
];

/** Four numbers divided. Both operands are repeated. */
export function quotient(dividend: Bytes, reciprocal: Bytes): Bytes {
  const half = (pair: Bytes): Bytes => [
    [pair, V128.f64OfLowF32, reciprocal],
    [V128.f64Mul, V128.f32OfF64],
  ];
  return lowerHalves(half(dividend), half(upperHalf(dividend)));
}
