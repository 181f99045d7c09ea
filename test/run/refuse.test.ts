import { describe, expect, it } from "vitest";
import { RunError } from "../../src/run/errors.ts";
import type { CompiledRule } from "../../src/run/optimizer.ts";
import { compile } from "../../src/run/optimizer.ts";
import type { OptimizerState } from "../../src/spec/optimizer-state.ts";
import { checkedRule } from "../check/authored.ts";
import { refusal } from "../spec/refusal.ts";

const RULE =
  "rule x\nhyper lr = 0.1 scheduled\nstate m = 0  r: row = 0  s: scalar = 0\nupdate m = m + grad\n weight = weight - lr * m\n";
const compiled = (spec: object = {}) => compile(checkedRule(RULE, spec));
const weights = () => ({ data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] });

type Attach = Parameters<CompiledRule["attach"]>;
const attach = (parameters: unknown, state?: unknown) =>
  compiled().attach(parameters as Attach[0], state as Attach[1]);

const refused = (call: () => unknown) => {
  const error = refusal(call);
  expect(error).toBeInstanceOf(RunError);
  return { code: error.code, path: error.path };
};

describe("parameters", () => {
  const data = Float32Array.of(1, 2, 3, 4);

  it.each<[string, unknown, string, string]>([
    ["plain numbers", { w: { data: [1, 2] } }, "parameter", "parameters.w"],
    ["doubles", { w: { data: new Float64Array(2) } }, "parameter", "parameters.w"],
    ["no data", { w: {} }, "parameter", "parameters.w"],
    ["an empty key", { "": { data } }, "parameter", "parameters"],
    ["a negative key", new Map([[-1, { data }]]), "parameter", "parameters"],
    ["half a key", new Map([[0.5, { data }]]), "parameter", "parameters"],
    ["a key beyond 2^53", new Map([[2 ** 53, { data }]]), "parameter", "parameters"],
    ["a key of another kind", new Map([[{}, { data }]]), "parameter", "parameters"],
    [
      "the same key twice",
      new Map<unknown, unknown>([
        [1, { data }],
        ["1", { data }],
      ]),
      "parameter",
      "1",
    ],
    ["too few numbers", { w: { data, shape: [2, 3] } }, "shape", "parameters.w"],
    ["too many numbers", { w: { data, shape: [3] } }, "shape", "parameters.w"],
    ["a negative size", { w: { data, shape: [-2, -2] } }, "shape", "parameters.w"],
    ["half a size", { w: { data, shape: [0.5, 8] } }, "shape", "parameters.w"],
    ["an endless size", { w: { data, shape: [Number.POSITIVE_INFINITY, 4] } }, "shape", "parameters.w"],
    ["a size that is a text", { w: { data, shape: ["2", "2"] } }, "shape", "parameters.w"],
    ["a product beyond 2^53", { w: { data, shape: [2 ** 52, 2 ** 52] } }, "shape", "parameters.w"],
  ])("%s", (_, parameters, code, path) => {
    expect(refused(() => attach(parameters))).toEqual({ code, path });
  });

  it("integer keys and their decimal text are the same parameter", () => {
    const optimizer = attach(new Map([[7, { data: new Float32Array(1) }]]));
    optimizer.step({ "7": Float32Array.of(1) });
    optimizer.step(new Map([[7, Float32Array.of(1)]]));
    expect([...optimizer.state().counts]).toEqual([["7", 2]]);
  });

  it("names of every object are keys like any other", () => {
    const keys = ["__proto__", "constructor", "toString"];
    const optimizer = attach(new Map(keys.map((key) => [key, { data: new Float32Array(1) }])));
    optimizer.step(new Map([["__proto__", Float32Array.of(1)]]));
    expect([...optimizer.state().counts.values()]).toEqual([1, 0, 0]);
    expect(refused(() => attach({}).step({ constructor: new Float32Array(1) }))).toMatchObject({
      code: "unknown-parameter",
    });
  });
});

