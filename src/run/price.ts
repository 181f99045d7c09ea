/** run: what one update of a parameter of a known shape costs. */
import type { Binding, Cost } from "../spec/program.ts";
import { SHAPES } from "../spec/types.ts";
import type { Extent } from "./extent.ts";
import { extentOf, lengthOf } from "./extent.ts";
import { bodyFor } from "./parameters.ts";

/** Of one parameter and one update. */
export interface Price {
  readonly elements: number;
  /** Operations, at the most. */
  readonly operations: number;
  /** Bytes of weight, gradient and state read and written. */
  readonly bytes: number;
  /** Bytes that the optimizer keeps for the parameter. */
  readonly stateBytes: number;
}

/** The operations that a cost comes to for a parameter this large; a side of 0 counts as 1, since what is folded from it is there. */
export function operationsOf({ scalar, element, product, cube }: Cost, extent: Extent): number {
  const [stack, rows, cols] = [extent.stack, extent.rows, extent.cols].map((side) => Math.max(1, side)) as [
    number,
    number,
    number,
  ];
  const size = stack * rows * cols;
  const longer = Math.max(rows, cols);
  return scalar + element * size + product * size * longer + cube * stack * longer ** 3;
}

/** What one update of a parameter of this shape costs under a binding of a checked program. */
export function priceOf(binding: Binding, shape: readonly number[]): Price {
  const extent = extentOf(shape);
  const { cost, slots } = bodyFor(binding, shape);
  const stateBytes = slots.reduce((sum, slot) => {
    if (slot.shape === "shared") return sum;
    return sum + (slot.shape === "scalar" ? 8 : 4 * lengthOf(SHAPES[slot.shape], extent));
  }, 0);
  return {
    elements: extent.size,
    operations: operationsOf(cost, extent),
    bytes: extent.size * cost.bytes,
    stateBytes,
  };
}
