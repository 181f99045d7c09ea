/**
 * run: reductions with one order of additions, whatever the number of threads. Elements are taken in blocks of 1024; inside a
 * block, element i goes to lane i mod 4, and the lanes are added as (0 + 1) + (2 + 3); block sums are added in order. All in
 * binary64.
 */
import type { Reduction } from "../spec/operations/operation.ts";
import type { TensorShape } from "../spec/types.ts";
import type { Extent } from "./extent.ts";
import { matrixOf } from "./extent.ts";

const BLOCK = 1024;

interface Range {
  readonly start: number;
  readonly stride: number;
  readonly count: number;
}

/** The sum of `term(data[start + i * stride])` for i from 0 to count - 1. */
export function blockSum(data: Float32Array, range: Range, term: (element: number) => number): number {
  const { start, stride, count } = range;
  const lanes = new Float64Array(4);
  let total = 0;
  for (let block = 0; block < count; block += BLOCK) {
    lanes.fill(0);
    const end = Math.min(block + BLOCK, count);
    for (let i = block; i < end; i++) {
      const lane = i & 3;
      lanes[lane] = (lanes[lane] as number) + term(data[start + i * stride] as number);
    }
    const [l0, l1, l2, l3] = lanes as unknown as [number, number, number, number];
    total += l0 + l1 + (l2 + l3);
  }
  return total;
}

/** The greatest term; minus infinity of none. NaN is never greater. */
function greatest(
  data: Float32Array,
  { start, stride, count }: Range,
  term: (element: number) => number,
): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const value = term(data[start + i * stride] as number);
    if (value > most) most = value;
  }
  return most;
}

const FOLDS = { sum: blockSum, greatest } satisfies { [F in Reduction["fold"]]: typeof blockSum };

/** A tensor folded: to a number, or to one number for each row or column of its matrices. */
export function reduce(
  { along, fold, term, finish }: Reduction,
  data: Float32Array,
  shape: TensorShape,
  extent: Extent,
): number | Float32Array {
  if (along === "all") {
    return finish(FOLDS[fold](data, { start: 0, stride: 1, count: data.length }, term), data.length);
  }
  const { rows, cols } = matrixOf(shape, extent);
  const [lines, count] = along === "row" ? [rows, cols] : [cols, rows];
  const out = new Float32Array(extent.stack * lines);
  out.forEach((_, i) => {
    const matrix = Math.floor(i / lines);
    const line = i % lines;
    const start = matrix * rows * cols + (along === "row" ? line * cols : line);
    out[i] = finish(FOLDS[fold](data, { start, stride: along === "row" ? 1 : cols, count }, term), count);
  });
  return out;
}
