/**
 * base: `exp` with the bits of glibc 2.28 and later on x86-64 with fused multiply-add, and what `pow` shares with it.
 *
 * Algorithm and constants: ARM optimized-routines (Szabolcs Nagy 2018), `math/exp.c`, `math/exp_data.c`. x is split into
 * n ln2/128 and a rest r of at most ln2/256; a table has 2^(n/128), a polynomial e^r - 1.
 */
import { POWERS } from "./exp-table.ts";
import { highWord, withHighWord } from "./float-bits.ts";
import { fma } from "./fma.ts";

/** 128 / ln 2, and ln2/128 in two parts: a product of the first with n is exact. */
const STEPS = 184.6649652337873;
const STEP = 0.005415212348111709;
const STEP_REST = 1.2864023111638346e-14;

/** Adding and taking away 1.5 * 2^52 rounds to an integer. */
const TO_INTEGER = 6755399441055744;

// e^r = 1 + r + C2 r^2 + ... + C5 r^5 for |r| <= ln2 / 256
const C2 = 0.49999999999996786;
const C3 = 0.16666666666665886;
const C4 = 0.0416666808410674;
const C5 = 0.008333335853059549;

/** 2^-54: e^x rounds to 1 below. */
const TINY = 5.551115123125783e-17;

const TWO_1009 = 5.486124068793689e303;
const LEAST_NORMAL = 2.2250738585072014e-308; // 2^-1022

const row = (at: number): number => POWERS[at] as number;

/** power * 2^exponent, for a power in [1, 2) and a result that is neither infinite nor subnormal. */
const scaled = (power: number, exponent: number): number =>
  withHighWord(power, highWord(power) + (exponent << 20));

/** power * 2^exponent * (1 + t), rounded once where it is subnormal too; |exponent| is from 738 to 1478. */
function atTheEnds(power: number, exponent: number, t: number): number {
  if (exponent > 0) {
    const scale = scaled(power, exponent - 1009);
    return fma(scale, t, scale) * TWO_1009;
  }
  const scale = scaled(power, exponent + 1022);
  const product = scale * t;
  const value = scale + product;
  if (value >= 1) return value * LEAST_NORMAL;
  // Added to 1, the value keeps the bits that a subnormal number has; what is lost on the way takes part.
  const left = scale - value + product;
  const sum = 1 + value;
  return (sum + (1 - sum + value + left) - 1) * LEAST_NORMAL;
}

/**
 * e^(x + rest), less than 0.52 ulp from the true value.
 *
 * @param x not NaN
 * @param rest 0, or less than 2^-15 and more than 2^-200 in magnitude, and less than |x|
 * @returns positive infinity above 709.78, 0 below -745.13
 */
export function expOfSum(x: number, rest: number): number {
  const size = Math.abs(x);
  if (size < TINY) return 1;
  if (size >= 1024) return x > 0 ? Infinity : 0;

  const n = fma(x, STEPS, TO_INTEGER) - TO_INTEGER;
  const r = fma(-n, STEP_REST, x - n * STEP) + rest;
  const at = 2 * (n & 127);
  const square = r * r;
  const low = fma(fma(r, C3, C2), square, row(at) + r);
  const t = fma(square * square, fma(r, C5, C4), low);
  const power = row(at + 1);
  if (size >= 512) return atTheEnds(power, n >> 7, t);
  const scale = scaled(power, n >> 7);
  return fma(scale, t, scale);
}

/** e^x, less than 0.52 ulp from the true value; infinity above 709.78, 0 below -745.13, NaN for NaN. */
export function exp(x: number): number {
  return Number.isNaN(x) ? NaN : expOfSum(x, 0);
}
