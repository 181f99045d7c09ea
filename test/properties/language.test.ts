/**
 * What holds of every rule and schedule whose types fit, over the whole operation table and all features of the language.
 * Failures print their seed and the smallest rule that fails.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { extentOf } from "../../src/run/extent.ts";
import { compile } from "../../src/run/optimizer.ts";
import { bindParameter } from "../../src/run/parameters.ts";
import { operationsOf } from "../../src/run/price.ts";
import type { Checked } from "../../src/spec/gates.ts";
import { OPERATIONS } from "../../src/spec/operations/table.ts";
import type { OptimizerState, SlotValue } from "../../src/spec/optimizer-state.ts";
import { parseRule, parseSchedule } from "../../src/spec/parse.ts";
import { print } from "../../src/spec/print.ts";
import type { Rule, Schedule } from "../../src/spec/tree.ts";
import { tapes } from "../spec/tape.ts";
import { GUARDS, Guarded } from "./guarded.ts";
import { Meter } from "./meter.ts";
import type { WellTyped } from "./well-typed.ts";
import { wellTypedRule, wellTypedSchedule } from "./well-typed.ts";

const rules = tapes.map(wellTypedRule);
const uses = tapes.map(wellTypedSchedule);
const maybe = fc.option(uses, { nil: undefined });
const shapes = fc.constantFrom<readonly number[]>(
  [],
  [5],
  [1],
  [2, 3],
  [3, 2],
  [1, 4],
  [4, 1],
  [2, 2, 3],
  [2, 1, 3, 2],
  [0],
  [0, 3],
  [3, 0],
  [0, 2, 2],
);
const number32 = fc.oneof(
  fc.float({ noNaN: true }),
  fc.float({ min: -2, max: 2, noNaN: true }),
  fc.constantFrom(
    0,
    -0,
    1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1.401298464324817e-45,
    3.4028234663852886e38,
  ),
);
const MOST = 12;
const STEPS = 3;
const numbers = fc.array(number32, { minLength: MOST * (STEPS + 1), maxLength: MOST * (STEPS + 1) });

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
const taken = (from: readonly number[], nth: number, shape: readonly number[]) =>
  Float32Array.from(from.slice(nth * MOST, nth * MOST + sizeOf(shape)));

/** A spec of a rule, perhaps with a schedule. */
function checkedOf({ tree: rule, hyper }: WellTyped<Rule>, use?: WellTyped<Schedule>): Checked {
  const schedule = use === undefined ? {} : { schedule: { rule: use.tree, hyper: use.hyper } };
  return check(author({ optseal: 1, rule, hyper, ...schedule }));
}

const plain = ({ counts, updates, schedule, shared, slots }: OptimizerState) => ({
  counts: [...counts],
  updates,
  schedule: [...schedule],
  shared: [...shared],
  slots: [...slots].map(([name, values]) => [
    name,
    [...values].map(([key, value]) => [key, typeof value === "number" ? value : [...value]]),
  ]),
});

/** A state with guards around each slot. */
function guardedState(state: OptimizerState, guard: number) {
  const arrays: Guarded[] = [];
  const guarded = (value: SlotValue): SlotValue => {
    if (typeof value === "number") return value;
    const array = new Guarded(value, guard);
    arrays.push(array);
    return array.data;
  };
  const slots = new Map(
    [...state.slots].map(([name, values]) => [
      name,
      new Map([...values].map(([key, value]) => [key, guarded(value)])),
    ]),
  );
  return { state: { ...state, slots }, arrays };
}

describe("rules in which all types fit", () => {
  it("pass, with and without a schedule", () => {
    fc.assert(
      fc.property(rules, maybe, (rule, use) => {
        expect(checkedOf(rule, use).program.bindings).toHaveLength(1);
      }),
      { numRuns: 1000 },
    );
  });

  it("are the same when printed and parsed, and print comes to rest", () => {
    fc.assert(
      fc.property(rules, uses, (rule, schedule) => {
        expect(parseRule(print(rule.tree))).toStrictEqual(rule.tree);
        expect(parseSchedule(print(schedule.tree))).toStrictEqual(schedule.tree);
        expect(print(parseRule(print(rule.tree)))).toBe(print(rule.tree));
      }),
      { numRuns: 1000 },
    );
  });

  it("have every operation, every kind of line and of slot in them, in a thousand rules", () => {
    const seen = new Set<string>();
    const look = (tree: unknown): void => {
      if (!Array.isArray(tree)) return;
      if (typeof tree[0] === "string") seen.add(tree[0]);
      tree.forEach(look);
    };
    for (const tape of fc.sample(tapes, { numRuns: 1000, seed: 1 })) {
      const { tree } = wellTypedRule(tape);
      tree.step.forEach(look);
      for (const line of tree.update) {
        if ("stop" in line) seen.add("stop when");
        if ("repeat" in line) seen.add("repeat");
        look("stop" in line ? line.stop : "repeat" in line ? [...line.lines] : line);
      }
      for (const { shape = "like", when } of tree.state)
        seen.add(when === undefined ? `: ${shape}` : "slot when");
      if (tree.needs !== undefined) seen.add("needs");
    }
    const forms = [
      "stop when",
      "repeat",
      "needs",
      "slot when",
      ": like",
      ": row",
      ": col",
      ": scalar",
      ": shared",
    ];
    expect([...OPERATIONS.keys(), ...forms].filter((name) => !seen.has(name))).toEqual([]);
  });
});

