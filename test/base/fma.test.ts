import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fma, productError } from "../../src/base/fma.ts";
import { bitsOf } from "./elementary-reference.ts";

/** x * 2^1200 as an integer, for |x| of 2^-1100 and more or 0. */
function scaled(x: number): bigint {
  if (x === 0) return 0n;
  const bits = bitsOf(Math.abs(x));
  const exponent = bits >> 52n;
  const significand = (bits & 0xfffffffffffffn) | (exponent === 0n ? 0n : 1n << 52n);
  const size = significand << ((exponent === 0n ? 1n : exponent) - 1075n + 1200n);
  return x < 0 ? -size : size;
}

/** The binary64 nearest to value / 2^2400, ties to even: by the first 53 bits and what follows them. */
function nearest(value: bigint): number {
  const size = value < 0n ? -value : value;
  const length = size.toString(2).length;
  if (length <= 53) return Number(value) / 2 ** 1000 / 2 ** 1000 / 2 ** 400;
  const shift = BigInt(length - 53);
  const head = size >> shift;
  const rest = size - (head << shift);
  const half = 1n << (shift - 1n);
  const rounded = rest > half || (rest === half && (head & 1n) === 1n) ? head + 1n : head;
  const magnitude = Number(rounded) * 2 ** (length - 53 - 2400);
  return value < 0n ? -magnitude : magnitude;
}

const truth = (a: number, b: number, c: number) => nearest(scaled(a) * scaled(b) + (scaled(c) << 1200n));

/** Significands that make ties and long runs of equal bits likely, and exponents that let the terms meet. */
const number = fc
  .tuple(
    fc.oneof(
      fc.integer({ min: 0, max: 2 ** 52 - 1 }),
      fc.integer({ min: 0, max: 63 }).map((low) => low),
      fc.integer({ min: 0, max: 63 }).map((low) => 2 ** 52 - 1 - low),
      fc.integer({ min: 0, max: 51 }).map((bit) => 2 ** bit),
    ),
    fc.integer({ min: -60, max: 60 }),
    fc.boolean(),
  )
  .map(([fraction, exponent, negative]) => (negative ? -1 : 1) * (1 + fraction / 2 ** 52) * 2 ** exponent);

describe("fma", () => {
  it("rounds once", () => {
    fc.assert(
      fc.property(number, number, number, (a, b, c) => {
        expect(fma(a, b, c)).toBe(truth(a, b, c));
      }),
      { numRuns: 3000 },
    );
  });

  it("rounds once where the product and the sum nearly cancel", () => {
    fc.assert(
      fc.property(number, number, fc.integer({ min: -4, max: 4 }), (a, b, ulps) => {
        const product = a * b;
        const c = -product * (1 + ulps * 2 ** -52);
        expect(fma(a, b, c)).toBe(truth(a, b, c));
      }),
      { numRuns: 3000 },
    );
  });

  it("takes half-way cases to where the last bit of the product points", () => {
    // 2^-53 + 2^-105 is just over half a unit of 1; without the last bit it is a tie.
    const [a, b] = [2 ** -53 * (1 + 2 ** -52), 1];
    expect(fma(a, b, 1)).toBe(1 + 2 ** -52);
    expect(fma(2 ** -53, b, 1)).toBe(1);
    expect(fma(-(2 ** -54), 1 + 2 ** -52, 1)).toBe(1 - 2 ** -53);
    expect(fma(-(2 ** -54), 1, 1)).toBe(1);
  });

  it("holds for factors of 2^-739 to 2^739, where a power is scaled, as for those near 1", () => {
    const scale = fc.integer({ min: -739, max: 739 });
    const share = fc.integer({ min: -160, max: -8 });
    fc.assert(
      fc.property(number, number, scale, share, (a, b, exponent, by) => {
        const large = (a / 2 ** 60) * 2 ** exponent;
        const small = (b / 2 ** 60) * 2 ** by;
        expect(fma(large, small, large)).toBe(truth(large, small, large));
      }),
      { numRuns: 3000 },
    );
  });

  it("an integer is the nearest to a product where 1.5 * 2^52 is added", () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        fc.pre(Math.abs(a * b) < 2 ** 50);
        expect(fma(a, b, 6755399441055744)).toBe(truth(a, b, 6755399441055744));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("productError", () => {
  it("is what a product's rounding takes away, to the last bit", () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        const left = scaled(a) * scaled(b) - (scaled(a * b) << 1200n);
        expect(scaled(productError(a, b, a * b)) << 1200n).toBe(left);
      }),
      { numRuns: 3000 },
    );
  });
});