describe("gradients", () => {
  it.each<[string, unknown, string, string]>([
    [
      "of an unknown parameter",
      { w: Float32Array.of(1, 1, 1, 1), v: new Float32Array(1) },
      "unknown-parameter",
      "gradients.v",
    ],
    ["that are plain numbers", { w: [1, 1, 1, 1] }, "gradient-type", "gradients.w"],
    ["that are doubles", { w: new Float64Array(4) }, "gradient-type", "gradients.w"],
    ["that are not there", { w: undefined }, "gradient-type", "gradients.w"],
    ["that are too short", { w: new Float32Array(3) }, "gradient-length", "gradients.w"],
    ["that are too long", { w: new Float32Array(5) }, "gradient-length", "gradients.w"],
  ])("%s, after one that fits: nothing is changed", (_, gradients, code, path) => {
    const [w, u] = [weights(), weights()];
    const optimizer = compiled().attach({ u, w });
    const before = optimizer.state();
    const all = { u: Float32Array.of(1, 1, 1, 1), ...(gradients as object) };
    expect(refused(() => optimizer.step(all as never))).toEqual({ code, path });
    expect([...u.data, ...w.data]).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    expect(optimizer.state()).toEqual(before);
    expect(optimizer.updates).toBe(0);
  });

  it("twice for the same parameter", () => {
    const optimizer = compiled().attach({ "1": { data: new Float32Array(1) } });
    const twice = new Map<string | number, Float32Array>([
      [1, Float32Array.of(1)],
      ["1", Float32Array.of(1)],
    ]);
    expect(refused(() => optimizer.step(twice))).toMatchObject({ code: "parameter" });
    expect(optimizer.updates).toBe(0);
  });

  it("for weights whose memory has gone", () => {
    const w = weights();
    const optimizer = compiled().attach({ w });
    structuredClone(w.data.buffer, { transfer: [w.data.buffer] });
    expect(refused(() => optimizer.step({ w: new Float32Array(4) }))).toMatchObject({ code: "detached" });
    expect(refused(() => optimizer.step({ w: new Float32Array(0) }))).toMatchObject({ code: "detached" });
  });
});

describe("states", () => {
  const state = (): OptimizerState => {
    const optimizer = compiled().attach({ w: weights() });
    optimizer.step({ w: new Float32Array(4) });
    return optimizer.state();
  };
  const withSlot = (name: string, value: unknown) => {
    const { slots, ...rest } = state();
    return { ...rest, slots: new Map<string, unknown>([...slots, [name, new Map([["w", value]])]]) };
  };

  it("of the same parameters are taken", () => {
    expect(() => attach({ w: weights() }, state())).not.toThrow();
  });

  it.each<[string, () => unknown, string, string]>([
    ["without a slot", () => ({ ...state(), slots: new Map() }), "state-missing", "state.m.w"],
    [
      "of other parameters",
      () => ({ ...state(), slots: new Map([["m", new Map()]]) }),
      "state-missing",
      "state.m.w",
    ],
    ["with a slot too many", () => withSlot("v", new Float32Array(4)), "state-unknown", "state.v"],
    ["with a slot of another length", () => withSlot("m", new Float32Array(3)), "state-shape", "state.m.w"],
    ["with a row of another length", () => withSlot("r", new Float32Array(4)), "state-shape", "state.r.w"],
    ["with a number for a tensor", () => withSlot("m", 0), "state-shape", "state.m.w"],
    ["with a tensor for a number", () => withSlot("s", new Float32Array(1)), "state-shape", "state.s.w"],
    ["with doubles", () => withSlot("m", new Float64Array(4)), "state-shape", "state.m.w"],
    ["with a schedule", () => ({ ...state(), schedule: new Map([["k", 1]]) }), "state-unknown", "state.k"],
    [
      "with a count below 0",
      () => ({ ...state(), counts: new Map([["w", -1]]) }),
      "state-count",
      "state.counts.w",
    ],
    [
      "with half a count",
      () => ({ ...state(), counts: new Map([["w", 0.5]]) }),
      "state-count",
      "state.counts.w",
    ],
    [
      "with a count above the highest",
      () => ({ ...state(), counts: new Map([["w", 2]]) }),
      "state-count",
      "state.counts.w",
    ],
    [
      "with a count that is none",
      () => ({ ...state(), updates: Number.NaN }),
      "state-count",
      "state.counts.updates",
    ],
    [
      "with no highest count",
      () => ({ ...state(), counts: new Map(), updates: 2 ** 60 }),
      "state-count",
      "state.counts.updates",
    ],
  ])("%s", (_, make, code, path) => {
    expect(refused(() => attach({ w: weights() }, make()))).toEqual({ code, path });
  });

  it("without what the schedule needs to go on, far from its beginning", () => {
    const schedule = { rule: "schedule s\nstate k = base\nstep k = k / 2\n rate = k\n" };
    const optimizer = compiled({ schedule }).attach({ w: weights() });
    const far = { ...optimizer.state(), updates: Number.MAX_SAFE_INTEGER };
    expect(refused(() => compiled({ schedule }).attach({ w: weights() }, far))).toEqual({
      code: "state-missing",
      path: "state.schedule.k",
    });
  });
});
