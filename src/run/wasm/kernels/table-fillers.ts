/**
 * run: the tables of `exp`, `log` and `pow` in modules, worked out from fewer numbers than base's have. Nothing is kept
 * between but in locals, so it does no harm where several threads start one module in one memory.
 */
import { FIRST } from "../../../base/pow-table.ts";
import { EXP_AT, FACTORS_AT, LOG_AT, LOG_INVERSES_AT, POW_AT, POW_INVERSES_AT } from "../tables.ts";

/** 2^(k/128) as the product of two factors of three numbers each, to some 2^-150. */
const FILL_EXP = `void fill_exp() {
  i32 k = 0;
  while (k < 128) {
    i32 fine = ${FACTORS_AT} + (k & 15) * 24;
    i32 coarse = ${FACTORS_AT + 16 * 24} + (k >> 4) * 24;
    f64 a = load64(fine);
    f64 b = load64(coarse);
    f64 a2 = load64(fine + 8);
    f64 b2 = load64(coarse + 8);
    f64 product = a * b;
    f64 error = product_error(a, b, product);
    f64 left = a * b2;
    f64 right = a2 * b;
    f64 across = left + right;
    f64 part = across - left;
    f64 least = left - (across - part) + (right - part) + product_error(a, b2, left) + product_error(a2, b, right)
      + a2 * b2 + a * load64(coarse + 16) + load64(fine + 16) * b;
    f64 middle = error + across;
    part = middle - error;
    least = least + (error - (middle - part) + (across - part));
    f64 head = product + middle;
    f64 below = middle - (head - product);
    f64 rest = below + least;
    least = below - rest + least;
    f64 ratio = rest / head;
    i32 to = ${EXP_AT} + (k << 4);
    store64(to, ratio + (fma(-ratio, head, rest) + least) / head);
    store64(to + 8, head);
    k = k + 1;
  }
}`;

/** -log x as base's `log-table.ts` has it, to a multiple of 2^-43. */
const MINUS_LOG = `f64 minus_log(f64 x) {
  f64 ratio = (1.0 - x) / (1.0 + x);
  f64 square = ratio * ratio;
  f64 sum = 0.0;
  f64 n = 23.0;
  while (n > 0.0) {
    sum = sum * square + 2.0 / n;
    n = n - 2.0;
  }
  return floor(sum * ratio * 8796093022208.0 + 0.5) / 8796093022208.0;
}`;

const FILL_LOG = `void fill_log() {
  i32 at = 0;
  while (at < 1024) {
    store64(at + ${LOG_AT}, minus_log(load64(at + ${LOG_INVERSES_AT})));
    at = at + 8;
  }
}`;

const FILL_POW = `void fill_pow() {
  i32 at = 0;
  while (at < 1024) {
    f64 reciprocal = 1.0 / words((at << 10) + ${FIRST + 0x1000}, 0);
    f64 units = reciprocal < 1.0 ? 256.0 : 128.0;
    f64 inverse = floor(reciprocal * units + 0.5) / units;
    store64(at + ${POW_INVERSES_AT}, inverse);
    store64(at + ${POW_AT}, minus_log(inverse));
    at = at + 8;
  }
}`;

export const TABLE_FILLERS: readonly string[] = Object.freeze([FILL_EXP, MINUS_LOG, FILL_LOG, FILL_POW]);
