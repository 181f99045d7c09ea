/** chart: the very point where a phase ends, between samples. In: samples and a place among them. Out: a point. Imports nothing but its own folder. */
import type { Samples } from "./samples.ts";
import type { Point } from "./scale.ts";

/** How far apart two values are; a number and none are as far as can be. */
function apart(a: number, b: number): number {
  if (Number.isFinite(a) !== Number.isFinite(b)) return Number.POSITIVE_INFINITY;
  return Number.isFinite(a) ? Math.abs(a - b) : 0;
}

/** The first point behind the greatest leap between a sample and the next. */
export function behindLeap({ values, x, at }: Samples, place: number): Point {
  const [from, to] = [x(place), x(place + 1)];
  if (to - from === 1) return [to, values[place + 1] as number];
  let before = values[place] as number;
  let [found, size] = [[to, values[place + 1] as number] as Point, -1];
  for (let i = from + 1; i <= to; i++) {
    const value = at(i);
    if (apart(before, value) > size) [found, size] = [[i, value], apart(before, value)];
    before = value;
  }
  return found;
}

/** How much a value looks like what is sought around a sample: the end of a flat stretch, an extreme, or else a bend. */
function scoreAt({ values, x }: Samples, place: number): (i: number, value: number) => number {
  const [from, to] = [x(place - 1), x(place + 1)];
  const [begin, here, end] = [values[place - 1], values[place], values[place + 1]] as [
    number,
    number,
    number,
  ];
  if (here === end) return (i, value) => (value === here ? to - i : 0);
  if (here === begin) return (i, value) => (value === here ? i - from : 0);
  if (here > begin === here > end) return (_, value) => (here > begin ? value - here : here - value);
  // The farthest from the straight line between its neighbours.
  return (i, value) => Math.abs(value - (begin + (end - begin) * ((i - from) / (to - from))));
}

/** The point around a sample where a phase ends. */
export function corner(samples: Samples, place: number): Point {
  const { values, x, at } = samples;
  const isInside = place > 0 && place + 1 < values.length;
  let [found, best] = [[x(place), values[place] as number] as Point, Number.NEGATIVE_INFINITY];
  if (!isInside || x(place + 1) - x(place - 1) <= 2) return found;
  const score = scoreAt(samples, place);
  for (let i = x(place - 1) + 1; i < x(place + 1); i++) {
    const value = at(i);
    if (score(i, value) > best) [found, best] = [[i, value], score(i, value)];
  }
  return found;
}
