/** The digests of all built-ins stand in a file; `npx vitest run test/rules -u` writes it anew after a text was changed. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { author } from "../../src/author/author.ts";
import { digest } from "../../src/base/digest.ts";
import { check } from "../../src/check/check.ts";
import type { BuiltIn } from "../../src/rules/built-in.ts";
import { findRule, findSchedule, referenceTo, ruleNames, scheduleNames } from "../../src/rules/built-in.ts";
import { compile } from "../../src/run/optimizer.ts";
import { parseRule, parseSchedule } from "../../src/spec/parse.ts";
import { print } from "../../src/spec/print.ts";
import type { HyperValues, Rule, Schedule } from "../../src/spec/tree.ts";

/** The committed example of a built-in: a spec with its defaults, or with arguments that make sense. */
const exampleOf = (name: string): { readonly hyper: HyperValues; readonly schedule?: object } =>
  parse(readFileSync(new URL(`../../examples/specs/${name}.yaml`, import.meta.url), "utf8"));

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

/** Rules of classes that never ask for a rate. */
const WITHOUT_RATE = [
  "mxnet-1.4/adadelta",
  "mxnet-1.9/_assignmentoptimizer",
  "mxnet-1.9/adadelta",
  "mxnet-1.9/test",
];

describe("built-in rules", () => {
  it.each(ruleNames)("%s is sound, checked and run as in its example", (name) => {
    soundText(findRule(name), parseRule);
    const checked = check(author(exampleOf(name)));
    const data = Float32Array.of(1, -2, 0.5, 0, 3, -4);
    const optimizer = compile(checked).attach({ w: { data, shape: [2, 3] } });
    for (let i = 0; i < 3; i++) optimizer.step({ w: Float32Array.of(0.1, -0.2, 0.3, 0.4, -0.5, 0.6) });
    expect([...data].every(Number.isFinite)).toBe(true);
    expect([...data]).not.toEqual([1, -2, 0.5, 0, 3, -4]);
  });

  it.each(ruleNames)("%s can be scheduled if it has a rate", (name) => {
    const { tree } = soundText(findRule(name), parseRule);
    const rates = tree.hyper.filter(({ scheduled }) => scheduled === true);
    expect(rates).toHaveLength(WITHOUT_RATE.includes(name) ? 0 : 1);
    const [rate] = rates;
    const { hyper } = exampleOf(name);
    const given =
      rate === undefined || (hyper[rate.name] ?? null) !== null
        ? hyper
        : { ...hyper, [rate.name]: 0.01, ...SCHEDULABLE.get(name) };
    const schedule = { rule: "schedule s\nstep rate = base / t\n" };
    const run = () => check(author({ optseal: 1, rule: name, hyper: given, schedule }));
    if (rate === undefined) expect(run).toThrow(/declared `scheduled`/);
    else expect(run).not.toThrow();
  });

  it("without a rate are those of classes that never ask for one", () => {
    for (const name of WITHOUT_RATE) expect(ruleNames).toContain(name);
  });
});

/** What goes with a rate of one's own. */
const SCHEDULABLE: ReadonlyMap<string, HyperValues> = new Map([
  ["transformers-5/adafactor", { relative_step: false }],
]);

describe("built-in schedules", () => {
  it.each(scheduleNames)("%s is sound, checked and run as in its example", (name) => {
    soundText(findSchedule(name), parseSchedule);
    const optimizer = compile(check(author(exampleOf(name)))).attach({});
    const rates = Array.from({ length: 1300 }, (_, i) => optimizer.rateAt(i + 1) as number);
    expect(rates.every((rate) => Number.isFinite(rate) && rate >= 0)).toBe(true);
    expect(new Set(rates).size > 1).toBe(
      !/constant_schedule$/.test(name) || name.includes("piecewise") || name.includes("warmup"),
    );
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
