import { describe, expect, it } from "vitest";
import { scheduleNames } from "../../src/rules/built-in.ts";
import { readSchedules, replaySchedule } from "./replay.ts";

const RELEASES = ["torch-2.13", "transformers-5", "deepspeed-0.19"];
const CASES = RELEASES.flatMap((release) =>
  readSchedules(new URL(`./${release}/schedules.json`, import.meta.url)).flatMap((one) => {
    const { name } = one.spec.schedule as { readonly name?: string };
    return name === undefined ? [] : [{ release, name, one }];
  }),
);
const NAMES = [...new Set(CASES.map(({ name }) => name))];

describe("schedules of PyTorch, transformers and DeepSpeed, over 10,000 steps of the real ones", () => {
  it("each has at least three cases", () => {
    const built = scheduleNames.filter((name) => RELEASES.some((release) => name.startsWith(`${release}/`)));
    expect([...NAMES].sort()).toEqual(built);
    for (const name of NAMES) {
      expect(CASES.filter((found) => found.name === name).length, name).toBeGreaterThanOrEqual(3);
    }
  });

  it.each(NAMES)("%s: the same bits", (name) => {
    const outcomes = CASES.filter((found) => found.name === name).map(({ one }) => replaySchedule(one));
    expect(outcomes.filter(({ ulps }) => ulps > 0)).toEqual([]);
    expect(outcomes.every(({ points }) => points >= 100)).toBe(true);
  });

  it("momenta that a schedule drives are there, and the same bits", () => {
    const cycled = CASES.filter(({ one }) => one.momenta !== undefined);
    expect(new Set(cycled.map(({ name }) => name)).size).toBe(3);
    const outcomes = cycled.map(({ one }) => replaySchedule(one));
    expect(outcomes.filter(({ worst }) => worst?.of === "momentum")).toEqual([]);
  });

  it("rates change over the steps of most, so that equality says something", () => {
    const changing = CASES.filter(({ one }) => new Set(one.rates?.match(/.{32}/g)).size > 1);
    expect(changing.length).toBeGreaterThan(0.85 * CASES.length);
  });
});
