/**
 * base: 2^(k/128) for k = 0 ... 127, each as h (1 + rest) with two binary64: h the nearest, rest the nearest to what is then
 * left. Worked out once, in fixed point.
 */
import { logOfRatio, multiply, nearest, ONE } from "./fixed-point.ts";

const COUNT = 128n;

/** e^x by its series. */
function exponential(x: bigint): bigint {
  let sum = 0n;
  let term = ONE;
  for (let n = 1n; term !== 0n; n++) {
    sum += term;
    term = multiply(term, x) / n;
  }
  return sum;
}

function table(): readonly number[] {
  const step = exponential(logOfRatio(3n) / COUNT);
  const rows: number[] = [];
  let power = ONE;
  for (let k = 0n; k < COUNT; k++) {
    const [head, left] = nearest(power);
    rows.push(nearest((left * ONE) / (power - left))[0], head);
    power = multiply(power, step);
  }
  return rows;
}

/** Two numbers for each k: the rest, then h. */
export const POWERS: readonly number[] = table();
