/** run: `log` for modules: the algorithm of base's `log.ts`, step by step. */
import { FIRST } from "../../../base/log-table.ts";
import { LOG_AT, LOG_INVERSES_AT } from "../tables.ts";

const NEAR_ONE = `f64 log_near_one(f64 r) {
  f64 r2 = r * r;
  f64 r3 = r * r2;
  f64 third = fma(r3, -0.08328363062289341, fma(r2, 0.09181994006195467, fma(r, -0.10000486757818193, 0.11110712032936046)));
  f64 second = fma(third, r3, fma(r2, -0.12499997863982555, fma(r, 0.14285715076560868, -0.16666666669929706)));
  f64 p = fma(second, r3, fma(r2, 0.19999999999320328, fma(r, -0.24999999999998432, 0.3333333333333352)));
  f64 scaled = r * 134217728.0;
  f64 leading = r + scaled - scaled;
  f64 half = -0.5 * leading * leading;
  f64 head = r + half;
  f64 rest = fma(-0.5 * (r - leading), leading + r, r - head + half);
  return head + fma(p, r3, rest);
}`;

const WHOLE = `f64 log(f64 x) {
  f64 infinity = infinity();
  if (x == 0.0) return -infinity;
  if (not(x > 0.0)) return nan();
  if (x == infinity) return infinity;
  if (x >= 0.9375 && x < 1.064697265625) return log_near_one(x - 1.0);
  i32 subnormal = x < 2.2250738585072014e-308;
  f64 normal = subnormal ? x * 4503599627370496.0 : x;
  i32 high = hi(normal);
  i32 from = high - ${FIRST};
  i32 shift = from >> 20;
  f64 k = float(subnormal ? shift - 52 : shift);
  f64 z = with_hi(normal, high - (shift << 20));
  i32 at = ((from >> 13) & 127) << 3;
  f64 r = fma(z, load64(at + ${LOG_INVERSES_AT}), -1.0);
  f64 whole = k * 0.6931471805598903 + load64(at + ${LOG_AT});
  f64 head = whole + r;
  f64 rest = fma(k, 5.497923018708371e-14, whole - head + r);
  f64 r2 = r * r;
  f64 p = fma(fma(r, -0.16667054827627667, 0.20000304511814496), r2, fma(-0.2499999999622955, r, 0.33333333331825593));
  return fma(r * r2, p, fma(r2, -0.5000000000000001, rest)) + head;
}`;

export const LOG: readonly string[] = Object.freeze([NEAR_ONE, WHOLE]);
