import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { findRule, ruleNames } from "../../src/rules/built-in.ts";
import { readCases, replay } from "./replay.ts";

const FOLDER = new URL("./deepspeed-0.19/", import.meta.url);
const FILES = readdirSync(FOLDER)
  .filter((file) => file !== "schedules.json")
  .sort();
const CASES = FILES.map((file) => ({ file, cases: readCases(new URL(file, FOLDER)) }));
/** Adds its norms up in binary32. */
const SUMS = "fusedlamb.json";

describe("golden traces of DeepSpeed 0.19.6: its CPU optimizers, and its CUDA kernels written anew", () => {
  it.each(CASES.filter(({ file }) => file !== SUMS))(
    "$file: every element of every weight is the same bits",
    ({ cases }) => {
      const outcomes = cases.map(replay);
      expect(outcomes.length).toBeGreaterThanOrEqual(10);
      expect(outcomes.filter(({ equal, elements }) => equal < elements)).toEqual([]);
    },
  );

  it("fusedlamb.json: within the rounding of its sums", () => {
    const outcomes = readCases(new URL(SUMS, FOLDER)).map(replay);
    expect(outcomes.length).toBeGreaterThanOrEqual(10);
    expect(outcomes.filter(({ error }) => error > 1e-6)).toEqual([]);
  });

  it("has a file for each rule", () => {
    const rules = ruleNames
      .filter((name) => name.startsWith("deepspeed-0.19/"))
      .map((name) => name.slice(15));
    expect(FILES).toEqual(rules.map((name) => `${name}.json`));
  });

  it("gives each argument in more than one way", () => {
    for (const { file, cases } of CASES) {
      const hypers = cases.map(({ spec }) => spec.hyper as Readonly<Record<string, unknown>>);
      const rule = findRule(`deepspeed-0.19/${file.replace(".json", "")}`);
      for (const { name } of rule?.tree.hyper ?? []) {
        expect(new Set(hypers.map((hyper) => hyper[name])).size, `${file}: ${name}`).toBeGreaterThanOrEqual(
          3,
        );
      }
    }
  });

  it("drives the first beta by a schedule in some", () => {
    const driven = CASES.filter(({ cases }) => cases.some(({ spec }) => spec.schedule !== undefined));
    expect(driven.map(({ file }) => file)).toEqual(FILES.filter((file) => !file.includes("adagrad")));
  });

  it("moves the weights, so that equality says something", () => {
    const all = CASES.flatMap(({ cases }) => cases);
    const moving = all.filter(({ params }) => params.every(({ before, after }) => before !== after));
    expect(moving.length).toBeGreaterThan(0.9 * all.length);
  });
});

describe("types of the configuration, where the optimizer is not offloaded", () => {
  it.each([
    ["adam", "deepspeed-0.19/fusedadam"],
    ["adamw", "deepspeed-0.19/fusedadam"],
    ["adagrad", "torch-2.13/adagrad"],
    ["lamb", "deepspeed-0.19/fusedlamb"],
    ["lion", "deepspeed-0.19/fusedlion"],
  ])("%s is %s, as the engine chooses", (type, name) => {
    expect(author({ optseal: 1, rule: `deepspeed-0.19/${type}` }).spec.rule.name).toBe(name);
  });
});
