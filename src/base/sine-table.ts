/**
 * base: sine and cosine of k/128 for k = 0 ... 109, each as the sum of two binary64: the nearest, and the nearest to what is
 * left. Worked out once, in fixed point, from the series at 1/128 and the addition theorems.
 */

/** Fraction bits: what the series and 110 steps of recurrence lose is far below the second binary64's last place. */
const PLACES = 256n;
const COUNT = 110;
const STEP = 128n;

/** The sum of first, -first / (128^2 n (n + 1)), ... for n = from, from + 2, ... */
function series(first: bigint, from: bigint): bigint {
  let sum = 0n;
  let term = first;
  for (let n = from; term !== 0n; n += 2n) {
    sum += term;
    term /= -STEP * STEP * n * (n + 1n);
  }
  return sum;
}

/** The binary64 nearest to a fixed-point number of 1 or less, and that as a fixed-point number again. */
function nearest(value: bigint): readonly [number, bigint] {
  const size = value < 0n ? -value : value;
  const dropped = BigInt(Math.max(0, size.toString(2).length - 53));
  const half = dropped === 0n ? 0n : 1n << (dropped - 1n);
  const kept = ((value < 0n ? -1n : 1n) * ((size + half) >> dropped)) << dropped;
  // At most 53 bits are not zeros, so neither conversion nor scaling rounds.
  return [Number(kept) * 2 ** -Number(PLACES), kept];
}

function inTwo(value: bigint): readonly [number, number] {
  const [head, taken] = nearest(value);
  return [head, nearest(value - taken)[0]];
}

function table(): readonly number[] {
  const stepSine = series((1n << PLACES) / STEP, 2n);
  const stepCosine = series(1n << PLACES, 1n);
  const rows: number[] = [];
  let sine = 0n;
  let cosine = 1n << PLACES;
  for (let k = 0; k < COUNT; k++) {
    rows.push(...inTwo(sine), ...inTwo(cosine));
    const next = (sine * stepCosine + cosine * stepSine) >> PLACES;
    cosine = (cosine * stepCosine - sine * stepSine) >> PLACES;
    sine = next;
  }
  return rows;
}

/** Four numbers for each k: the sine and its rest, the cosine and its rest. */
export const SINES: readonly number[] = table();
