import { describe, expect, it } from "vitest";
import type { Checked, Optimizer, OptimizerState, Parameter } from "../../src/index.ts";
import { amend, author, check, compile, compileWasm, RunError } from "../../src/index.ts";
import { checkedRule } from "../check/authored.ts";

const SHAPES: { readonly [key: string]: readonly number[] } = { a: [5], "b.bias": [3], c: [4, 6] };

/** Numbers that are the same in every run. */
function numbers(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(1 + seed * 97 + i * 13));
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);
const arrays = (seed: number) =>
  new Map(Object.entries(SHAPES).map(([key, shape], i) => [key, numbers(sizeOf(shape), seed * 10 + i)]));
const parametersOf = (data: ReadonlyMap<string, Float32Array>): ReadonlyMap<string, Parameter> =>
  new Map([...data].map(([key, values]) => [key, { data: values, shape: SHAPES[key] ?? [] }]));

const plain = ({ counts, updates, schedule, shared, slots }: OptimizerState) => ({
  counts: [...counts],
  updates,
  schedule: [...schedule].sort(),
  shared: [...shared],
  slots: [...slots].map(([name, values]) => [
    name,
    [...values].map(([key, value]) => [key, typeof value === "number" ? value : [...value]]),
  ]),
});

/** Steps from one number to another; every third one leaves a parameter out, so that counts differ. */
function go(optimizer: Optimizer, from: number, to: number): void {
  for (let t = from; t < to; t++) {
    const gradients = arrays(t);
    if (t % 3 === 1) gradients.delete("c");
    optimizer.step(gradients);
  }
}

const checkedOf = (spec: object): Checked => check(author({ optseal: 1, ...spec }));

/** Amended after so many steps: what the reference engine makes of it, and what a fresh optimizer with the same state does. */
function amendedRun(before: Checked, after: Checked, steps: number, more: number) {
  const weights = arrays(0);
  const optimizer = compile(before).attach(parametersOf(weights));
  go(optimizer, 1, 1 + steps);
  const state = optimizer.state();
  const copies = new Map([...weights].map(([key, values]) => [key, values.slice()]));
  optimizer.amend(after);
  go(optimizer, 1 + steps, 1 + steps + more);
  // The schedule of one that has had the amended spec from the beginning.
  const always = compile(after).attach(parametersOf(arrays(0)));
  go(always, 1, 1 + steps);
  const fresh = compile(after).attach(parametersOf(copies), { ...state, schedule: always.state().schedule });
  go(fresh, 1 + steps, 1 + steps + more);
  return { weights, state: plain(optimizer.state()), expected: copies, freshState: plain(fresh.state()) };
}

const groups = [{ match: { suffix: ["bias"] }, hyper: { weight_decay: 0 } }];
const recurrent = { name: "torch-2.13/exponentiallr", hyper: { gamma: 0.5 }, every: 2 };
const CASES: { readonly [name: string]: readonly [spec: object, changes: object] } = {
  "a rate": [{ rule: "torch-2.13/adamw", hyper: { lr: 0.1 }, groups }, { hyper: { lr: 0.01 } }],
  "a tuple": [{ rule: "torch-2.13/adamw", hyper: { lr: 0.1 } }, { hyper: { betas: [0.5, 0.9] } }],
  "a group's decay": [
    { rule: "torch-2.13/adamw", groups },
    { groups: [{ group: 0, hyper: { weight_decay: 0.5, lr: 0.2 } }] },
  ],
  "a decay that a guard asks for": [
    { rule: "torch-2.13/sgd", hyper: { lr: 0.1, momentum: 0.9 } },
    { hyper: { weight_decay: 0.1 } },
  ],
  "clipping that was off": [
    { rule: "mxnet-1.9/adam", hyper: { learning_rate: 0.1 } },
    { hyper: { clip_gradient: 0.25 } },
  ],
  "the rate of a schedule with state": [
    { rule: "torch-2.13/adamw", hyper: { lr: 0.1 }, schedule: recurrent },
    { hyper: { lr: 0.3 } },
  ],
  "a decay beside a schedule with state": [
    { rule: "torch-2.13/adamw", hyper: { lr: 0.1 }, groups, schedule: recurrent },
    { hyper: { weight_decay: 0.3 } },
  ],
  "the rate of a group": [
    { rule: "torch-2.13/adamw", hyper: { lr: 0.1 }, groups, schedule: recurrent },
    { groups: [{ group: 0, hyper: { lr: 0.7 } }] },
  ],
  "another schedule": [
    { rule: "torch-2.13/adamw", hyper: { lr: 0.1 }, schedule: recurrent },
    { schedule: { name: "torch-2.13/steplr", hyper: { step_size: 3 } } },
  ],
  "a first schedule": [{ rule: "torch-2.13/adamw", hyper: { lr: 0.1 } }, { schedule: recurrent }],
  "no schedule": [
    { rule: "torch-2.13/adamw", hyper: { lr: 0.1 }, schedule: recurrent },
    { schedule: null, hyper: { lr: 0.05 } },
  ],
  "norms over all parameters": [{ rule: "arxiv-2306.06101/prodigy" }, { hyper: { gamma: 0.1, beta1: 0.5 } }],
};

