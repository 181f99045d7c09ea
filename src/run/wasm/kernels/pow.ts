/** run: `pow` for modules: the algorithm of base's `pow.ts` (fdlibm), step by step. */

/** 0 for even, 1 for odd, 2 for a fraction. */
const PARITY = `i32 parity(f64 y) {
  f64 magnitude = abs(y);
  if (magnitude >= 9007199254740992.0) return 0;
  if (floor(magnitude) != magnitude) return 2;
  f64 half = magnitude * 0.5;
  return floor(half) == half ? 0 : 1;
}`;

const SPECIAL = `f64 pow_special(f64 x, f64 y) {
  f64 ax = abs(x);
  f64 infinity = 1.0 / 0.0;
  if (abs(y) == infinity) {
    if (ax == 1.0) return 1.0;
    return (ax > 1.0) == (y > 0.0) ? infinity : 0.0;
  }
  f64 magnitude = y < 0.0 ? 1.0 / ax : ax;
  if (hi(x) >= 0) return magnitude;
  i32 kind = parity(y);
  if (kind == 2 && ax == 1.0) return 0.0 / 0.0;
  return kind == 1 ? -magnitude : magnitude;
}`;

const EXP2 = `f64 exp2_of_product(f64 y, f64 log_high, f64 log_low) {
  f64 y_high = lead(y);
  f64 low = (y - y_high) * log_high + y * log_low;
  f64 high = y_high * log_high;
  f64 z = low + high;
  if (z >= 1024.0 && (z > 1024.0 || low + 8.008566259537294e-17 > z - high)) return 1.0 / 0.0;
  if (z <= -1075.0 && (z < -1075.0 || low <= z - high)) return 0.0;
  f64 n = abs(z) > 0.5 ? floor(z + 0.5) : 0.0;
  high = high - n;
  f64 t = lead(low + high);
  f64 u = t * 0.6931471824645996;
  f64 v = (low - (t - high)) * ${Math.LN2} + t * -1.904654299957768e-9;
  f64 r = u + v;
  f64 w = v - (r - u);
  f64 c = exp_kernel(r);
  return scale(one_plus(r, (r * c) / (2.0 - c) + (w + r * w)), int(n));
}`;

const NEAR_ONE = `f64 pow_near_one(f64 ax, f64 y, f64 sign) {
  f64 t = ax - 1.0;
  f64 w = t * t * (0.5 - t * (0.3333333333333333 - t * 0.25));
  f64 u = 1.4426950216293335 * t;
  f64 v = t * 1.9259629911266175e-8 - w * ${Math.LOG2E};
  f64 log_high = lead(u + v);
  return sign * exp2_of_product(y, log_high, v - (log_high - u));
}`;

const IN_RANGE = `f64 pow_in_range(f64 ax, f64 y, f64 sign) {
  i32 subnormal = ax < 2.2250738585072014e-308;
  f64 scaled = subnormal ? ax * 9007199254740992.0 : ax;
  i32 high = hi(scaled);
  i32 fraction = high & 0xfffff;
  i32 exponent = (high >> 20) - 1023 - (subnormal ? 53 : 0);
  i32 ix = fraction | 0x3ff00000;
  i32 by15 = fraction > 0x3988e && fraction < 0xbb67a;
  if (fraction >= 0xbb67a) {
    exponent = exponent + 1;
    ix = ix - 0x100000;
  }
  f64 n = float(exponent);
  f64 a = with_hi(scaled, ix);
  f64 b = by15 ? 1.5 : 1.0;
  f64 u = a - b;
  f64 v = 1.0 / (a + b);
  f64 s = u * v;
  f64 s_high = lead(s);
  f64 sum_high = words(((ix >> 1) | 0x20000000) + 0x80000 + (by15 ? 0x40000 : 0), 0);
  f64 sum_low = a - (sum_high - b);
  f64 s_low = v * (u - s_high * sum_high - s_high * sum_low);
  f64 s2 = s * s;
  f64 r = s2 * s2 * (0.5999999999999946 + s2 * (0.4285714285785502 + s2 * (0.33333332981837743 + s2 * (0.272728123808534
    + s2 * (0.23066074577556175 + s2 * 0.20697501780033842))))) + s_low * (s_high + s);
  f64 s_high2 = s_high * s_high;
  f64 t_high = lead(3.0 + s_high2 + r);
  f64 t_low = r - (t_high - 3.0 - s_high2);
  f64 p = s_high * t_high;
  f64 q = s_low * t_high + t_low * s;
  f64 p_high = lead(p + q);
  f64 p_low = q - (p_high - p);
  f64 z_high = 0.9617967009544373 * p_high;
  f64 z_low = -7.028461650952758e-9 * p_high + p_low * 0.9617966939259756 + (by15 ? 1.350039202129749e-8 : 0.0);
  f64 b_high = by15 ? 0.5849624872207642 : 0.0;
  f64 log_high = lead(z_high + z_low + b_high + n);
  return sign * exp2_of_product(y, log_high, z_low - (log_high - n - b_high - z_high));
}`;

const POW = `f64 pow(f64 x, f64 y) {
  if (y == 0.0 || x == 1.0) return 1.0;
  if (x != x || y != y) return 0.0 / 0.0;
  f64 ax = abs(x);
  f64 infinity = 1.0 / 0.0;
  if (abs(y) == infinity) return pow_special(x, y);
  if (y == 1.0) return x;
  if (y == -1.0) return 1.0 / x;
  if (y == 2.0) return x * x;
  if (y == 0.5 && hi(x) >= 0) return sqrt(x);
  if (ax == 0.0 || ax == 1.0 || ax == infinity) return pow_special(x, y);
  f64 sign = 1.0;
  if (x < 0.0) {
    i32 kind = parity(y);
    if (kind == 2) return 0.0 / 0.0;
    if (kind == 1) sign = -1.0;
  }
  i32 ix = hi(ax);
  if (abs(y) >= 2147483648.0) {
    i32 beyond = abs(y) >= 18446744073709551616.0;
    if (ix < 0x3fefffff || (beyond && ix <= 0x3fefffff)) return y < 0.0 ? sign * infinity : sign * 0.0;
    if (ix > 0x3ff00000 || beyond) return y > 0.0 ? sign * infinity : sign * 0.0;
    return pow_near_one(ax, y, sign);
  }
  return pow_in_range(ax, y, sign);
}`;

export const POW_KERNELS: readonly string[] = Object.freeze([PARITY, SPECIAL, EXP2, NEAR_ONE, IN_RANGE, POW]);
