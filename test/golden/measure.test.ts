/** golden: the measuring itself, on cases worked out by hand. */
import { describe, expect, it } from "vitest";
import type { GoldenCase } from "./measure.ts";
import { floats } from "./measure.ts";
import type { ScheduleCase } from "./measure-schedule.ts";
import { replay, replaySchedule } from "./replay.ts";

const text32 = (...values: number[]) => Buffer.from(new Float32Array(values).buffer).toString("base64");
const text64 = (...values: number[]) => Buffer.from(new Float64Array(values).buffer).toString("base64");

const SGD = "rule plain\nhyper lr = 0.5 scheduled\nupdate weight = weight - lr * grad\n";
const NORMED = "rule normed\nhyper lr = 0.5 scheduled\nupdate weight = weight - lr * grad / norm(grad)\n";

/** Two parameters, two steps, the second without a gradient for `b`. */
const CASE: GoldenCase = {
  name: "by hand",
  spec: { rule: SGD, hyper: { lr: 0.25 } },
  params: [
    { key: "a", shape: [2], before: text32(1, 2), after: text32(0.5, 2.5) },
    { key: "b", shape: [], before: text32(8), after: text32(7) },
  ],
  steps: [{ a: text32(1, -1), b: text32(4) }, { a: text32(1, -1) }],
  each: [{ a: text32(0.75, 2.25), b: text32(7) }, { a: text32(0.5, 2.5) }],
};

function withAfter(after: string, each?: GoldenCase["each"]): GoldenCase {
  const [a, b] = CASE.params;
  return { ...CASE, params: [{ ...a!, after }, b!], each: each ?? CASE.each! };
}

describe("replaying a rule's case", () => {
  it("finds all bits equal", () => {
    expect(replay(CASE)).toEqual({ name: "by hand", elements: 3, equal: 3, error: 0 });
  });

  it("allows one unit in the last place for each update of the parameter, and no more", () => {
    const ulp = 2 ** -24;
    expect(replay(withAfter(text32(0.5 + 2 * ulp, 2.5)))).toMatchObject({ equal: 2, error: 0 });
    expect(replay(withAfter(text32(0.5 + 4 * ulp, 2.5)))).toMatchObject({ equal: 2, error: 2 * ulp });
    expect(replay(withAfter(text32(0.5 - 1 / 16, 2.5))).error).toBeCloseTo(1 / 16, 6);
  });

  it("calls it infinitely far off where one alone is not finite", () => {
    expect(replay(withAfter(text32(Number.NaN, 2.5)))).toMatchObject({ error: Number.POSITIVE_INFINITY });
    expect(replay(withAfter(text32(0.5, Number.POSITIVE_INFINITY)))).toMatchObject({
      error: Number.POSITIVE_INFINITY,
    });
  });

  it("tells zero from minus zero in bits only", () => {
    const [a, b] = CASE.params;
    const zeroed = [{ ...a!, before: text32(0.5, 2), after: text32(-0, 2.5) }, b!];
    expect(replay({ ...CASE, params: zeroed })).toMatchObject({ equal: 2, error: 0 });
  });

  it("names the first step, and in it the element furthest off", () => {
    const each = [CASE.each![0]!, { a: text32(0.5, 2.25) }];
    expect(replay(withAfter(text32(0.5, 2.25), each)).first).toEqual({
      step: 2,
      key: "a",
      element: 1,
      before: 2,
      gradients: [-1, -1],
      wanted: 2.25,
      got: 2.5,
      alone: true,
    });
    expect(replay(withAfter(text32(0, 0), [{ b: text32(6) }])).first).toMatchObject({
      step: 1,
      key: "b",
      gradients: [4],
    });
  });

  it("sees where an element does not go the same way alone", () => {
    const spec = { rule: NORMED, hyper: { lr: 1 } };
    const params = [{ key: "a", shape: [2], before: text32(0, 0), after: text32(1, 1) }];
    const steps = [{ a: text32(3, 4) }];
    const { first } = replay({ name: "normed", spec, params, steps, each: [{ a: text32(1, 1) }] });
    expect(first).toMatchObject({ element: 1, got: Math.fround(-0.8), alone: false });
  });

  it("reads arrays as little-endian binary32", () => {
    expect([...floats("AACAPwAAAMA=")]).toEqual([1, -2]);
  });
});

const HALVING = `schedule halving
hyper  period = 2 in [1,)
step   rate = base * 0.5^floor((t - 1) / period)
`;

const SCHEDULE: ScheduleCase = {
  name: "halving",
  spec: { schedule: { rule: HALVING, hyper: { period: 3 } } },
  base: 0.7,
  at: [1, 3, 4, 9, 10_000],
  rates: text64(0.7, 0.7, 0.35, 0.7 / 4, 0),
};

describe("replaying a schedule's case", () => {
  it("finds all bits equal, through 10,000 updates", () => {
    expect(replaySchedule(SCHEDULE)).toEqual({ name: "halving", points: 5, equal: 5, ulps: 0, drift: 0 });
  });

  it("counts units in the last place, and says where", () => {
    const off = text64(0.7, 0.7, 0.35 + 2 ** -53, 0.7 / 4, 0);
    expect(replaySchedule({ ...SCHEDULE, rates: off })).toMatchObject({
      equal: 4,
      ulps: 2,
      drift: 2 ** -53 / (0.7 * 2 ** -52),
      worst: { of: "rate", update: 4, wanted: 0.35 + 2 ** -53, got: 0.35 },
    });
  });

  it("counts across zero, and knows no distance to NaN", () => {
    const tiny = text64(0.7, 0.7, 0.35, 0.7 / 4, -5e-324);
    expect(replaySchedule({ ...SCHEDULE, rates: tiny }).ulps).toBe(1);
    const none = text64(0.7, 0.7, 0.35, 0.7 / 4, Number.NaN);
    expect(replaySchedule({ ...SCHEDULE, rates: none }).ulps).toBe(Number.POSITIVE_INFINITY);
  });

  it("rounds to binary32 where the source computes in it", () => {
    const { rates: _, ...rest } = SCHEDULE;
    const near = text32(0.7, 0.7, 0.35, 0.7 / 4, 2 ** -149);
    expect(replaySchedule({ ...rest, rates32: near })).toMatchObject({ equal: 4, ulps: 1 });
  });

  it("refuses a case that says too little or too much", () => {
    const { rates: _, ...rest } = SCHEDULE;
    expect(() => replaySchedule(rest)).toThrow("no rates");
    expect(() => replaySchedule({ ...SCHEDULE, rates32: text32(0) })).toThrow("two kinds");
    expect(() => replaySchedule({ ...SCHEDULE, rates: text64(1) })).toThrow("1 values for 5 updates");
  });
});
