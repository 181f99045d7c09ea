/**
 * legacy: the opcodes of pickle protocols 0 to 5, all that CPython's `pickletools` lists. One row each: code, name, the
 * protocol that brought it, the form of its argument, and what it does to the machine.
 */
import { LOADERS } from "./loaders.ts";
import type { Machine } from "./machine.ts";

/** Forms of arguments, each with how it is read: numbers, lines, counted bytes, and spans, of which only the length is told. */
export const ARGUMENTS = {
  none: () => undefined,
  u1: (m: Machine) => m.u1(),
  u2: (m: Machine) => m.u2(),
  u4: (m: Machine) => m.u4(),
  i4: (m: Machine) => m.i4(),
  u8: (m: Machine) => m.u8(),
  f8: (m: Machine) => m.f8(),
  line: (m: Machine) => m.line(),
  lines: (m: Machine) => ({ module: m.line(), name: m.line() }),
  span1: (m: Machine) => m.span(m.u1()),
  span4: (m: Machine) => m.span(m.u4()),
  span8: (m: Machine) => m.span(m.u8()),
  bytes1: (m: Machine) => m.slice(m.u1()),
  bytes4: (m: Machine) => m.slice(m.u4()),
  signed4: (m: Machine) => m.signedSlice(),
  bytes8: (m: Machine) => m.slice(m.u8()),
} as const;

export type ArgumentForm = keyof typeof ARGUMENTS;
type Argument<F extends ArgumentForm> = ReturnType<(typeof ARGUMENTS)[F]>;

export interface Opcode {
  readonly code: number;
  readonly name: string;
  readonly protocol: number;
  readonly argument: ArgumentForm;
  /** Reads the argument and acts, unless the argument is cut short; `at` is the offset of the opcode. */
  readonly step: (m: Machine, at: number) => void;
}

function op<F extends ArgumentForm>(
  code: number,
  name: string,
  protocol: number,
  argument: F,
  load: (m: Machine, at: number, argument: Argument<F>) => void,
): Opcode {
  const read = ARGUMENTS[argument] as (m: Machine) => Argument<F>;
  const step = (m: Machine, at: number): void => {
    const value = read(m);
    if (m.ended === undefined) load(m, at, value);
  };
  return { code, name, protocol, argument, step };
}

const L = LOADERS;

