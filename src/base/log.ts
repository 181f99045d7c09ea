/**
 * base: `log` with the bits of glibc 2.28 and later on x86-64 with fused multiply-add.
 *
 * Algorithm and constants: ARM optimized-routines (Szabolcs Nagy 2018), `math/log.c`, `math/log_data.c`. Near 1 a polynomial
 * does; elsewhere x = 2^k z, and a table has the logarithm of a c near z.
 */
import { highWord, withHighWord } from "./float-bits.ts";
import { fma } from "./fma.ts";
import { FIRST, PARTS } from "./log-table.ts";

/** ln 2: a multiple of 2^-42 and the rest. */
const LN2 = 0.6931471805598903;
const LN2_REST = 5.497923018708371e-14;

// log(1 + r) = r + A0 r^2 + ... + A4 r^6 for |r| < 0.0038
const A0 = -0.5000000000000001;
const A1 = 0.33333333331825593;
const A2 = -0.2499999999622955;
const A3 = 0.20000304511814496;
const A4 = -0.16667054827627667;

// log(1 + r) = r - r^2 / 2 + B1 r^3 + ... + B10 r^12 from -1/16 to 0.0647
const B1 = 0.3333333333333352;
const B2 = -0.24999999999998432;
const B3 = 0.19999999999320328;
const B4 = -0.16666666669929706;
const B5 = 0.14285715076560868;
const B6 = -0.12499997863982555;
const B7 = 0.11110712032936046;
const B8 = -0.10000486757818193;
const B9 = 0.09181994006195467;
const B10 = -0.08328363062289341;
const NEAR_FROM = 0.9375;
const NEAR_TO = 1.064697265625;

const LEAST_NORMAL = 2.2250738585072014e-308; // 2^-1022
const TWO_52 = 4503599627370496;
const TWO_27 = 134217728;

const row = (at: number): number => PARTS[at] as number;

function logNearOne(r: number): number {
  const r2 = r * r;
  const r3 = r * r2;
  const third = fma(r3, B10, fma(r2, B9, fma(r, B8, B7)));
  const second = fma(third, r3, fma(r2, B6, fma(r, B5, B4)));
  const p = fma(second, r3, fma(r2, B3, fma(r, B2, B1)));
  // r - r^2 / 2 in two parts: the square of the first half of r's bits is exact.
  const scaled = r * TWO_27;
  const leading = r + scaled - scaled;
  const half = -0.5 * leading * leading;
  const head = r + half;
  const rest = fma(-0.5 * (r - leading), leading + r, r - head + half);
  return head + fma(p, r3, rest);
}

/** The natural logarithm of x, less than 0.52 ulp from the true value; negative infinity for 0 and -0, NaN below 0 and for NaN. */
export function log(x: number): number {
  if (x === 0) return -Infinity;
  if (!(x > 0)) return NaN;
  if (x === Infinity) return Infinity;
  if (x >= NEAR_FROM && x < NEAR_TO) return logNearOne(x - 1);

  const subnormal = x < LEAST_NORMAL;
  const normal = subnormal ? x * TWO_52 : x;
  const high = highWord(normal);
  const from = high - FIRST;
  const shift = from >> 20;
  const k = subnormal ? shift - 52 : shift;
  const z = withHighWord(normal, high - (shift << 20));
  const at = ((from >> 13) & 127) * 2;

  const r = fma(z, row(at), -1);
  const whole = k * LN2 + row(at + 1);
  const head = whole + r;
  const rest = fma(k, LN2_REST, whole - head + r);
  const r2 = r * r;
  const p = fma(fma(r, A4, A3), r2, fma(A2, r, A1));
  return fma(r * r2, p, fma(r2, A0, rest)) + head;
}
