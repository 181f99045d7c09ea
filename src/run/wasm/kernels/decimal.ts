/**
 * run: `dmlc_f32` for modules: base's `dmlc-float.ts` step by step, and before it the shortest decimal digits of a binary64
 * (G. Steele and J. White, "How to print floating-point numbers accurately", 1990; of two as short the nearer, of two as near
 * the even one) in integers of 24-bit digits, the least first.
 */
import { DIGITS_AT } from "../tables.ts";

// What is left, the divisor, and how far the ends of the rounding interval are off, in one unit.
const REST = DIGITS_AT;
const UNIT = DIGITS_AT + 256;
const UP = DIGITS_AT + 512;
const DOWN = DIGITS_AT + 768;
/** Decimal digits, and how many of them there are. */
const OUT = DIGITS_AT + 1024;
const COUNT = DIGITS_AT + 1272;
/** Never written. */
const ZERO = DIGITS_AT + 1280;

const TIMES = `void big_times(i32 at, i32 n, i32 factor) {
  i32 end = at + (n << 2);
  i32 carry = 0;
  while (at != end) {
    carry = carry + load_i32(at) * factor;
    store_i32(at, carry & 0xffffff);
    carry = carry >>> 24;
    at = at + 4;
  }
}`;

/** An integer below 2^53 times a power of two. */
const SET = `void big_set(i32 at, i32 n, f64 value, i32 shift) {
  i32 i = 0;
  while (i < n) {
    store_i32(at + (i << 2), 0);
    i = i + 1;
  }
  i32 place = at + ((shift / 24) << 2);
  f64 high = floor(value * ${2 ** -48});
  f64 rest = value - high * ${2 ** 48}.0;
  f64 middle = floor(rest * ${2 ** -24});
  store_i32(place, int(rest - middle * 16777216.0));
  store_i32(place + 4, int(middle));
  store_i32(place + 8, int(high));
  i32 bits = shift - shift / 24 * 24;
  while (bits > 0) {
    i32 now = bits < 7 ? bits : 7;
    big_times(at, n, 1 << now);
    bits = bits - now;
  }
}`;

/** a + b beside c: below 0, 0, or above. */
const COMPARE = `i32 big_compare(i32 a, i32 b, i32 c, i32 n) {
  i32 i = n << 2;
  i32 above = 0;
  while (i != 0) {
    i = i - 4;
    above = (above << 24) + load_i32(a + i) + load_i32(b + i) - load_i32(c + i);
    if (above > 0) return 1;
    if (above < -1) return -1;
  }
  return above;
}`;

const MINUS = `void big_minus(i32 a, i32 b, i32 n) {
  i32 end = a + (n << 2);
  i32 borrow = 0;
  while (a != end) {
    borrow = borrow + load_i32(a) - load_i32(b);
    store_i32(a, borrow & 0xffffff);
    borrow = borrow >> 24;
    a = a + 4;
    b = b + 4;
  }
}`;

const TENFOLD = `void big_tenfold(i32 n) {
  big_times(${REST}, n, 10);
  big_times(${UP}, n, 10);
  big_times(${DOWN}, n, 10);
}`;

