/**
 * run: sums of rows and of columns, several lines at a time, each in the order of `reduce.ts`: blocks of 1024 elements, four
 * lanes added as (0 + 1) + (2 + 3), blocks in order. What they come to is divided: by 1 where no mean is asked for.
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
  v128Load64Zero,
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
/** Two elements, so many after an address: processors widen them as they load them. */
const wide = (at: number, from: number): Bytes => [get(at), v128Load64Zero(4 * from), V128.f64OfLowF32];
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
  const fours = rows.map((row) => [added(row.low, wide(row.at, 0)), added(row.high, wide(row.at, 2))]);
  const rest = rows.map((row) => [
    [get(row.at), get(part), functions.call("load_part"), set(four)],
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
    loop([get(part), i32Const(4), I32.ge], [fours, next, decreased(part, i32Const(4))]),
    // What is not there is 0, which leaves a lane as it is: none is ever -0.
    [get(part), when(rest)],
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

/** Rows next to each other by the bytes of one, of a strip of columns, into the lane that they belong to. */
function addLines(count: number): Code {
  const code = new Code({ params: ["i32", "i32", "i32", "i32", "i32"] });
  const [at, distance, low, high, columns] = [0, 1, 2, 3, 4];
  const [first, last] = [code.local("v128"), code.local("v128")];
  const lines = Array.from({ length: count }, (_, i) => (i === 0 ? at : code.local("i32")));
  for (const [i, line] of lines.slice(1).entries()) {
    code.add(get(lines[i] as number), get(distance), I32.add, set(line));
  }
  code.add(
    loop(get(columns), [
      [get(low), v128Load(), set(first), get(high), v128Load(), set(last)],
      lines.map((line) => [added(first, wide(line, 0)), added(last, wide(line, 2))]),
      [get(low), get(first), v128Store(), get(high), get(last), v128Store()],
      [...lines, low, high].map((local) => increased(local, i32Const(16))),
      decreased(columns, i32Const(4)),
    ]),
  );
  return code;
}

/** Adds four lanes to a total, and leaves them 0: one half of a strip's columns. */
function closeLanes(): Code {
  const code = new Code({ params: ["i32", "i32", "i32", "i32", "i32", "i32"] });
  const [total, columns] = [4, 5];
  const pair = (a: number, b: number): Bytes => [[get(a), v128Load(), get(b), v128Load()], V128.f64Add];
  code.add(
    loop(get(columns), [
      [get(total), get(total), v128Load(), pair(0, 1), pair(2, 3), V128.f64Add, V128.f64Add, v128Store()],
      LANES.map((lane) => [get(lane), v128Zero, v128Store()]),
      [...LANES, total].map((local) => increased(local, i32Const(16))),
      decreased(columns, i32Const(4)),
    ]),
  );
  return code;
}

/** Both halves of a strip's totals over the divisor, as binary32. */
function storeQuotients(): Code {
  const code = new Code({ params: ["i32", "i32", "i32", "i32", "f64"] });
  const [low, high, to, columns, divisor] = [0, 1, 2, 3, 4];
  const quotient = (half: number): Bytes => [
    [get(half), v128Load(), get(divisor), V128.f64Splat],
    [V128.f64Div, V128.f32OfF64],
  ];
  code.add(
    loop(get(columns), [
      [get(to), lowerHalves(quotient(low), quotient(high)), v128Store()],
      [low, high, to].map((local) => increased(local, i32Const(16))),
      decreased(columns, i32Const(4)),
    ]),
  );
  return code;
}

/**
 * Of rows: where the first begins, the width of one in bytes, elements in each, where to, and the divisor. Of columns, whose
 * numbers are multiples of four: lanes and totals stand in two halves, columns 0 and 1 of each four in one, 2 and 3 in the other.
 */
export const LINE_SUMS = Object.freeze({
  sum_row: (functions: Callees) => sumRows(1, functions),
  sum_4_rows: (functions: Callees) => sumRows(4, functions),
  add_line: () => addLines(1),
  add_4_lines: () => addLines(4),
  close_lanes: closeLanes,
  store_quotients: storeQuotients,
});
