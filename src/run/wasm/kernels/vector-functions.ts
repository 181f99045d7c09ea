/** run: functions on vectors of four binary32 that passes call: ends of ranges, and operations that are done lane by lane. */
import type { Bytes } from "../bytes.ts";
import { Code } from "../code.ts";
import { narrowF16, widenF16 } from "../half-code.ts";
import {
  F32,
  F64,
  f32Lane,
  f32WithLane,
  get,
  giveBack,
  I32,
  i32Const,
  set,
  tee,
  V128,
  v128Const,
  v128Load,
  v128Load16Lane,
  v128Load16s,
  v128Load32Lane,
  v128Load32Zero,
  v128Load64Zero,
  v128Store,
  v128Store16Lane,
  v128Store16s,
  v128Store32Lane,
  v128Store64Lane,
  when,
} from "../instructions.ts";
import { LANE_BY_LANE } from "../lane-by-lane.ts";
import { LINE_SUMS } from "./line-sums.ts";
import { MATRIX_TILES } from "./matrix-tiles.ts";

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

/** Four times 16 bits, of which the first `n` are read, the others 0. */
const loadPart16s: Helper = () => {
  const code = new Code({ params: ["i32", "i32"], result: "v128" });
  const [at, n] = [get(0), get(1)];
  const four = code.local("v128");
  code.add(n, i32Const(4), I32.ge, when([at, v128Load16s(), giveBack]));
  for (const lane of [0, 1, 2]) {
    const read = [at, get(four), v128Load16Lane(lane), set(four)];
    code.add(n, i32Const(lane), I32.gt, when(read));
  }
  return code.add(get(four), V128.ofLow16s);
};

/** Writes the first `n` of four times 16 bits. */
const storePart16s: Helper = () => {
  const code = new Code({ params: ["i32", "v128", "i32"] });
  const [at, value, n] = [get(0), get(1), get(2)];
  const four = code.local("v128");
  code.add(n, i32Const(4), I32.ge, when([at, value, v128Store16s(), giveBack]));
  code.add(value, V128.toLow16s, set(four));
  for (const lane of [0, 1, 2]) {
    code.add(n, i32Const(lane), I32.gt, when([at, get(four), v128Store16Lane(lane)]));
  }
  return code;
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

/** The upper halves of the bits, rounded to nearest, ties to even; a NaN stays. */
const bf16Lanes: Helper = () => {
  const splat = (bits: number): Bytes => [i32Const(bits), V128.i32Splat];
  const shifted = [get(0), i32Const(16), V128.i32ShrUnsigned];
  const half = [[shifted, splat(1), V128.and], splat(0x7fff), V128.i32Add];
  const rounded = [[get(0), half, V128.i32Add], splat(-0x10000), V128.and];
  const isNumber = [get(0), get(0), V128.f32Eq];
  const code = new Code({ params: ["v128"], result: "v128" });
  return code.add(rounded, get(0), isNumber, V128.bitselect);
};

/** To 16 bits and back. */
const f16Lanes: Helper = () => {
  const code = new Code({ params: ["v128"], result: "v128" });
  const bits = code.local("v128");
  return code.add(narrowF16(get(0)), set(bits), widenF16(get(bits)));
};

export const HELPERS: ReadonlyMap<string, Helper> = new Map([
  ["load_part", loadPart],
  ["store_part", storePart],
  ["load_part_16s", loadPart16s],
  ["store_part_16s", storePart16s],
  ["mask_part", maskPart],
  ["greatest_lanes", greatest],
  ...Object.entries(LINE_SUMS),
  ...Object.entries(MATRIX_TILES),
  ...[...LANE_BY_LANE].map(([name, arity]) => [`${name}_lanes`, laneByLane(name, arity)] as const),
  ["bf16_lanes", bf16Lanes],
  ["f16_lanes", f16Lanes],
]);
