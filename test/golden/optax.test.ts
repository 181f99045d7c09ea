import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { findRule, ruleNames, scheduleNames } from "../../src/rules/built-in.ts";
import { compile } from "../../src/run/optimizer.ts";
import { readCases, readSchedules, replay, replaySchedule } from "./replay.ts";

const FOLDER = new URL("./optax-0.2/", import.meta.url);
const RULES = ruleNames.filter((name) => name.startsWith("optax-0.2/")).map((name) => name.slice(10));
const CASES = RULES.map((rule) => ({ rule, cases: readCases(new URL(`${rule}.json`, FOLDER)) }));
const SCHEDULES = readSchedules(new URL("schedules.json", FOLDER));

// XLA adds up in binary32, in an order of its own; madgrad's cube root is the C library's.
const FOLDING = [
  "adafactor",
  "dadapt_adamw",
  "dog",
  "dowg",
  "fromage",
  "lamb",
  "lars",
  "madgrad",
  "muon",
  "novograd",
  "prodigy",
];

type Hyper = Readonly<Record<string, unknown>>;

/** Cases with a slot in bfloat16 are jitted, and XLA then divides once where optax writes two divisions. */
const isJitted = (spec: { readonly hyper?: unknown }): boolean =>
  Object.values(spec.hyper as Hyper).includes("bfloat16");

/** What the cases of a rule give its hyperparameters, and what their groups give. */
function hypersOf(rule: string): { readonly own: readonly Hyper[]; readonly groups: readonly Hyper[] } {
  const specs = (CASES.find((one) => one.rule === rule)?.cases ?? []).map(({ spec }) => spec);
  const groups = specs.flatMap((spec) => (spec.groups ?? []) as readonly { hyper: Hyper }[]);
  return { own: specs.map(({ hyper }) => hyper as Hyper), groups: groups.map(({ hyper }) => hyper) };
}

describe("golden traces of optax 0.2.8, operation by operation on XLA's CPU backend", () => {
  it("has a file for each rule, and one of schedules", () => {
    expect(readdirSync(FOLDER).sort()).toEqual([...RULES, "schedules"].sort().map((name) => `${name}.json`));
  });

  it.each(CASES)("$rule: no weight is further off than its sums are", ({ rule, cases }) => {
    const outcomes = cases.map(replay);
    expect(outcomes.length).toBeGreaterThanOrEqual(10);
    expect(outcomes.filter(({ error }) => error > 1e-6)).toEqual([]);
    const eager = outcomes.filter((_, i) => !isJitted((cases[i] as (typeof cases)[number]).spec));
    const unequal = eager.filter(({ equal, elements }) => equal < elements);
    if (!FOLDING.includes(rule)) expect(unequal).toEqual([]);
  });

  it.each(RULES)("%s: each hyperparameter is given in more than one way", (rule) => {
    const { own, groups } = hypersOf(rule);
    for (const { name, default: left } of findRule(`optax-0.2/${rule}`)?.tree.hyper ?? []) {
      // Its noise is drawn from another stream, and left out of the traces.
      if (name === "eta") continue;
      const values = new Set([...own, ...groups].map((hyper) => JSON.stringify(hyper[name])));
      expect(values.size, name).toBeGreaterThanOrEqual(2);
      expect(
        own.some((hyper) => hyper[name] === undefined),
        `${name} left out`,
      ).toBe(left !== undefined);
    }
  });

  it("moves the weights, so that equality says something", () => {
    const all = CASES.flatMap(({ cases }) => cases);
    const moving = all.filter(({ params }) => params.some(({ before, after }) => before !== after));
    expect(moving.length).toBeGreaterThan(0.95 * all.length);
  });
});

describe("golden values of optax 0.2.8's schedules, over 10,000 counts", () => {
  it("has at least three argument sets for each schedule", () => {
    const counts = new Map<string, number>();
    for (const { spec } of SCHEDULES) {
      const { name } = spec.schedule as { name: string };
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(scheduleNames.filter((name) => name.startsWith("optax-0.2/")));
    expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(3);
  });

  it.each(SCHEDULES)("$name: every rate is the same bits", (one) => {
    expect(one.at.length).toBeGreaterThanOrEqual(100);
    expect(replaySchedule(one)).toMatchObject({ ulps: 0, equal: one.at.length });
  });
});

/** Attaches one parameter of a shape to a rule. */
function attach(rule: string, shape: readonly number[], hyper: Readonly<Record<string, unknown>>) {
  const size = shape.reduce((product, side) => product * side, 1);
  const data = new Float32Array(size).fill(1);
  const optimizer = compile(check(author({ optseal: 1, rule: `optax-0.2/${rule}`, hyper } as never))).attach({
    w: { data, shape },
  });
  return { data, step: (gradient: number) => optimizer.step({ w: new Float32Array(size).fill(gradient) }) };
}

describe("what optax does otherwise, or not at all", () => {
  it("refuses sm3 for numbers and stacks of matrices", () => {
    expect(() => attach("sm3", [], { learning_rate: 0.1 })).toThrow(/rank == 1 or rank == 2/);
    expect(() => attach("sm3", [2, 2, 2], { learning_rate: 0.1 })).toThrow(/rank == 1 or rank == 2/);
  });

  it("refuses adafactor where optax would factor over other dimensions than the last two", () => {
    const hyper = { min_dim_size_to_factor: 3 };
    expect(() => attach("adafactor", [4, 2, 5], hyper)).toThrow(/factored/);
    expect(() => attach("adafactor", [2, 4, 5], hyper)).not.toThrow();
    expect(() => attach("adafactor", [4, 2, 5], { ...hyper, factored: false })).not.toThrow();
  });

  it("adds noise of the deviation that noisy_sgd says, another one in each step", () => {
    const { data, step } = attach("noisy_sgd", [4000], { learning_rate: 1, eta: 4, gamma: 0.5, key: 7 });
    const noises = [1, 2].map((t) => {
      const before = data.slice();
      step(0);
      return data.map((x, i) => ((before[i] as number) - x) / Math.sqrt(4 / t ** 0.5));
    });
    for (const noise of noises) {
      expect(Math.abs(noise.reduce((sum, x) => sum + x, 0) / 4000)).toBeLessThan(0.07);
      expect(Math.abs(noise.reduce((sum, x) => sum + x * x, 0) / 4000 - 1)).toBeLessThan(0.1);
    }
    expect(noises[0]).not.toEqual(noises[1]);
  });
});
