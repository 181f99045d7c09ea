/**
 * base: the natural logarithm in two binary64, which `pow` multiplies by its exponent. Its relative error is about 2^-68.
 *
 * Algorithm and constants: ARM optimized-routines (Szabolcs Nagy 2018), `math/pow.c`, `math/pow_log_data.c`.
 */
import { highWord, leadingBits, withHighWord } from "./float-bits.ts";
import { fma, productError } from "./fma.ts";
import { FIRST, PARTS } from "./pow-table.ts";

/** ln 2: a multiple of 2^-42 and the rest. */
const LN2 = 0.6931471805598903;
const LN2_REST = 5.497923018708371e-14;

// log(1 + r) = r + q + q r (A1 + r A2 + q (A3 + r A4 + q (A5 + r A6))) with q = -r^2 / 2, for |r| < 0.0056
const A1 = -0.6666666666666679;
const A2 = 0.5000000000000007;
const A3 = 0.7999999995323976;
const A4 = -0.6666666663487739;
const A5 = -1.142909628459501;
const A6 = 1.0000415263675542;

const LEAST_NORMAL = 2.2250738585072014e-308; // 2^-1022
const TWO_52 = 4503599627370496;

const row = (at: number): number => PARTS[at] as number;

/** log x as the sum of two binary64, for a finite x above 0. */
export function logInTwo(x: number): { readonly head: number; readonly rest: number } {
  const subnormal = x < LEAST_NORMAL;
  const normal = subnormal ? x * TWO_52 : x;
  const high = highWord(normal);
  const from = high - FIRST;
  const shift = from >> 20;
  const k = subnormal ? shift - 52 : shift;
  const z = withHighWord(normal, high - (shift << 20));
  const at = ((from >> 13) & 127) * 3;

  // r = z / c - 1 has at most 53 bits, and 1/c so few that nothing here rounds.
  const inverse = row(at);
  const leading = leadingBits(z);
  const r = leading * inverse - 1 + (z - leading) * inverse;

  const whole = k * LN2 + row(at + 1);
  const first = whole + r;
  const half = -0.5 * r;
  const q = r * half;
  const head = first + q;
  const inner = fma(fma(r, A6, A5), q, fma(A4, r, A3));
  const lost =
    fma(k, LN2_REST, row(at + 2)) + (whole - first + r) + productError(half, r, q) + (first - head + q);
  const rest = fma(r * q, fma(q, inner, fma(A2, r, A1)), lost);
  const sum = head + rest;
  return { head: sum, rest: head - sum + rest };
}
