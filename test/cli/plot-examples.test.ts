/** `optseal plot` of each schedule in examples/specs, in both forms: what must be true of any picture. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { scheduleNames } from "../../src/index.ts";
import { optseal } from "./fake-io.ts";

const SPECS = fileURLToPath(new URL("../../examples/specs", import.meta.url));
const numbers = (text: string): readonly number[] => (text.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number);

/** The curves of an image, each with its corners and its landmarks. */
function curvesIn(image: string) {
  const paths = [...image.matchAll(/<path d="([^"]*)" stroke="(#\w+)" stroke-width="2"/g)];
  return paths.map(([, d = "", colour]) => {
    const at = numbers(d);
    return { colour, xs: at.filter((_, i) => i % 2 === 0), ys: at.filter((_, i) => i % 2 === 1) };
  });
}

/** The areas of an image's charts. */
function framesIn(image: string) {
  return [...image.matchAll(/<path d="M([\d.]+) ([\d.]+)V([\d.]+)H([\d.]+)/g)].map((found) => {
    const [left = 0, top = 0, bottom = 0, right = 0] = found.slice(1).map(Number);
    return { left, top, bottom, right };
  });
}

const plot = async (name: string, ...more: string[]): Promise<string> => {
  const { exitCode, stdout, stderr } = await optseal(SPECS, ["plot", `${name}.yaml`, ...more]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout;
};

describe("each schedule's example", () => {
  it("is there", () => {
    for (const name of scheduleNames) expect(readFileSync(`${SPECS}/${name}.yaml`, "utf8")).toContain(name);
    expect(scheduleNames.length).toBeGreaterThan(50);
  });

  it.each(scheduleNames)(
    "%s: an image that holds its curves and landmarks, the same each time",
    async (name) => {
      const image = await plot(name, "--svg", "-");
      expect(await plot(name, "--svg", "-")).toBe(image);
      expect(image).not.toMatch(/NaN|Infinity|undefined|<script|href|\d{9}/);
      expect(image).toMatch(/^<svg [^>]*role="img"[^>]*>\n<title>[^<]+<\/title>\n<desc>[^<]+<\/desc>\n/);
      const [curves, frames] = [curvesIn(image), framesIn(image)];
      expect(curves.length).toBe(frames.length);
      for (const [i, { left, top, bottom, right }] of frames.entries()) {
        const { xs, ys } = curves[i] as (typeof curves)[number];
        expect([Math.min(...xs), Math.max(...xs)]).toEqual([left, right]);
        expect(Math.min(...ys)).toBeGreaterThanOrEqual(top);
        expect(Math.max(...ys)).toBeLessThanOrEqual(bottom);
        expect(Math.max(...xs.map((x, at) => (xs[at - 1] ?? 0) - x))).toBeLessThanOrEqual(0);
      }
      const marks = [...image.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [
        Number(x),
        Number(y),
      ]);
      expect(marks.length).toBeGreaterThanOrEqual(2 * frames.length);
      for (const [x = -1, y = -1] of marks) {
        const on = curves.some(({ xs, ys }) => xs.some((one, i) => Math.abs(one - x) < 1 && ys[i] === y));
        expect(on, `a landmark at ${x} ${y} on no curve`).toBe(true);
      }
    },
  );

  it.each(scheduleNames)("%s: in the terminal no wider than 80 columns, with landmarks", async (name) => {
    const text = await plot(name);
    expect(text).not.toMatch(/NaN|Infinity|undefined|\d{9}|\u001b/);
    for (const line of text.split("\n")) expect([...line].length).toBeLessThanOrEqual(80);
    expect(text).toMatch(/[\u2801-\u28ff]/);
    expect(text).toMatch(/[┤│].*o/);
    expect(text).toMatch(/^begins at .*, | throughout$/m);
  });
});

it("no example of another schedule has been forgotten", () => {
  const found = readdirSync(SPECS, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".yaml"))
    .filter((path) => /^schedule:/m.test(readFileSync(`${SPECS}/${path}`, "utf8")))
    .map((path) => path.replace(/\\/g, "/").replace(/\.yaml$/, ""));
  expect(found.sort()).toEqual([...scheduleNames].sort());
});