/** Leaves the digits in memory; gives back the decimal exponent of the first. */
const SHORTEST = `i32 shortest(f64 x) {
  i32 biased = hi(x) >> 20;
  i32 e = biased == 0 ? -1074 : biased - 1075;
  f64 f = biased == 0 ? x * ${2 ** 537} * ${2 ** 537} : words((hi(x) & 0xfffff) | 0x43300000, lo(x));
  i32 even = (lo(x) & 1) == 0;
  i32 nearer = f == 4503599627370496.0 && biased > 1;
  i32 left = e > 0 ? e : 0;
  i32 n = ((e < 0 ? -e : e) + 72) / 24 + 1;
  big_set(${REST}, n, f, left + 1 + nearer);
  big_set(${UNIT}, n, 1.0, (e < 0 ? -e : 0) + 1 + nearer);
  big_set(${UP}, n, 1.0, left + nearer);
  big_set(${DOWN}, n, 1.0, left);
  f64 normal = biased == 0 ? x * ${2 ** 54}.0 : x;
  f64 binary = float((hi(normal) >> 20) - 1023 - (biased == 0 ? 54 : 0));
  i32 k = 0 - int(floor(1.0e-10 - binary * ${Math.LOG10E * Math.LN2}));
  i32 i = k;
  while (i > 0) {
    big_times(${UNIT}, n, 10);
    i = i - 1;
  }
  while (i < 0) {
    big_tenfold(n);
    i = i + 1;
  }
  i32 order = big_compare(${REST}, ${UP}, ${UNIT}, n);
  if (even ? order >= 0 : order > 0) k = k + 1;
  else big_tenfold(n);
  i32 to = ${OUT};
  while (1) {
    i32 digit = 0;
    while (big_compare(${REST}, ${ZERO}, ${UNIT}, n) >= 0) {
      big_minus(${REST}, ${UNIT}, n);
      digit = digit + 1;
    }
    i32 low = big_compare(${REST}, ${ZERO}, ${DOWN}, n);
    low = even ? low <= 0 : low < 0;
    i32 high = big_compare(${REST}, ${UP}, ${UNIT}, n);
    high = even ? high >= 0 : high > 0;
    if (low || high) {
      i32 half = big_compare(${REST}, ${REST}, ${UNIT}, n);
      if (high && (low == 0 || half > 0 || (half == 0 && (digit & 1) == 1))) digit = digit + 1;
      store_i32(to, digit);
      store_i32(${COUNT}, ((to - ${OUT}) >> 2) + 1);
      return k - 1;
    }
    store_i32(to, digit);
    to = to + 4;
    big_tenfold(n);
  }
  return 0;
}`;

/** The integer that some digits spell, rounded once; beyond the ends there are zeros. */
const SPELLED = `f64 spelled(i32 from, i32 count) {
  f64 high = 0.0;
  f64 low = 0.0;
  i32 i = 0;
  while (i < count) {
    f64 digit = 0.0;
    i32 at = from + i;
    if (at >= 0 && at < load_i32(${COUNT})) digit = float(load_i32(${OUT} + (at << 2)));
    if (i < count - 9) high = high * 10.0 + digit;
    else low = low * 10.0 + digit;
    i = i + 1;
  }
  return fma(high, 1000000000.0, low);
}`;

const SCALE_OF = `f64 dmlc_scale(i32 exponent) {
  f64 scale = 1.0;
  while (exponent >= 8) {
    scale = f32(scale * 100000000.0);
    exponent = exponent - 8;
  }
  while (exponent > 0) {
    scale = f32(scale * 10.0);
    exponent = exponent - 1;
  }
  return scale;
}`;

const DMLC = `f64 dmlc_f32(f64 x) {
  if (x == 0.0 || not(abs(x) < infinity())) return x;
  i32 e = shortest(abs(x));
  i32 count = load_i32(${COUNT});
  i32 scaled = e < -4 || e >= 16;
  i32 from = scaled ? 1 : e + 1;
  i32 length = count - from;
  if (scaled == 0 && length < 1) length = 1;
  if (length > 19) length = 19;
  f64 power = 1.0;
  i32 i = length;
  while (i > 0) {
    power = power * 10.0;
    i = i - 1;
  }
  f64 whole = 0.0;
  if (from > 0) whole = f32(spelled(0, from));
  f64 value = f32(whole + f32(spelled(from, length) / power));
  if (scaled) {
    i32 size = e < 0 ? -e : e;
    if (size > 38) return f32(x);
    if (size == 38 && (e > 0 ? value > ${Math.fround(3.402823466)} : value < ${Math.fround(1.175494351)})) return f32(x);
    f64 scale = dmlc_scale(size);
    value = f32(e < 0 ? value / scale : value * scale);
  }
  return x < 0.0 ? -value : value;
}`;

export const DECIMAL: readonly string[] = Object.freeze([
  TIMES,
  SET,
  COMPARE,
  MINUS,
  TENFOLD,
  SHORTEST,
  SPELLED,
  SCALE_OF,
  DMLC,
]);
