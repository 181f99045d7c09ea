import { describe, expect, it } from "vitest";
import { compile } from "../../src/run/optimizer.ts";
import { checkedRule } from "../check/authored.ts";
import { refusal } from "../spec/refusal.ts";
import { work } from "./support.ts";

const of = (...values: number[]) => Float32Array.from(values);
const PLAIN = "rule x\nupdate weight = weight + grad\n";

describe("a step is made whole or not at all", () => {
  it("since a parameter is refused that the rule would make too large a tensor of", () => {
    const squares = "rule x\nupdate g = matmul(transpose(grad), grad)\n  weight = weight + sum(g)\n";
    const { attach } = compile(checkedRule(squares));
    const wide = { data: new Float32Array(1 << 17), shape: [1, 1 << 17] };
    expect(refusal(() => attach({ a: { data: of(1) }, wide }))).toMatchObject({
      stage: "run",
      code: "shape",
      path: "parameters.wide",
    });
    expect(() => attach({ tall: { data: new Float32Array(1 << 17), shape: [1 << 17, 1] } })).not.toThrow();
  });

  it("since a slot that is too large is refused before it is made", () => {
    const rule = "rule x\nstate c: col = 0\nupdate weight = c\n";
    const empty = { data: of(), shape: [0, 1e12] };
    expect(refusal(() => compile(checkedRule(rule)).attach({ empty }))).toMatchObject({ code: "shape" });
  });

  it("with very many parameters", () => {
    const rule = "rule x\nupdate n = total(sum(grad))\n  weight = n\n";
    const count = 200_000;
    const keys = Array.from({ length: count }, (_, i) => i);
    const weights = new Float32Array(count);
    const gradient = of(1);
    compile(checkedRule(rule))
      .attach(new Map(keys.map((i) => [i, { data: weights.subarray(i, i + 1) }])))
      .step(new Map(keys.map((i) => [i, gradient])));
    expect(new Set(weights)).toEqual(new Set([count]));
  });

  it("with the gradients as they were, be they another parameter's weights", () => {
    const [a, b] = [of(1), of(10)];
    const optimizer = compile(checkedRule(PLAIN)).attach({ a: { data: a }, b: { data: b } });
    optimizer.step({ a: b, b: a });
    expect([...a, ...b]).toEqual([11, 11]);
  });
});

describe("questions to the shape", () => {
  it.each<[string, number]>([
    ["weight = weight + 10 when rank < 1 / 0\n weight = weight + 100 when rank < 0 / 0", 10],
    ["weight = weight + 10 when rank / (0 * -1) > 0\n weight = weight + 100 when rank / (0 * 1) > 0", 100],
  ])("that differ in numbers which JSON has no spelling for are asked apart: %s", (lines, sum) => {
    expect(work(`rule x\nupdate ${lines}\n`, [0]).step(0)).toEqual([sum]);
  });
});
