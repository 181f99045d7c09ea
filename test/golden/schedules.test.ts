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

/**
 * Where the C library's pow or log may end in another bit than the language's, in units in the last place of the greatest rate:
 * such bits in the rate itself, or as many as a recurrence has gathered in 10,000 steps.
 */
const DRIFT: { readonly [name: string]: number } = {
  "torch-2.13/polynomiallr": 1,
  "torch-2.13/cycliclr": 2,
  "transformers-5/get_polynomial_decay_schedule_with_warmup": 1,
  "deepspeed-0.19/warmuplr": 2,
  "deepspeed-0.19/warmupdecaylr": 2,
  "deepspeed-0.19/warmupcosinelr": 2,
};

describe("schedules of PyTorch, transformers and DeepSpeed, over 10,000 steps of the real ones", () => {
  it("each has at least three cases", () => {
    const built = scheduleNames.filter((name) => RELEASES.some((release) => name.startsWith(`${release}/`)));
    expect([...NAMES].sort()).toEqual(built);
    for (const name of NAMES) {
      expect(CASES.filter((found) => found.name === name).length, name).toBeGreaterThanOrEqual(3);
    }
  });

  it.each(NAMES.filter((name) => !Object.hasOwn(DRIFT, name)))("%s: the same bits", (name) => {
    const outcomes = CASES.filter((found) => found.name === name).map(({ one }) => replaySchedule(one));
    expect(outcomes.filter(({ ulps }) => ulps > 0)).toEqual([]);
    expect(outcomes.every(({ points }) => points >= 100)).toBe(true);
  });

  it.each(Object.entries(DRIFT))(
    "%s: within %d units in the last place of its greatest rate",
    (name, most) => {
      const cases = CASES.filter((found) => found.name === name).map(({ one }) => one);
      expect(cases.length).toBeGreaterThan(0);
      const far = cases.map(replaySchedule).filter(({ drift }) => drift > most);
      expect(far).toEqual([]);
    },
  );

  it("momenta that a schedule drives are there, and within one unit in the last place", () => {
    const cycled = CASES.filter(({ one }) => one.momenta !== undefined);
    expect(new Set(cycled.map(({ name }) => name)).size).toBe(3);
    const outcomes = cycled.map(({ one }) => replaySchedule(one));
    expect(outcomes.filter(({ worst, ulps }) => worst?.of === "momentum" && ulps > 1)).toEqual([]);
  });

  it("rates change over the steps of most, so that equality says something", () => {
    const changing = CASES.filter(({ one }) => new Set(one.rates?.match(/.{32}/g)).size > 1);
    expect(changing.length).toBeGreaterThan(0.85 * CASES.length);
  });
});
