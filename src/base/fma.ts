/**
 * base: a * b + c with one rounding, which processors have as an instruction and ECMAScript and WebAssembly have not.
 *
 * The product and the sums are split into a result and its exact error (T. J. Dekker, Numerische Mathematik 18, 1971). The
 * result is then high + (middle + least), middle being the binary64 nearest to all that is below high; least counts where
 * high + middle is half-way between two neighbours, and nowhere else.
 */

/** 2^27 + 1: a binary64 times it splits into two halves of 26 bits, whose products are exact. */
const SPLITTER = 134217729;

/** a * b less its rounding, which is `product`. It holds where a and b are below 2^990, and a * b is 0 or above 2^-960. */
export function productError(a: number, b: number, product: number): number {
  const aScaled = SPLITTER * a;
  const bScaled = SPLITTER * b;
  const aHigh = aScaled - (aScaled - a);
  const bHigh = bScaled - (bScaled - b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/**
 * The binary64 nearest to a * b + c, ties to even.
 *
 * It holds as long as nothing overflows on the way or is lost below the least binary64: a and b below 2^990, a * b 0 or
 * of 2^-960 to 2^1020, c below 2^1020; a result of 0 may have the other sign. The elementary functions are within.
 */
export function fma(a: number, b: number, c: number): number {
  const product = a * b;
  const below = productError(a, b, product);

  const low = c + below;
  const lowPart = low - c;
  const lowError = c - (low - lowPart) + (below - lowPart);
  const high = product + low;
  const highPart = high - product;
  const highError = product - (high - highPart) + (low - highPart);
  const middle = highError + lowError;
  const middlePart = middle - highError;
  const least = highError - (middle - middlePart) + (lowError - middlePart);

  const sum = high + middle;
  const twice = 2 * (middle - (sum - high));
  const across = sum + twice;
  // Half-way, sum and across are the two neighbours.
  const halfway = across - sum === twice;
  return halfway && least !== 0 && least > 0 === twice > 0 ? across : sum;
}
