/** What a curve does, in words, and where. */
import { describe, expect, it } from "vitest";
import { landmarksOf } from "../../src/cli/chart/landmarks.ts";
import { sampled, thinned } from "../../src/cli/chart/samples.ts";

type Curve = (x: number) => number;

const told = async (at: Curve, count: number, most = count) =>
  landmarksOf(await sampled(at, 1, count, most, async () => undefined), "update");
const line = (x: number, from: number, to: number, length: number): number =>
  from + ((to - from) * x) / length;
const cosine = (x: number, length: number): number =>
  (1 + Math.cos((Math.PI * Math.min(x, length)) / length)) / 2;

const CURVES: readonly (readonly [string, Curve, number, string])[] = [
  ["a constant", () => 0.1, 1000, "0.1 throughout"],
  ["one update", () => 0.1, 1, "0.1 throughout"],
  ["two updates", (x) => 1 / x, 2, "begins at 1, falls to 0.5 (update 2)"],
  [
    "a warm-up before a cosine",
    (x) => (x < 100 ? line(x, 0, 1, 100) : cosine(x - 100, 900)),
    1250,
    "begins at 0.01, rises to 1 (update 100), falls to 0 (1000), holds until 1250",
  ],
  [
    "a plateau",
    (x) => (x < 100 ? line(x, 0, 1, 100) : cosine(Math.max(0, x - 700), 300)),
    1000,
    "begins at 0.01, rises to 1 (update 100), holds until 700, falls to 0 (1000)",
  ],
  [
    "stairs",
    (x) => 0.5 ** Math.floor((x - 1) / 250),
    1000,
    "begins at 1, drops to 0.5 (update 251), 0.25 (501), 0.125 (751), holds until 1000",
  ],
  [
    "restarts",
    (x) => cosine((x - 1) % 100, 100),
    200,
    "begins at 1, falls to 0.0002467 (update 100), jumps to 1 (101), falls to 0.0002467 (200)",
  ],
  [
    "a bend without a turn",
    (x) => (x <= 800 ? line(x, 1, 0.1, 800) : line(x - 800, 0.1, 0, 400)),
    1200,
    "begins at 0.9989, falls to 0.1 (update 800), 0 (1200)",
  ],
  [
    "many stairs",
    (x) => Math.floor((x - 1) / 10),
    100,
    "begins at 0, jumps to 1 (update 11), 2 (21), 3 (31), 4 (41), 5 (51), and so on, last 9 (100)",
  ],
  ["no numbers", () => Number.NaN, 100, "no finite value anywhere"],
  [
    "numbers that end",
    (x) => Math.sqrt(50 - x),
    100,
    "begins at 7, falls to 0 (update 50), has no finite value from 51",
  ],
  [
    "numbers that begin late",
    (x) => Math.sqrt(x - 51),
    100,
    "has no finite value before update 51, is 0 there, rises to 7 (update 100)",
  ],
  [
    "a hole",
    (x) => (x === 50 ? Number.POSITIVE_INFINITY : 1),
    100,
    "begins at 1, has no finite value from update 50, is back at 1 (51), holds until 100",
  ],
  [
    "rates below zero",
    (x) => line(x, 0.1, -0.1, 100),
    100,
    "begins at 0.098, falls to -0.1 (update 100), below zero from update 51",
  ],
  ["very small rates", (x) => 1e-300 / x, 10, "begins at 1e-300, falls to 1e-301 (update 10)"],
  [
    "very large rates",
    (x) => (x === 1 ? 1.7e308 : -1.7e308),
    3,
    "begins at 1.7e308, drops to -1.7e308 (update 2), holds until 3, below zero from update 2",
  ],
];

describe("a curve in words", () => {
  it.each(CURVES)("%s", async (_, at, count, words) => {
    const { text, points } = await told(at, count);
    expect(text).toBe(words);
    for (const [x, y] of points) expect(y).toBe(at(x));
  });

  it("finds the very points between samples that are far apart", async () => {
    const warm: Curve = (x) => (x < 12_345 ? x / 12_345 : cosine(x - 12_345, 800_000));
    expect((await told(warm, 900_000, 5000)).text).toMatch(
      /^begins at 8\.1e-5, rises to 1 \(update 12345\), falls to/,
    );
    const cycle: Curve = (x) => (x <= 300 ? 1 - cosine(x - 1, 299) : cosine(x - 300, 700));
    expect((await told(cycle, 1_000_000, 25_000)).text).toBe(
      "begins at 0, rises to 1 (update 300), falls to 0 (1000), holds until 1000000",
    );
    const stairs: Curve = (x) => (x < 123_457 ? 1 : x < 765_433 ? 0.1 : 0.01);
    expect((await told(stairs, 1_000_000, 5000)).text).toBe(
      "begins at 1, drops to 0.1 (update 123457), 0.01 (765433), holds until 1000000",
    );
    const ends: Curve = (x) => (x < 123_457 ? 1 : Number.NaN);
    expect((await told(ends, 1_000_000, 5000)).text).toBe(
      "begins at 1, has no finite value from update 123457",
    );
  });

  it("is not lost in rounding to binary32", async () => {
    const rounded: Curve = (x) => Math.fround(0.1 * (x < 500 ? Math.fround(x / 500) : cosine(x - 500, 9500)));
    expect((await told(rounded, 10_000)).text).toBe(
      "begins at 0.0002, rises to 0.1 (update 500), falls to 0 (10000)",
    );
  });

  it("says what does not hold still in few words, and marks no more than its ends", async () => {
    const { text, points } = await told((x) => Math.sin(x), 1000);
    expect(text.length).toBeLessThan(200);
    expect(text).toMatch(/, and so on, last 0\.8269 \(1000\), below zero from update 4$/);
    expect(points.length).toBe(2);
  });
});

describe("samples", () => {
  it("hold the first and the last point, and thinned ones every peak and hole", async () => {
    const at: Curve = (x) => (x === 77_777 ? 5 : x === 33_333 ? Number.NaN : 1);
    const samples = await sampled(at, 1, 100_000, 100_000, async () => undefined);
    const points = thinned(samples);
    expect(points.length).toBeLessThan(2100);
    expect([points[0], points.at(-1)]).toEqual([
      [1, 1],
      [100_000, 1],
    ]);
    expect(points).toContainEqual([77_777, 5]);
    expect(points).toContainEqual([33_333, Number.NaN]);
  });
});