describe("the reference engine", () => {
  it("ends, and neither reads nor writes beside what it was given", () => {
    fc.assert(
      fc.property(rules, maybe, shapes, numbers, (rule, use, shape, given) => {
        const made = compile(checkedOf(rule, use));
        const runs = GUARDS.map((guard) => {
          const weight = new Guarded(taken(given, 0, shape), guard);
          const parameters = { w: { data: weight.data, shape } };
          let optimizer = made.attach(parameters);
          for (let t = 1; t <= STEPS; t++) {
            const before = taken(given, t, shape);
            const gradient = new Guarded(before, guard);
            const { state, arrays } = guardedState(optimizer.state(), guard);
            if (t > 1) optimizer = made.attach(parameters, state);
            optimizer.step({ w: gradient.data });
            for (const { isWhole } of [weight, gradient, ...arrays]) expect(isWhole).toBe(true);
            expect([...gradient.data]).toEqual([...before]);
          }
          return { weight: [...weight.data], state: plain(optimizer.state()) };
        });
        for (const run of runs) expect(run).toEqual(runs[0]);
      }),
      { numRuns: 500 },
    );
  });

  it("never does more than the cost says", () => {
    fc.assert(
      fc.property(rules, maybe, shapes, numbers, (rule, use, shape, given) => {
        const checked = checkedOf(rule, use);
        const meter = new Meter();
        meter.extent = extentOf(shape);
        const data = taken(given, 0, shape);
        const optimizer = compile(meter.counted(checked)).attach({ w: { data, shape } });
        const { cost } = bindParameter("w", { data, shape }, checked.program).body;
        const most = operationsOf(cost, meter.extent) + (checked.program.schedule?.cost ?? 0);
        for (let t = 1; t <= STEPS; t++) {
          meter.read();
          optimizer.step({ w: taken(given, t, shape) });
          expect(meter.read()).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, number]>([
    ["weight = weight - lr * grad", 2 * 6],
    ["weight = exp(grad)", 20 * 6],
    ["weight = grad * norm(grad)", (1 + 2) * 6],
    ["weight = matmul(matmul(grad, transpose(grad)), grad)", 2 * (2 * 3 * 2 + 2 * 2 * 3) + 6],
    ["weight = normal(1, t)", 120 * 6],
    ["repeat 3 { weight = -weight }", 3 * 6],
    ["stop when t == 1   weight = grad", 1],
  ])("is counted: `%s`", (lines, count) => {
    const rule = `rule x\nhyper lr = 0.1\nupdate ${lines}\n`;
    const meter = new Meter();
    meter.extent = extentOf([2, 3]);
    const counted = meter.counted(check(author({ optseal: 1, rule })));
    const optimizer = compile(counted).attach({ w: { data: new Float32Array(6), shape: [2, 3] } });
    meter.read();
    optimizer.step({ w: new Float32Array(6) });
    expect(meter.read()).toBe(count);
  });

  it("goes on from its state to the same bits", () => {
    fc.assert(
      fc.property(rules, maybe, shapes, numbers, fc.nat(STEPS - 1), (rule, use, shape, given, cut) => {
        const made = compile(checkedOf(rule, use));
        const parameters = () => ({
          a: { data: taken(given, 0, shape), shape },
          b: { data: taken(given, 1, [2, 2]), shape: [2, 2] },
        });
        const [whole, parts] = [parameters(), parameters()];
        const straight = made.attach(whole);
        let broken = made.attach(parts);
        for (let t = 1; t <= STEPS; t++) {
          const gradients = {
            a: taken(given, t, shape),
            ...(t === 2 ? {} : { b: taken(given, t - 1, [2, 2]) }),
          };
          straight.step(gradients);
          broken.step(gradients);
          if (t === cut + 1) broken = made.attach(parts, broken.state());
        }
        expect([[...parts.a.data], [...parts.b.data]]).toEqual([[...whole.a.data], [...whole.b.data]]);
        expect(plain(broken.state())).toEqual(plain(straight.state()));
      }),
      { numRuns: 300 },
    );
  });

  it("lets parameters know of each other by `total` and `shared` alone", () => {
    fc.assert(
      fc.property(rules, maybe, shapes, shapes, numbers, (rule, use, shape, other, given) => {
        const lines = rule.tree.update.flatMap((line) => ("repeat" in line ? [] : [JSON.stringify(line)]));
        fc.pre(!lines.some((line) => line.includes('"total"')));
        fc.pre(rule.tree.state.every((slot) => slot.shape !== "shared"));
        const made = compile(checkedOf(rule, use));
        const weights = [0, 1].map((others) => {
          const data = taken(given, 0, shape);
          const beside = others === 0 ? {} : { b: { data: taken(given, 1, other), shape: other } };
          const optimizer = made.attach({ ...beside, w: { data, shape } });
          for (let t = 1; t <= STEPS; t++) {
            const w = taken(given, t, shape);
            optimizer.step(others === 0 ? { w } : { b: taken(given, t, other), w });
          }
          return [...data];
        });
        expect(weights[1]).toEqual(weights[0]);
      }),
      { numRuns: 300 },
    );
  });
});
