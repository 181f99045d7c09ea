import { describe, expect, it } from "vitest";
import { compile } from "../../src/run/optimizer.ts";
import { checkedGate } from "../../src/spec/gates.ts";
import { checkedRule } from "../check/authored.ts";
import { refusal } from "../spec/refusal.ts";
import { work } from "./support.ts";

const RULE = "rule x\nhyper lr = 0.5 scheduled\nupdate weight = lr\n";
const spec = (body: string, more: object = {}, resume?: object) => ({
  schedule: { rule: `schedule s\n${body}\n`, ...more },
  ...(resume === undefined ? {} : { resume }),
});
const rates = (at: ReturnType<typeof work>, count: number) =>
  Array.from({ length: count }, () => at.step(0)[0]);
const f = Math.fround;

describe("a schedule", () => {
  it("gives the rate of each update from the count and the base rate", () => {
    expect(rates(work(RULE, [0], { spec: spec("step rate = base / t") }), 4)).toEqual([
      0.5,
      0.25,
      f(0.5 / 3),
      0.125,
    ]);
    const given = { ...spec("step rate = base / t"), hyper: { lr: 8 } };
    expect(rates(work(RULE, [0], { spec: given }), 3)).toEqual([8, 4, f(8 / 3)]);
  });

  it("has arguments, locals and state of its own", () => {
    const body =
      "hyper drop = 0.5  floor_at = 0\nstate k = base * 2\nstep local = k * drop\n k = max(local, floor_at)\n rate = k";
    expect(rates(work(RULE, [0], { spec: spec(body) }), 3)).toEqual([0.5, 0.25, 0.125]);
    const hyper = { drop: 0.25, floor_at: 0.2 };
    expect(rates(work(RULE, [0], { spec: spec(body, { hyper }) }), 3)).toEqual([0.25, f(0.2), f(0.2)]);
  });

  it("runs one step for `every` so many updates", () => {
    const body = "state k = 0\nstep k = k + 1\n rate = k * 10 + t";
    expect(rates(work(RULE, [0], { spec: spec(body, { every: 3 }) }), 8)).toEqual([
      11, 11, 11, 22, 22, 22, 33, 33,
    ]);
  });

  it("follows the highest count of any parameter, one step for each", () => {
    const body = "state k = 0\nstep k = k + 1\n rate = k";
    const [a, b] = [new Float32Array(1), new Float32Array(1)];
    const optimizer = compile(checkedRule(RULE, spec(body))).attach({ a: { data: a }, b: { data: b } });
    const zero = new Float32Array(1);
    optimizer.step({ a: zero, b: zero });
    expect([a[0], b[0]]).toEqual([1, 1]);
    optimizer.step({ a: zero });
    optimizer.step({ a: zero });
    optimizer.step({ b: zero });
    expect([a[0], b[0], optimizer.updates]).toEqual([3, 3, 3]);
  });

  it("gives each parameter of one step the rate that it finds, in their order", () => {
    const body = "state k = 0\nstep k = k + 1\n rate = k";
    const zero = new Float32Array(1);
    const start = () => {
      const [a, b] = [new Float32Array(1), new Float32Array(1)];
      const optimizer = compile(checkedRule(RULE, spec(body))).attach({ a: { data: a }, b: { data: b } });
      optimizer.step({ a: zero });
      optimizer.step({ a: zero });
      return { a, b, optimizer };
    };
    const behindFirst = start();
    behindFirst.optimizer.step({ b: zero, a: zero });
    expect([behindFirst.b[0], behindFirst.a[0]]).toEqual([2, 3]);
    const aheadFirst = start();
    aheadFirst.optimizer.step({ a: zero, b: zero });
    expect([aheadFirst.b[0], aheadFirst.a[0]]).toEqual([3, 3]);
    const oneByOne = start();
    oneByOne.optimizer.step({ b: zero });
    oneByOne.optimizer.step({ a: zero });
    expect([oneByOne.b[0], oneByOne.a[0]]).toEqual([2, 3]);
  });

  it("outside the trust document's bounds is refused before anything is changed", () => {
    const checked = checkedRule(RULE, spec("state k = 0\nstep k = k + 1\n rate = k"));
    const bounded = checkedGate.pass({ spec: checked.spec, program: checked.program, rateBound: { max: 2 } });
    const [a, b] = [new Float32Array(1), new Float32Array(1)];
    const optimizer = compile(bounded).attach({ a: { data: a }, b: { data: b } });
    const zero = new Float32Array(1);
    optimizer.step({ a: zero });
    optimizer.step({ a: zero });
    const before = optimizer.state();
    expect(refusal(() => optimizer.step({ b: zero, a: zero }))).toMatchObject({
      stage: "run",
      code: "rate-bound",
    });
    expect(optimizer.state()).toEqual(before);
    expect([a[0], b[0]]).toEqual([2, 0]);
    optimizer.step({ b: zero });
    expect(b[0]).toBe(2);
  });

  it("is caught up to where the counts begin", () => {
    const body = "state k = 1\nstep k = k * 2\n rate = k";
    expect(rates(work(RULE, [0], { spec: spec(body, {}, { begin: 4 }) }), 2)).toEqual([32, 64]);
    expect(rates(work(RULE, [0], { spec: spec(body, {}, { counts: { w: 5 } }) }), 1)).toEqual([64]);
    expect(rates(work(RULE, [0], { spec: spec(body, {}, { updates: 6, counts: { other: 6 } }) }), 1)).toEqual(
      [64],
    );
    expect(rates(work(RULE, [0], { spec: spec(body, { every: 3 }, { begin: 4 }) }), 3)).toEqual([4, 4, 8]);
  });

  it("goes on from a state that the spec gives", () => {
    const body = "state k = 1\nstep k = k * 2\n rate = k";
    const resume = { begin: 4, updates: 4, schedule: { k: 100 } };
    expect(rates(work(RULE, [0], { spec: spec(body, {}, resume) }), 2)).toEqual([200, 400]);
  });

  it("without state is asked for any update at once", () => {
    const most = Number.MAX_SAFE_INTEGER - 10;
    const at = work(RULE, [0], { spec: spec("step rate = t", {}, { begin: most }) });
    expect(rates(at, 1)).toEqual([f(most + 1)]);
    expect(at.optimizer.rateAt(most + 5)).toBe(most + 5);
  });

  it("is asked for rates ahead without being moved on", () => {
    const body = "state k = 1\nstep k = k * 2\n rate = k";
    const at = work(RULE, [0], { spec: spec(body) });
    const { optimizer } = at;
    expect(optimizer.rate).toBeUndefined();
    expect([1, 5, 3, 1].map((updates) => optimizer.rateAt(updates))).toEqual([2, 32, 8, 2]);
    expect(at.step(0)).toEqual([2]);
    expect([optimizer.rate, optimizer.rateAt(1), optimizer.rateAt(4)]).toEqual([2, 2, 16]);
    expect(at.step(0)).toEqual([4]);
    expect(optimizer.rate).toBe(4);
    for (const updates of [0, -1, 1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => optimizer.rateAt(updates)).toThrow(TypeError);
    }
    expect(work(RULE, [0]).optimizer.rateAt(1)).toBeUndefined();
  });

  it("reads lists and choices among its arguments", () => {
    const body =
      "hyper at: list  mode = up of up|down\nstep n = count_below(at, t)\n rate = select(mode is up, n, -n) + item(at, n) * 0";
    const at = [2, 4, 100];
    expect(rates(work(RULE, [0], { spec: spec(body, { hyper: { at } }) }), 5)).toEqual([0, 0, 1, 1, 2]);
    expect(rates(work(RULE, [0], { spec: spec(body, { hyper: { at, mode: "down" } }) }), 3)).toEqual([
      0, 0, -1,
    ]);
  });
});
