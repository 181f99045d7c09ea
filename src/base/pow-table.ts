/**
 * base: what the logarithm inside `pow` starts from, for each of 128 parts of [0.7057, 1.4114). Worked out once, by these
 * rules: 1/c is the reciprocal of the part's middle, rounded to a multiple of 1/128 where it is 1 or more and of 1/256
 * elsewhere; log c is given as a multiple of 2^-43 and the binary64 nearest to the rest.
 */

import { logOfRatio, nearest, nearestMultiple } from "./fixed-point.ts";
import { fromWords } from "./float-bits.ts";

const COUNT = 128;

/** The high word of the least number in the first part. Parts follow each other by 2^13 of these words. */
export const FIRST = 0x3fe69555;

/** So that a product with an exponent, and a sum with a multiple of ln 2 that ends there too, are exact. */
const BITS = 43n;

/** 256 / c for the least and the greatest reciprocal in the table. */
const LEAST = 182;
const GREATEST = 362;

/** log(256 / j) for j from LEAST by 1 to 256, and on by 2 to GREATEST, from the ratios of neighbours. */
function logarithms(): ReadonlyMap<number, bigint> {
  const found = new Map<number, bigint>();
  let logarithm = 0n;
  for (let j = 256; j <= GREATEST; j += 2) {
    found.set(j, logarithm);
    logarithm -= logOfRatio(BigInt(j + 1));
  }
  logarithm = 0n;
  for (let j = 256; j >= LEAST; j--) {
    found.set(j, logarithm);
    logarithm += logOfRatio(BigInt(2 * j - 1));
  }
  return found;
}

function table(): readonly number[] {
  const logarithmOf = logarithms();
  const rows: number[] = [];
  for (let part = 0; part < COUNT; part++) {
    const reciprocal = 1 / fromWords(FIRST + part * 0x2000 + 0x1000, 0);
    const units = reciprocal < 1 ? 256 : 128;
    const inverse = Math.floor(reciprocal * units + 0.5) / units;
    const [head, left] = nearestMultiple(logarithmOf.get(inverse * 256) as bigint, BITS);
    rows.push(inverse, head, nearest(left)[0]);
  }
  return rows;
}

/** Three numbers for each part: 1/c, log c and the rest of log c. */
export const PARTS: readonly number[] = table();
