/** run: `powf`, `cosf`, `bf16`, `f16` for modules: the algorithms of base's files of those names, step by step. */
import { INVERSES_AT, LOGARITHMS_AT, POWERS_AT } from "../tables.ts";

const POWF = `f64 powf(f64 x, f64 y) {
  f64 base = f32(x);
  f64 power = f32(y);
  f64 infinity = infinity();
  if (power == 0.0 || base == 1.0) return 1.0;
  if (base != base || power != power) return nan();
  f64 size = abs(base);
  if (abs(power) == infinity) {
    if (size == 1.0) return 1.0;
    return (size > 1.0) == (power > 0.0) ? infinity : 0.0;
  }
  f64 half = abs(power) * 0.5;
  f64 sign = hi(base) < 0 && half - floor(half) == 0.5 ? -1.0 : 1.0;
  if (size == 0.0 || size == infinity) {
    return (size == 0.0) == (power > 0.0) ? sign * 0.0 : sign * infinity;
  }
  if (base < 0.0 && floor(power) != power) return nan();
  i32 high = hi(size);
  i32 from = high - 0x3fe66000;
  i32 part = ((from >> 16) & 15) << 3;
  i32 exponent = from >> 20;
  f64 r = with_hi(size, high - (exponent << 20)) * load64(part + ${INVERSES_AT}) - 1.0;
  f64 l = load64(part + ${LOGARITHMS_AT}) + float(exponent);
  f64 r2 = r * r;
  f64 upper = 0.288457581109214 * r + -0.36092606229713164;
  f64 lower = (0.480898481472577 * r + -0.7213474675006291) * r2 + (1.4426950408774342 * r + l);
  f64 z = power * (upper * (r2 * r2) + lower);
  if (z > 127.99999995700433) return sign * infinity;
  if (z <= -150.0) return sign * 0.0;
  f64 near = z + 211106232532992.0 - 211106232532992.0;
  i32 steps = int(near * 32.0);
  r = z - near;
  f64 root = load64(((steps & 31) << 3) + ${POWERS_AT});
  f64 unit = with_hi(root, hi(root) + ((steps >> 5) << 20));
  return f32(sign * (((0.05550361559341535 * r + 0.2402284522445722) * (r * r) + (0.6931471806916203 * r + 1.0)) * unit));
}`;

const COSINE = `f64 cosine32(f64 square) {
  f64 fourth = square * square;
  f64 low = 1.0 + square * -0.49999999725108224;
  f64 high = -0.001388676379437604 + square * 2.4390450703564542e-5;
  return low + fourth * 0.041666623324344516 + fourth * square * high;
}`;

const SINE = `f64 sine32(f64 r) {
  f64 square = r * r;
  f64 cube = r * square;
  f64 high = 0.008332178146138854 + square * -0.00019517298981385725;
  return r + cube * -0.16666654943701084 + cube * square * high;
}`;

const COSF = `f64 cosf(f64 x) {
  f64 a = f32(x);
  if (not(abs(a) < 120.0)) return f32(cos(a));
  if (abs(a) < ${Math.PI / 4}) return f32(cosine32(a * a));
  i32 quadrant = (int(a * 10680707.430881744) + 0x800000) >> 24;
  f64 r = a - float(quadrant) * 1.5707963267948966;
  f64 value = 0.0;
  if ((quadrant & 1) == 0) value = cosine32(r * r);
  else value = sine32(r);
  return f32(((quadrant + 1) & 2) == 0 ? value : -value);
}`;

const ROUND = `f64 round_to(f64 x, i32 bits, i32 least, f64 top) {
  f64 size = abs(x);
  if (x != x) return x;
  f64 nearest = infinity();
  if (size < top) {
    i32 exponent = (hi(size) >> 20) - 1023;
    i32 unit = (exponent < least ? least : exponent) - bits + 1;
    f64 rounder = words(((unit + 1075) << 20) | 0x80000, 0);
    nearest = size + rounder - rounder;
  }
  return hi(x) < 0 ? -nearest : nearest;
}`;

const BF16 = `f64 bf16(f64 x) {
  return round_to(x, 8, -126, ${(2 - 2 ** -8) * 2 ** 127});
}`;

const F16 = `f64 f16(f64 x) {
  return round_to(x, 11, -14, 65520.0);
}`;

export const FLOAT32: readonly string[] = Object.freeze([POWF, COSINE, SINE, COSF, ROUND, BF16, F16]);
