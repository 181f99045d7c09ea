/** run: `exp` and `log` for modules: the algorithms of base's `exp-log.ts` (fdlibm), step by step. */

const EXP_KERNEL = `f64 exp_kernel(f64 r) {
  f64 t = r * r;
  return r - t * (0.16666666666666602 + t * (-0.0027777777777015593 + t * (0.00006613756321437934
    + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8))));
}`;

const ONE_PLUS = `f64 one_plus(f64 head, f64 rest) {
  f64 sum = 1.0 + head;
  return sum + (head - (sum - 1.0) + rest);
}`;

const SCALE = `f64 scale(f64 x, i32 n) {
  if (n >= -1021) return with_hi(x, hi(x) + (n << 20));
  return with_hi(x, hi(x) + ((n + 64) << 20)) * 5.421010862427522e-20;
}`;

const EXP = `f64 exp(f64 x) {
  if (x != x) return x;
  if (x > 709.782712893384) return 1.0 / 0.0;
  if (x < -745.1332191019411) return 0.0;
  i32 magnitude = hi(x) & 0x7fffffff;
  if (magnitude < 0x3e300000) return 1.0 + x;
  i32 k = 0;
  f64 high = x;
  f64 low = 0.0;
  if (magnitude > 0x3fd62e42) {
    if (magnitude < 0x3ff0a2b2) k = x < 0.0 ? -1 : 1;
    else k = int(${Math.LOG2E} * x + (x < 0.0 ? -0.5 : 0.5));
    high = x - float(k) * 0.6931471803691238;
    low = float(k) * 1.9082149292705877e-10;
  }
  f64 r = high - low;
  f64 c = exp_kernel(r);
  return scale(one_plus(high, (r * c) / (2.0 - c) - low), k);
}`;

const LOG = `f64 log(f64 x) {
  if (x == 0.0) return -1.0 / 0.0;
  if (not(x > 0.0)) return 0.0 / 0.0;
  if (x == 1.0 / 0.0) return x;
  i32 subnormal = x < 2.2250738585072014e-308;
  f64 scaled = subnormal ? x * 18014398509481984.0 : x;
  i32 high = hi(scaled);
  i32 fraction = high & 0xfffff;
  i32 halve = (fraction + 0x95f64) & 0x100000;
  i32 exponent = (high >> 20) - 1023 + (halve >> 20) - (subnormal ? 54 : 0);
  f64 k = float(exponent);
  f64 f = with_hi(scaled, fraction | (halve ^ 0x3ff00000)) - 1.0;
  f64 k_high = k * 0.6931471803691238;
  f64 k_low = k * 1.9082149292705877e-10;
  if ((0xfffff & (2 + fraction)) < 3) {
    if (f == 0.0) return k == 0.0 ? 0.0 : k_high + k_low;
    f64 small = f * f * (0.5 - 0.3333333333333333 * f);
    return k == 0.0 ? f - small : k_high - (small - k_low - f);
  }
  f64 s = f / (2.0 + f);
  f64 z = s * s;
  f64 w = z * z;
  f64 even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  f64 odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  f64 r = even + odd;
  if (((fraction - 0x6147a) | (0x6b851 - fraction)) > 0) {
    f64 half = 0.5 * f * f;
    if (k == 0.0) return f - (half - s * (half + r));
    return k_high - (half - (s * (half + r) + k_low) - f);
  }
  if (k == 0.0) return f - s * (f - r);
  return k_high - (s * (f - r) - k_low - f);
}`;

export const EXP_LOG: readonly string[] = Object.freeze([EXP_KERNEL, ONE_PLUS, SCALE, EXP, LOG]);
