/** The digests of all built-ins stand in a file; `npx vitest run test/rules -u` writes it anew after a text was changed. */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { digest } from "../../src/base/digest.ts";
import { check } from "../../src/check/check.ts";
import type { BuiltIn } from "../../src/rules/built-in.ts";
import { findRule, findSchedule, referenceTo, ruleNames, scheduleNames } from "../../src/rules/built-in.ts";
import { compile } from "../../src/run/optimizer.ts";
import { parseRule, parseSchedule } from "../../src/spec/parse.ts";
import { print } from "../../src/spec/print.ts";
import type { HyperValue, Rule, Schedule } from "../../src/spec/tree.ts";

const RULE = "rule x\nhyper lr = 0.1 scheduled\nupdate weight = weight - lr * grad\n";

/** A value for each hyperparameter that has no default. */
function needed(tree: Rule | Schedule): { readonly [name: string]: HyperValue } {
  const missing = tree.hyper.filter((hyper) => hyper.default === undefined);
  return Object.fromEntries(missing.map(({ name, type }) => [name, type === "list" ? [3, 7] : 10]));
}

function soundText<T extends Rule | Schedule>(
  builtIn: BuiltIn<T> | undefined,
  parse: (text: string) => T,
): BuiltIn<T> {
  if (builtIn === undefined) throw new Error("not there");
  expect(parse(builtIn.text)).toStrictEqual(builtIn.tree);
  expect(print(parse(builtIn.text))).toBe(builtIn.text);
  expect(builtIn.tree.name).toBe(builtIn.name);
  expect(builtIn.digest).toBe(digest(builtIn.text));
  expect(builtIn.name).toMatch(/^[a-z0-9]+-[0-9]+(\.[0-9]+)*\/[a-z0-9_]+$/);
  expect(Object.isFrozen(builtIn.tree.hyper)).toBe(true);
  return builtIn;
}

describe("built-in rules", () => {
  it.each(ruleNames)("%s is sound, checked and run with its defaults", (name) => {
    const { tree } = soundText(findRule(name), parseRule);
    const checked = check(author({ optseal: 1, rule: name, hyper: needed(tree) }));
    const data = Float32Array.of(1, -2, 0.5, 0, 3, -4);
    const optimizer = compile(checked).attach({ w: { data, shape: [2, 3] } });
    for (let i = 0; i < 3; i++) optimizer.step({ w: Float32Array.of(0.1, -0.2, 0.3, 0.4, -0.5, 0.6) });
    expect([...data].every(Number.isFinite)).toBe(true);
    expect([...data]).not.toEqual([1, -2, 0.5, 0, 3, -4]);
  });

  it.each(ruleNames)("%s can be scheduled if it has a rate", (name) => {
    const { tree } = soundText(findRule(name), parseRule);
    const schedule = { rule: "schedule s\nstep rate = base / t\n" };
    // These two have no rate at all.
    const rates = /\/(adadelta|test)$/.test(name) ? 0 : 1;
    expect(tree.hyper.filter(({ scheduled }) => scheduled)).toHaveLength(rates);
    const run = () => check(author({ optseal: 1, rule: name, hyper: needed(tree), schedule }));
    if (rates === 0) expect(run).toThrow(/declared `scheduled`/);
    else expect(run).not.toThrow();
  });
});

describe("built-in schedules", () => {
  it.each(scheduleNames)("%s is sound, checked and run with its defaults", (name) => {
    const { tree } = soundText(findSchedule(name), parseSchedule);
    const schedule = { name, hyper: needed(tree) };
    const optimizer = compile(check(author({ optseal: 1, rule: RULE, schedule }))).attach({});
    const rates = Array.from({ length: 12 }, (_, i) => optimizer.rateAt(i + 1));
    expect(rates.every(Number.isFinite)).toBe(true);
  });
});

describe("the library", () => {
  const all = [...ruleNames.map(findRule), ...scheduleNames.map(findSchedule)];

  it("has each name once, in order", () => {
    for (const names of [ruleNames, scheduleNames]) {
      expect(names.length).toBeGreaterThan(0);
      expect([...new Set(names)].sort()).toEqual(names);
    }
  });

  it("is written in texts of 25 lines at the most, one for each name", async () => {
    const folder = new URL("../../src/rules/", import.meta.url);
    const modules = await Promise.all(
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file): Promise<object> => import(new URL(file, folder).href)),
    );
    const lists = modules.flatMap((module): unknown[] => Object.values(module)).filter(Array.isArray);
    const texts = lists.flat().filter((text) => typeof text === "string" && /^(rule|schedule) /m.test(text));
    expect(texts).toHaveLength(all.length);
    for (const text of texts) expect(text.trim().split("\n").length).toBeLessThanOrEqual(25);
  });

  it("gives the same object each time, and none for other names", () => {
    expect(findRule("mxnet-1.9/adam")).toBe(findRule("mxnet-1.9/adam"));
    expect(Object.keys(referenceTo(findRule("mxnet-1.9/adam") as BuiltIn<Rule>))).toEqual(["name", "digest"]);
    for (const name of [
      "",
      "adam",
      "__proto__",
      "constructor",
      "mxnet-1.9/adam ",
      scheduleNames[0] as string,
    ]) {
      expect(findRule(name)).toBeUndefined();
    }
    expect(findSchedule("mxnet-1.9/adam")).toBeUndefined();
  });

  it("has the digests that documents out there carry", async () => {
    const digests = Object.fromEntries(all.map((builtIn) => [builtIn?.name, builtIn?.digest]));
    await expect(`${JSON.stringify(digests, null, 2)}\n`).toMatchFileSnapshot(
      "../vectors/rules/digests.json",
    );
  });
});
