import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readSchedules, replaySchedule } from "./replay.ts";

const here = (path: string) => new URL(path, import.meta.url);
const CASES = readdirSync(here("."))
  .map((folder) => ({ folder, file: here(`${folder}/schedules.json`) }))
  .filter(({ folder, file }) => folder.startsWith("mxnet-") && existsSync(file))
  .map(({ folder, file }) => ({ release: folder.slice("mxnet-".length), cases: readSchedules(file) }));

describe("MXNet's schedulers, over 10,000 updates of the real ones", () => {
  it("are there of the releases that differ", () => {
    expect(CASES.map(({ release, cases }) => `${release}: ${cases.length}`)).toEqual([
      "1.0: 8",
      "1.3: 12",
      "1.9: 16",
      "2.0: 16",
    ]);
  });

  it.each(CASES)("$release: the same bits", ({ cases }) => {
    const outcomes = cases.map(replaySchedule);
    expect(outcomes.filter(({ ulps }) => ulps > 0)).toEqual([]);
    expect(outcomes.every(({ points }) => points >= 100)).toBe(true);
  });

  it("change over the updates of nearly all, so that equality says something", () => {
    const all = CASES.flatMap(({ cases }) => cases);
    const changing = all.filter(
      ({ rates }) =>
        new Set(
          Buffer.from(rates ?? "", "base64")
            .toString("hex")
            .match(/.{16}/g),
        ).size > 1,
    );
    expect(changing.length).toBeGreaterThan(0.8 * all.length);
  });
});
