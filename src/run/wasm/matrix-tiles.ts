/**
 * run: parts of a matrix product: four columns of some rows, in binary64, each sum from the first product to the last, rounded
 * once. The right matrix is packed: four columns' worth of each line together, so that it is read in one go.
 */
import type { Bytes } from "./bytes.ts";
import { Code } from "./code.ts";
import {
  get,
  I32,
  i32Const,
  loop,
  lowerHalves,
  set,
  tee,
  V128,
  v128Load32Splat,
  v128Load64Zero,
  v128Store,
} from "./instructions.ts";

const moved = (local: number, by: Bytes): Bytes => [get(local), by, I32.add, set(local)];

/** A function of the first row and the rows' width in bytes, the columns and the length of one, and the same of the result. */
function tile(rows: number): Code {
  const code = new Code({ params: ["i32", "i32", "i32", "i32", "i32", "i32"] });
  const [left, width, right, count, to, toWidth] = [0, 1, 2, 3, 4, 5];
  const [low, high, factor] = [code.local("v128"), code.local("v128"), code.local("v128")];
  const lines = Array.from({ length: rows }, (_, i) => ({
    at: i === 0 ? left : code.local("i32"),
    low: code.local("v128"),
    high: code.local("v128"),
  }));
  const product = (sum: number, pair: number): Bytes => [
    [get(sum), get(factor), get(pair)],
    [V128.f64Mul, V128.f64Add, set(sum)],
  ];
  for (const [i, line] of lines.slice(1).entries())
    code.add(get(lines[i]?.at as number), get(width), I32.add, set(line.at));
  code.add(
    loop(get(count), [
      [get(right), v128Load64Zero(), V128.f64OfLowF32, set(low)],
      [get(right), v128Load64Zero(8), V128.f64OfLowF32, set(high)],
      lines.map((line) => [
        [get(line.at), v128Load32Splat(), V128.f64OfLowF32, set(factor)],
        product(line.low, low),
        product(line.high, high),
        moved(line.at, i32Const(4)),
      ]),
      moved(right, i32Const(16)),
      moved(count, i32Const(-1)),
    ]),
  );
  for (const [i, line] of lines.entries()) {
    const at = i === 0 ? get(to) : [get(to), get(toWidth), I32.add, tee(to)];
    code.add(at, lowerHalves([get(line.low), V128.f32OfF64], [get(line.high), V128.f32OfF64]), v128Store());
  }
  return code;
}

export const MATRIX_TILES = Object.freeze({ multiply_4_rows: () => tile(4), multiply_row: () => tile(1) });
