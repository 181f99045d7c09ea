import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findRule, ruleNames } from "../../src/rules/built-in.ts";
import { readCases, replay } from "./replay.ts";

const FOLDER = new URL("./tfjs-4/", import.meta.url);
const FILES = readdirSync(FOLDER).sort();
const CASES = FILES.map((file) => ({ file, cases: readCases(new URL(file, FOLDER)) }));

describe("golden traces of TensorFlow.js 4.22.0, on its CPU backend", () => {
  it.each(CASES)("$file: every element of every weight is the same bits", ({ cases }) => {
    const outcomes = cases.map(replay);
    expect(outcomes.length).toBeGreaterThanOrEqual(10);
    expect(outcomes.filter(({ error }) => error > 1e-5)).toEqual([]);
    expect(outcomes.filter(({ equal, elements }) => equal < elements)).toEqual([]);
  });

  it("has a file for each rule", () => {
    const rules = ruleNames.filter((name) => name.startsWith("tfjs-4/")).map((name) => name.slice(7));
    expect(FILES).toEqual(rules.map((name) => `${name}.json`));
  });

  it("gives each hyperparameter in more than one way", () => {
    for (const { file, cases } of CASES) {
      const hypers = cases.map(({ spec }) => spec.hyper as Readonly<Record<string, unknown>>);
      const rule = findRule(`tfjs-4/${file.replace(".json", "")}`);
      for (const { name, type, default: left } of rule?.tree.hyper ?? []) {
        const values = new Set(hypers.map((hyper) => hyper[name]));
        expect(values.size, `${file}: ${name}`).toBeGreaterThanOrEqual(3);
        expect(values.has(undefined), `${file}: ${name} left out`).toBe(left !== undefined);
        if (type === "boolean") expect(values).toEqual(new Set([true, false, undefined]));
      }
    }
  });

  it("moves the weights, so that equality says something", () => {
    const all = CASES.flatMap(({ cases }) => cases);
    const moving = all.filter(({ params }) => params.every(({ before, after }) => before !== after));
    expect(moving.length).toBeGreaterThan(0.9 * all.length);
  });
});
