/**
 * base: `sin` and `cos` with the bits of the C library of most servers: glibc 2.28 and later on x86-64 processors with
 * fused multiply-add. Each takes and gives one binary64; arguments are in radians.
 *
 * Algorithm and constants: IBM Accurate Mathematical Library (2001), in glibc `sysdeps/ieee754/dbl-64/s_sin.c` and
 * `usncs.h`. The argument is reduced to less than 0.86 in magnitude; a table has sine and cosine of the nearest multiple
 * of 1/128, and for the rest short polynomials do. `fma` stands where the compiler fuses a product and a sum of that
 * source, and nowhere else. Other C libraries, and glibc on other processors, may end in the next bit: their error too is
 * little more than 0.5 ulp, so that this shows in a few of ten thousand arguments.
 */

import { highWord } from "./float-bits.ts";
import { fma } from "./fma.ts";
import { SINES } from "./sine-table.ts";
import { reduceLarge } from "./trig-large.ts";

const TWO_OVER_PI = 0.6366197723675814;
/** pi/2 as the sum of two binary64. */
const HALF_PI = 1.5707963267948966;
const HALF_PI_REST = 6.123233995736766e-17;

// pi/2 in three parts of 26 bits, whose products with a quotient of up to 2^26 are exact, and one of 53.
const PIO2_1 = 1.5707963407039642;
const PIO2_2 = -1.3909067564377153e-8;
const PIO2_3 = -4.97899623147991e-17;
const PIO2_4 = -1.9034889620193266e-25;

/** Adding and taking away 1.5 * 2^52 rounds to an integer, 1.5 * 2^45 to a multiple of 1/128. */
const TO_INTEGER = 6755399441055744;
const TO_PART = 52776558133248;

// sin x = x + S1 x^3 + ... + S5 x^11 for |x| < 0.126
const S1 = -0.16666666666666666;
const S2 = 0.008333333333332329;
const S3 = -0.00019841269834414642;
const S4 = 2.755729806860771e-6;
const S5 = -2.5022014848318398e-8;
const SMALL = 0.126;

// sin x = x + SN3 x^3 + SN5 x^5 and cos x = 1 - (0.5 x^2 + CS4 x^4 + CS6 x^6) for |x| <= 1/256
const SN3 = -0.16666666666666488;
const SN5 = 0.008333332142857223;
const CS4 = -0.04166666666666644;
const CS6 = 0.001388888740079376;

const row = (at: number): number => SINES[at] as number;

/** cos(x + tail) for |x| below 0.86. */
function cosKernel(x: number, tail: number): number {
  const size = Math.abs(x);
  const part = size + TO_PART - TO_PART;
  const r = size - part + (x < 0 ? -tail : tail);
  const square = r * r;
  const s = fma(r * square, fma(square, SN5, SN3), r);
  const c = square * fma(square, fma(square, CS6, CS4), 0.5);
  const at = part * 512;
  const cosine = row(at + 2);
  return cosine + fma(-s, row(at), fma(-c, cosine, fma(-s, row(at + 1), row(at + 3))));
}

/** sin(x + tail) for |x| below 0.86. */
function sinKernel(x: number, tail: number): number {
  const size = Math.abs(x);
  if (size < SMALL) {
    const square = x * x;
    const p = fma(square, fma(square, fma(square, fma(square, S5, S4), S3), S2), S1);
    return x + fma(square, fma(p, x, -0.5 * tail), tail);
  }
  const rest = x < 0 ? -tail : tail;
  const part = size + TO_PART - TO_PART;
  const r = size - part;
  const square = r * r;
  const s = r + fma(r * square, fma(square, SN5, SN3), rest);
  const c = fma(r, rest, square * fma(square, fma(square, CS6, CS4), 0.5));
  const at = part * 512;
  const sine = row(at);
  const value = sine + fma(s, row(at + 2), fma(-c, sine, fma(s, row(at + 3), row(at + 1))));
  return x < 0 ? -value : value;
}

/** sin(quadrant * pi/2 + x + tail). */
function sinAt(quadrant: number, x: number, tail: number): number {
  const value = (quadrant & 1) === 0 ? sinKernel(x, tail) : cosKernel(x, tail);
  return (quadrant & 2) === 0 ? value : -value;
}

/** sin(x + shift * pi/2) for finite |x| above 2.4. */
function sinReduced(x: number, shift: number): number {
  if ((highWord(x) & 0x7fffffff) >= 0x419921fb) {
    // |x| >= 2^26 pi/2
    const { quadrant, head, tail } = reduceLarge(Math.abs(x));
    return x < 0 ? sinAt(shift - quadrant, -head, -tail) : sinAt(shift + quadrant, head, tail);
  }
  const n = fma(x, TWO_OVER_PI, TO_INTEGER) - TO_INTEGER;
  const first = x - n * PIO2_1 - n * PIO2_2;
  const third = n * PIO2_3;
  const second = first - third;
  const head = fma(-n, PIO2_4, second);
  return sinAt(shift + n, head, first - second - third + fma(-n, PIO2_4, second - head));
}

/** The sine of x radians; NaN for NaN and the infinities. */
export function sin(x: number): number {
  const size = highWord(x) & 0x7fffffff;
  if (size < 0x3e500000) return x; // |x| < 2^-26
  if (size < 0x3feb6000) return sinKernel(x, 0); // 0.855
  if (size >= 0x7ff00000) return NaN;
  if (size >= 0x400368fd) return sinReduced(x, 0); // 2.426
  const value = cosKernel(HALF_PI - Math.abs(x), HALF_PI_REST);
  return x < 0 ? -value : value;
}

/** The cosine of x radians; NaN for NaN and the infinities. */
export function cos(x: number): number {
  const size = highWord(x) & 0x7fffffff;
  if (size < 0x3e400000) return 1; // |x| < 2^-27
  if (size < 0x3feb6000) return cosKernel(x, 0); // 0.855
  if (size >= 0x7ff00000) return NaN;
  if (size >= 0x400368fd) return sinReduced(x, 1); // 2.426
  const distance = HALF_PI - Math.abs(x);
  const head = distance + HALF_PI_REST;
  return sinKernel(head, distance - head + HALF_PI_REST);
}
