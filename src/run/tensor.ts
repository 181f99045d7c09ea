/**
 * run: the reference engine's tensors: plain loops over Float32Arrays, one binary32 rounding for each written operation. This
 * is the definition that other engines are held to.
 */
import { bug } from "../base/errors.ts";
import type { Elementwise, Reduction } from "../spec/operations/operation.ts";
import type { Node } from "../spec/program.ts";
import type { TensorShape, Type } from "../spec/types.ts";
import { isTensor } from "../spec/types.ts";
import { blockSum } from "./reduce.ts";

/** A parameter as a matrix: its last dimension is the columns, all others together the rows. */
export interface Extent {
  readonly rows: number;
  readonly cols: number;
}

/** What the names of an update stand for: scalars as numbers, tensors as arrays of their shape's length. */
export type Values = Map<string, number | Float32Array>;

/** How many numbers a tensor of a shape holds. */
export function lengthOf(shape: TensorShape, { rows, cols }: Extent): number {
  return { like: rows * cols, row: rows, col: cols }[shape];
}

/** The matrix view of a parameter's shape; no dimensions at all: one element. */
export function extentOf(shape: readonly number[]): Extent {
  return { rows: shape.slice(0, -1).reduce((product, size) => product * size, 1), cols: shape.at(-1) ?? 1 };
}

/** The value of a node: a number for scalars, else an array that the caller must not write to. */
export function evaluate(node: Node, values: Values, extent: Extent): number | Float32Array {
  if (node.kind === "name") {
    const value = values.get(node.name);
    if (value === undefined) throw bug(`no value ${node.name}`);
    return value;
  }
  if (node.kind === "literal") return node.value;
  if (node.kind === "lookup")
    return node.operation.apply(node.list, evaluate(node.operand, values, extent) as number);
  const operands = node.operands.map((operand) => evaluate(operand, values, extent));
  if (node.operation.kind === "reduction") {
    return reduce(node.operation, operands[0] as Float32Array, extent);
  }
  if (node.operation.kind !== "elementwise") throw bug(`${node.operation.name} is not settled`);
  if (!isTensor(node.type)) return node.operation.apply(...(operands as number[]));
  const shape = node.type.shape;
  const spread = operands.map((operand, i) => {
    const type = (node.operands[i] as Node).type;
    if (typeof operand === "number") return Math.fround(operand);
    return isTensor(type) ? spreadTo(operand, type.shape, shape, extent) : operand;
  });
  return elementwise(node.operation, spread, lengthOf(shape, extent));
}

function elementwise(
  { apply }: Elementwise,
  operands: readonly (number | Float32Array)[],
  length: number,
): Float32Array {
  const out = new Float32Array(length);
  const at = (operand: number | Float32Array | undefined, i: number): number =>
    typeof operand === "number" ? operand : ((operand as Float32Array)[i] as number);
  const [a, b, c] = operands;
  if (operands.length === 1) {
    for (let i = 0; i < length; i++) out[i] = apply(at(a, i));
  } else if (operands.length === 2) {
    for (let i = 0; i < length; i++) out[i] = apply(at(a, i), at(b, i));
  } else {
    for (let i = 0; i < length; i++) out[i] = apply(at(a, i), at(b, i), at(c, i));
  }
  return out;
}

/** A tensor as long as the place that it is put in: rows and columns may be put in a place like the parameter. */
export function spreadOver(
  place: Float32Array,
  data: Float32Array,
  type: Type,
  extent: Extent,
): Float32Array {
  if (data.length === place.length || !isTensor(type)) return data;
  return spreadTo(data, type.shape, "like", extent);
}

/** A row or column value at each of the elements that it stands for. */
function spreadTo(data: Float32Array, from: TensorShape, to: TensorShape, extent: Extent): Float32Array {
  if (from === to) return data;
  const { rows, cols } = extent;
  const out = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) out[row * cols + col] = data[from === "row" ? row : col] as number;
  }
  return out;
}

function reduce(
  { along, term, finish }: Reduction,
  data: Float32Array,
  { rows, cols }: Extent,
): number | Float32Array {
  if (along === "all") {
    return finish(blockSum(data, { start: 0, stride: 1, count: data.length }, term), data.length);
  }
  const [lines, count] = along === "row" ? [rows, cols] : [cols, rows];
  const out = new Float32Array(lines);
  for (let line = 0; line < lines; line++) {
    const range =
      along === "row" ? { start: line * cols, stride: 1, count } : { start: line, stride: cols, count };
    out[line] = finish(blockSum(data, range, term), count);
  }
  return out;
}
