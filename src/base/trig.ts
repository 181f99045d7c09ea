/**
 * base: `sin` and `cos` after fdlibm's `k_sin.c`, `k_cos.c` and the Cody-Waite part of `e_rem_pio2.c`. Each takes and
 * gives one binary64; arguments are in radians.
 */
import { highWord } from "./float-bits.ts";
import { reduceLarge } from "./trig-large.ts";

const TWO_OVER_PI = 0.6366197723675814;

// pi/2 in three parts of 33 bits, so that their products with a quotient below 2^20 are exact, and what is left after each.
const PIO2_1 = 1.5707963267341256;
const PIO2_1_REST = 6.077100506506192e-11;
const PIO2_2 = 6.077100506303966e-11;
const PIO2_2_REST = 2.0222662487959506e-21;
const PIO2_3 = 2.0222662487111665e-21;
const PIO2_3_REST = 8.4784276603689e-32;

/** Adding and taking away 1.5 * 2^52 rounds to an integer. */
const ROUNDER = 6755399441055744;

const S1 = -0.16666666666666632;
const S2 = 0.00833333333332249;
const S3 = -0.0001984126982985795;
const S4 = 0.0000027557313707070068;
const S5 = -2.5050760253406863e-8;
const S6 = 1.58969099521155e-10;

const C1 = 0.0416666666666666;
const C2 = -0.001388888888887411;
const C3 = 0.00002480158728947673;
const C4 = -2.7557314351390663e-7;
const C5 = 2.087572321298175e-9;
const C6 = -1.1359647557788195e-11;

/** sin(x + tail) for |x| up to about pi/4, within 2^-58 before rounding. */
function sinKernel(x: number, tail: number): number {
  const z = x * x;
  const w = z * z;
  const r = S2 + z * (S3 + z * S4) + z * w * (S5 + z * S6);
  const v = z * x;
  return x - (z * (0.5 * tail - v * r) - tail - v * S1);
}

/** cos(x + tail) for |x| up to about pi/4, within 2^-58 before rounding. */
function cosKernel(x: number, tail: number): number {
  const z = x * x;
  const w = z * z;
  const r = z * (C1 + z * (C2 + z * C3)) + w * w * (C4 + z * (C5 + z * C6));
  const half = 0.5 * z;
  const head = 1 - half;
  return head + (1 - head - half + (z * r - x * tail));
}

/** sin(quadrant * pi/2 + x + tail). */
function sinAt(quadrant: number, x: number, tail: number): number {
  const q = quadrant & 3;
  const value = (q & 1) === 0 ? sinKernel(x, tail) : cosKernel(x, tail);
  return q >= 2 ? -value : value;
}

/** sin(x + shift * pi/2) for finite |x| above pi/4. */
function sinReduced(x: number, shift: number): number {
  const magnitude = highWord(x) & 0x7fffffff;
  if (magnitude >= 0x413921fb) {
    // |x| >= 2^20 pi/2
    const { quadrant, head, tail } = reduceLarge(Math.abs(x));
    return x < 0 ? sinAt(shift - quadrant, -head, -tail) : sinAt(shift + quadrant, head, tail);
  }
  const n = x * TWO_OVER_PI + ROUNDER - ROUNDER;
  const exponent = magnitude >> 20;
  let r = x - n * PIO2_1;
  let w = n * PIO2_1_REST;
  let head = r - w;
  // The more leading bits have cancelled, the more of pi/2 counts: 85, 118 or 151 bits.
  if (exponent - ((highWord(head) >> 20) & 0x7ff) > 16) {
    const before = r;
    w = n * PIO2_2;
    r = before - w;
    w = n * PIO2_2_REST - (before - r - w);
    head = r - w;
    if (exponent - ((highWord(head) >> 20) & 0x7ff) > 49) {
      const last = r;
      w = n * PIO2_3;
      r = last - w;
      w = n * PIO2_3_REST - (last - r - w);
      head = r - w;
    }
  }
  return sinAt(shift + n, head, r - head - w);
}

/** The sine of x radians, less than 1 ulp from the true value; NaN for NaN and the infinities. */
export function sin(x: number): number {
  const magnitude = highWord(x) & 0x7fffffff;
  if (magnitude >= 0x7ff00000) return NaN;
  if (magnitude < 0x3e500000) return x; // |x| < 2^-26
  return magnitude <= 0x3fe921fb ? sinKernel(x, 0) : sinReduced(x, 0);
}

/** The cosine of x radians, less than 1 ulp from the true value; NaN for NaN and the infinities. */
export function cos(x: number): number {
  const magnitude = highWord(x) & 0x7fffffff;
  if (magnitude >= 0x7ff00000) return NaN;
  return magnitude <= 0x3fe921fb ? cosKernel(x, 0) : sinReduced(x, 1);
}
