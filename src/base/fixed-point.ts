/** base: numbers in fixed point over BigInt, from which the tables of the elementary functions are worked out. */

/** Fraction bits: what series and some hundred steps of recurrence lose is far below a second binary64's last place. */
const PLACES = 192n;
export const ONE = 1n << PLACES;

export const multiply = (a: bigint, b: bigint): bigint => (a * b) >> PLACES;

/** log((n + 1) / (n - 1)), by the series of the inverse hyperbolic tangent of 1/n. */
export function logOfRatio(n: bigint): bigint {
  let sum = 0n;
  let power = (2n * ONE) / n;
  const square = n * n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += power / k;
    power /= square;
  }
  return sum;
}

/** Where at most 53 bits are not zeros, neither conversion nor scaling rounds. */
const toNumber = (value: bigint): number => Number(value) * 2 ** -Number(PLACES);

/** The binary64 nearest to a fixed-point number of less than 2, and what is left. */
export function nearest(value: bigint): readonly [number, bigint] {
  const size = value < 0n ? -value : value;
  const dropped = BigInt(Math.max(0, size.toString(2).length - 53));
  const half = dropped === 0n ? 0n : 1n << (dropped - 1n);
  const kept = ((value < 0n ? -1n : 1n) * ((size + half) >> dropped)) << dropped;
  return [toNumber(kept), value - kept];
}

/** The multiple of 2^-bits nearest to a number of less than 2^(53 - bits), and what is left. */
export function nearestMultiple(value: bigint, bits: bigint): readonly [number, bigint] {
  const dropped = PLACES - bits;
  const kept = ((value + (1n << (dropped - 1n))) >> dropped) << dropped;
  return [toNumber(kept), value - kept];
}
