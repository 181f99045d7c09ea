import { describe, expect, it } from "vitest";
import { readSchedules, replaySchedule } from "./replay.ts";

const KINDS = ["sequential", "chained", "nested"];
const CASES = readSchedules(new URL("./torch-2.13/schedules.json", import.meta.url)).filter(({ name }) =>
  KINDS.includes(name.split(" ")[0] as string),
);

/** The schedules whose last bits are the C library's: see schedules.test.ts. */
const LOOSE = /polynomial/;
const isLoose = (one: (typeof CASES)[number]): boolean => LOOSE.test(JSON.stringify(one.spec));

describe("compositions, beside torch's SequentialLR and ChainedScheduler over 10,000 steps", () => {
  it.each(KINDS)("%s: at least six, of two to four schedules", (kind) => {
    expect(CASES.filter(({ name }) => name.startsWith(kind)).length).toBeGreaterThanOrEqual(6);
  });

  it("of schedules without pow: the same bits", () => {
    const outcomes = CASES.filter((one) => !isLoose(one)).map((one) => replaySchedule(one));
    expect(outcomes.length).toBeGreaterThanOrEqual(12);
    expect(outcomes.filter(({ ulps }) => ulps > 0)).toEqual([]);
  });

  it("of others: within one unit in the last place of the greatest rate", () => {
    expect(CASES.map(replaySchedule).filter(({ drift }) => drift > 1)).toEqual([]);
  });
});
