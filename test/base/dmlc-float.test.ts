import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { dmlcFloat32 } from "../../src/base/dmlc-float.ts";

const { rows } = JSON.parse(
  readFileSync(new URL("../vectors/base/dmlc-float.json", import.meta.url), "utf8"),
) as { readonly rows: readonly (readonly [string, string])[] };

function bits32(x: number): string {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, x);
  return view.getUint32(0).toString(16).padStart(8, "0");
}

describe("dmlcFloat32", () => {
  it("reads what MXNet 1.9.1 read, for each vector", () => {
    expect(rows.length).toBeGreaterThan(200);
    for (const [text, bits] of rows) expect(bits32(dmlcFloat32(Number(text))), text).toBe(bits);
  });

  it("is not the nearest binary32 for a good part of them", () => {
    const others = rows.filter(([text]) => Math.fround(Number(text)) !== dmlcFloat32(Number(text)));
    expect(others.length).toBeGreaterThan(20);
  });

  it("gives the nearest binary32 for the usual hyperparameters", () => {
    for (const x of [0.1, 0.01, 0.001, 0.9, 0.99, 0.999, 1e-5, 1e-8, 5e-5, 1, 2, 100, 1 / 128])
      expect(dmlcFloat32(x)).toBe(Math.fround(x));
  });

  it("divides a significand by a scale, by hand", () => {
    // 9.487e-05: 9 + fl(487/1000) in binary32, over 10^5
    const significand = Math.fround(9 + Math.fround(0.487));
    expect(dmlcFloat32(9.487e-5)).toBe(Math.fround(significand / 1e5));
    expect(dmlcFloat32(9.487e-5)).not.toBe(Math.fround(9.487e-5));
    // 1e+16 is 1 times 1e8f twice, each product rounded
    expect(dmlcFloat32(1e16)).toBe(Math.fround(1e8 * 1e8));
  });

  it("stops after 19 digits behind the point", () => {
    // Python prints 0.00012345678901234567, twenty of them.
    expect(dmlcFloat32(0.00012345678901234567)).toBe(Math.fround(0.0001234567890123456));
  });

  it("keeps signs, zeros, infinities and NaN", () => {
    for (const x of [0, -0, Infinity, -Infinity, NaN]) expect(dmlcFloat32(x)).toBe(x);
    expect(dmlcFloat32(-9.487e-5)).toBe(-dmlcFloat32(9.487e-5));
  });

  it("gives the nearest binary32 where MXNet refuses the value", () => {
    for (const x of [1e-39, 1.1e-38, 5e-324, 1e39, 3.5e38, -1e300])
      expect(dmlcFloat32(x)).toBe(Math.fround(x));
  });
});
