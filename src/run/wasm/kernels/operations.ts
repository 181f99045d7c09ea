/** run: the operators and built-in functions of the kernel language, each as the instructions that it stands for. */
import type { Bytes } from "../bytes.ts";
import type { WasmType } from "../instructions.ts";
import {
  F32,
  F64,
  f32Load,
  f32Store,
  f64Const,
  f64Load,
  f64Store,
  getGlobal,
  I32,
  I64,
  i32Const,
  i32Load,
  i32Store,
  i64Const32,
  setGlobal,
} from "../instructions.ts";

interface Operand {
  readonly type: WasmType | "none";
  readonly code: Bytes;
}

interface Operator {
  readonly result: WasmType;
  readonly code: Bytes;
}

const arithmetic = (int: Bytes | undefined, float: Bytes | undefined) => ({
  ...(int === undefined ? {} : { i32: { result: "i32", code: int } as const }),
  ...(float === undefined ? {} : { f64: { result: "f64", code: float } as const }),
});
const comparison = (int: Bytes, float: Bytes) => ({
  i32: { result: "i32", code: int } as const,
  f64: { result: "i32", code: float } as const,
});

/** By sign, then by the type of both operands. */
export const OPERATORS: { readonly [sign: string]: { readonly [T in WasmType]?: Operator } } = Object.freeze({
  "||": arithmetic(I32.or, undefined),
  "&&": arithmetic(I32.and, undefined),
  "|": arithmetic(I32.or, undefined),
  "^": arithmetic(I32.xor, undefined),
  "&": arithmetic(I32.and, undefined),
  "<<": arithmetic(I32.shl, undefined),
  ">>": arithmetic(I32.shrSigned, undefined),
  ">>>": arithmetic(I32.shrUnsigned, undefined),
  "+": arithmetic(I32.add, F64.add),
  "-": arithmetic(I32.sub, F64.sub),
  "*": arithmetic(I32.mul, F64.mul),
  "/": arithmetic(I32.div, F64.div),
  "==": comparison(I32.eq, F64.eq),
  "!=": comparison(I32.ne, F64.ne),
  "<": comparison(I32.lt, F64.lt),
  "<=": comparison(I32.le, F64.le),
  ">": comparison(I32.gt, F64.gt),
  ">=": comparison(I32.ge, F64.ge),
});

type Builtin = (operands: readonly Operand[]) => Operand;

/** The operands' code, then the instructions. */
const after =
  (type: Operand["type"], ...code: readonly Bytes[]): Builtin =>
  (operands) => ({ type, code: [operands.map((operand) => operand.code), code] });

const codeOf = (operands: readonly Operand[], i: number): Bytes => (operands[i] as Operand).code;

const joined = (high: Bytes, low: Bytes): Bytes =>
  [high, I64.fromI32, i64Const32(32), I64.shl, low, I64.fromI32Unsigned, I64.or].flat();

const lowOf = (x: Bytes): Bytes => [x, I64.bitsOfF64, I32.fromI64];

/** `hi lo words with_hi lead`: the words of a binary64, as in the floor below. */
export const BUILTINS: { readonly [name: string]: Builtin } = Object.freeze({
  infinity: after("f64", f64Const(Number.POSITIVE_INFINITY)),
  nan: after("f64", f64Const(Number.NaN)),
  neg: after("f64", F64.neg),
  negInt: (operands) => ({ type: "i32", code: [i32Const(0), codeOf(operands, 0), I32.sub] }),
  not: after("i32", I32.eqz),
  abs: after("f64", F64.abs),
  floor: after("f64", F64.floor),
  trunc: after("f64", F64.trunc),
  sqrt: after("f64", F64.sqrt),
  float: after("f64", F64.fromI32),
  float_unsigned: after("f64", F64.fromI32Unsigned),
  int: after("i32", I32.fromF64),
  f32: after("f64", F32.fromF64, F64.fromF32),
  rotl: after("i32", I32.rotl),
  hi: after("i32", I64.bitsOfF64, i64Const32(32), I64.shrSigned, I32.fromI64),
  lo: after("i32", I64.bitsOfF64, I32.fromI64),
  words: (operands) => ({
    type: "f64",
    code: [joined(codeOf(operands, 0), codeOf(operands, 1)), F64.ofBits],
  }),
  with_hi: (operands) => ({
    type: "f64",
    code: [joined(codeOf(operands, 1), lowOf(codeOf(operands, 0))), F64.ofBits],
  }),
  lead: after("f64", I64.bitsOfF64, [0x42, 0x80, 0x80, 0x80, 0x80, 0x70], I64.and, F64.ofBits),
  pair: (operands) => ({ type: "i64", code: joined(codeOf(operands, 1), codeOf(operands, 0)) }),
  first: after("i32", I32.fromI64),
  second: after("i32", i64Const32(32), I64.shrSigned, I32.fromI64),
  head: after("f64", getGlobal(0)),
  tail: after("f64", getGlobal(1)),
  set_head: after("none", setGlobal(0)),
  set_tail: after("none", setGlobal(1)),
  load64: after("f64", f64Load()),
  load_i32: after("i32", i32Load()),
  store64: after("none", f64Store()),
  store_i32: after("none", i32Store()),
  load32: after("f64", f32Load(), F64.fromF32),
  store32: after("none", F32.fromF64, f32Store()),
});
