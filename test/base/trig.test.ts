import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cos, sin } from "../../src/base/elementary.ts";
import { bitsOf, fromBits, truth, ulpError } from "./elementary-reference.ts";

const { trig: rows } = JSON.parse(
  readFileSync(new URL("../vectors/base/trig.json", import.meta.url), "utf8"),
) as { readonly trig: readonly (readonly [string, string, string])[] };

const hex = (x: number): string => bitsOf(x).toString(16).padStart(16, "0");

describe("sin and cos", () => {
  it("have the C library's bits", () => {
    expect(rows.length).toBeGreaterThan(400);
    const wrong = rows.filter(([x, s, c]) => hex(sin(fromBits(x))) !== s || hex(cos(fromBits(x))) !== c);
    expect(wrong).toEqual([]);
  });

  it("are within 0.56 ulp through every entry of the table, so that a wrong one shows", () => {
    let worst = 0;
    for (let part = 0; part < 110; part++) {
      for (const x of [
        (part + 0.31) / 128,
        (part - 0.43) / 128 + Math.PI,
        (part + 0.17) / 128 - Math.PI / 2,
      ]) {
        worst = Math.max(worst, ulpError(sin(x), truth.sin(x)), ulpError(cos(x), truth.cos(x)));
      }
    }
    expect(worst).toBeLessThan(0.56);
    expect(worst).toBeGreaterThan(0.45);
  });

  it("have no value at infinity, and hand NaN and the sign of zero on", () => {
    for (const x of [Infinity, -Infinity, NaN]) expect([sin(x), cos(x)]).toEqual([NaN, NaN]);
    expect([sin(-0), sin(0), cos(-0)]).toEqual([-0, 0, 1]);
  });
});
