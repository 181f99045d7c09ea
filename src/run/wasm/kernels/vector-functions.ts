/** run: functions on vectors of four binary32 that passes call: ends of ranges, and operations that are done lane by lane. */
import type { Bytes } from "../bytes.ts";
import { Code } from "../code.ts";
import {
  F32,
  F64,
  f32Lane,
  f32Load,
  f32WithLane,
  get,
  giveBack,
  I32,
  i32Const,
  loop,
  set,
  tee,
  upperHalf,
  V128,
  v128Const,
  v128Load,
  v128Load32Lane,
  v128Load32Zero,
  v128Load64Zero,
  v128Store,
  v128Store32Lane,
  v128Store64Lane,
  when,
} from "../instructions.ts";
import { LANE_BY_LANE } from "../lane-by-lane.ts";
import { LINE_SUMS } from "../line-sums.ts";

/** Whoever gathers functions, as far as these call others. */
interface Callees {
  call(name: string): Bytes;
}

type Helper = (functions: Callees) => Code;

/** Four numbers of which the first `n` are read, the others 0. */
const loadPart: Helper = () => {
  const code = new Code({ params: ["i32", "i32"], result: "v128" });
  const [at, n] = [get(0), get(1)];
  const isFew = (most: number) => [n, i32Const(most), I32.lt];
  return code.add(
    [isFew(2), when([at, v128Load32Zero(), giveBack])],
    [isFew(3), when([at, v128Load64Zero(), giveBack])],
    [isFew(4), when([at, at, v128Load64Zero(), v128Load32Lane(8, 2), giveBack])],
    [at, v128Load()],
  );
};

/** Writes the first `n` of four numbers. */
const storePart: Helper = () => {
  const code = new Code({ params: ["i32", "v128", "i32"] });
  const [at, value, n] = [get(0), get(1), get(2)];
  const both = [at, value];
  return code.add(
    [n, i32Const(4), I32.ge, when([both, v128Store(), giveBack])],
    [n, i32Const(2), I32.lt, when([both, v128Store32Lane(0, 0), giveBack])],
    [both, v128Store64Lane(0, 0)],
    [n, i32Const(3), I32.eq, when([both, v128Store32Lane(8, 2)])],
  );
};

/** All bits of the first `n` lanes. */
const maskPart: Helper = () =>
  new Code({ params: ["i32"], result: "v128" }).add(
    v128Const([0, 1, 2, 3].flatMap((lane) => [lane, 0, 0, 0])),
    get(0),
    V128.i32Splat,
    V128.i32Lt,
  );

/** The greatest so far and the first greater one of four lanes; NaN is never greater. */
const greatest: Helper = () => {
  const code = new Code({ params: ["f32", "v128"], result: "f32" });
  const x = code.local("f32");
  for (const lane of [0, 1, 2, 3]) {
    code.add(get(1), f32Lane(lane), tee(x), get(0), get(x), get(0), F32.gt, [0x1b], [0x21, 0]);
  }
  return code.add(get(0));
};

/**
 * Sums of products of a line of one matrix, from `left` to `end`, with sixteen columns of another, whose lines are `width` bytes
 * apart: in binary64, each from the first product to the last, rounded once.
 */
const multiplyWide: Helper = () => {
  const code = new Code({ params: ["i32", "i32", "i32", "i32", "i32"] });
  const [left, end, right, width, to] = [0, 1, 2, 3, 4];
  const sums = Array.from({ length: 8 }, () => code.local("v128"));
  const [factor, four] = [code.local("v128"), code.local("v128")];
  const added = (sum: number, pair: Bytes): Bytes => [
    get(sum),
    [get(factor), pair, V128.f64OfLowF32, V128.f64Mul],
    [V128.f64Add, set(sum)],
  ];
  const body = [
    [get(left), f32Load(), F64.fromF32, V128.f64Splat, set(factor)],
    ...[0, 1, 2, 3].map((i) => [
      [get(right), v128Load(16 * i), set(four)],
      added(sums[2 * i] as number, get(four)),
      added(sums[2 * i + 1] as number, upperHalf(get(four))),
    ]),
    [get(left), i32Const(4), I32.add, set(left)],
    [get(right), get(width), I32.add, set(right)],
  ];
  code.add(loop([get(left), get(end), I32.ne], body));
  for (const [i, sum] of sums.entries())
    code.add(get(to), get(sum), V128.f32OfF64, v128Store64Lane(8 * i, 0));
  return code;
};

/** A function on binary64, once for each lane. */
const laneByLane =
  (name: string, arity: number): Helper =>
  (functions) => {
    const code = new Code({ params: Array.from({ length: arity }, () => "v128" as const), result: "v128" });
    const operands = Array.from({ length: arity }, (_, i) => get(i));
    code.add(operands[0] ?? []);
    for (const lane of [0, 1, 2, 3]) {
      code.add(...operands.map((operand) => [operand, f32Lane(lane), F64.fromF32]));
      code.add(functions.call(name), F32.fromF64, f32WithLane(lane));
    }
    return code;
  };

export const HELPERS: ReadonlyMap<string, Helper> = new Map([
  ["load_part", loadPart],
  ["store_part", storePart],
  ["mask_part", maskPart],
  ["greatest_lanes", greatest],
  ["multiply_wide", multiplyWide],
  ...Object.entries(LINE_SUMS),
  ...[...LANE_BY_LANE].map(([name, arity]) => [`${name}_lanes`, laneByLane(name, arity)] as const),
]);
