import { describe, expect, it } from "vitest";
import { author } from "../../src/author/author.ts";
import { check } from "../../src/check/check.ts";
import { compile } from "../../src/run/optimizer.ts";

const RULE = "rule r\nhyper lr = 8 scheduled\nupdate weight = weight - lr * grad\n";
const HALVING = "schedule h\nstate now = base * 2\nstep now = now / 2\n  rate = now\n";

function start(more: object = {}) {
  const spec = author({ optseal: 1, rule: RULE, schedule: { rule: HALVING }, ...more });
  const data = new Float32Array(1);
  return { data, optimizer: compile(check(spec)).attach({ w: { data } }) };
}
const ONE = { w: new Float32Array([-1]) };

describe("asking for rates", () => {
  it("looks ahead, in any order, and changes nothing", () => {
    const { data, optimizer } = start();
    expect([4, 1, 2, 4, 3].map((n) => optimizer.rateAt(n))).toEqual([1, 8, 4, 1, 2]);
    optimizer.step(ONE);
    optimizer.step(ONE);
    expect(data[0]).toBe(8 + 4);
    expect(optimizer.rate).toBe(4);
    expect(optimizer.rateAt(2)).toBe(4);
    expect(optimizer.rateAt(5)).toBe(0.5);
  });

  it("has no rate before the first update", () => {
    expect(start().optimizer.rate).toBeUndefined();
  });

  it("looks ahead from a state that the spec gives, as updates would", () => {
    const resume = { updates: 10, begin: 10, schedule: { now: 64 } };
    const rates = [11, 12, 13].map((n) => start({ resume }).optimizer.rateAt(n));
    expect(rates).toEqual([32, 16, 8]);
    const { data, optimizer } = start({ resume });
    for (let i = 0; i < 3; i++) optimizer.step(ONE);
    expect(data[0]).toBe(32 + 16 + 8);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])("refuses %s", (n) => {
    expect(() => start().optimizer.rateAt(n)).toThrow(TypeError);
  });

  it("refuses an update that is past", () => {
    const { optimizer } = start();
    optimizer.step(ONE);
    optimizer.step(ONE);
    expect(() => optimizer.rateAt(1)).toThrow(TypeError);
  });
});
