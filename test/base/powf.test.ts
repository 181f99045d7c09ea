import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { powf } from "../../src/base/powf.ts";
import { truth, ulpError } from "./elementary-reference.ts";

const { powf: rows } = JSON.parse(
  readFileSync(new URL("../vectors/base/powf.json", import.meta.url), "utf8"),
) as { readonly powf: readonly (readonly [string, string, string])[] };

const cell = new DataView(new ArrayBuffer(4));

function float32(hex: string): number {
  if (hex === "nan") return Number.NaN;
  cell.setUint32(0, Number.parseInt(hex, 16));
  return cell.getFloat32(0);
}

function bits32(x: number): string {
  if (Number.isNaN(x)) return "nan";
  cell.setFloat32(0, x);
  return cell.getUint32(0).toString(16).padStart(8, "0");
}

describe("powf", () => {
  it("has the C library's bits", () => {
    expect(rows.length).toBeGreaterThan(500);
    const wrong = rows.filter(([x, y, want]) => bits32(powf(float32(x), float32(y))) !== want);
    expect(wrong).toEqual([]);
  });

  it("is within 0.51 ulp of the true power, so that a wrong table entry shows", () => {
    let worst = 0;
    for (let part = 0; part < 16; part++) {
      for (let step = 0; step < 32; step++) {
        // Through every entry of both tables.
        const x = Math.fround(0.7 + (part + 0.37) / 23);
        const y = Math.fround((step + 0.29) / 32 / Math.log2(x));
        // An ulp of binary32 is 2^29 of binary64.
        worst = Math.max(worst, ulpError(powf(x, y), truth.pow(x, y)) / 2 ** 29);
      }
    }
    expect(worst).toBeLessThan(0.51);
    expect(worst).toBeGreaterThan(0.4);
  });

  it("rounds its operands to binary32 first", () => {
    expect(powf(0.1, 0.3)).toBe(powf(Math.fround(0.1), Math.fround(0.3)));
    expect(powf(1 + 2 ** -30, 1e30)).toBe(1);
    expect(powf(2, 1e300)).toBe(Infinity);
  });
});
