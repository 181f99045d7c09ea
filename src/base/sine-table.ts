/**
 * base: sine and cosine of k/128 for k = 0 ... 109, each as the sum of two binary64: the nearest, and the nearest to what is
 * left. Worked out once, in fixed point, from the series at 1/128 and the addition theorems.
 */

import { multiply, nearest, ONE } from "./fixed-point.ts";

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

function inTwo(value: bigint): readonly [number, number] {
  const [head, left] = nearest(value);
  return [head, nearest(left)[0]];
}

function table(): readonly number[] {
  const stepSine = series(ONE / STEP, 2n);
  const stepCosine = series(ONE, 1n);
  const rows: number[] = [];
  let sine = 0n;
  let cosine = ONE;
  for (let k = 0; k < COUNT; k++) {
    rows.push(...inTwo(sine), ...inTwo(cosine));
    const next = multiply(sine, stepCosine) + multiply(cosine, stepSine);
    cosine = multiply(cosine, stepCosine) - multiply(sine, stepSine);
    sine = next;
  }
  return rows;
}

/** Four numbers for each k: the sine and its rest, the cosine and its rest. */
export const SINES: readonly number[] = table();
