/** Steps by gradients in the module's own memory: what one has worked out for the next must not outlive its reasons. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { author, check, compile, compileWasm } from "../../../src/index.ts";

const SIZES = [3, 17, 1, 64, 5];
const KEYS = SIZES.map((_, i) => `${i % 2 === 0 ? "even" : "odd"}.${i}`);

/** Two groups that alternate, so that neighbours in memory are none in order; a rate that each update changes. */
const checked = check(
  author({
    optseal: 1,
    rule: "torch-2.13/adamw",
    hyper: { lr: 0.5 },
    groups: [{ match: { prefix: ["odd"] }, hyper: { weight_decay: 0 } }],
    schedule: { name: "torch-2.13/exponentiallr", hyper: { gamma: 0.9 } },
  }),
);

const weightsOf = () =>
  new Map(SIZES.map((size, i) => [KEYS[i] as string, Float32Array.from({ length: size }, (_, j) => i - j)]));

function given(weights: ReadonlyMap<string, Float32Array>) {
  return new Map([...weights].map(([key, data]) => [key, { data }]));
}

/** Which parameters a step is for; often the same as before. */
const steps = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 1 }) },
    { weight: 2, arbitrary: fc.constant([0, 1, 2, 3, 4]) },
    { weight: 1, arbitrary: fc.constant([1, 2]) },
  ),
  { minLength: 3, maxLength: 20 },
);

describe("steps by gradients in the module's own memory", () => {
  it.each([1, 2])(
    "have the reference's bits, whichever parameters they are for, by %d threads",
    (threads) => {
      fc.assert(
        fc.property(steps, fc.array(fc.boolean(), { maxLength: 20 }), (asked, foreign) => {
          const weights = weightsOf();
          const reference = compile(checked).attach(given(weights));
          const optimizer = compileWasm(checked, { threads }).attach(given(weightsOf()));
          for (const [at, some] of asked.entries()) {
            const keys = some.map((i) => KEYS[i] as string);
            for (const key of keys) {
              const gradient = optimizer.gradient(key) as Float32Array;
              gradient.set(gradient.map((_, j) => at - j / 3));
            }
            const own = keys.map((key) => [key, optimizer.gradient(key) as Float32Array] as const);
            const apart = own.map(([key, gradient]) => [key, gradient.slice()] as const);
            reference.step(new Map(apart));
            optimizer.step(new Map(foreign[at] === true ? apart : own));
          }
          for (const [key, expected] of weights) expect(optimizer.weight(key)).toEqual(expected);
          expect(optimizer.state()).toEqual(reference.state());
        }),
        { numRuns: 40 },
      );
    },
  );

  it("are parted where the rate of neighbours comes to differ, though the same is asked for again", () => {
    const spec = {
      rule: "torch-2.13/sgd",
      hyper: { lr: 1 },
      groups: [{ match: { name: ["b"] }, hyper: { weight_decay: 0.5 } }],
      schedule: { name: "torch-2.13/exponentiallr", hyper: { gamma: 0.5 } },
    };
    const checkedSpec = check(author({ optseal: 1, ...spec }));
    const attached = () =>
      Object.fromEntries(["a", "c", "b", "ahead"].map((key) => [key, { data: Float32Array.of(0) }]));
    const expected = attached();
    const reference = compile(checkedSpec).attach(expected);
    const optimizer = compileWasm(checkedSpec).attach(attached());
    const step = (...keys: readonly string[]) => {
      const gradients = keys.map((key) => [key, optimizer.gradient(key)?.fill(1) as Float32Array] as const);
      optimizer.step(new Map(gradients));
      reference.step(Object.fromEntries(keys.map((key) => [key, Float32Array.of(1)])));
    };
    // The rate is that of the most updates of any before it in the step: `b` comes to be ahead in the second.
    step("ahead");
    step("ahead");
    step("b");
    step("a", "b", "c");
    step("a", "b", "c");
    for (const [key, { data }] of Object.entries(expected)) expect(optimizer.weight(key)).toEqual(data);
    expect(optimizer.weight("a")).not.toEqual(optimizer.weight("c"));
  });

  it("go on with an amended spec's values, in its memory", () => {
    const at = (lr: number) => check(author({ optseal: 1, rule: "torch-2.13/sgd", hyper: { lr } }));
    const optimizer = compileWasm(at(1)).attach({ a: { data: Float32Array.of(8) } });
    const step = () => {
      const a = optimizer.gradient("a") as Float32Array;
      a[0] = 1;
      optimizer.step({ a });
      optimizer.step({ a });
    };
    step();
    optimizer.amend(at(0.5));
    step();
    expect(optimizer.weight("a")).toEqual(Float32Array.of(5));
  });

  it("go on by the calling thread alone when helpers have been sent home", async () => {
    const size = 2 ** 17;
    const rule = compileWasm(check(author({ optseal: 1, rule: "torch-2.13/sgd", hyper: { lr: 1 } })), {
      threads: 2,
    });
    const optimizer = rule.attach({ a: { data: new Float32Array(size) } });
    const a = (optimizer.gradient("a") as Float32Array).fill(1);
    optimizer.step({ a });
    await optimizer.close();
    optimizer.step({ a });
    expect(optimizer.weight("a")).toEqual(new Float32Array(size).fill(-2));
  });
});
