import { describe, expect, it } from "vitest";
import { bf16, f16 } from "../../src/base/half.ts";

interface Format {
  readonly name: string;
  readonly round: (x: number) => number;
  readonly fractionBits: number;
  readonly exponentBits: number;
}

const formats: readonly Format[] = [
  { name: "bf16", round: bf16, fractionBits: 7, exponentBits: 8 },
  { name: "f16", round: f16, fractionBits: 10, exponentBits: 5 },
];

/** What 15 bits without a sign stand for, the infinity as the power of two in its place. */
function decoded(code: number, { fractionBits, exponentBits }: Format): number {
  const bias = 2 ** (exponentBits - 1) - 1;
  const field = code >> fractionBits;
  const fraction = (code % 2 ** fractionBits) / 2 ** fractionBits;
  return field === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (field - bias);
}

const cell = new BigInt64Array(1);
const numbers = new Float64Array(cell.buffer);

/** The next binary64 above or below a positive one. */
function beside(x: number, step: bigint): number {
  numbers[0] = x;
  cell[0] = (cell[0] as bigint) + step;
  return numbers[0] as number;
}

describe.each(formats)("$name", (format) => {
  const { round, fractionBits, exponentBits } = format;
  const infinite = (2 ** exponentBits - 1) << fractionBits;
  const finite = Array.from({ length: infinite }, (_, code) => decoded(code, format));
  const value = (code: number) => (code === infinite ? Infinity : (finite[code] as number));

  it("keeps every number of the format, of either sign", () => {
    for (const x of finite) {
      expect(round(x)).toBe(x);
      expect(round(-x)).toBe(-x);
    }
  });

  it("turns at the middle between neighbours, and there to the even one", () => {
    finite.forEach((low, code) => {
      const middle = (low + decoded(code + 1, format)) / 2;
      const even = value(code % 2 === 0 ? code : code + 1);
      expect([round(beside(middle, -1n)), round(middle), round(beside(middle, 1n))]).toEqual([
        low,
        even,
        value(code + 1),
      ]);
      expect(round(-middle)).toBe(-even);
    });
  });

  it("has no doubt about what is far outside", () => {
    expect([round(Infinity), round(-Infinity), round(Number.NaN)]).toEqual([Infinity, -Infinity, Number.NaN]);
    expect([round(Number.MAX_VALUE), round(-1e300)]).toEqual([Infinity, -Infinity]);
    expect([round(5e-324), round(-5e-324), round(-1e-300)]).toEqual([0, -0, -0]);
  });
});

describe("one rounding", () => {
  it("differs from two, by way of binary32", () => {
    const x = 1 + 2 ** -8 + 2 ** -40;
    expect(bf16(x)).toBe(1 + 2 ** -7);
    expect(bf16(Math.fround(x))).toBe(1);
  });
});
