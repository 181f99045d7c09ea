/**
 * base: 2^(k/128) for k = 0 ... 127, each as h (1 + rest) with two binary64: h the nearest, rest the nearest to what is then
 * left. Worked out once, in fixed point.
 */
import { logOfRatio, multiply, nearest, ONE } from "./fixed-point.ts";

const COUNT = 128n;
const FACTOR = 16n;

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

function tables(): { readonly powers: readonly number[]; readonly factors: readonly number[] } {
  const step = exponential(logOfRatio(3n) / COUNT);
  const powers: number[] = [];
  const fine: number[] = [];
  const coarse: number[] = [];
  let power = ONE;
  for (let k = 0n; k < COUNT; k++) {
    const [head, left] = nearest(power);
    powers.push(nearest((left * ONE) / (power - left))[0], head);
    if (k < FACTOR) fine.push(...inThree(head, left));
    if (k % FACTOR === 0n) coarse.push(...inThree(head, left));
    power = multiply(power, step);
  }
  return { powers, factors: [...fine, ...coarse] };
}

function inThree(head: number, left: bigint): readonly number[] {
  const [second, rest] = nearest(left);
  return [head, second, nearest(rest)[0]];
}

/** `powers`: two numbers for each k, the rest, then h. `factors`: 2^(k/128) as the sum of three for k from 0 by 1 to 15 and by 16 to 112. */
export const { powers: POWERS, factors: FACTORS } = tables();
