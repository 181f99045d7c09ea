/** Square roots divided by a scalar: modules have another way to do it, with the same bits. */
import { expect, it } from "vitest";
import { checkedRule } from "../../check/authored.ts";
import { words } from "./random-program.ts";
import { firstDifference } from "./same.ts";

const word = words(11);
const bits = new DataView(new ArrayBuffer(4));

/** The binary32 of 32 bits. */
function float(word: number): number {
  bits.setUint32(0, word);
  return bits.getFloat32(0);
}

/** 49 times its binary64 reciprocal is not 1, which shows where a quotient lies between two subnormal numbers. */
const TIED = 49 * 2 ** 90;
const tied = () => (49 * ((word() % 83) | 1) * 2 ** -60) ** 2;

const divisors = [
  TIED,
  ...[1, 3, 7, 0.999, 1e-3, 2 ** 50, 2 ** 50 * (1 - 2 ** -24), 2 ** 51, 1e30, 3.4e38, 1e39],
  ...[2 ** -126, 2 ** -149, 3 * 2 ** -149, 1.1e-39, 1e-46, 16777215, 1 + 2 ** -23, 2 - 2 ** -23],
  ...Array.from({ length: 20 }, () => Math.abs(float(word())) || 1),
].filter((divisor) => !Number.isNaN(divisor));

it.each(divisors.flatMap((divisor) => [divisor, -divisor]))(
  "has the bits of the division by %f",
  (divisor) => {
    const sign = divisor < 0 ? "-" : "";
    const rule = `rule x\nhyper c = 1\nstep d = ${sign}c\nupdate weight = sqrt(grad) / d\n`;
    const checked = checkedRule(rule, { hyper: { c: Math.abs(divisor) } });
    const special = [
      0,
      -0,
      1,
      4,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** -149,
      2 ** -126,
      3.4028234663852886e38,
    ];
    const number = () => {
      if (word() % 16 === 0) return word() % 2 === 0 ? tied() : (special[word() % special.length] as number);
      return float(word() >>> 1);
    };
    const given = { shapes: { a: [2053] }, steps: 1, weight: number, gradient: number };
    expect(firstDifference(checked, given)).toBe(undefined);
  },
);

it.each(["0", "1 / 0", "0 / 0", "-1 / 0"])("has them for %s", (divisor) => {
  const checked = checkedRule(
    `rule x\nhyper c = 1\nstep d = c * (${divisor})\nupdate weight = sqrt(grad) / d\n`,
  );
  const given = { shapes: { a: [70] }, steps: 1, weight: () => 0, gradient: () => float(word() >>> 1) };
  expect(firstDifference(checked, given)).toBe(undefined);
});