describe.each(Object.entries(CASES))("an amended optimizer: %s", (_, [spec, changes]) => {
  const before = checkedOf(spec);
  const { checked: after } = amend(before, changes);

  it.each([0, 1, 5])("after %i steps goes on as a fresh one with its state and the new values", (steps) => {
    const { weights, state, expected, freshState } = amendedRun(before, after, steps, 3);
    expect(weights).toEqual(expected);
    expect(state).toEqual(freshState);
  });

  it("has the same bits as a module", () => {
    const { weights, state } = amendedRun(before, after, 5, 3);
    const own = arrays(0);
    const optimizer = compileWasm(before).attach(parametersOf(own));
    go(optimizer, 1, 6);
    optimizer.amend(after);
    go(optimizer, 6, 9);
    optimizer.writeBack();
    expect(own).toEqual(weights);
    expect(plain(optimizer.state())).toEqual(state);
  });

  it("is not the one that it was", () => {
    const weights = arrays(0);
    const optimizer = compile(before).attach(parametersOf(weights));
    go(optimizer, 1, 9);
    expect(amendedRun(before, after, 5, 3).weights).not.toEqual(weights);
  });
});

describe("an amendment of a running optimizer", () => {
  const sgd = checkedOf({ rule: "torch-2.13/sgd", hyper: { lr: 0.5, momentum: 0.5 }, groups: [] });
  const one = () => ({ w: { data: Float32Array.of(1, 2) } });

  it("takes effect with the next update, and said again changes nothing", () => {
    const parameters = one();
    const optimizer = compile(checkedOf({ rule: "torch-2.13/sgd", hyper: { lr: 0.5 } })).attach(parameters);
    const { checked } = amend(checkedOf({ rule: "torch-2.13/sgd", hyper: { lr: 0.5 } }), {
      hyper: { lr: 0.25 },
    });
    optimizer.step({ w: Float32Array.of(1, 1) });
    expect([...parameters.w.data]).toEqual([0.5, 1.5]);
    optimizer.amend(checked);
    optimizer.amend(checked);
    expect([...parameters.w.data]).toEqual([0.5, 1.5]);
    optimizer.step({ w: Float32Array.of(1, 1) });
    expect([...parameters.w.data]).toEqual([0.25, 1.25]);
    expect(optimizer.updates).toBe(2);
  });

  it("moves the rate of a schedule to where it would stand", () => {
    const spec = { rule: "torch-2.13/sgd", hyper: { lr: 8 }, schedule: { ...recurrent, every: 1 } };
    const optimizer = compile(checkedOf(spec)).attach(one());
    for (let i = 0; i < 3; i++) optimizer.step({ w: Float32Array.of(0, 0) });
    expect(optimizer.rate).toBe(2);
    optimizer.amend(amend(checkedOf(spec), { hyper: { lr: 4 } }).checked);
    expect(optimizer.rateAt(4)).toBe(0.5);
    expect(optimizer.rate).toBe(1);
  });

  it("starts a schedule at a count of its own where a composition says so", () => {
    const optimizer = compile(sgd).attach(one());
    for (let i = 0; i < 4; i++) optimizer.step({ w: Float32Array.of(0, 0) });
    const flat = { name: "torch-2.13/constantlr", hyper: { factor: 1, total_iters: 0 } };
    const decay = { name: "torch-2.13/exponentiallr", hyper: { gamma: 0.5 } };
    optimizer.amend(amend(sgd, { schedule: { sequential: [flat, decay], milestones: [4] } }).checked);
    expect([5, 6, 7].map((t) => optimizer.rateAt(t))).toEqual([0.5, 0.25, 0.125]);
  });

  it("keeps the state that a spec gave its schedule, where that is the same", () => {
    const rule = "rule x\nhyper lr = 1 scheduled   wd = 0\nupdate weight = weight - lr * grad - wd\n";
    const schedule = { rule: "schedule s\nstate last = base\nstep last = last / 2\n  rate = last\n" };
    const spec = { schedule, resume: { begin: 4, updates: 4, schedule: { last: 32 } } };
    const before = checkedRule(rule, spec);
    const optimizer = compile(before).attach(one());
    const zero = { w: Float32Array.of(0, 0) };
    optimizer.step(zero);
    expect(optimizer.rate).toBe(16);
    const { checked } = amend(before, { hyper: { wd: 0.5 } });
    optimizer.amend(checked);
    expect(optimizer.rateAt(6)).toBe(8);
    expect(checked.spec.resume).toEqual(before.spec.resume);
    // Another base rate: the state that was given is not one of it.
    const other = amend(checked, { hyper: { lr: 64 } }).checked;
    expect(other.spec.resume).toEqual({ begin: 4, updates: 4 });
    optimizer.amend(other);
    expect(optimizer.rateAt(6)).toBe(1);
  });

  const other: { readonly [name: string]: readonly [path: string, spec: object] } = {
    "another rule": ["rule", { rule: "torch-2.13/adamw", groups: [] }],
    "another group": ["groups", { rule: "torch-2.13/sgd", groups, hyper: { momentum: 0.5 } }],
    "a gradient's step": [
      "gradient",
      { rule: "torch-2.13/sgd", groups: [], hyper: { momentum: 0.5 }, gradient: { rescale: 2 } },
    ],
    "no momentum": ["hyper", { rule: "torch-2.13/sgd", groups: [] }],
  };
  it.each(Object.entries(other))("refuses %s, and goes on as before", (_, [path, spec]) => {
    const [amendedOne, alone] = [one(), one()];
    const [optimizer, module, same] = [
      compile(sgd).attach(amendedOne),
      compileWasm(sgd).attach(one()),
      compile(sgd).attach(alone),
    ];
    const gradients = { w: Float32Array.of(1, -1) };
    for (const each of [optimizer, module, same]) each.step(gradients);
    for (const each of [optimizer, module])
      expect(() => each.amend(checkedOf(spec))).toThrow(
        expect.objectContaining({ name: "RunError", code: "amendment", path }),
      );
    for (const each of [optimizer, module, same]) each.step(gradients);
    expect(amendedOne.w.data).toEqual(alone.w.data);
    expect(module.weight("w")).toEqual(alone.w.data);
  });

  it("refuses a threshold by which a parameter's state would be another", () => {
    const rule = `rule shy
hyper  lr = 0.5   least = 3
state  m = 0 when rank >= least
       n = 0 when rank < least
update m = m + grad when rank >= least
       n = n - grad when rank < least
       weight = weight - lr * grad
`;
    const before = checkedRule(rule);
    expect(() => amend(before, { hyper: { least: 1 } })).toThrow(
      expect.objectContaining({ name: "CheckError", code: "amendment" }),
    );
    const optimizer = compile(before).attach(one());
    expect(() => optimizer.amend(checkedRule(rule, { hyper: { least: 1 } }))).toThrow(RunError);
    optimizer.amend(amend(before, { hyper: { lr: 1 } }).checked);
  });

  it("refuses a schedule that would be run too long", () => {
    const schedule = { name: "torch-2.13/exponentiallr", hyper: { gamma: 0.999 } };
    const before = checkedOf({ rule: "torch-2.13/sgd", resume: { begin: 20_000_000 } });
    const optimizer = compile(before).attach(one());
    expect(() => optimizer.amend(checkedOf({ rule: "torch-2.13/sgd", schedule }))).toThrow(
      expect.objectContaining({ name: "RunError", code: "amendment", path: "schedule" }),
    );
  });

  it("takes nothing that `check` has not returned", () => {
    const optimizer = compile(sgd).attach(one());
    const { spec, program } = sgd;
    expect(() => optimizer.amend({ spec, program } as Checked)).toThrow(TypeError);
  });

  it("waits for no step that is under way", async () => {
    const optimizer = compileWasm(sgd).attach({ w: { data: new Float32Array(1000) } });
    const running = optimizer.stepAsync({ w: new Float32Array(1000) });
    expect(() => optimizer.amend(sgd)).toThrow(expect.objectContaining({ code: "busy" }));
    await running;
    optimizer.amend(sgd);
  });

  it("leaves a module as it is where the arrays are gone that it was attached to", () => {
    const parameters = one();
    const optimizer = compileWasm(sgd).attach(parameters);
    optimizer.step({ w: Float32Array.of(1, 1) });
    structuredClone(parameters.w.data, { transfer: [parameters.w.data.buffer] });
    expect(() => optimizer.amend(amend(sgd, { hyper: { lr: 1 } }).checked)).toThrow(
      expect.objectContaining({ code: "detached" }),
    );
    expect(optimizer.weight("w")).toEqual(Float32Array.of(0.5, 1.5));
    optimizer.step({ w: Float32Array.of(0, 0) });
    expect(optimizer.weight("w")).toEqual(Float32Array.of(0.25, 1.25));
  });

  it.each([true, false])("goes on with weights of 16 bits, masters kept: %s", (master) => {
    const spec = { rule: "torch-2.13/adamw", hyper: { lr: 0.1 }, precision: { master } };
    const before = checkedOf(spec);
    const { checked } = amend(before, { hyper: { lr: 0.03 } });
    const half = () => Uint16Array.from({ length: 40 }, (_, i) => 0x3f80 + i);
    const gradient = (t: number) => ({ w: numbers(40, t) });
    const [data, own, same] = [half(), half(), half()];
    const optimizer = compile(before).attach({ w: { data, dtype: "bfloat16" } });
    const module = compileWasm(before).attach({ w: { data: own, dtype: "bfloat16" } });
    const unchanged = compile(before).attach({ w: { data: same, dtype: "bfloat16" } });
    for (const each of [optimizer, module, unchanged]) for (let t = 1; t < 4; t++) each.step(gradient(t));
    const copy = data.slice();
    const fresh = compile(checked).attach({ w: { data: copy, dtype: "bfloat16" } }, optimizer.state());
    for (const each of [optimizer, module]) each.amend(checked);
    for (const each of [optimizer, module, unchanged, fresh]) each.step(gradient(4));
    module.writeBack();
    expect(data).toEqual(copy);
    expect(own).toEqual(copy);
    expect(plain(module.state())).toEqual(plain(fresh.state()));
    expect(same).not.toEqual(copy);
  });

  it("goes on by threads, too", async () => {
    const spec = { rule: "torch-2.13/adamw", hyper: { lr: 0.1 } };
    const data = numbers(100_000, 1);
    const [alone, crew] = [data.slice(), data.slice()];
    const reference = compile(checkedOf(spec)).attach({ w: { data: alone } });
    const optimizer = compileWasm(checkedOf(spec), { threads: 2 }).attach({ w: { data: crew } });
    const { checked } = amend(checkedOf(spec), { hyper: { lr: 0.01, weight_decay: 0 } });
    for (const each of [reference, optimizer]) {
      each.step({ w: numbers(100_000, 2) });
      each.amend(checked);
      each.step({ w: numbers(100_000, 3) });
    }
    optimizer.writeBack();
    await optimizer.close();
    expect(crew).toEqual(alone);
  });
});
