import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findRule, ruleNames, scheduleNames } from "../../src/rules/built-in.ts";
import type { GoldenCase } from "./measure.ts";
import { readCases, readSchedules, replay, replaySchedule } from "./replay.ts";

const FOLDER = new URL("./keras-3/", import.meta.url);
const own = (names: readonly string[]) =>
  names.filter((name) => name.startsWith("keras-3/")).map((name) => name.slice(8));
const RULES = own(ruleNames);
const CASES = RULES.map((rule) => ({
  rule,
  cases: readCases(new URL(`${rule}.json`, FOLDER)) as readonly GoldenCase[],
}));
const SCHEDULES = readSchedules(new URL("schedules.json", FOLDER));

/** Rules with sums of their own, which XLA and torch make in binary32, in an order of their own. */
const FOLDING = ["adafactor", "lamb", "muon"];

type Hyper = Readonly<Record<string, unknown>>;

const on = (backend: string) => (one: { readonly name: string }) => one.name.split(" ")[1] === backend;

/** Clipping to a norm adds up squares. */
const addsUp = ({ spec }: GoldenCase) =>
  ["clipnorm", "global_clipnorm"].some((name) => (spec.hyper as Hyper)[name] !== undefined);

describe("golden traces of Keras 3.15.1", () => {
  it("has a file for each rule, and one of schedules", () => {
    expect(readdirSync(FOLDER).sort()).toEqual([...RULES, "schedules"].sort().map((name) => `${name}.json`));
  });

  it.each(CASES)("$rule on jax, operation by operation: the same bits but for sums", ({ rule, cases }) => {
    const outcomes = cases.filter(on("jax")).map((one) => ({ ...replay(one), exact: !addsUp(one) }));
    expect(outcomes.length).toBeGreaterThanOrEqual(10);
    expect(outcomes.filter(({ error }) => error > 1e-6)).toEqual([]);
    const exact = FOLDING.includes(rule) ? [] : outcomes.filter((outcome) => outcome.exact);
    expect(exact.length).toBeGreaterThanOrEqual(FOLDING.includes(rule) ? 0 : 5);
    expect(exact.filter(({ equal, elements }) => equal < elements)).toEqual([]);
  });

  it.each(CASES)("$rule on torch, which groups some operations otherwise", ({ cases }) => {
    const outcomes = cases.filter(on("torch")).map(replay);
    expect(outcomes.length).toBeGreaterThanOrEqual(10);
    expect(outcomes.filter(({ error }) => error > 1e-6)).toEqual([]);
  });

  it.each(CASES)("$rule: each hyperparameter is given in more than one way", ({ rule, cases }) => {
    const groups = cases.flatMap(({ spec }) => (spec.groups ?? []) as readonly { readonly hyper: Hyper }[]);
    const hypers = [...cases.map(({ spec }) => spec), ...groups].map(({ hyper }) => hyper as Hyper);
    const { tree, text } = findRule(`keras-3/${rule}`) ?? {};
    for (const { name, default: left } of tree?.hyper ?? []) {
      const values = new Set(hypers.map((hyper) => String(hyper[name])));
      expect(values.size, name).toBeGreaterThanOrEqual(2);
      expect(values.has("undefined"), `${name} left out`).toBe(true);
      if (typeof left === "boolean") expect(values.has(String(!left)), name).toBe(true);
    }
    expect(text?.trim().split("\n").length).toBeLessThanOrEqual(25);
  });

  it("has missing gradients, schedules, groups, and every kind of accumulation and average", () => {
    const all = CASES.flatMap(({ cases }) => cases);
    const missing = all.filter(({ params, steps }) =>
      steps.some((step) => Object.keys(step).length < params.length),
    );
    expect(missing.length).toBeGreaterThan(0.1 * all.length);
    for (const part of ["schedule", "groups"]) {
      expect(all.filter(({ spec }) => spec[part] !== undefined).length, part).toBeGreaterThan(10);
    }
    const hypers = all.map(({ spec }) => spec.hyper as Hyper);
    const both = hypers.filter((hyper) => hyper.use_ema && hyper.gradient_accumulation_steps !== undefined);
    expect(both.filter((hyper) => hyper.ema_overwrite_frequency !== undefined).length).toBeGreaterThan(3);
  });
});

describe("golden schedules of Keras 3.15.1, over 10,000 steps of the real ones", () => {
  it("has at least three cases of each", () => {
    for (const name of own(scheduleNames)) {
      const ofName = SCHEDULES.filter((one) => one.name.startsWith(`${name} `));
      expect(ofName.filter(on("jax")).length, name).toBeGreaterThanOrEqual(3);
    }
  });

  it.each(SCHEDULES.filter(on("jax")))("$name: the same bits", (one) => {
    const { points, equal, worst } = replaySchedule(one);
    expect(worst).toBeUndefined();
    expect(equal).toBe(points);
    expect(points).toBeGreaterThan(80);
  });

  it.each(SCHEDULES.filter(on("torch")))("$name: within a last place of the greatest rate", (one) => {
    const { ulps, drift } = replaySchedule(one);
    expect(Math.min(ulps, drift)).toBeLessThanOrEqual(1);
  });
});
