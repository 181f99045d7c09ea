/**
 * run: parts of a matrix product: four columns of one row or of four, in binary64, each sum from the first product to the last,
 * rounded once. Operands are packed, all in binary64 already: of four lines, two have their numbers side by side in one place and
 * two in another.
 */
import type { Bytes } from "../bytes.ts";
import { Code } from "../code.ts";
import {
  get,
  I32,
  i32Const,
  loop,
  lowerHalves,
  set,
  tee,
  V128,
  v128Load,
  v128Load32Splat,
  v128Load64Splat,
  v128Store,
} from "../instructions.ts";

/** A parameter with an address, and by how many bytes it moves from number to number. */
type Moving = readonly [local: number, bytes: number];
/** Leaves a row's next number twice. */
type Factor = Bytes;

/** What two packed numbers take. */
const PAIR = 16;

/** Sums for each row's factor; parameters end with the columns' two places, the count, where to, and the width of a row. */
function tile(rows: readonly Moving[], factors: readonly Factor[]): Code {
  const code = new Code({ params: Array.from({ length: rows.length + 5 }, () => "i32" as const) });
  const n = rows.length;
  const [low, high, count, to, width] = [n, n + 1, n + 2, n + 3, n + 4];
  const [factor, first, second] = [code.local("v128"), code.local("v128"), code.local("v128")];
  const sums = factors.map(() => [code.local("v128"), code.local("v128")] as const);
  const added = (sum: number, pair: number): Bytes => [
    [get(sum), get(factor), get(pair)],
    [V128.f64Mul, V128.f64Add, set(sum)],
  ];
  const products = factors.map((load, row) => {
    const [left, right] = sums[row] as readonly [number, number];
    return [load, set(factor), added(left, first), added(right, second)];
  });
  // Compilers load all that a turn needs first: more than one product's worth would not stay in registers.
  const moving = [...rows, [low, PAIR], [high, PAIR], [count, -1]] as readonly Moving[];
  code.add(
    loop(get(count), [
      [get(low), v128Load(), set(first), get(high), v128Load(), set(second)],
      products,
      moving.map(([local, by]) => [get(local), i32Const(by), I32.add, set(local)]),
    ]),
  );
  for (const [row, [left, right]] of sums.entries()) {
    const at = row === 0 ? get(to) : [get(to), get(width), I32.add, tee(to)];
    code.add(at, lowerHalves([get(left), V128.f32OfF64], [get(right), V128.f32OfF64]), v128Store());
  }
  return code;
}

const packedRows = [0, 1].flatMap((place) => [0, 8].map((at): Factor => [get(place), v128Load64Splat(at)]));
const plainRow: Factor = [get(0), v128Load32Splat(), V128.f64OfLowF32];

export const MATRIX_TILES = Object.freeze({
  multiply_4_rows: () =>
    tile(
      [
        [0, PAIR],
        [1, PAIR],
      ],
      packedRows,
    ),
  multiply_row: () => tile([[0, 4]], [plainRow]),
});
