/** chart: a curve's values at evenly spaced points. In: a function of whole numbers. Out: its samples, and as many as an image can show. Imports nothing but its own folder. */
import type { Point } from "./scale.ts";

export interface Samples {
  readonly values: Float64Array;
  /** Where a sample is, by its place from 0. */
  readonly x: (place: number) => number;
  /** The curve itself, for what lies between two samples. */
  readonly at: (x: number) => number;
}

/** Told how many samples have been taken. */
export type Told = (taken: number) => Promise<void>;

/** Samples between two calls of {@link Told}. */
const PAUSE = 4096;
/** Points of a drawn curve: more than an image has columns. */
const POINTS = 2000;

/** `most` samples of `count` points from `from` on, or one of each; the first and the last point are among them. */
export async function sampled(
  at: (x: number) => number,
  from: number,
  count: number,
  most: number,
  tell: Told,
): Promise<Samples> {
  const size = Math.min(count, Math.max(2, most));
  const step = size === 1 ? 0 : (count - 1) / (size - 1);
  const x = (place: number): number => from + Math.round(place * step);
  const values = new Float64Array(size);
  for (let place = 0; place < size; place++) {
    if (place % PAUSE === 0) await tell(place);
    values[place] = at(x(place));
  }
  return { values, x, at };
}

/** The first, least, greatest and last sample of each stretch, so that no peak is lost; of numbers without end the first. */
export function thinned({ values, x }: Samples): readonly Point[] {
  const stretch = values.length <= POINTS ? 1 : Math.ceil((4 * values.length) / POINTS);
  const points: Point[] = [];
  for (let begin = 0; begin < values.length; begin += stretch) {
    const end = Math.min(values.length, begin + stretch);
    let [low, high, hole] = [begin, begin, -1];
    for (let i = begin; i < end; i++) {
      const value = values[i] as number;
      if (!Number.isFinite(value)) hole = hole < 0 ? i : hole;
      if (value < (values[low] as number)) low = i;
      if (value > (values[high] as number)) high = i;
    }
    const kept = new Set([begin, low, high, end - 1, ...(hole < 0 ? [] : [hole])]);
    for (const i of [...kept].sort((a, b) => a - b)) points.push([x(i), values[i] as number]);
  }
  return points;
}
