/** run: the WebAssembly instructions that modules use, as bytes. Deterministic ones only: no relaxed SIMD. */
import type { Bytes } from "./bytes.ts";
import { binary32, binary64, signed, unsigned } from "./bytes.ts";

export type WasmType = "i32" | "i64" | "f32" | "f64" | "v128";

export const TYPE_CODES: { readonly [T in WasmType]: number } = Object.freeze({
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
});

const VOID = 0x40;
/** An instruction of small numbers is one short row, so that all of them can be put in one row soon. */
const short = (code: number, value: number): Bytes =>
  value >= 0 && value < 128 ? [code, value] : [code, unsigned(value)];
const simd = (code: number): Bytes => [0xfd, ...unsigned(code)];

export const i32Const = (value: number): Bytes => [0x41, ...signed(value)];
export const i64Const32 = (value: number): Bytes => [0x42, signed(value)];
/** Small integers are shorter converted, which compilers do once. */
export const f64Const = (value: number): Bytes =>
  Number.isInteger(value) && Math.abs(value) < 2 ** 27 && !Object.is(value, -0)
    ? [i32Const(value), F64.fromI32]
    : [0x44, binary64(value)];
export const f32Const = (value: number): Bytes => [0x43, binary32(value)];
export const get = (local: number): Bytes => short(0x20, local);
export const set = (local: number): Bytes => short(0x21, local);
export const tee = (local: number): Bytes => short(0x22, local);
export const call = (callee: string): Bytes => [0x10, { callee }];
export const getGlobal = (index: number): Bytes => [0x23, unsigned(index)];
export const setGlobal = (index: number): Bytes => [0x24, unsigned(index)];
export const select: Bytes = [0x1b];
export const giveBack: Bytes = [0x0f];
export const unreachable: Bytes = [0x00];
export const end: Bytes = [0x0b];

/** Loads and stores take their address from the stack and add `offset` to it. */
export const memory = (code: number, align: number, offset = 0): Bytes => [code, align, unsigned(offset)];
export const i32Load = (offset = 0): Bytes => memory(0x28, 2, offset);
export const f32Load = (offset = 0): Bytes => memory(0x2a, 2, offset);
export const f64Load = (offset = 0): Bytes => memory(0x2b, 3, offset);
export const i32Store = (offset = 0): Bytes => memory(0x36, 2, offset);
export const f32Store = (offset = 0): Bytes => memory(0x38, 2, offset);
export const f64Store = (offset = 0): Bytes => memory(0x39, 3, offset);
const simdMemory = (code: number, offset: number): Bytes => [simd(code), 2, unsigned(offset)];
export const v128Load = (offset = 0): Bytes => simdMemory(0, offset);
export const v128Load32Splat = (offset = 0): Bytes => simdMemory(9, offset);
export const v128Load64Splat = (offset = 0): Bytes => simdMemory(10, offset);
export const v128Store = (offset = 0): Bytes => simdMemory(11, offset);
export const v128Load32Zero = (offset = 0): Bytes => simdMemory(92, offset);
export const v128Load64Zero = (offset = 0): Bytes => simdMemory(93, offset);
export const v128Load32Lane = (offset: number, lane: number): Bytes => [simdMemory(86, offset), lane];
export const v128Store32Lane = (offset: number, lane: number): Bytes => [simdMemory(90, offset), lane];
export const v128Store64Lane = (offset: number, lane: number): Bytes => [simdMemory(91, offset), lane];

const memory16 = (code: number, offset: number): Bytes => [simd(code), 1, unsigned(offset)];
/** Four times 16 bits as four integers, and back. */
export const v128Load16s = (offset = 0): Bytes => [memory16(93, offset), V128.ofLow16s];
export const v128Store16s = (offset = 0): Bytes => [V128.toLow16s, [memory16(91, offset), 0]];
export const v128Load16Lane = (lane: number): Bytes => [memory16(85, 2 * lane), lane];
export const v128Store16Lane = (lane: number): Bytes => [memory16(89, 2 * lane), lane];

/** `then` where the condition on the stack is not 0. */
export const when = (then: Bytes, otherwise: Bytes = []): Bytes =>
  otherwise.length === 0 ? [0x04, VOID, then, end] : [0x04, VOID, then, 0x05, otherwise, end];

/** Runs `body` as long as `condition` leaves something other than 0. */
export const loop = (condition: Bytes, body: Bytes): Bytes => [
  [0x02, VOID, 0x03, VOID],
  condition,
  [0x45, 0x0d, 1],
  body,
  [0x0c, 0],
  end,
  end,
];

