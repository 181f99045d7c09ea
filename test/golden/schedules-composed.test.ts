import { describe, expect, it } from "vitest";
import { readSchedules, replaySchedule } from "./replay.ts";

const KINDS = ["sequential", "chained", "nested"];
const CASES = readSchedules(new URL("./torch-2.13/schedules.json", import.meta.url)).filter(({ name }) =>
  KINDS.includes(name.split(" ")[0] as string),
);

describe("compositions, beside torch's SequentialLR and ChainedScheduler over 10,000 steps", () => {
  it.each(KINDS)("%s: at least six, of two to four schedules", (kind) => {
    expect(CASES.filter(({ name }) => name.startsWith(kind)).length).toBeGreaterThanOrEqual(6);
  });

  it("all have the same bits", () => {
    const outcomes = CASES.map(replaySchedule);
    expect(outcomes.every(({ points }) => points >= 100)).toBe(true);
    expect(outcomes.filter(({ ulps }) => ulps > 0)).toEqual([]);
  });
});
