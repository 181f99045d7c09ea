import { describe, expect, it } from "vitest";
import { author } from "../../../src/author/author.ts";
import { check } from "../../../src/check/check.ts";
import { moduleOf } from "../../../src/run/wasm/cache.ts";
import { writeModule } from "../../../src/run/wasm/module.ts";
import type { Checked } from "../../../src/spec/gates.ts";
import { checkedGate } from "../../../src/spec/gates.ts";

const TEXT = `rule x
hyper lr = 0.1 scheduled   floor: list = [0, 1]   bound = 1
state m = 0
update m = m + grad
  weight = weight - lr * clip(m, bound) + item(floor, 0)
`;

/** Each time a new object, as if it had come over the wire again. */
const checked = (spec: object): Checked => check(author({ optseal: 1, rule: TEXT, ...spec }));
const module = (spec: object, shared?: { most: number }) =>
  moduleOf(checked(spec), shared === undefined ? {} : { shared }).module;

const BASE = {
  hyper: { bound: 0.5 },
  schedule: { name: "mxnet-1.9/factorscheduler", hyper: { step: 10, factor: 0.5 } },
  groups: [{ match: { name: ["a"] }, hyper: { bound: 0.25 } }],
  gradient: { rescale: 2 },
  precision: { master: true },
  resume: { counts: { a: 3 } },
};

const CHANGES: { readonly [what: string]: object } = {
  "the rule": { rule: TEXT.replace("m + grad", "m - grad") },
  "a hyperparameter": { hyper: { bound: 0.75 } },
  "a hyperparameter left to its default": { hyper: {} },
  "zero for minus zero": { hyper: { bound: 0.5, floor: [-0, 1] } },
  "the schedule": { schedule: { name: "torch-2.13/steplr", hyper: { step_size: 10 } } },
  "an argument of the schedule": { schedule: { ...BASE.schedule, hyper: { step: 11, factor: 0.5 } } },
  "the length of a schedule step": { schedule: { ...BASE.schedule, every: 2 } },
  "no schedule": { schedule: undefined },
  "the match of a group": { groups: [{ ...BASE.groups[0], match: { prefix: ["a"] } }] },
  "the value of a group": { groups: [{ ...BASE.groups[0], hyper: { bound: 0.5 } }] },
  "the gradient": { gradient: { rescale: 3 } },
  "where counting starts": { resume: { begin: 7 } },
  "a count of one parameter": { resume: { counts: { a: 4 } } },
  "the precision": { precision: { master: false } },
};

/** What is there of a spec: `author` takes no field that is `undefined`. */
const present = (spec: object): object =>
  Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined));

describe("a module of which all is the same", () => {
  it("is compiled once", () => {
    expect(module(BASE)).toBe(module(structuredClone(BASE)));
    const one = checked(BASE);
    expect(moduleOf(one).module).toBe(moduleOf(one).module);
    expect(module({ hyper: { floor: [-0, 1] } })).toBe(module({ hyper: { floor: [-0, 1] } }));
  });

  it("comes with bytes that nobody else has", () => {
    const first = moduleOf(checked(BASE));
    first.bytes.fill(0);
    expect(moduleOf(checked(BASE)).bytes).toEqual(writeModule(checked(BASE)).bytes);
  });
});

describe("another module", () => {
  it.each(Object.entries(CHANGES))("is for %s", (_, change) => {
    const spec = present({ ...BASE, ...change });
    expect(module(spec)).not.toBe(module(BASE));
    expect(moduleOf(checked(spec)).bytes).toEqual(writeModule(checked(spec)).bytes);
  });

  it("is for a list with zero than for one with minus zero", () => {
    expect(module({ hyper: { floor: [0, 1] } })).not.toBe(module({ hyper: { floor: [-0, 1] } }));
  });

  it("is for other bounds of what the schedule drives", () => {
    const within = (...bounds: readonly object[]) =>
      checkedGate.pass(Object.assign({}, checked(BASE), ...bounds) as Checked);
    const [least, most] = [{ rateBound: { min: 0 } }, { momentumBound: { max: 1 } }];
    const all = [checked(BASE), within(least), within(most), within(least, most)];
    expect(new Set(all.map((one) => moduleOf(one).module)).size).toBe(4);
    expect(moduleOf(within(least)).module).toBe(moduleOf(within(least)).module);
    for (const one of all) expect(moduleOf(one).bytes).toEqual(writeModule(one).bytes);
  });

  it("is for a memory that threads share, and for one with another limit", () => {
    const modules = [module(BASE), module(BASE, { most: 16 }), module(BASE, { most: 32 })];
    expect(new Set(modules).size).toBe(3);
    expect(module(BASE, { most: 32 })).toBe(modules[2]);
  });

  it("is for the same in another order where the description keeps the order", () => {
    const specs = [
      { gradient: { rescale: 2, clip_value: 1 } },
      { gradient: { clip_value: 1, rescale: 2 } },
      { groups: [{ match: { name: ["a"], prefix: ["b"] }, hyper: {} }] },
      { groups: [{ match: { prefix: ["b"], name: ["a"] }, hyper: {} }] },
      { hyper: { bound: 2, lr: 1 } },
      { hyper: { lr: 1, bound: 2 } },
    ].map(checked);
    for (const one of specs) moduleOf(one);
    for (const one of specs) expect(moduleOf(one).bytes).toEqual(writeModule(one).bytes);
  });
});

it("keeps 32 modules, those that were asked for last", () => {
  const numbered = (i: number) => module({ hyper: { bound: i } });
  const modules = Array.from({ length: 32 }, (_, i) => numbered(i));
  expect(numbered(0)).toBe(modules[0]);
  numbered(32);
  expect(numbered(0)).toBe(modules[0]);
  expect(numbered(2)).toBe(modules[2]);
  expect(numbered(1)).not.toBe(modules[1]);
});

it("takes nothing that `check` has not returned", () => {
  const { spec, program } = checked(BASE);
  expect(() => moduleOf({ spec, program } as Checked)).toThrow(TypeError);
});
