import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findRule } from "../../src/rules/built-in.ts";
import { readCases, replay } from "./replay.ts";

const FILE = new URL("./arxiv-2306.06101/prodigy.json", import.meta.url);
const CASES = readCases(FILE);

describe("Prodigy, beside an implementation that was written apart from it", () => {
  it.each(CASES)("$name: every element of every weight is the same bits", (one) => {
    const { error, equal, elements } = replay(one);
    expect(elements).toBeGreaterThan(0);
    expect({ error, equal }).toEqual({ error: 0, equal: elements });
  });

  it("has cases for every argument, given and left out, and for a scheduled rate", () => {
    const hypers = CASES.map(({ spec }) => spec.hyper as Readonly<Record<string, number>>);
    for (const { name } of findRule("arxiv-2306.06101/prodigy")?.tree.hyper ?? []) {
      const values = new Set(hypers.map((hyper) => hyper[name]));
      expect(values.size, name).toBeGreaterThanOrEqual(3);
      expect(values.has(undefined), name).toBe(true);
    }
    expect(CASES.filter(({ spec }) => "schedule" in spec).length).toBeGreaterThanOrEqual(3);
  });

  it("has cases in which the estimate grows, over several parameters too", () => {
    const told = JSON.parse(readFileSync(FILE, "utf8")).cases as readonly { readonly d: readonly number[] }[];
    const growing = CASES.filter((_, i) => {
      const d = told[i]?.d ?? [];
      return (d.at(-1) as number) > 10 * (d[0] as number);
    });
    expect(growing.length).toBeGreaterThanOrEqual(8);
    expect(growing.filter(({ params }) => params.length > 1).length).toBeGreaterThanOrEqual(4);
  });
});
