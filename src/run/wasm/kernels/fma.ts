/** run: the error of a product, and `fma`, for modules: the algorithms of base's `fma.ts`, step by step. */

const PRODUCT_ERROR = `f64 product_error(f64 a, f64 b, f64 product) {
  f64 a_scaled = 134217729.0 * a;
  f64 b_scaled = 134217729.0 * b;
  f64 a_high = a_scaled - (a_scaled - a);
  f64 b_high = b_scaled - (b_scaled - b);
  f64 a_low = a - a_high;
  f64 b_low = b - b_high;
  return a_low * b_low - (product - a_high * b_high - a_low * b_high - a_high * b_low);
}`;

const FUSED = `f64 fma(f64 a, f64 b, f64 c) {
  f64 product = a * b;
  f64 below = product_error(a, b, product);
  f64 low = c + below;
  f64 low_part = low - c;
  f64 low_error = c - (low - low_part) + (below - low_part);
  f64 high = product + low;
  f64 high_part = high - product;
  f64 high_error = product - (high - high_part) + (low - high_part);
  f64 middle = high_error + low_error;
  f64 middle_part = middle - high_error;
  f64 least = high_error - (middle - middle_part) + (low_error - middle_part);
  f64 sum = high + middle;
  f64 twice = 2.0 * (middle - (sum - high));
  f64 across = sum + twice;
  return across - sum == twice && least != 0.0 && (least > 0.0) == (twice > 0.0) ? across : sum;
}`;

export const FMA: readonly string[] = Object.freeze([PRODUCT_ERROR, FUSED]);
