import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { RunError } from "../../src/run/errors.ts";
import { compile } from "../../src/run/optimizer.ts";

const rule = "rule r\nupdate weight = weight + grad\n  weight = weight + grad\n";
const attach = (parameters: Parameters<ReturnType<typeof compile>["attach"]>[0]) =>
  compile(check(author({ optseal: 1, rule }))).attach(parameters);

describe("memory that is shared", () => {
  it("parameters may lie side by side in one buffer, but not over each other", () => {
    const all = new Float32Array(4);
    const optimizer = attach({ a: { data: all.subarray(0, 2) }, b: { data: all.subarray(2, 4) } });
    optimizer.step({ b: new Float32Array([1, 1]) });
    expect([...all]).toEqual([0, 0, 2, 2]);
    expect(() => attach({ a: { data: all.subarray(0, 3) }, b: { data: all.subarray(2, 4) } })).toThrow(
      RunError,
    );
    expect(() => attach({ a: { data: all }, b: { data: all } })).toThrow(/share memory/);
  });

  it("a gradient over the weights is taken as it was before the update", () => {
    const data = new Float32Array([1, 2]);
    attach({ w: { data } }).step({ w: data });
    expect([...data]).toEqual([3, 6]);
  });

  it("nobody can change a hyperparameter after check", () => {
    const checked = check(
      author({ optseal: 1, rule: "rule r\nhyper lr = 1\nupdate weight = weight - lr * grad\n" }),
    );
    const { hyper } = checked.program.bindings[0];
    expect(() => Object.assign(hyper, { lr: 2 })).toThrow(TypeError);
  });
});
