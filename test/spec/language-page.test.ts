import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { OPERATIONS } from "../../src/spec/operations/table.ts";

const PAGE = readFileSync(new URL("../../docs/language.md", import.meta.url), "utf8");
const TEXTS = [...PAGE.matchAll(/```text\n(.*?)```/gs)].map(([, text]) => text as string);

describe("docs/language.md", () => {
  it("has a row with the formula of every operation, and no other", () => {
    const rows = PAGE.split("\n").filter((line) => /^\| `/.test(line));
    const formulas = rows.map((row) =>
      row
        .split(/(?<!\\)\|/)[4]
        ?.trim()
        .replaceAll("\\|", "|"),
    );
    expect(formulas).toEqual([...OPERATIONS.values()].map(({ formula }) => formula));
    const costs = rows.map((row) => Number(row.split(/(?<!\\)\|/)[3]));
    expect(costs).toEqual([...OPERATIONS.values()].map(({ cost }) => cost));
  });

  it("shows rules and schedules that pass check", () => {
    expect(TEXTS.length).toBeGreaterThanOrEqual(2);
    const rule = TEXTS.find((text) => text.startsWith("rule ")) as string;
    for (const text of TEXTS) {
      const spec = text.startsWith("rule ")
        ? { optseal: 1, rule: text }
        : { optseal: 1, rule, schedule: { rule: text, hyper: { period: 3 } } };
      expect(() => check(author(spec))).not.toThrow();
    }
  });
});
