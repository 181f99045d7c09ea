/** run: `pow` for modules: the algorithms of base's `pow.ts` and `pow-log.ts`, step by step. */
import { FIRST } from "../../../base/pow-table.ts";
import { POW_AT, POW_INVERSES_AT, POW_RESTS_AT } from "../tables.ts";

/** 0 for even, 1 for odd, 2 for a fraction. */
const PARITY = `i32 parity(f64 y) {
  f64 magnitude = abs(y);
  if (magnitude >= 9007199254740992.0) return 0;
  if (floor(magnitude) != magnitude) return 2;
  f64 half = magnitude * 0.5;
  return floor(half) == half ? 0 : 1;
}`;

const OF_MAGNITUDE = `f64 pow_of_magnitude(f64 x, f64 y) {
  f64 infinity = infinity();
  if (x == 1.0) return 1.0;
  if (x == 0.0 || x == infinity || abs(y) >= 9.223372036854776e18) return (x > 1.0) == (y > 0.0) ? infinity : 0.0;
  if (abs(y) < 2.710505431213761e-20) return 1.0;
  i32 subnormal = x < 2.2250738585072014e-308;
  f64 normal = subnormal ? x * 4503599627370496.0 : x;
  i32 high = hi(normal);
  i32 from = high - ${FIRST};
  i32 shift = from >> 20;
  f64 k = float(subnormal ? shift - 52 : shift);
  f64 z = with_hi(normal, high - (shift << 20));
  i32 at = ((from >> 13) & 127) << 3;
  f64 inverse = load64(at + ${POW_INVERSES_AT});
  f64 leading = lead(z);
  f64 r = leading * inverse - 1.0 + (z - leading) * inverse;
  f64 whole = k * 0.6931471805598903 + load64(at + ${POW_AT});
  f64 first = whole + r;
  f64 half = -0.5 * r;
  f64 q = r * half;
  f64 head = first + q;
  f64 inner = fma(fma(r, 1.0000415263675542, -1.142909628459501), q, fma(-0.6666666663487739, r, 0.7999999995323976));
  f64 lost = fma(k, 5.497923018708371e-14, load64(at + ${POW_RESTS_AT})) + (whole - first + r)
    + product_error(half, r, q) + (first - head + q);
  f64 rest = fma(r * q, fma(q, inner, fma(0.5000000000000007, r, -0.6666666666666679)), lost);
  f64 sum = head + rest;
  f64 product = y * sum;
  return exp_of_sum(product, fma(y, head - sum + rest, product_error(y, sum, product)));
}`;

const WHOLE = `f64 pow(f64 x, f64 y) {
  if (y == 0.0 || x == 1.0) return 1.0;
  if (x != x || y != y) return nan();
  f64 power = pow_of_magnitude(abs(x), y);
  if (hi(x) >= 0) return power;
  i32 kind = parity(y);
  if (kind == 2 && x != 0.0 && x != -infinity()) return nan();
  return kind == 1 ? -power : power;
}`;

export const POW: readonly string[] = Object.freeze([PARITY, OF_MAGNITUDE, WHOLE]);
