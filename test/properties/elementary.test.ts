import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cos, exp, log, pow, sin } from "../../src/base/elementary.ts";
import { bitsOf, fromBits, truth, ulpError } from "../base/elementary-reference.ts";

const any64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((bits) => fromBits(bits.toString(16)));
const finite = any64.filter(Number.isFinite);
const positive = finite.map(Math.abs).filter((x) => x > 0);
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const runs = { numRuns: 400 };

describe("elementary functions, any argument", () => {
  it("exp is within 1 ulp", () => {
    fc.assert(
      fc.property(between(-745.1, 709.78), (x) => ulpError(exp(x), truth.exp(x)) < 0.9),
      runs,
    );
  });

  it("log is within 1 ulp", () => {
    fc.assert(
      fc.property(fc.oneof(positive, between(0.5, 2)), (x) => ulpError(log(x), truth.log(x)) < 0.9),
      runs,
    );
  });

  it("sin and cos are within 1 ulp", () => {
    fc.assert(
      fc.property(fc.oneof(finite, between(-2e6, 2e6)), (x) => {
        return ulpError(sin(x), truth.sin(x)) < 0.9 && ulpError(cos(x), truth.cos(x)) < 0.9;
      }),
      runs,
    );
  });

  it("pow is within 1 ulp wherever the result is finite", () => {
    const pairs = fc
      .tuple(
        fc.oneof(
          positive,
          between(0.5, 2).filter((x) => x > 0),
        ),
        between(-1, 1),
      )
      .map(([x, share]): [number, number] => [x, (700 * share) / (Math.abs(log(x)) || 1)])
      .filter(([, y]) => Number.isFinite(y));
    fc.assert(
      fc.property(pairs, ([x, y]) => ulpError(pow(x, y), truth.pow(x, y)) < 0.9),
      runs,
    );
  });

  it("pow of integers is exact where the result fits", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 0, max: 60 }), (x, y) => {
        const exact = BigInt(x) ** BigInt(y);
        fc.pre(exact <= 2n ** 53n && exact >= -(2n ** 53n));
        return pow(x, y) === Number(exact);
      }),
      runs,
    );
  });

  it("is total: every double gives a double, the same each time", () => {
    fc.assert(
      fc.property(any64, any64, (x, y) => {
        for (const f of [exp, log, sin, cos]) {
          expect(typeof f(x)).toBe("number");
          expect(bitsOf(f(x))).toBe(bitsOf(f(x)));
        }
        expect(bitsOf(pow(x, y))).toBe(bitsOf(pow(x, y)));
      }),
      runs,
    );
  });

  it("sin is odd and cos even, to the bit", () => {
    fc.assert(
      fc.property(finite, (x) => Object.is(sin(-x), -sin(x)) && Object.is(cos(-x), cos(x))),
      runs,
    );
  });

  it("never leaves the range of its function", () => {
    fc.assert(
      fc.property(finite, (x) => Math.abs(sin(x)) <= 1 && Math.abs(cos(x)) <= 1 && exp(x) >= 0),
      runs,
    );
  });
});