/** Runs `body` where `condition` leaves something other than 0, and again as long as it does. */
export const repeat = (condition: Bytes, body: Bytes): Bytes => [
  condition,
  when([[0x03, VOID], body, condition, [0x0d, 0], end]),
];

export const I32 = Object.freeze({
  eqz: [0x45],
  eq: [0x46],
  ne: [0x47],
  lt: [0x48],
  gt: [0x4a],
  le: [0x4c],
  ge: [0x4e],
  ltUnsigned: [0x49],
  add: [0x6a],
  sub: [0x6b],
  mul: [0x6c],
  div: [0x6d],
  and: [0x71],
  or: [0x72],
  xor: [0x73],
  shl: [0x74],
  shrSigned: [0x75],
  shrUnsigned: [0x76],
  rotl: [0x77],
  fromI64: [0xa7],
  fromF64: [0xfc, 2],
} satisfies { [name: string]: Bytes });

export const I64 = Object.freeze({
  and: [0x83],
  or: [0x84],
  shl: [0x86],
  shrSigned: [0x87],
  fromI32: [0xac],
  fromI32Unsigned: [0xad],
  bitsOfF64: [0xbd],
} satisfies { [name: string]: Bytes });

export const F32 = Object.freeze({
  eq: [0x5b],
  gt: [0x5e],
  fromF64: [0xb6],
} satisfies { [name: string]: Bytes });

export const F64 = Object.freeze({
  zero: [0x44, 0, 0, 0, 0, 0, 0, 0, 0],
  eq: [0x61],
  ne: [0x62],
  lt: [0x63],
  gt: [0x64],
  le: [0x65],
  ge: [0x66],
  abs: [0x99],
  neg: [0x9a],
  floor: [0x9c],
  trunc: [0x9d],
  sqrt: [0x9f],
  add: [0xa0],
  sub: [0xa1],
  mul: [0xa2],
  div: [0xa3],
  fromI32: [0xb7],
  fromI32Unsigned: [0xb8],
  fromF32: [0xbb],
  ofBits: [0xbf],
} satisfies { [name: string]: Bytes });

/** 128 bits: four binary32 or masks, or two binary64. */
export const V128 = Object.freeze({
  and: simd(78),
  or: simd(80),
  not: simd(77),
  bitselect: simd(82),
  i32Splat: simd(17),
  i32Lt: simd(57),
  i32Gt: simd(59),
  i32Shl: simd(171),
  i32ShrUnsigned: simd(173),
  i32Add: simd(174),
  i32Sub: simd(177),
  i32Min: simd(182),
  /** The lower halves of four lanes as eight lanes of 16 bits, the upper four of them zeros; and the lower four back. */
  toLow16s: [simd(12), new Array<number>(16).fill(0), simd(134)],
  ofLow16s: simd(169),
  f32Splat: simd(19),
  f32Eq: simd(65),
  f32Ne: simd(66),
  f32Lt: simd(67),
  f32Gt: simd(68),
  f32Le: simd(69),
  f32Ge: simd(70),
  f32Floor: simd(104),
  f32Abs: simd(224),
  f32Neg: simd(225),
  f32Sqrt: simd(227),
  f32Add: simd(228),
  f32Sub: simd(229),
  f32Mul: simd(230),
  f32Div: simd(231),
  /** b < a ? b : a */
  f32Pmin: simd(234),
  /** a < b ? b : a */
  f32Pmax: simd(235),
  f64Splat: simd(20),
  f64Add: simd(240),
  f64Mul: simd(242),
  f64Div: simd(243),
  f64OfLowF32: simd(95),
  /** Two binary64 to the lower half. */
  f32OfF64: simd(94),
} satisfies { [name: string]: Bytes });

export const f32Lane = (lane: number): Bytes => [simd(31), lane];
export const f32WithLane = (lane: number): Bytes => [simd(32), lane];
export const f64Lane = (lane: number): Bytes => [simd(33), lane];
export const v128Const = (bytes: Bytes): Bytes => [simd(12), bytes];
export const v128Zero: Bytes = v128Const(new Array<number>(16).fill(0));
/** The two upper binary32 moved to the lower half. */
export const upperHalf = (vector: Bytes): Bytes => [
  vector,
  vector,
  simd(13),
  [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15],
];
/** The lower halves of two vectors. */
export const lowerHalves = (a: Bytes, b: Bytes): Bytes => [
  a,
  b,
  simd(13),
  [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23],
];
