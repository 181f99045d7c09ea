import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { compile } from "../../src/run/optimizer.ts";
import type { HyperValue, Rule, Schedule } from "../../src/spec/tree.ts";
import { tapes } from "../spec/tape.ts";
import { Model } from "./model.ts";
import type { WellTyped } from "./well-typed.ts";
import { wellTypedRule, wellTypedSchedule } from "./well-typed.ts";

const rules = tapes.map(wellTypedRule);
const uses = fc.option(tapes.map(wellTypedSchedule), { nil: undefined });
const SHAPES: readonly (readonly number[])[] = [
  [],
  [5],
  [2, 3],
  [3, 2],
  [1, 4],
  [4, 1],
  [2, 2, 3],
  [2, 1, 3, 2],
  [0, 3],
  [3, 0],
];
const someShapes = fc.array(fc.constantFrom(...SHAPES), { minLength: 1, maxLength: 3 });
const number32 = fc.oneof(
  fc.float({ min: -2, max: 2, noNaN: true }),
  fc.float({ noNaN: true }),
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
const PARAMETERS = 3;
const LENGTH = MOST * PARAMETERS * (STEPS + 1);
const numbers = fc.array(number32, { minLength: LENGTH, maxLength: LENGTH });

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** Given values over the defaults. */
function bound({ tree, hyper }: WellTyped<Rule | Schedule>): ReadonlyMap<string, HyperValue> {
  const defaults = tree.hyper.map(({ name, default: value }) => [name, value as HyperValue] as const);
  return new Map([...defaults, ...Object.entries(hyper)]);
}

describe("the reference engine", () => {
  it("gives the bits of a model of the whole language that was written apart from it", () => {
    fc.assert(
      fc.property(rules, uses, someShapes, numbers, (rule, use, shapes, given) => {
        const taken = (nth: number, parameter: number): number[] => {
          const from = (nth * PARAMETERS + parameter) * MOST;
          return given.slice(from, from + sizeOf(shapes[parameter] as readonly number[]));
        };
        const keys = shapes.map((_, i) => `p${i}`);
        const schedule = use === undefined ? {} : { schedule: { rule: use.tree, hyper: use.hyper } };
        const checked = check(author({ optseal: 1, rule: rule.tree, hyper: rule.hyper, ...schedule }));
        const parameters = shapes.map((shape, i) => ({ data: Float32Array.from(taken(0, i)), shape }));
        const optimizer = compile(checked).attach(
          new Map(parameters.map((one, i) => [keys[i] as string, one])),
        );
        const model = new Model(
          rule.tree,
          bound(rule),
          shapes.map((shape, i) => ({ key: keys[i] as string, shape, data: taken(0, i) })),
          use === undefined ? undefined : { tree: use.tree, hyper: bound(use) },
        );
        for (let t = 1; t <= STEPS; t++) {
          optimizer.step(new Map(keys.map((key, i) => [key, Float32Array.from(taken(t, i))])));
          model.step(shapes.map((_, i) => taken(t, i)));
          const wanted = model.contents();
          expect(parameters.map(({ data }) => [...data])).toEqual(
            wanted.parameters.map(({ weight }) => weight),
          );
          const { slots, shared } = optimizer.state();
          expect(shared).toEqual(wanted.shared);
          const kept = keys.map(
            (key) =>
              new Map(
                [...slots].flatMap(([name, values]) => {
                  const value = values.get(key);
                  if (value === undefined) return [];
                  return [[name, typeof value === "number" ? value : [...value]] as const];
                }),
              ),
          );
          expect(kept).toEqual(wanted.parameters.map((one) => one.slots));
        }
      }),
      { numRuns: 600 },
    );
  });
});
