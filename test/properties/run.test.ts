import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { compile } from "../../src/run/optimizer.ts";
import { blockSum } from "../../src/run/reduce.ts";
import type { OptimizerState } from "../../src/spec/optimizer-state.ts";
import { blockedSum, naiveStart, naiveUpdate } from "../run/naive.ts";
import { typedRuleFrom } from "../run/typed.ts";
import { tapes } from "../spec/tape.ts";

const typed = tapes.map(typedRuleFrom);
const shapes = fc.constantFrom([2, 3], [5], [1, 4], [4, 1], []);
const float32 = fc.oneof(
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

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
const plain = ({ counts, updates, schedule, slots }: OptimizerState) => ({
  counts: [...counts],
  updates,
  schedule: [...schedule],
  slots: [...slots].map(([name, values]) => [
    name,
    [...values].map(([key, value]) => [key, typeof value === "number" ? value : [...value]]),
  ]),
});

describe("the reference engine", () => {
  it("gives the bits of a model that was written apart from it", () => {
    fc.assert(
      fc.property(
        typed,
        shapes,
        fc.array(float32, { minLength: 40, maxLength: 40 }),
        ({ rule, hyper }, shape, numbers) => {
          const count = sizeOf(shape);
          const extent = { rows: sizeOf(shape.slice(0, -1)), cols: shape.at(-1) ?? 1 };
          const taken = (from: number) =>
            Float32Array.from({ length: count }, (_, i) => numbers[from + i] as number);
          const checked = check(author({ optseal: 1, rule, hyper }));
          const bound = new Map(Object.entries(checked.program.bindings[0].hyper));
          const data = taken(0);
          let model = naiveStart(rule, bound, [...data], extent);
          const optimizer = compile(checked).attach({ w: { data, shape } });
          for (let t = 1; t <= 3; t++) {
            const gradient = taken(count * t);
            optimizer.step({ w: gradient });
            model = naiveUpdate(rule, bound, model, { t, grad: [...gradient], extent });
            expect([...data]).toEqual(model.weight);
          }
          for (const [name, values] of optimizer.state().slots) {
            const value = values.get("w");
            expect(typeof value === "number" ? value : [...(value as Float32Array)]).toEqual(
              model.slots.get(name),
            );
          }
        },
      ),
      { numRuns: 600 },
    );
  });

  it("goes on from its state to the same bits", () => {
    const schedule = { rule: "schedule s\nstate k = base\nstep k = k * 0.9 + 1 / t\n rate = k\n", every: 2 };
    fc.assert(
      fc.property(
        typed,
        fc.nat(4),
        fc.array(float32, { minLength: 36, maxLength: 36 }),
        ({ rule, hyper }, cut, numbers) => {
          const rule_ = compile(check(author({ optseal: 1, rule, hyper, schedule })));
          const gradients = Array.from({ length: 6 }, (_, i) =>
            Float32Array.from(numbers.slice(6 * i, 6 * i + 6)),
          );
          const fresh = () => ({ w: { data: Float32Array.of(1, -2, 0.5, 3, 0, -1), shape: [2, 3] } });
          const whole = fresh();
          const first = rule_.attach(whole);
          const parts = fresh();
          let second = rule_.attach(parts);
          gradients.forEach((gradient, i) => {
            first.step({ w: gradient });
            second.step({ w: gradient });
            if (i === cut) second = rule_.attach(parts, second.state());
          });
          expect([...parts.w.data]).toEqual([...whole.w.data]);
          expect(plain(second.state())).toEqual(plain(first.state()));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("sums", () => {
  it("have the documented order of additions", () => {
    const lengths = fc.constantFrom(0, 1, 3, 4, 5, 1023, 1024, 1025, 2047, 2048, 3000);
    fc.assert(
      fc.property(lengths, fc.integer(), fc.constantFrom(1, 3), (count, seed, stride) => {
        let x = seed | 1;
        const data = Float32Array.from({ length: count * stride + 2 }, () => {
          x = (Math.imul(x, 1103515245) + 12345) | 0;
          return (x / 2 ** 31) * 10 ** (x & 7);
        });
        const terms = Array.from({ length: count }, (_, i) => data[2 + i * stride] as number);
        expect(blockSum(data, { start: 2, stride, count }, (e) => e)).toBe(blockedSum(terms));
        expect(blockSum(data, { start: 2, stride, count }, (e) => e * e)).toBe(
          blockedSum(terms.map((e) => e * e)),
        );
      }),
    );
  });
});
