/** chart: how much of a curve is worth drawing. In: the curve, and the counts that it was made with. Out: a number of points. Imports nothing. */

export interface Curve {
  /** Its value at a point, counted from 1. */
  readonly at: (point: number) => number;
  /** Points that it stays the same for at the least. */
  readonly every: number;
  /** The largest number of points among its arguments, which may mean something else; 0: there is none. */
  readonly longest: number;
  /** The largest sum of such numbers in one list. */
  readonly together: number;
  /** How many points there will be, if that is known. */
  readonly total?: number;
  /** How far it may be looked at. */
  readonly reach: number;
}

/** Drawn of a curve that says nothing of itself. */
const SHORT = 1000;
/** Looked for the end of a curve that says nothing of itself. */
const LONG = 200_000;
/** Looked at for a decision. */
const SAMPLES = 10_000;
/** A part of a curve's whole height: nothing, what ends a fall or a rise, and what no eye follows any more. */
const HEIGHT = { nothing: 1e-9, turn: 0.01, faint: 0.05 } as const;
/** Times a count: what one look must take in, what a curve without an end is drawn for, and at the least. */
const LOOK = 2.5;
const ENOUGH = 10;
const SOME = 4;
const CYCLES = 3;
/** How near the middle of a look a line without an end has half its height. */
const STRAIGHT = 0.05;

/** What was seen in one look. */
interface Seen {
  readonly window: number;
  readonly points: readonly (readonly [point: number, value: number])[];
  readonly height: number;
}

function look({ at }: Curve, window: number): Seen {
  const stride = Math.max(1, Math.ceil(window / SAMPLES));
  const points: (readonly [number, number])[] = [];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let point = 1; point <= window; point += stride) {
    const value = at(point);
    if (!Number.isFinite(value)) continue;
    points.push([point, value]);
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { window, points, height: Math.max(0, high - low) };
}

/** The point from which on the curve keeps within a part of its height of where it ends, if the look's second half is all so. */
function settled({ window, points, height }: Seen, part: number): number | undefined {
  const end = points.at(-1)?.[1] ?? 0;
  const moving = points.findLastIndex(([, value]) => Math.abs(value - end) > part * height);
  const first = points[moving + 1]?.[0];
  return first === undefined || first > window / 2 ? undefined : first;
}

/** The lowest points between a fall and a rise, both of which can be seen. */
function valleys({ points, height }: Seen): readonly number[] {
  const turn = HEIGHT.turn * height;
  const found: number[] = [];
  let [high, low, lowest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
  let falls = false;
  for (const [point, value] of points) {
    if (!falls) {
      high = Math.max(high, value);
      falls = value < high - turn;
      if (falls) [low, lowest] = [value, point];
    } else if (value <= low) [low, lowest] = [value, point];
    else if (value > low + turn) {
      found.push(lowest);
      [falls, high] = [false, value];
    }
  }
  return found;
}

/** Of a point and the one before it the one that reads better: what begins anew with point 301 ends with 300. */
function round(point: number): number {
  const digits = (value: number): number => String(value).replace(/0+$/, "").length;
  return digits(point - 1) < digits(point) ? point - 1 : point;
}

/** A quarter more, as two or three digits say it. */
function withMargin(points: number): number {
  const unit = Math.max(1, 5 * 10 ** (Math.floor(Math.log10(points)) - 2));
  return Math.max(points, Math.round((points * 1.25) / unit) * unit);
}

/** What one look says, if it says anything. */
function decided({ every, longest, together }: Curve, seen: Seen): number | undefined {
  const still = settled(seen, HEIGHT.nothing);
  const faint = settled(seen, HEIGHT.faint);
  // What is named is shown, however faint; what is not, such as the end of a fall by halves, only while it can be seen.
  if (still !== undefined && still <= 2 * Math.max(together, faint ?? 0)) return withMargin(still);
  const cycled = still === undefined ? valleys(seen)[CYCLES - 1] : undefined;
  if (cycled !== undefined) return round(cycled);
  if (faint === undefined) return undefined;
  const shown = Math.max(every, withMargin(faint));
  return longest > 0 ? Math.min(ENOUGH * longest, shown) : shown;
}

/** For a curve without an end: by its counts, or else until it is well past the middle of what was seen of it. */
function undecided({ every, longest, reach }: Curve, { window, points, height }: Seen): number {
  if (height === 0) return SHORT * every;
  if (longest > 0) return Math.max(SOME * longest, Math.min(ENOUGH * longest, reach));
  const start = points[0]?.[1] ?? 0;
  const middle = points.find(([, value]) => Math.abs(value - start) > height / 2)?.[0] ?? 0;
  // A straight line is as good in any part of it.
  if (Math.abs(middle / window - 0.5) < STRAIGHT) return SHORT * every;
  return withMargin(Math.max(SHORT * every, SOME * middle));
}

/**
 * How many points show the whole course of a curve: until it changes no more, or has gone down and up again three times, or
 * has faded, whichever comes first.
 */
export function courseOf(curve: Curve): number {
  const { every, longest, together, total, reach } = curve;
  if (total !== undefined) return total;
  let window = Math.ceil(Math.max(SHORT * every, LOOK * together));
  if (window > reach) return withMargin(longest);
  const most = Math.min(reach, Math.max(LONG * every, ENOUGH * longest));
  for (;;) {
    const seen = look(curve, window);
    const points = seen.height > 0 ? decided(curve, seen) : undefined;
    if (points !== undefined) return points;
    if (window * 2 > most) return undecided(curve, seen);
    window *= 2;
  }
}
