import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exp, log, pow } from "../../src/base/elementary.ts";
import { bitsOf, fromBits, truth, ulpError } from "./elementary-reference.ts";

type Name = "exp" | "log" | "pow";
const vectors = JSON.parse(
  readFileSync(new URL("../vectors/base/exp-log-pow.json", import.meta.url), "utf8"),
) as Readonly<Record<Name, readonly (readonly string[])[]>>;

const functions = { exp, log, pow };
const names: readonly Name[] = ["exp", "log", "pow"];

const hex = (x: number): string => (Number.isNaN(x) ? "nan" : bitsOf(x).toString(16).padStart(16, "0"));

describe("exp, log and pow", () => {
  it.each(names)("%s has the C library's bits", (name) => {
    expect(vectors[name].length).toBeGreaterThan(160);
    const wrong = vectors[name].filter((row) => {
      const [x, y] = row.slice(0, -1).map(fromBits) as [number, number];
      return hex(functions[name](x, y)) !== row.at(-1);
    });
    expect(wrong).toEqual([]);
  });

  // Through every entry of the tables, so that a wrong one shows: 128 parts of an octave, or 128 steps of a power of 2.
  const parts = Array.from({ length: 128 }, (_, part) => part);

  it("exp is within 0.511 ulp of the true value", () => {
    const arguments_ = parts.flatMap((k) => [-0.49, 0.03, 0.48].map((at) => ((k + at) * Math.LN2) / 128));
    const worst = Math.max(...arguments_.map((x) => ulpError(exp(x), truth.exp(x))));
    expect(worst).toBeLessThan(0.511);
    expect(worst).toBeGreaterThan(0.48);
  });

  it("log is within 0.52 ulp of the true value", () => {
    const arguments_ = parts.flatMap((k) => [0.02, 0.53, 0.97].map((at) => 0.6875 * 2 ** ((k + at) / 128)));
    const worst = Math.max(...arguments_.map((x) => ulpError(log(x), truth.log(x))));
    expect(worst).toBeLessThan(0.52);
    expect(worst).toBeGreaterThan(0.48);
  });

  it("pow is within 0.52 ulp of the true value, its logarithm a thousand times as near", () => {
    const arguments_ = parts.flatMap((k) =>
      [0.02, 0.53, 0.97].map((at) => 0.7058 * 2 ** ((k + at) / 128)).map((x) => [x, 600 / Math.log(x)]),
    ) as [number, number][];
    const worst = Math.max(...arguments_.map(([x, y]) => ulpError(pow(x, y), truth.pow(x, y))));
    expect(worst).toBeLessThan(0.52);
    expect(worst).toBeGreaterThan(0.48);
  });

  it("rounds a subnormal result once", () => {
    const arguments_ = parts.map((k) => -708.5 - k * 0.2875);
    const errors = arguments_.flatMap((x) => [
      ulpError(exp(x), truth.exp(x)),
      ulpError(pow(2.5, x), truth.pow(2.5, x)),
      ulpError(pow(0.3, -x / 1.21), truth.pow(0.3, -x / 1.21)),
    ]);
    expect(Math.max(...errors)).toBeLessThan(0.511);
    expect(exp(-745.1332191019411)).toBe(5e-324);
    expect(exp(-745.1332191019412)).toBe(0);
    expect(pow(2, -1075)).toBe(0);
    expect(pow(-2, -1075)).toBe(-0);
    expect(pow(2, -1074.9999999999998)).toBe(5e-324);
  });

  it("reaches infinity where the largest binary64 is passed, and with the sign of an odd power", () => {
    expect([exp(709.782712893384), exp(709.7827128933841)]).toEqual([1.7976931348622732e308, Infinity]);
    expect([pow(2, 1024), pow(-2, 1025), pow(-2, -1077)]).toEqual([Infinity, -Infinity, -0]);
    expect(pow(-1.5, 2 ** 52 + 1)).toBe(-Infinity);
    expect(pow(1 + 2 ** -52, 2 ** 61)).toBeGreaterThan(1e222);
    expect([pow(1 + 2 ** -52, 2 ** 63), pow(1 - 2 ** -53, 2 ** 63)]).toEqual([Infinity, 0]);
  });
});
