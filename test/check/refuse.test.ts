import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { CheckError } from "../../src/check/errors.ts";
import { refusal } from "../spec/refusal.ts";

interface Case {
  readonly name: string;
  readonly spec: unknown;
  readonly shapes?: { readonly [key: string]: readonly number[] };
  readonly costLimit?: number;
  readonly issues: readonly { readonly code: string; readonly path: string; readonly hint?: string }[];
}

const url = new URL("../vectors/check/refuse.json", import.meta.url);
const cases: readonly Case[] = JSON.parse(readFileSync(url, "utf8")).cases;

const inOrder = <T extends { readonly code: string; readonly path?: string }>(issues: readonly T[]) =>
  [...issues].sort((a, b) => `${a.path} ${a.code}`.localeCompare(`${b.path} ${b.code}`));

describe("refused vectors", () => {
  it.each(cases)("$name", ({ spec, shapes, costLimit, issues }) => {
    const options = {
      ...(shapes === undefined ? {} : { shapes: new Map(Object.entries(shapes)) }),
      ...(costLimit === undefined ? {} : { costLimit }),
    };
    const error = refusal(() => check(author(spec), options));
    expect(error).toBeInstanceOf(CheckError);
    const found = error.issues.map(({ code, path }) => ({ code, path: path as string }));
    expect(inOrder(found)).toEqual(inOrder(issues.map(({ code, path }) => ({ code, path }))));
    for (const { code, path, hint } of issues) {
      if (hint === undefined) continue;
      const issue = error.issues.find((candidate) => candidate.code === code && candidate.path === path);
      expect(issue?.hint).toBe(hint);
    }
    for (const { message } of error.issues) expect(message).toMatch(/^[^A-Z\n].*[^.\n]$|^`[^\n]*[^.]$/);
  });

  it("show every code that a spec from `author` can have", () => {
    const source = readFileSync(new URL("../../src/check/errors.ts", import.meta.url), "utf8");
    const codes = [...source.matchAll(/\| "([a-z-]+)"/g)].map(([, code]) => code as string);
    const shown = new Set(cases.flatMap(({ issues }) => issues.map(({ code }) => code)));
    const elsewhere = ["amendment", "depth-limit"]; // amend.test.ts of trust; check.test.ts: the bytes' own limit on depth is reached first
    expect(codes.filter((code) => !shown.has(code) && !elsewhere.includes(code))).toEqual([]);
    expect(codes.length).toBeGreaterThan(15);
  });
});
