/** chart: the points of a curve that are worth a number: its ends, and what lies above and below them. In: points. Out: those, and words. */
import type { Point } from "./scale.ts";
import { tickText } from "./scale.ts";

type Landmark = readonly [word: string, point: Point];

/** Parts of a curve's height: what no one sees, and what is the same but for rounding. */
const NEAR = 0.005;
const SAME = 1e-9;

/** A number of a curve in a sentence: four digits of it. */
export function valueText(value: number): string {
  return tickText(Number(value.toPrecision(4)));
}

/** The first point and the last, and between them the greatest and the least where they are more and less than both. */
function landmarksOf(points: readonly Point[]): readonly Landmark[] {
  const drawn = points.filter(([, y]) => Number.isFinite(y));
  const [first, last] = [drawn[0], drawn.at(-1)];
  if (first === undefined || last === undefined) return [];
  const top = drawn.reduce((most, [, y]) => Math.max(most, y), first[1]);
  const floor = drawn.reduce((most, [, y]) => Math.min(most, y), first[1]);
  const [near, same] = [NEAR * (top - floor), SAME * (top - floor)];
  const greatest = drawn.find(([, y]) => y >= top - same) as Point;
  const least = drawn.find(([, y]) => y <= floor + same) as Point;
  const isEnd = ([, y]: Point): boolean => [first, last].some(([, end]) => Math.abs(y - end) <= near);
  const found = (
    [
      ["greatest", greatest],
      ["least", least],
    ] as const
  ).filter(([, point]) => !isEnd(point));
  return [["first", first], ...found, ["last", last]];
}

/** The points themselves, for an image to mark. */
export function marksOf(points: readonly Point[]): readonly Point[] {
  return landmarksOf(points).map(([, point]) => point);
}

/** The same in words: `first 0.004, greatest 0.1 (update 301), last 4e-7 (update 1250)`. */
export function landmarksText(points: readonly Point[], xLabel: string): string {
  const found = landmarksOf(points);
  const values = new Set(found.map(([, [, y]]) => valueText(y)));
  if (values.size === 1) return `${[...values][0]} throughout`;
  return found
    .map(([word, [x, y]]) => `${word} ${valueText(y)}${word === "first" ? "" : ` (${xLabel} ${x})`}`)
    .join(", ");
}
