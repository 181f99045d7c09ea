/** run: a fold of lines, a matrix product, a transposition or noise as a function of the frame and a range of its result. */
import { bug } from "../../base/errors.ts";
import type { MatrixOperation, Reduction } from "../../spec/operations/operation.ts";
import type { TensorShape } from "../../spec/types.ts";
import { sidesOf } from "../../spec/types.ts";
import type { Bytes } from "./bytes.ts";
import { Code } from "./code.ts";
import { asNumber, INTEGERS, loadInteger, sideLength } from "./frame.ts";
import { f64Const, get, I32, i32Const } from "./instructions.ts";
import type { Step, Whole } from "./plan.ts";
import type { Shared } from "./scalar-step.ts";
import { given } from "./scalar-step.ts";
import type { Pack } from "./steps.ts";

const FOUR = i32Const(4);
const times = (a: Bytes, b: Bytes): Bytes => [a, b, I32.mul];

/** Which unit a range is counted in, of the result. */
export const unitOf = (node: Whole): "elements" | "lines" =>
  node.kind === "noise" || node.operation.kind === "reduction" ? "elements" : "lines";

/** The function that folds lines, and what it takes beside addresses and the range. */
function lineFold({ along, fold, name }: Reduction, shape: TensorShape): readonly [name: string, Bytes] {
  const [rows, cols] = sidesOf(shape).map(sideLength) as [Bytes, Bytes];
  const isRow = along === "row";
  if (fold === "sum") {
    const divisor = name.endsWith("mean") ? asNumber(isRow ? cols : rows) : f64Const(1);
    return isRow ? ["row_sums", [cols, divisor]] : ["column_sums", [rows, cols, divisor]];
  }
  // How the lines lie: their number, their distance, the numbers in each and the distance of those, in bytes.
  const matrix = times(times(rows, cols), FOUR);
  const width = times(cols, FOUR);
  return ["greatest_lines", isRow ? [matrix, rows, width, cols, FOUR] : [matrix, cols, FOUR, rows, width]];
}

function operandsOf(node: Whole): readonly [name: string, dimensions: Bytes] {
  if (node.kind === "noise") throw bug("noise has no operands in memory");
  const { operation, operands } = node;
  const [left, right] = operands.map(({ shape }) => sidesOf(shape));
  if (left === undefined) throw bug(`${operation.name} of nothing`);
  if (operation.kind === "reduction") {
    return lineFold(operation, operands[0]?.shape as TensorShape);
  }
  const [rows, cols] = left.map(sideLength) as [Bytes, Bytes];
  if ((operation as MatrixOperation).does === "transpose") return ["turn", [rows, cols]];
  return ["multiply", [rows, cols, sideLength((right as typeof left)[1])]];
}

/** How many lines a pack has together. */
export const PACKED = 4;
const NOISE_GRAIN = 1024;
/** As many columns as are summed row by row at a good pace. */
const COLUMN_GRAIN = 512;

/** What ranges of the result begin at multiples of. */
export function grainOf(node: Whole): number {
  if (node.kind === "noise") return NOISE_GRAIN;
  if (node.operation.kind === "reduction") return node.operation.along === "col" ? COLUMN_GRAIN : 1;
  return node.operands.length > 1 ? PACKED : 1;
}

/** Writes the function that packs lines. */
export function packFunction({ from, to, shape, along }: Pack, { frame, functions }: Shared): Code {
  const [lines, count] = sidesOf(shape).map(sideLength) as [Bytes, Bytes];
  const steps = along === "row" ? [times(count, FOUR), FOUR] : [FOUR, times(lines, FOUR)];
  return new Code({ params: ["i32", "i32", "i32"] }).add(
    [[from, ...to].map((place) => loadInteger(frame.pointer(place))), get(1), get(2)],
    [lines, steps[0] as Bytes, count, steps[1] as Bytes, functions.call("pack")],
  );
}

/** Writes the function of a step. */
export function wholeFunction({ node, from, to, within = [] }: Step, shared: Shared): Code {
  const { frame, functions } = shared;
  const code = new Code({ params: ["i32", "i32", "i32"] });
  const place = (name: string) => loadInteger(frame.pointer(name));
  if (node.kind === "noise") {
    for (const operand of node.operands) code.add(given(operand, shared));
    code.add(loadInteger(INTEGERS.word0), loadInteger(INTEGERS.word1));
    return code.add(place(to), get(1), get(2), functions.call("noise"));
  }
  const [name, dimensions] = operandsOf(node);
  for (const one of [...from, ...within]) code.add(place(one));
  return code.add(place(to), get(1), get(2), dimensions, functions.call(name));
}
