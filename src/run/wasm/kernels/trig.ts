/** run: `sin` and `cos` for modules: the algorithms of base's `trig.ts` and `trig-large.ts`, step by step. */
import { SINES_AT, TWO_OVER_PI_AT } from "../tables.ts";

/** cos(x + tail) for |x| below 0.86. */
const COS_KERNEL = `f64 cos_kernel(f64 x, f64 tail) {
  f64 size = abs(x);
  f64 part = size + 52776558133248.0 - 52776558133248.0;
  f64 r = size - part + (x < 0.0 ? -tail : tail);
  f64 square = r * r;
  f64 s = fma(r * square, fma(square, 0.008333332142857223, -0.16666666666666488), r);
  f64 c = square * fma(square, fma(square, 0.001388888740079376, -0.04166666666666644), 0.5);
  i32 at = ${SINES_AT} + (int(part * 512.0) << 3);
  f64 cosine = load64(at + 16);
  return cosine + fma(-s, load64(at), fma(-c, cosine, fma(-s, load64(at + 8), load64(at + 24))));
}`;

/** sin(x + tail) for |x| below 0.86. */
const SIN_KERNEL = `f64 sin_kernel(f64 x, f64 tail) {
  f64 size = abs(x);
  if (size < 0.126) {
    f64 z = x * x;
    f64 p = fma(z, fma(z, fma(z, fma(z, -2.5022014848318398e-8, 2.755729806860771e-6), -0.00019841269834414642),
      0.008333333333332329), -0.16666666666666666);
    return x + fma(z, fma(p, x, -0.5 * tail), tail);
  }
  f64 rest = x < 0.0 ? -tail : tail;
  f64 part = size + 52776558133248.0 - 52776558133248.0;
  f64 r = size - part;
  f64 square = r * r;
  f64 s = r + fma(r * square, fma(square, 0.008333332142857223, -0.16666666666666488), rest);
  f64 c = fma(r, rest, square * fma(square, fma(square, 0.001388888740079376, -0.04166666666666644), 0.5));
  i32 at = ${SINES_AT} + (int(part * 512.0) << 3);
  f64 sine = load64(at);
  f64 value = sine + fma(s, load64(at + 16), fma(-c, sine, fma(s, load64(at + 24), load64(at + 8))));
  return x < 0.0 ? -value : value;
}`;

const SIN_AT = `f64 sin_at(i32 quadrant, f64 x, f64 tail) {
  f64 value = 0.0;
  if ((quadrant & 1) == 0) value = sin_kernel(x, tail);
  else value = cos_kernel(x, tail);
  return (quadrant & 2) == 0 ? value : -value;
}`;

const PARTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const DIGIT = (offset: number) => `load64(place + ${8 * (offset + 2)})`;

