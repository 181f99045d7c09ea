/** run: `exp` for modules, and what `pow` shares with it: the algorithm of base's `exp.ts`, step by step. */
import { EXP_AT } from "../tables.ts";

/** power * 2^exponent * (1 + t), rounded once where it is subnormal too. */
const AT_THE_ENDS = `f64 exp_at_the_ends(f64 power, i32 exponent, f64 t) {
  if (exponent > 0) {
    f64 large = with_hi(power, hi(power) + ((exponent - 1009) << 20));
    return fma(large, t, large) * 5.486124068793689e303;
  }
  f64 scale = with_hi(power, hi(power) + ((exponent + 1022) << 20));
  f64 product = scale * t;
  f64 value = scale + product;
  if (value >= 1.0) return value * 2.2250738585072014e-308;
  f64 left = scale - value + product;
  f64 sum = 1.0 + value;
  return (sum + (1.0 - sum + value + left) - 1.0) * 2.2250738585072014e-308;
}`;

const OF_SUM = `f64 exp_of_sum(f64 x, f64 rest) {
  f64 size = abs(x);
  if (size < 5.551115123125783e-17) return 1.0;
  if (size >= 1024.0) return x > 0.0 ? infinity() : 0.0;
  f64 n = fma(x, 184.6649652337873, 6755399441055744.0) - 6755399441055744.0;
  f64 r = fma(-n, 1.2864023111638346e-14, x - n * 0.005415212348111709) + rest;
  i32 steps = int(n);
  i32 at = (steps & 127) << 4;
  f64 square = r * r;
  f64 low = fma(fma(r, 0.16666666666665886, 0.49999999999996786), square, load64(at + ${EXP_AT}) + r);
  f64 t = fma(square * square, fma(r, 0.008333335853059549, 0.0416666808410674), low);
  f64 power = load64(at + ${EXP_AT + 8});
  if (size >= 512.0) return exp_at_the_ends(power, steps >> 7, t);
  f64 scale = with_hi(power, hi(power) + ((steps >> 7) << 20));
  return fma(scale, t, scale);
}`;

const WHOLE = `f64 exp(f64 x) {
  if (x != x) return x;
  return exp_of_sum(x, 0.0);
}`;

export const EXP: readonly string[] = Object.freeze([AT_THE_ENDS, OF_SUM, WHOLE]);
