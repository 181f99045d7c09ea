/** run: the reference engine's matrix products, for each matrix of a stack. */
import type { TensorShape } from "../spec/types.ts";
import { shapeOf, sidesOf } from "../spec/types.ts";
import type { Extent } from "./extent.ts";
import { lengthOf, matrixOf } from "./extent.ts";

/** Sums of products in binary64, from the first to the last, rounded once. */
export function multiply(
  a: Float32Array,
  shapeOfA: TensorShape,
  b: Float32Array,
  shapeOfB: TensorShape,
  extent: Extent,
): Float32Array {
  const { rows, cols: inner } = matrixOf(shapeOfA, extent);
  const { cols } = matrixOf(shapeOfB, extent);
  const out = new Float32Array(lengthOf(shapeOf(sidesOf(shapeOfA)[0], sidesOf(shapeOfB)[1]), extent));
  let i = 0;
  for (let matrix = 0; matrix < extent.stack; matrix++) {
    for (let row = 0; row < rows; row++) {
      const left = (matrix * rows + row) * inner;
      for (let col = 0; col < cols; col++) {
        let sum = 0;
        for (let k = 0; k < inner; k++) {
          sum += (a[left + k] as number) * (b[(matrix * inner + k) * cols + col] as number);
        }
        out[i++] = sum;
      }
    }
  }
  return out;
}

/** Rows and columns exchanged. */
export function transpose(data: Float32Array, shape: TensorShape, extent: Extent): Float32Array {
  const { rows, cols } = matrixOf(shape, extent);
  const out = new Float32Array(data.length);
  for (let matrix = 0; matrix < extent.stack; matrix++) {
    const start = matrix * rows * cols;
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++) {
        out[start + col * rows + row] = data[start + row * cols + col] as number;
      }
    }
  }
  return out;
}
