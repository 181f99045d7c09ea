/**
 * run: gradients that have some rows of a parameter alone. As a rule they are those gradients with zeros in all other rows; a
 * rule whose `lazy_update` is true leaves those rows and their state as they are.
 */
import type { GradientSteps } from "../spec/tree.ts";
import { isElementwise } from "./elementwise.ts";
import { RunError } from "./errors.ts";
import type { Bound } from "./parameters.ts";
import type { Numbers } from "./precision.ts";

/** Rows of a parameter's first dimension: their numbers, ascending, and what stands in them, one after the other. */
export interface RowGradient {
  readonly rows: ArrayLike<number>;
  readonly data: Numbers;
}

/** Elements from one place up to another. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Whether what is handed over as a gradient is one of rows: what stands in it is not looked at. */
export function isRowGradient(gradient: unknown): gradient is RowGradient {
  return typeof gradient === "object" && gradient !== null && "rows" in gradient;
}

/** The hyperparameter by which a rule says so. */
const LAZY = "lazy_update";

function refused(path: string, message: string, hint?: string): RunError {
  return new RunError({ code: "gradient-rows", message, path, ...(hint === undefined ? {} : { hint }) });
}

/** Whether an update leaves other rows as they are. @throws RunError where the rule says so and cannot do it */
export function isLazy({ body, constants }: Bound, { clip_norm }: GradientSteps, path: string): boolean {
  if (constants.get(LAZY) !== 1) return false;
  if (isElementwise(body) && clip_norm === undefined) return true;
  throw refused(
    path,
    `\`${LAZY}\` is true, and an update of some rows takes numbers of others`,
    `set \`${LAZY}\` to false, or hand over the whole gradient`,
  );
}

/** The numbers of rows as they are now. @throws RunError for rows that are not those of the parameter, in order */
export function checkRows(path: string, given: unknown, { extent, first }: Bound): readonly number[] {
  const isList = Array.isArray(given) || (ArrayBuffer.isView(given) && !(given instanceof DataView));
  if (!isList) throw refused(path, "its rows are no list of numbers");
  if (extent.rank < 2) throw refused(path, "a parameter of one dimension has no rows");
  const rows = Array.from(given as ArrayLike<number>);
  let least = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (!Number.isInteger(row) || row < 0 || row >= first) {
      throw refused(path, `there is no row ${String(row)}: the parameter has ${first}`);
    }
    if (row < least) throw refused(path, `row ${row} does not come after row ${rows[i - 1]}`);
    least = row + 1;
  }
  return rows;
}

/** How many numbers stand in a row of the first dimension. */
export const rowSize = ({ extent, first }: Bound): number => (first === 0 ? 0 : extent.size / first);

/** Where the rows are in the parameter, neighbours as one. */
export function rangesOf(rows: ArrayLike<number>, size: number): readonly Range[] {
  const ranges: { from: number; to: number }[] = [];
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * size;
    const last = ranges.at(-1);
    if (last?.to === from) last.to = from + size;
    else ranges.push({ from, to: from + size });
  }
  return ranges;
}

/** Copies what stands one after the other to its ranges. */
export function scatter<T extends Numbers>(place: T, ranges: readonly Range[], data: T): T {
  let at = 0;
  for (const { from, to } of ranges) {
    place.set(data.subarray(at, at + to - from), from);
    at += to - from;
  }
  return place;
}

/** What stands in ranges, one after the other. */
export function gather<T extends Numbers>(place: T, ranges: readonly Range[]): T {
  const size = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  const data = (place instanceof Float32Array ? new Float32Array(size) : new Uint16Array(size)) as T;
  let at = 0;
  for (const { from, to } of ranges) {
    data.set(place.subarray(from, to), at);
    at += to - from;
  }
  return data;
}
