/**
 * run: sums of rows and of columns, several lines at a time, each in the order of `reduce.ts`: blocks of 1024 elements, four
 * lanes added as (0 + 1) + (2 + 3), blocks in order. What they come to is divided by `count`: 1 where no mean is asked for.
 */
import type { Bytes } from "../bytes.ts";
import { Code } from "../code.ts";
import {
  F32,
  F64,
  f32Store,
  f64Lane,
  get,
  I32,
  i32Const,
  loop,
  lowerHalves,
  select,
  set,
  upperHalf,
  V128,
  v128Load,
  v128Store,
  v128Zero,
  when,
} from "../instructions.ts";

/** Whoever gathers functions, as far as these call others. */
interface Callees {
  call(name: string): Bytes;
}

const BLOCK = 1024;
const LANES = [0, 1, 2, 3];

const increased = (local: number, by: Bytes): Bytes => [get(local), by, I32.add, set(local)];
const decreased = (local: number, by: Bytes): Bytes => [get(local), by, I32.sub, set(local)];
const added = (local: number, pair: Bytes): Bytes => [get(local), pair, V128.f64Add, set(local)];
/** A block, or what is left. */
const blockOf = (left: Bytes): Bytes => [
  left,
  i32Const(BLOCK),
  left,
  i32Const(BLOCK),
  I32.ltUnsigned,
  select,
];

/** Rows, `width` bytes apart: one row's additions wait for each other, so that several take no longer. */
function sumRows(count: number, functions: Callees): Code {
  const code = new Code({ params: ["i32", "i32", "i32", "i32", "f64"] });
  const [at, width, left, to, divisor] = [0, 1, 2, 3, 4];
  const part = code.local("i32");
  const four = code.local("v128");
  const rows = Array.from({ length: count }, (_, i) => ({
    at: i === 0 ? at : code.local("i32"),
    low: code.local("v128"),
    high: code.local("v128"),
    total: code.local("f64"),
  }));
  const fours = (load: Bytes): Bytes =>
    rows.map((row) => [
      [get(row.at), load, set(four)],
      added(row.low, [get(four), V128.f64OfLowF32]),
      added(row.high, [upperHalf(get(four)), V128.f64OfLowF32]),
    ]);
  const next = rows.map((row) => increased(row.at, i32Const(16)));
  const pair = (local: number): Bytes => [[get(local), f64Lane(0)], [get(local), f64Lane(1)], F64.add];
  for (const [i, row] of rows.slice(1).entries()) {
    code.add(get(rows[i]?.at as number), get(width), I32.add, set(row.at));
  }
  const block = [
    [blockOf(get(left)), set(part), decreased(left, get(part))],
    rows.map(({ low, high }) => [v128Zero, set(low), v128Zero, set(high)]),
    loop([get(part), i32Const(4), I32.ge], [fours(v128Load()), next, decreased(part, i32Const(4))]),
    // What is not there is 0, which leaves a lane as it is: none is ever -0.
    [get(part), when(fours([get(part), functions.call("load_part")]))],
    rows.map(({ low, high, total }) => [
      [get(total), pair(low), pair(high), F64.add],
      [F64.add, set(total)],
    ]),
  ];
  code.add(loop(get(left), block));
  for (const [i, { total }] of rows.entries())
    code.add(get(to), [get(total), get(divisor), F64.div, F32.fromF64], f32Store(4 * i));
  return code;
}

/** Columns, four for each vector. Each lane has a sweep of its own, in which a line of the caches is read once. */
function sumColumns(vectors: number): Code {
  const code = new Code({ params: ["i32", "i32", "i32", "i32", "f64"] });
  const [at, width, left, to, divisor] = [0, 1, 2, 3, 4];
  const [part, from, turns] = [code.local("i32"), code.local("i32"), code.local("i32")];
  const four = code.local("v128");
  const pairs = Array.from({ length: 2 * vectors }, () => ({
    lane: code.local("v128"),
    first: code.local("v128"),
    last: code.local("v128"),
    total: code.local("v128"),
  }));
  const line = Array.from({ length: vectors }, (_, i) => [
    [get(from), v128Load(16 * i), set(four)],
    added(pairs[2 * i]?.lane as number, [get(four), V128.f64OfLowF32]),
    added(pairs[2 * i + 1]?.lane as number, [upperHalf(get(four)), V128.f64OfLowF32]),
  ]);
  const sweep = (lane: number): Bytes => [
    pairs.map((pair) => [v128Zero, set(pair.lane)]),
    [get(at), get(width), i32Const(lane), I32.mul, I32.add, set(from)],
    [get(part), i32Const(3 - lane), I32.add, i32Const(2), I32.shrUnsigned, set(turns)],
    loop(get(turns), [
      line,
      increased(from, [get(width), i32Const(2), I32.shl]),
      decreased(turns, i32Const(1)),
    ]),
    pairs.map((pair) => {
      const sum = lane < 2 ? pair.first : pair.last;
      return lane % 2 === 0 ? [get(pair.lane), set(sum)] : added(sum, get(pair.lane));
    }),
  ];
  const block = [
    [blockOf(get(left)), set(part), decreased(left, get(part))],
    LANES.map(sweep),
    pairs.map(({ first, last, total }) => added(total, [get(first), get(last), V128.f64Add])),
    increased(at, [get(part), get(width), I32.mul]),
  ];
  code.add(loop(get(left), block));
  const quotient = (i: number): Bytes => [
    [get(pairs[i]?.total as number), get(divisor), V128.f64Splat],
    [V128.f64Div, V128.f32OfF64],
  ];
  for (let i = 0; i < vectors; i++)
    code.add(get(to), lowerHalves(quotient(2 * i), quotient(2 * i + 1)), v128Store(16 * i));
  return code;
}

/** Functions of where the first line begins, the width of a row in bytes, elements in each line, where to, and the divisor. */
export const LINE_SUMS = Object.freeze({
  sum_row: (functions: Callees) => sumRows(1, functions),
  sum_4_rows: (functions: Callees) => sumRows(4, functions),
  sum_4_columns: () => sumColumns(1),
  sum_16_columns: () => sumColumns(4),
});
