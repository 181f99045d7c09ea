import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { findRule, ruleNames } from "../../src/rules/built-in.ts";
import { compile } from "../../src/run/optimizer.ts";
import type { GoldenCase } from "./measure.ts";
import { floats } from "./measure.ts";
import { readCases, replay } from "./replay.ts";

const FOLDER = new URL("./torch-2.13/", import.meta.url);
const FILES = readdirSync(FOLDER)
  .filter((file) => file !== "schedules.json")
  .sort();
const CASES = FILES.map((file) => ({ file, cases: readCases(new URL(file, FOLDER)) }));

/** PyTorch sums the squares of its norms in binary32, a few of them at once; the language in binary64. */
const WITH_NORMS = ["adafactor.json"];

/** A case of ASGD, with the averages that it keeps beside the weights. */
interface AveragedCase extends GoldenCase {
  readonly averages: Readonly<Record<string, string>>;
}

describe("golden traces of PyTorch 2.13.0, on the CPU, each operation rounded by itself", () => {
  it.each(CASES)("$file: the error is at most 2e-6", ({ cases }) => {
    const outcomes = cases.map(replay);
    expect(outcomes.length).toBeGreaterThanOrEqual(10);
    expect(outcomes.filter(({ error }) => error > 2e-6)).toEqual([]);
  });

  it.each(CASES.filter(({ file }) => !WITH_NORMS.includes(file)))(
    "$file: every element of every weight is the same bits",
    ({ cases }) => {
      expect(cases.map(replay).filter(({ equal, elements }) => equal < elements)).toEqual([]);
    },
  );

  it("has a file for each rule", () => {
    const rules = ruleNames.filter((name) => name.startsWith("torch-2.13/")).map((name) => name.slice(11));
    expect(FILES).toEqual(rules.map((name) => `${name}.json`));
  });

  it("gives each hyperparameter in more than one way, and leaves each out", () => {
    for (const { file, cases } of CASES) {
      const hypers = cases.map(({ spec }) => spec.hyper as Readonly<Record<string, unknown>>);
      for (const { name, type, nullable } of findRule(`torch-2.13/${file.replace(".json", "")}`)?.tree
        .hyper ?? []) {
        // torch has no such argument; the rule cannot be without it.
        if (name === "lazy_update") continue;
        const values = new Set(hypers.map((hyper) => hyper[name]));
        expect(values.size, `${file}: ${name}`).toBeGreaterThanOrEqual(3);
        expect(values, `${file}: ${name}`).toContain(undefined);
        if (type === "boolean") expect(values, `${file}: ${name}`).toEqual(new Set([true, false, undefined]));
        if (nullable) expect(values, `${file}: ${name}`).toContain(null);
      }
    }
  });

  it.each(CASES)("$file: has groups, gradients that are missing, and real schedulers", ({ cases }) => {
    const count = (holds: (one: GoldenCase) => boolean) => cases.filter(holds).length;
    expect(count(({ spec }) => "groups" in spec)).toBeGreaterThan(0);
    expect(count(({ spec }) => "schedule" in spec)).toBeGreaterThan(0);
    expect(
      count(({ steps, params }) => steps.some((step) => Object.keys(step).length < params.length)),
    ).toBeGreaterThan(0);
  });

  it("moves the weights, so that equality says something", () => {
    const all = CASES.flatMap(({ cases }) => cases);
    const moving = all.filter(({ params }) => params.some(({ before, after }) => before !== after));
    expect(moving.length).toBeGreaterThan(0.9 * all.length);
  });
});

describe("the averages of ASGD, which no weight shows", () => {
  const cases = readCases(new URL("asgd.json", FOLDER)) as readonly AveragedCase[];

  it.each(cases)("$name: the same bits", ({ spec, params, steps, averages }) => {
    const weights = new Map(params.map(({ key, shape, before }) => [key, { data: floats(before), shape }]));
    const optimizer = compile(check(author({ optseal: 1, ...spec }))).attach(weights);
    for (const step of steps) {
      optimizer.step(new Map(Object.entries(step).map(([key, gradient]) => [key, floats(gradient)])));
    }
    const kept = optimizer.state().slots.get("ax");
    for (const [key, text] of Object.entries(averages)) expect(kept?.get(key)).toEqual(floats(text));
    expect(Object.keys(averages).length).toBeGreaterThan(0);
  });
});
