import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SpecError } from "../../src/spec/errors.ts";
import { OPERATIONS } from "../../src/spec/operations/table.ts";
import { parseRule, parseSchedule } from "../../src/spec/parse.ts";
import { print, printExpression } from "../../src/spec/print.ts";
import type { Expression, Statement } from "../../src/spec/tree.ts";
import { refusal } from "./refusal.ts";

const read = (file: string) =>
  JSON.parse(readFileSync(new URL(`../vectors/spec/${file}`, import.meta.url), "utf8")).cases;

const expression = (text: string): Expression =>
  (parseRule(`rule x\nupdate weight = ${text}\n`).update[0] as Statement)[1];

interface ExpressionCase {
  readonly text: string;
  readonly tree: Expression;
  /** The canonical spelling, where the text is not it. */
  readonly printed?: string;
}

describe("expressions", () => {
  it.each(read("expressions.json") as ExpressionCase[])("$text", ({ text, tree, printed }) => {
    expect(expression(text)).toStrictEqual(tree);
    const rule = { name: "x", hyper: [], state: [], step: [], update: [["weight", tree]] as const };
    expect(print(rule)).toBe(`rule x\nupdate weight = ${printed ?? text}\n`);
    expect(expression(printed ?? text)).toStrictEqual(tree);
  });

  it("has a vector for each operation", () => {
    const cases = read("expressions.json") as ExpressionCase[];
    const said = JSON.stringify(cases.map(({ tree }) => tree));
    const missing = [...OPERATIONS.keys()].filter((name) => !said.includes(`["${name}"`));
    expect(missing).toEqual([]);
  });
});

interface DocumentCase {
  readonly name: string;
  readonly text: string;
  readonly tree: unknown;
}

describe("documents", () => {
  it.each(read("documents.json") as DocumentCase[])("$name", ({ text, tree }) => {
    const parse = text.includes("schedule ") && !text.startsWith("rule") ? parseSchedule : parseRule;
    expect(parse(text)).toStrictEqual(tree);
    expect(parse(print(parse(text)))).toStrictEqual(tree);
  });
});

interface RefusalCase {
  readonly name: string;
  readonly text: string;
  readonly path: string;
  readonly message: string;
}

describe("refusals", () => {
  it.each(read("refuse.json") as RefusalCase[])("$name", ({ text, path, message }) => {
    const error = refusal(() => parseRule(text));
    expect(error).toBeInstanceOf(SpecError);
    expect(error.issues).toHaveLength(1);
    expect({ code: error.code, path: error.path, message: error.issues[0].message }).toEqual({
      code: "syntax",
      path,
      message,
    });
  });

  it("a schedule has no update section, and a rule is no schedule", () => {
    expect(refusal(() => parseSchedule("schedule s\nupdate weight = t\n"))).toMatchObject({
      path: "line 2, column 1",
    });
    expect(refusal(() => parseSchedule("rule s\n"))).toMatchObject({ path: "line 1, column 1" });
  });
});

describe("nesting", () => {
  const parentheses = (depth: number) => `${"(".repeat(depth)}t${")".repeat(depth)}`;

  it("of parentheses is read 96 deep, and of operations 48, and refused beyond", () => {
    expect(expression(parentheses(96))).toBe("t");
    expect(refusal(() => expression(parentheses(97)))).toMatchObject({ code: "syntax" });
    const calls = (depth: number) => `${"abs(".repeat(depth)}t${")".repeat(depth)}`;
    expect(JSON.stringify(expression(calls(48))).match(/\[/g)).toHaveLength(48);
    expect(refusal(() => expression(calls(49)))).toMatchObject({ code: "syntax" });
  });

  it.each<[string, (inner: Expression) => Expression]>([
    ["right operands", (inner) => ["sub", 1, inner]],
    ["left operands", (inner) => ["pow", inner, 2]],
    ["signs of sums", (inner) => ["neg", ["add", inner, 1]]],
    ["conditions", (inner) => ["not", ["or", ["lt", 0, 1], inner]]],
    ["calls", (inner) => ["select", ["gt", "t", 0], 1, inner]],
  ])("%s are read back from their print as deep as a tree may be", (_, around) => {
    const depthOf = (tree: Expression): number =>
      Array.isArray(tree) ? 1 + Math.max(...tree.map(depthOf)) : 0;
    let tree: Expression = "t";
    while (depthOf(around(tree)) <= 48) tree = around(tree);
    expect(depthOf(tree)).toBeGreaterThanOrEqual(47);
    expect(expression(printExpression(tree))).toEqual(tree);
  });

  it.each([
    ["parentheses", parentheses(30_000)],
    ["signs", `${"-".repeat(60_000)}t`],
    ["not", `${"not ".repeat(15_000)}t`],
    ["calls", "abs(".repeat(15_000)],
    ["powers", `${"t^".repeat(30_000)}t`],
    ["a long sum", `${"t+".repeat(30_000)}t`],
    ["sums in sums", `${"(".repeat(40)}t${"+t)".repeat(40)}${"+t".repeat(40)}`],
    ["questions", `t${" is null".repeat(8_000)}`],
  ])("%s without end are refused with a place", (_, text) => {
    const error = refusal(() => expression(text));
    expect(error).toMatchObject({ code: "syntax", message: expect.stringMatching(/deeper than 48/) });
    expect(error.path).toMatch(/^line 2, column \d+$/);
  });

  it("a sum of 48 is no deeper than 48", () => {
    const tree = expression(`${"t + ".repeat(48)}t`);
    expect(JSON.stringify(tree).match(/\[/g)).toHaveLength(48);
  });
});
