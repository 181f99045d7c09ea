/**
 * run: square roots divided by a scalar, which Adam and its kin do for every element, without the divider that the root itself
 * keeps busy: times the reciprocal in binary64, rounded to binary32 once more.
 *
 * The bits are those of the division. A quotient of binary32 numbers x / c that is a normal number lies no nearer than 2^-49 of
 * itself to the middle m of two neighbours: m * c has an odd factor of 25 bits, so that it is never x. The product is nearer to
 * the quotient than 2^-52 of it. A square root is 0, infinite, NaN or at least 2^-75, so that for |c| < 2^50 no quotient is
 * subnormal.
 */
import type { Bytes } from "./bytes.ts";
import { F64, f64Const, lowerHalves, upperHalf, V128 } from "./instructions.ts";
import type { Scalar, Tensor } from "./nodes.ts";

const BOUND = 2 ** 50;

/** The scalar that a value divides a square root by. */
export function rootDivisor(value: Tensor): Scalar | undefined {
  if (value.kind !== "each" || value.name !== "div") return undefined;
  const [root, divisor] = value.operands as readonly [Tensor, Tensor];
  const isRoot = root.kind === "each" && root.name === "sqrt";
  return isRoot && divisor.kind === "splat" ? divisor.operand : undefined;
}

/** Two copies of the reciprocal in binary64 of a binary32 divisor. */
export const reciprocals = (divisor: Bytes): Bytes => [
  f64Const(1),
  divisor,
  [F64.fromF32, F64.div, V128.f64Splat],
];

/** Whether a binary32 divisor is one that the reciprocal can stand for. */
export const isOrdinary = (divisor: Bytes): Bytes => [divisor, F64.fromF32, F64.abs, f64Const(BOUND), F64.lt];

/** Four roots divided. Both operands are repeated. */
export function rootQuotient(root: Bytes, reciprocal: Bytes): Bytes {
  const half = (pair: Bytes): Bytes => [
    [pair, V128.f64OfLowF32, reciprocal],
    [V128.f64Mul, V128.f32OfF64],
  ];
  return lowerHalves(half(root), half(upperHalf(root)));
}
