import { describe, expect, it } from "vitest";
import { BY_CODE, OPCODES } from "../../../src/legacy/pickle/opcodes.ts";

/** Names and codes as CPython's `pickletools.opcodes` lists them, by protocol. */
const LISTED: readonly string[] = [
  "INT I, LONG L, STRING S, NONE N, UNICODE V, FLOAT F, APPEND a, LIST l, TUPLE t, DICT d, SETITEM s, POP 0, DUP 2, MARK (, " +
    "GET g, PUT p, GLOBAL c, REDUCE R, BUILD b, INST i, STOP ., PERSID P",
  "BININT J, BININT1 K, BININT2 M, BINSTRING T, SHORT_BINSTRING U, BINUNICODE X, BINFLOAT G, EMPTY_LIST ], APPENDS e, " +
    "EMPTY_TUPLE ), EMPTY_DICT }, SETITEMS u, POP_MARK 1, BINGET h, LONG_BINGET j, BINPUT q, LONG_BINPUT r, OBJ o, BINPERSID Q",
  "LONG1 8a, LONG4 8b, NEWTRUE 88, NEWFALSE 89, TUPLE1 85, TUPLE2 86, TUPLE3 87, EXT1 82, EXT2 83, EXT4 84, NEWOBJ 81, PROTO 80",
  "BINBYTES B, SHORT_BINBYTES C",
  "SHORT_BINUNICODE 8c, BINUNICODE8 8d, BINBYTES8 8e, EMPTY_SET 8f, ADDITEMS 90, FROZENSET 91, MEMOIZE 94, STACK_GLOBAL 93, " +
    "NEWOBJ_EX 92, FRAME 95",
  "BYTEARRAY8 96, NEXT_BUFFER 97, READONLY_BUFFER 98",
];

describe("opcodes", () => {
  const listed = LISTED.flatMap((line, protocol) =>
    line.split(", ").map((pair) => {
      const [name = "", code = ""] = pair.split(" ");
      return { name, protocol, code: code.length === 1 ? code.charCodeAt(0) : Number.parseInt(code, 16) };
    }),
  );
  it("are all of CPython's, and no more", () => {
    const ours = OPCODES.map(({ name, protocol, code }) => ({ name, protocol, code }));
    const byCode = (a: { code: number }, b: { code: number }): number => a.code - b.code;
    expect(ours.sort(byCode)).toEqual(listed.sort(byCode));
    expect(OPCODES).toHaveLength(68);
  });
  it("are found by their byte", () => {
    expect(BY_CODE).toHaveLength(256);
    expect(BY_CODE.filter((opcode) => opcode !== undefined)).toHaveLength(68);
    for (const opcode of OPCODES) expect(BY_CODE[opcode.code]).toBe(opcode);
  });
});
