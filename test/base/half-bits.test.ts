/** The bits of binary16 and bfloat16, beside the formats' definitions. */
import { describe, expect, it } from "vitest";
import { bf16Bits, f16Bits, ofBf16Bits, ofF16Bits } from "../../src/base/half.ts";

const FORMATS = [
  { name: "float16", bits: f16Bits, number: ofF16Bits, fraction: 10, bias: 15 },
  { name: "bfloat16", bits: bf16Bits, number: ofBf16Bits, fraction: 7, bias: 127 },
] as const;

describe.each(FORMATS)("$name", ({ bits, number, fraction, bias }) => {
  const all = Array.from({ length: 65_536 }, (_, i) => i);
  const infinity = ((1 << (15 - fraction)) - 1) << fraction;
  /** IEEE 754, 3.4: by the fields. */
  const defined = (pattern: number): number => {
    const size = pattern & 0x7fff;
    const [exponent, rest] = [size >> fraction, size % 2 ** fraction];
    const sign = pattern >= 0x8000 ? -1 : 1;
    if (size > infinity) return NaN;
    if (size === infinity) return sign * Infinity;
    const least = 2 ** (1 - bias - fraction);
    return sign * (exponent === 0 ? rest * least : (2 ** fraction + rest) * least * 2 ** (exponent - 1));
  };

  it("have the numbers that the format gives to all patterns", () => {
    expect(all.filter((pattern) => !Object.is(number(pattern), defined(pattern)))).toEqual([]);
  });

  it("are again what they were, and a quiet NaN of any", () => {
    const changed = all.filter((pattern) => bits(number(pattern)) !== pattern);
    expect(changed.filter((pattern) => (pattern & 0x7fff) <= infinity)).toEqual([]);
    expect(bits(NaN) & 0x7fff).toBe(infinity | (1 << (fraction - 1)));
  });

  it("are of the nearest number, to even halfway, on either side of all that lie halfway", () => {
    const next = (x: number, by: number): number => {
      const view = new DataView(new ArrayBuffer(4));
      view.setFloat32(0, x);
      view.setUint32(0, view.getUint32(0) + by);
      return view.getFloat32(0);
    };
    for (let low = 0; low < infinity; low++) {
      const above = low + 1 === infinity ? 2 ** (bias + 1) : defined(low + 1);
      const halfway = (defined(low) + above) / 2;
      for (const sign of [1, -1]) {
        const base = sign < 0 ? 0x8000 : 0;
        const even = low % 2 === 0 ? low : low + 1;
        const found = [next(halfway, -1), halfway, next(halfway, 1)].map((x) => bits(sign * x));
        if (Math.fround(halfway) !== halfway) throw new Error("no binary32 lies halfway");
        expect(found).toEqual([base | low, base | even, base | (low + 1)]);
      }
    }
  });
});
