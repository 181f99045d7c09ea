import { describe, expect, it } from "vitest";
import type { Chart, Point } from "../../src/cli/chart/scale.ts";
import { axis, tickText } from "../../src/cli/chart/scale.ts";
import { lineChart as svg } from "../../src/cli/chart/svg.ts";
import { lineChart as terminal } from "../../src/cli/chart/terminal.ts";

const chart = (points: readonly Point[], more: Partial<Chart> = {}): Chart => ({
  title: "title",
  xLabel: "update",
  yLabel: "rate",
  series: [{ name: "one", points }],
  ...more,
});

describe("axis", () => {
  it.each([
    [[0, 1], 5, true, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [[1, 5000], 6, false, [1000, 2000, 3000, 4000, 5000]],
    [[0.001, 0.1], 5, true, [0, 0.02, 0.04, 0.06, 0.08, 0.1]],
    [[-1, 1], 4, true, [-1, -0.5, 0, 0.5, 1]],
    [[3, 3], 4, true, [0, 2, 4, 6]],
    [[], 4, true, [0, 0.25, 0.5, 0.75, 1]],
    [[Number.NaN, Number.POSITIVE_INFINITY], 4, true, [0, 0.25, 0.5, 0.75, 1]],
  ])("of %j in at most %i steps has round numbers", (values, most, fromZero, ticks) => {
    expect(axis(values, most, fromZero).ticks).toEqual(ticks);
  });

  it("holds all values, whatever their size, with few ticks", () => {
    for (const low of [0, 1, -5, 1e-300, 1e300, -1e308, 2 ** 53]) {
      for (const span of [0, 1e-9, 1, 1e17, 1e300]) {
        const { low: from, high: to, ticks } = axis([low, low + span], 6, true);
        expect(from).toBeLessThanOrEqual(low);
        expect(to).toBeGreaterThanOrEqual(low + span);
        expect(to).toBeGreaterThan(from);
        expect(ticks.length).toBeLessThan(12);
      }
    }
  });

  it("writes numbers shortly", () => {
    expect([0, 0.1, 1500, 1e6, 1.5e6, 2.5e-5, -0.25, 1e-4].map(tickText)).toEqual([
      "0",
      "0.1",
      "1500",
      "1e6",
      "1.5e6",
      "2.5e-5",
      "-0.25",
      "0.0001",
    ]);
  });
});

describe("in the terminal", () => {
  const long = Array.from({ length: 500 }, (_, i): Point => [i + 1, Math.cos(i / 50)]);

  it.each([40, 80, 120])("no line is longer than %i characters, and none has colours", (columns) => {
    const text = terminal([chart(long, { title: "x".repeat(300) })], { columns });
    for (const line of text.split("\n")) expect([...line].length).toBeLessThanOrEqual(columns);
    expect(text).not.toContain("\u001b");
    expect(text.split("\n")).toHaveLength(2 + 16 + 3 + 1);
  });

  it("draws a falling line from the top left to the bottom right", () => {
    const falling = chart([
      [0, 1],
      [1, 0],
    ]);
    const lines = terminal([falling], { columns: 40, rows: 8 }).split("\n").slice(2, 10);
    const first = lines.map((line) => line.search(/[\u2801-\u28ff]/));
    expect(first).toEqual([...first].sort((a, b) => a - b));
    expect(first[0]).toBeLessThan(10);
    expect(first[7]).toBeGreaterThan(30);
  });

  it("draws what has no points, one point, or numbers without end", () => {
    for (const points of [
      [],
      [[1, 1]],
      [
        [1, Number.NaN],
        [2, 1],
        [3, Number.POSITIVE_INFINITY],
      ],
    ] as Point[][])
      expect(terminal([chart(points)]).split("\n").length).toBe(22);
  });
});

describe("as an image", () => {
  it("is one self-contained element with title, axes and numbers", () => {
    const image = svg(
      chart([
        [0, 0],
        [100, 0.5],
      ]),
    );
    expect(image).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 720 400"/);
    expect(image.match(/<svg/g)).toHaveLength(1);
    for (const text of ["title", "update", "rate", "100", "0.5"]) expect(image).toContain(`>${text}</text>`);
    expect(image.replace("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|href|<script|<style|<image/);
    expect(image).toContain('d="M76 338L700 48"');
  });

  it("escapes all text", () => {
    const evil = '</title><script>alert(1)</script>&"\u0000\u202e';
    const image = svg(
      chart([[0, 0]], {
        title: evil,
        xLabel: evil,
        yLabel: evil,
        series: [
          { name: evil, points: [] },
          { name: evil, points: [] },
        ],
      }),
    );
    for (const part of ["<script", "\u0000", "\u202e"]) expect(image).not.toContain(part);
    expect(image).toContain("&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;\ufffd\ufffd");
  });

  it("breaks a line where numbers end, and writes no number that is none", () => {
    const image = svg(
      chart([
        [0, 1],
        [1, Number.NaN],
        [2, 1],
        [3, Number.POSITIVE_INFINITY],
        [4, 0],
      ]),
    );
    expect(image).not.toMatch(/NaN|Infinity/);
    expect(image.match(/ d="M[\d. ]+M[\d. ]+M[\d. ]+" stroke="#2f7fe0"/)).not.toBeNull();
  });

  it("has no part of an update on its axis", () => {
    const few = chart([
      [1, 0.5],
      [2, 0.75],
      [3, 1],
    ]);
    expect(svg(few)).not.toContain(">1.5</text>");
    expect(terminal([few])).toMatch(/^ +1 +2 +3$/m);
  });

  it("tells of its landmarks and lines in words too", () => {
    const series = [
      { name: "one", points: [[1, 0.5]] as Point[], note: "<falls>", marks: [[1, 0.5]] as Point[] },
    ];
    const image = svg(chart([], { series }));
    expect(image).toContain("<title>title</title>\n<desc>rate by update: &lt;falls&gt;.</desc>");
    expect(image).toContain("<title>update 1: 0.5</title></circle>");
    expect(terminal([chart([], { series })])).toMatch(/[┤│] *o/);
  });

  it("names several lines", () => {
    const series = ["sgd", "adam"].map((name) => ({ name, points: [[0, 1]] as Point[] }));
    expect(svg(chart([], { series }))).toMatch(/>sgd<\/text>[\s\S]*>adam<\/text>/);
  });
});
