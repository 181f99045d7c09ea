/** base: `exp` and `log` after fdlibm's `e_exp.c` and `e_log.c`. Each takes and gives one binary64. */
import { highWord, scaleByPowerOfTwo, withHighWord } from "./float-bits.ts";

// ln 2 in two parts; the first has 32 bits, so that its product with an exponent is exact.
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const INV_LN2 = Math.LOG2E;

/** Above this `exp` exceeds the largest binary64, below `UNDERFLOW` half the smallest. */
const OVERFLOW = 709.782712893384;
const UNDERFLOW = -745.1332191019411;

// r (e^r + 1) / (e^r - 1) = 2 + P1 r^2 + P2 r^4 + ... within 2^-59 for |r| <= ln2 / 2.
const P1 = 0.16666666666666602;
const P2 = -0.0027777777777015593;
const P3 = 0.00006613756321437934;
const P4 = -0.0000016533902205465252;
const P5 = 4.1381367970572385e-8;

/** `r - (P1 r^2 + ... + P5 r^10)`: what both `exp` and `pow` make of the reduced argument. */
export function expKernel(r: number): number {
  const t = r * r;
  return r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
}

/**
 * 1 + head + rest with one rounding that counts, for |head| < 1. fdlibm writes `1 - (-rest - head)`, whose inner rounding
 * alone can cost a quarter of an ulp.
 */
export function onePlus(head: number, rest: number): number {
  const sum = 1 + head;
  return sum + (head - (sum - 1) + rest);
}

/**
 * e^x, less than 1 ulp from the true value (fdlibm `e_exp.c`, but for the last sum: 0.67 ulp measured, 0.76 where the
 * result is subnormal).
 *
 * @returns positive infinity above 709.78, 0 below -745.13, NaN for NaN
 */
export function exp(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > OVERFLOW) return Infinity;
  if (x < UNDERFLOW) return 0;

  const magnitude = highWord(x) & 0x7fffffff;
  if (magnitude < 0x3e300000) return 1 + x; // |x| < 2^-28
  let k = 0;
  let high = x;
  let low = 0;
  if (magnitude > 0x3fd62e42) {
    // |x| > ln2 / 2: x = k ln2 + (high - low)
    if (magnitude < 0x3ff0a2b2) k = x < 0 ? -1 : 1;
    else k = (INV_LN2 * x + (x < 0 ? -0.5 : 0.5)) | 0;
    high = x - k * LN2_HIGH;
    low = k * LN2_LOW;
  }
  const r = high - low;
  const c = expKernel(r);
  return scaleByPowerOfTwo(onePlus(high, (r * c) / (2 - c) - low), k);
}

// log(1+f) = 2s + s (LG1 s^2 + LG2 s^4 + ...) with s = f / (2 + f), within 2^-58.45.
const LG1 = 0.6666666666666735;
const LG2 = 0.3999999999940942;
const LG3 = 0.2857142874366239;
const LG4 = 0.22222198432149784;
const LG5 = 0.1818357216161805;
const LG6 = 0.15313837699209373;
const LG7 = 0.14798198605116586;

const TWO_54 = 18014398509481984;

/**
 * The natural logarithm of x, less than 1 ulp from the true value (fdlibm `e_log.c`; 0.80 ulp measured).
 *
 * @returns negative infinity for 0 and -0, NaN for negative numbers and NaN
 */
export function log(x: number): number {
  if (x === 0) return -Infinity;
  if (!(x > 0)) return NaN;
  if (x === Infinity) return Infinity;

  const subnormal = x < 2.2250738585072014e-308;
  const scaled = subnormal ? x * TWO_54 : x;
  const high = highWord(scaled);
  const fraction = high & 0xfffff;
  // A significand above sqrt(2) is halved, so that 1 + f is in (sqrt(2)/2, sqrt(2)).
  const halve = (fraction + 0x95f64) & 0x100000;
  const k = (high >> 20) - 1023 + (halve >> 20) - (subnormal ? 54 : 0);
  const f = withHighWord(scaled, fraction | (halve ^ 0x3ff00000)) - 1;

  if ((0xfffff & (2 + fraction)) < 3) {
    // |f| < 2^-20
    if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + k * LN2_LOW;
    const r = f * f * (0.5 - 0.3333333333333333 * f);
    return k === 0 ? f - r : k * LN2_HIGH - (r - k * LN2_LOW - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (LG2 + w * (LG4 + w * LG6));
  const odd = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)));
  const r = even + odd;
  // Where 1 + f is far from 1, f^2 / 2 is taken out of the product, as that loses less.
  if (((fraction - 0x6147a) | (0x6b851 - fraction)) > 0) {
    const half = 0.5 * f * f;
    if (k === 0) return f - (half - s * (half + r));
    return k * LN2_HIGH - (half - (s * (half + r) + k * LN2_LOW) - f);
  }
  if (k === 0) return f - s * (f - r);
  return k * LN2_HIGH - (s * (f - r) - k * LN2_LOW - f);
}
