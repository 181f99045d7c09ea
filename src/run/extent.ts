/** run: how large the tensors of a parameter are, as a stack of matrices, and how the small ones spread over the large. */
import type { Side, TensorShape } from "../spec/types.ts";
import { sidesOf } from "../spec/types.ts";

/** A parameter as a stack of matrices: its last dimension is the columns, the one before it the rows, all others the stack. */
export interface Extent {
  readonly rank: number;
  readonly stack: number;
  readonly rows: number;
  readonly cols: number;
  readonly size: number;
}

/** The matrices of a parameter's shape; no dimensions at all: one element. */
export function extentOf(shape: readonly number[]): Extent {
  const stack = shape.slice(0, -2).reduce((product, side) => product * side, 1);
  const [rows, cols] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const size = stack * rows * cols;
  return { rank: shape.length, stack, rows, cols, size };
}

const lengthOfSide = (side: Side, { rows, cols }: Extent): number => ({ R: rows, C: cols, "1": 1 })[side];

/** Rows and columns of one matrix of a shape. */
export function matrixOf(
  shape: TensorShape,
  extent: Extent,
): { readonly rows: number; readonly cols: number } {
  const [rows, cols] = sidesOf(shape);
  return { rows: lengthOfSide(rows, extent), cols: lengthOfSide(cols, extent) };
}

/** How many numbers a tensor of a shape holds. */
export function lengthOf(shape: TensorShape, extent: Extent): number {
  const { rows, cols } = matrixOf(shape, extent);
  return extent.stack * rows * cols;
}

/** Each value at all of the places of a larger shape that it stands for. */
export function spreadTo(
  data: Float32Array,
  from: TensorShape,
  to: TensorShape,
  extent: Extent,
): Float32Array {
  if (from === to) return data;
  const [small, large] = [matrixOf(from, extent), matrixOf(to, extent)];
  const [fromRows, fromCols] = sidesOf(from);
  const out = new Float32Array(lengthOf(to, extent));
  let i = 0;
  for (let matrix = 0; matrix < extent.stack; matrix++) {
    for (let row = 0; row < large.rows; row++) {
      const line = (matrix * small.rows + (fromRows === "1" ? 0 : row)) * small.cols;
      for (let col = 0; col < large.cols; col++)
        out[i++] = data[line + (fromCols === "1" ? 0 : col)] as number;
    }
  }
  return out;
}
