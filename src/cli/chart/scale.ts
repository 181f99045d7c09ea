/** chart: what a chart shows, and the scale of an axis. In: the numbers to be shown. Out: round numbers for its ticks. Imports nothing. */

export type Point = readonly [x: number, y: number];

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  /** What is told of it below the title, behind its name where there are several. */
  readonly note?: string;
  /** Points that an image shows with a dot. */
  readonly marks?: readonly Point[];
}

export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
}

export interface Axis {
  readonly low: number;
  readonly high: number;
  /** In order, the first at or above `low`, the last at or below `high`. */
  readonly ticks: readonly number[];
}

/** A line of text for each series that has a note, and where the series stands. */
export function notesOf(series: readonly Series[]): readonly (readonly [text: string, place: number])[] {
  return series.flatMap(({ name, note }, i) => {
    if (note === undefined) return [];
    return [[series.length > 1 ? `${name}: ${note}` : note, i] as const];
  });
}

/** A part of a step that no eye sees: how far beyond its last tick an axis may go. */
const UNSEEN = 1e-6;

/** Least and greatest of the finite numbers; 0 and 1 if there are none. */
function extent(values: Iterable<number>): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 1];
}

/** 1, 2, 2.5 or 5 times a power of ten: the least that makes at most `most` steps of the span. */
function stepFor(span: number, most: number): number {
  const unit = 10 ** Math.floor(Math.log10(span / most));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * unit).find((step) => span / step <= most) ?? 10 * unit;
}

/**
 * An axis that shows all values. `fromZero`: begins at zero where the values are above it and reach down to less than half
 * of the greatest, and ends on a tick.
 */
export function axis(values: Iterable<number>, most: number, fromZero: boolean): Axis {
  let [low, high] = extent(values);
  if (fromZero && low > 0 && low <= high / 2) low = 0;
  if (fromZero && low === high) [low, high] = high > 0 ? [0, high * 2] : high < 0 ? [high * 2, 0] : [0, 1];
  if (low === high) high = low + 1;
  const step = stepFor((high - low) * (1 - UNSEEN), most);
  // Far from zero a step may be lost in rounding: such an axis shows its ends.
  if (!(step > 0 && Number.isFinite(step) && high + step > high)) return { low, high, ticks: [low, high] };
  if (fromZero) {
    low = Math.min(low, Math.floor(low / step + UNSEEN) * step);
    high = Math.max(high, Math.ceil(high / step - UNSEEN) * step);
  }
  const ticks: number[] = [];
  const first = Math.ceil(low / step - UNSEEN);
  const last = Math.floor(high / step + UNSEEN);
  for (let i = first; i <= last; i++) ticks.push(Number((i * step).toPrecision(12)));
  return { low, high, ticks };
}

/** The horizontal axis of all these series; where they have whole numbers only, so have its ticks. */
export function xAxis(series: readonly Series[], most: number): Axis {
  const values = series.flatMap(({ points }) => points.map(([x]) => x));
  const { low, high, ticks } = axis(values, most, false);
  return { low, high, ticks: values.every(Number.isInteger) ? ticks.filter(Number.isInteger) : ticks };
}

/** The vertical axis of all these series. */
export function yAxis(series: readonly Series[], most: number): Axis {
  return axis(
    series.flatMap(({ points }) => points.map(([, y]) => y)),
    most,
    true,
  );
}

/** Where a value is on an axis: 0 is its low end, 1 its high end. */
export function placeOn({ low, high }: Axis, value: number): number {
  // Halves: the whole of an axis between the greatest numbers is no number any more.
  return (value / 2 - low / 2) / (high / 2 - low / 2);
}

/** A number as an axis shows it. */
export function tickText(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4)
    return value
      .toExponential()
      .replace("e+", "e")
      .replace(/\.?0+e/, "e");
  return String(Number(value.toPrecision(8)));
}

/** A number of a curve in a sentence: four digits of it. */
export function valueText(value: number): string {
  return tickText(Number(value.toPrecision(4)));
}
