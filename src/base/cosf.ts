/**
 * base: the cosine as the C library's cosf gives it in binary32 (glibc 2.28 and later): the quadrant by one multiplication,
 * then a polynomial in binary64 and one rounding. Algorithm and constants: ARM optimized-routines, math/sincosf.h and
 * math/sincosf_data.c. Frameworks that compute schedules in binary32 call it, and 1 + cos near pi shows its last bit.
 */
import { cos } from "./elementary.ts";

/** 2^24 * 2 / pi: the quadrant is found by rounding a fixed-point number. */
const QUADRANTS = 10680707.430881744;
const HALF_PI = 1.5707963267948966;
/** From here on the C library reduces by a longer 2 / pi; the cosine in binary64, rounded once, stands in for it. */
const LARGE = 120;

/** The cosine for |r| <= pi / 4, from its square. */
function cosine(square: number): number {
  const fourth = square * square;
  const low = 1 + square * -0.49999999725108224;
  const high = -0.001388676379437604 + square * 2.4390450703564542e-5;
  return low + fourth * 0.041666623324344516 + fourth * square * high;
}

/** The sine for |r| <= pi / 4. */
function sine(r: number): number {
  const square = r * r;
  const cube = r * square;
  const high = 0.008332178146138854 + square * -0.00019517298981385725;
  return r + cube * -0.16666654943701084 + cube * square * high;
}

/** cos(x) for a binary32 x, as a binary32. */
export function cosf(x: number): number {
  const a = Math.fround(x);
  if (!(Math.abs(a) < LARGE)) return Math.fround(cos(a));
  if (Math.abs(a) < Math.PI / 4) return Math.fround(cosine(a * a));
  const quadrant = (Math.trunc(a * QUADRANTS) + 0x800000) >> 24;
  const r = a - quadrant * HALF_PI;
  const value = (quadrant & 1) === 0 ? cosine(r * r) : sine(r);
  return Math.fround(((quadrant + 1) & 2) === 0 ? value : -value);
}