export const OPCODES: readonly Opcode[] = [
  op(0x28, "MARK", 0, "none", L.mark),
  op(0x29, "EMPTY_TUPLE", 1, "none", (m, at) => L.tuple(m, at, 0)),
  op(0x2e, "STOP", 0, "none", L.stop),
  op(0x30, "POP", 0, "none", L.pop),
  op(0x31, "POP_MARK", 1, "none", L.popMark),
  op(0x32, "DUP", 0, "none", L.dup),
  op(0x42, "BINBYTES", 3, "bytes4", L.bytes),
  op(0x43, "SHORT_BINBYTES", 3, "bytes1", L.bytes),
  op(0x46, "FLOAT", 0, "line", L.floatLine),
  op(0x47, "BINFLOAT", 1, "f8", L.float),
  op(0x49, "INT", 0, "line", L.intLine),
  op(0x4a, "BININT", 1, "i4", L.int),
  op(0x4b, "BININT1", 1, "u1", L.int),
  op(0x4c, "LONG", 0, "line", L.longLine),
  op(0x4d, "BININT2", 1, "u2", L.int),
  op(0x4e, "NONE", 0, "none", L.none),
  op(0x50, "PERSID", 0, "line", L.persistentLine),
  op(0x51, "BINPERSID", 1, "none", L.persistent),
  op(0x52, "REDUCE", 0, "none", L.reduce),
  op(0x53, "STRING", 0, "line", L.stringLine),
  op(0x54, "BINSTRING", 1, "signed4", L.string),
  op(0x55, "SHORT_BINSTRING", 1, "bytes1", L.string),
  op(0x56, "UNICODE", 0, "line", L.unicodeLine),
  op(0x58, "BINUNICODE", 1, "span4", L.unicode),
  op(0x5d, "EMPTY_LIST", 1, "none", L.emptyList),
  op(0x61, "APPEND", 0, "none", L.append),
  op(0x62, "BUILD", 0, "none", L.build),
  op(0x63, "GLOBAL", 0, "lines", L.global),
  op(0x64, "DICT", 0, "none", L.dict),
  op(0x65, "APPENDS", 1, "none", L.appends),
  op(0x67, "GET", 0, "line", L.getLine),
  op(0x68, "BINGET", 1, "u1", L.get),
  op(0x69, "INST", 0, "lines", L.inst),
  op(0x6a, "LONG_BINGET", 1, "u4", L.get),
  op(0x6c, "LIST", 0, "none", L.list),
  op(0x6f, "OBJ", 1, "none", L.obj),
  op(0x70, "PUT", 0, "line", L.putLine),
  op(0x71, "BINPUT", 1, "u1", L.put),
  op(0x72, "LONG_BINPUT", 1, "u4", L.put),
  op(0x73, "SETITEM", 0, "none", L.setItem),
  op(0x74, "TUPLE", 0, "none", L.markedTuple),
  op(0x75, "SETITEMS", 1, "none", L.setItems),
  op(0x7d, "EMPTY_DICT", 1, "none", L.emptyDict),
  op(0x80, "PROTO", 2, "u1", L.protocol),
  op(0x81, "NEWOBJ", 2, "none", L.newObject),
  op(0x82, "EXT1", 2, "u1", L.extension),
  op(0x83, "EXT2", 2, "u2", L.extension),
  op(0x84, "EXT4", 2, "i4", L.extension),
  op(0x85, "TUPLE1", 2, "none", (m, at) => L.tuple(m, at, 1)),
  op(0x86, "TUPLE2", 2, "none", (m, at) => L.tuple(m, at, 2)),
  op(0x87, "TUPLE3", 2, "none", (m, at) => L.tuple(m, at, 3)),
  op(0x88, "NEWTRUE", 2, "none", (m, at) => L.bool(m, at, true)),
  op(0x89, "NEWFALSE", 2, "none", (m, at) => L.bool(m, at, false)),
  op(0x8a, "LONG1", 2, "bytes1", L.long),
  op(0x8b, "LONG4", 2, "signed4", L.long),
  op(0x8c, "SHORT_BINUNICODE", 4, "span1", L.unicode),
  op(0x8d, "BINUNICODE8", 4, "span8", L.unicode),
  op(0x8e, "BINBYTES8", 4, "bytes8", L.bytes),
  op(0x8f, "EMPTY_SET", 4, "none", L.emptySet),
  op(0x90, "ADDITEMS", 4, "none", L.addItems),
  op(0x91, "FROZENSET", 4, "none", L.frozenset),
  op(0x92, "NEWOBJ_EX", 4, "none", L.newObjectEx),
  op(0x93, "STACK_GLOBAL", 4, "none", L.stackGlobal),
  op(0x94, "MEMOIZE", 4, "none", L.memoize),
  op(0x95, "FRAME", 4, "u8", L.frame),
  op(0x96, "BYTEARRAY8", 5, "bytes8", L.bytearray),
  op(0x97, "NEXT_BUFFER", 5, "none", L.nextBuffer),
  op(0x98, "READONLY_BUFFER", 5, "none", L.readonlyBuffer),
];

/** Opcodes by their byte. */
export const BY_CODE: readonly (Opcode | undefined)[] = (() => {
  const table: (Opcode | undefined)[] = Array.from({ length: 256 }, () => undefined);
  for (const opcode of OPCODES) table[opcode.code] = opcode;
  return table;
})();

/** Highest protocol there is, as of CPython 3.14. */
export const HIGHEST_PROTOCOL = 5;
