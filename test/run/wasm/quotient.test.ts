/** Division by a scalar: modules have another way to do it, with the same bits. The second step takes it. */
import { describe, expect, it } from "vitest";
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
const tiedRoot = () => (49 * ((word() % 83) | 1) * 2 ** -60) ** 2;
/** The same without a root, by 98. */
const tied = () => 49 * ((word() % 9999) | 1) * 2 ** -149;
const SPECIAL = [
  ...[0, -0, 1, 4, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ...[2 ** -149, -(2 ** -149), 2 ** -126, 2 ** -126 - 2 ** -149, 3.4028234663852886e38],
];
/** Any number; of subnormal ones and special ones more than their share. */
const numbers = [
  () => float(word()),
  () => float(word() & 0x80ffffff),
  tied,
  tiedRoot,
  () => SPECIAL[word() % SPECIAL.length] as number,
];
const number = () => (numbers[word() % 16] ?? (numbers[0] as () => number))();

const divisors = [
  TIED,
  98,
  ...[1, 3, 7, 0.999, 1e-3, 2 ** 50, 2 ** 50 * (1 - 2 ** -24), 2 ** 51, 1e30, 3.4e38, 1e39],
  ...[2, 2 * (1 - 2 ** -24), 1.5, 49 / 64, 0.1, 1 - 0.999 ** 3, 0.9 ** 200],
  ...[2 ** -126, 2 ** -149, 3 * 2 ** -149, 1.1e-39, 1e-46, 16777215, 1 + 2 ** -23, 2 - 2 ** -23],
  ...Array.from({ length: 20 }, () => Math.abs(float(word())) || 1),
  ...Array.from({ length: 20 }, () => float((word() >>> 2) & 0x3fffffff) || 1),
].filter((divisor) => !Number.isNaN(divisor));

describe.each(["grad", "sqrt(grad)"])("%s", (dividend) => {
  it.each(divisors.flatMap((divisor) => [divisor, -divisor]))("divided by %f", (divisor) => {
    const sign = divisor < 0 ? "-" : "";
    const rule = `rule x\nhyper c = 1\nstep d = ${sign}c\nupdate weight = ${dividend} / d\n`;
    const checked = checkedRule(rule, { hyper: { c: Math.abs(divisor) } });
    const given = { shapes: { a: [2053] }, steps: 2, weight: number, gradient: number };
    expect(firstDifference(checked, given)).toBe(undefined);
  });

  it.each(["0", "1 / 0", "0 / 0", "-1 / 0"])("divided by %s", (divisor) => {
    const rule = `rule x\nhyper c = 1\nstep d = c * (${divisor})\nupdate weight = ${dividend} / d\n`;
    const given = { shapes: { a: [70] }, steps: 2, weight: () => 0, gradient: number };
    expect(firstDifference(checkedRule(rule), given)).toBe(undefined);
  });
});