/** The tail and head of what is left are in the module's two globals. */
const REDUCE_LARGE = `i32 reduce_large(f64 x) {
  i32 high = hi(x);
  i32 exponent = (high >> 20) - 1023;
  i32 skipped = int(floor(float(exponent - 54) / 24.0));
  i32 place = ${TWO_OVER_PI_AT} + (skipped << 3);
  f64 integer = words((high & 0xfffff) | ((1023 + exponent - 24 * skipped) << 20), lo(x));
  f64 x3 = floor(integer * ${2 ** -72});
  f64 below3 = integer - x3 * ${2 ** 72};
  f64 x2 = floor(below3 * ${2 ** -48});
  f64 below2 = below3 - x2 * ${2 ** 48}.0;
  f64 x1 = floor(below2 * ${2 ** -24});
  f64 x0 = below2 - x1 * 16777216.0;
  f64 sum = 0.0;
  f64 carry = 0.0;
  ${PARTS.toReversed()
    .map(
      (
        c,
      ) => `sum = x0 * ${DIGIT(c - 1)} + x1 * ${DIGIT(c)} + x2 * ${DIGIT(c + 1)} + x3 * ${DIGIT(c + 2)} + carry;
  carry = floor(sum * ${2 ** -24});
  f64 p${c} = sum - carry * 16777216.0;`,
    )
    .join("\n  ")}
  f64 whole = x1 * ${DIGIT(0)} + x2 * ${DIGIT(1)} + x3 * ${DIGIT(2)} + carry;
  i32 quadrant = int(whole - 4.0 * floor(whole * 0.25));
  f64 weight = ${2 ** -24};
  if (p1 >= 8388608.0) {
    quadrant = quadrant + 1;
    weight = -weight;
    ${PARTS.map((c) => `p${c} = 16777215.0 - p${c};`).join(" ")}
  }
  i32 first = 1;
  while (p1 == 0.0 && first < 7) {
    first = first + 1;
    weight = weight * ${2 ** -24};
    ${PARTS.slice(0, 9)
      .map((c) => `p${c} = p${c + 1};`)
      .join(" ")}
  }
  f64 d0 = p1 * weight;
  f64 d1 = p2 * weight * ${2 ** -24};
  f64 d2 = p3 * weight * ${2 ** -24} * ${2 ** -24};
  f64 d3 = p4 * weight * ${2 ** -24} * ${2 ** -24} * ${2 ** -24};
  f64 a = d0 * 1.570796325802803;
  f64 b = d1 * 1.570796325802803;
  f64 c = d0 * 9.920935774287987e-10;
  f64 rest = d2 * 1.570796325802803
    + (d1 * 9.920935774287987e-10 + (d0 * 2.2517417741562176e-18 + (d3 * 1.570796325802803 + d2 * 9.920935774287987e-10)));
  f64 ab = a + b;
  f64 ab_error = b - (ab - a);
  f64 abc = ab + c;
  f64 abc_error = c - (abc - ab);
  f64 low = ab_error + abc_error + rest;
  f64 head_now = abc + low;
  set_head(head_now);
  set_tail(low - (head_now - abc));
  return quadrant;
}`;

const REDUCED = `f64 sin_reduced(f64 x, i32 shift) {
  i32 magnitude = hi(x) & 0x7fffffff;
  if (magnitude >= 0x419921fb) {
    i32 quadrant = reduce_large(abs(x));
    if (x < 0.0) return sin_at(shift - quadrant, -head(), -tail());
    return sin_at(shift + quadrant, head(), tail());
  }
  f64 n = fma(x, 0.6366197723675814, 6755399441055744.0) - 6755399441055744.0;
  f64 first = x - n * 1.5707963407039642 - n * -1.3909067564377153e-8;
  f64 third = n * -4.97899623147991e-17;
  f64 second = first - third;
  f64 near = fma(-n, -1.9034889620193266e-25, second);
  f64 rest = first - second - third + fma(-n, -1.9034889620193266e-25, second - near);
  return sin_at(shift + int(n), near, rest);
}`;

const SIN = `f64 sin(f64 x) {
  i32 magnitude = hi(x) & 0x7fffffff;
  if (magnitude < 0x3e500000) return x;
  if (magnitude < 0x3feb6000) return sin_kernel(x, 0.0);
  if (magnitude >= 0x7ff00000) return nan();
  if (magnitude >= 0x400368fd) return sin_reduced(x, 0);
  f64 value = cos_kernel(1.5707963267948966 - abs(x), 6.123233995736766e-17);
  return x < 0.0 ? -value : value;
}`;

const COS = `f64 cos(f64 x) {
  i32 magnitude = hi(x) & 0x7fffffff;
  if (magnitude < 0x3e400000) return 1.0;
  if (magnitude < 0x3feb6000) return cos_kernel(x, 0.0);
  if (magnitude >= 0x7ff00000) return nan();
  if (magnitude >= 0x400368fd) return sin_reduced(x, 1);
  f64 distance = 1.5707963267948966 - abs(x);
  f64 near = distance + 6.123233995736766e-17;
  return sin_kernel(near, distance - near + 6.123233995736766e-17);
}`;

export const TRIG: readonly string[] = Object.freeze([
  COS_KERNEL,
  SIN_KERNEL,
  SIN_AT,
  REDUCE_LARGE,
  REDUCED,
  SIN,
  COS,
]);
