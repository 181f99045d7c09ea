/** legacy: the opcodes that push a value of their own: numbers, texts, bytes, memo values, the protocol and frames. */
import type { PickleCode } from "../errors.ts";
import type { Machine } from "./machine.ts";
import type { Decoded } from "./text.ts";
import {
  decodeFloat,
  decodeIndex,
  decodeInt,
  decodeLong,
  decodeRawUnicodeEscape,
  decodeStringLiteral,
  decodeTwosComplement,
  decodeUtf8,
  isAscii,
  latin1,
} from "./text.ts";

const FLAWS: Readonly<Record<NonNullable<Decoded<unknown>["flaw"]>, string>> = {
  "bad-text": "a text that its opcode cannot hold",
  surrogate: "a text with a lone surrogate, which has no UTF-8 form",
  "bad-number": "a number that CPython would not write so",
  "integer-limit": "an integer of too many digits",
};

/** The value, or an unknown fact with a note where it would be a guess. */
function settle<T>(m: Machine, at: number, decoded: Decoded<T>): T {
  if (decoded.flaw !== undefined) m.note(decoded.flaw, at, FLAWS[decoded.flaw]);
  return decoded.value;
}

function pushNumber(m: Machine, at: number, decoded: Decoded<number | bigint | boolean>): void {
  const value = settle(m, at, decoded);
  if (decoded.flaw !== undefined) m.make(m.unknown(at));
  else if (typeof value === "boolean") bool(m, at, value);
  else int(m, at, value);
}

function none(m: Machine, at: number): void {
  m.make({ kind: "none", offset: at });
}
function bool(m: Machine, at: number, value: boolean): void {
  m.make({ kind: "bool", offset: at, value });
}
function int(m: Machine, at: number, value: number | bigint): void {
  m.make({ kind: "int", offset: at, value });
}
function intLine(m: Machine, at: number, line: Uint8Array): void {
  pushNumber(m, at, decodeInt(latin1(line)));
}
function longLine(m: Machine, at: number, line: Uint8Array): void {
  pushNumber(m, at, decodeLong(latin1(line)));
}
function long(m: Machine, at: number, bytes: Uint8Array): void {
  if (bytes.length <= m.limits.integer) {
    int(m, at, decodeTwosComplement(bytes));
    return;
  }
  m.note("integer-limit", at, `an integer of ${bytes.length} bytes, more than ${m.limits.integer}`);
  m.make(m.unknown(at));
}
function float(m: Machine, at: number, read: { readonly value: number; readonly bits: bigint }): void {
  m.make({ kind: "float", offset: at, value: read.value, bits: read.bits });
}
function floatLine(m: Machine, at: number, line: Uint8Array): void {
  const decoded = decodeFloat(latin1(line));
  const value = settle(m, at, decoded);
  const bits = Number.isNaN(value) ? (line[0] === 0x2d ? 0xfff8000000000000n : 0x7ff8000000000000n) : 0n;
  if (decoded.flaw === undefined) float(m, at, { value, bits });
  else m.make(m.unknown(at));
}

/** Python 2's `str`: text if it is ASCII, as Python 3 takes it by default, else the bytes it always was. */
function string(m: Machine, at: number, bytes: Uint8Array): void {
  if (isAscii(bytes)) m.make({ kind: "text", offset: at, value: latin1(bytes), py2: true });
  else m.make({ kind: "bytes", offset: at, value: bytes, py2: true });
}
function stringLine(m: Machine, at: number, line: Uint8Array): void {
  string(m, at, settle(m, at, decodeStringLiteral(line)));
}
/** The last `length` bytes read, as text. */
function unicode(m: Machine, at: number, length: number): void {
  const value = settle(m, at, decodeUtf8(m.bytes, m.at - length, m.at));
  m.make({ kind: "text", offset: at, value, py2: false });
}
function unicodeLine(m: Machine, at: number, line: Uint8Array): void {
  m.make({ kind: "text", offset: at, value: settle(m, at, decodeRawUnicodeEscape(line)), py2: false });
}
function bytes(m: Machine, at: number, value: Uint8Array): void {
  m.make({ kind: "bytes", offset: at, value, py2: false });
}
function bytearray(m: Machine, at: number, value: Uint8Array): void {
  m.make({ kind: "bytearray", offset: at, value });
}

function index(m: Machine, at: number, line: Uint8Array): number | undefined {
  const found = decodeIndex(latin1(line.subarray(0, 64)));
  if (found === undefined) m.note("bad-memo", at, "a memo index that is no plain decimal number");
  return found;
}
function get(m: Machine, at: number, at2: number): void {
  m.recall(at2, at);
}
function getLine(m: Machine, at: number, line: Uint8Array): void {
  const found = index(m, at, line);
  if (found === undefined) m.push(m.unknown(at));
  else m.recall(found, at);
}
function put(m: Machine, at: number, to: number): void {
  m.remember(to, at);
}
function putLine(m: Machine, at: number, line: Uint8Array): void {
  const found = index(m, at, line);
  if (found !== undefined) m.remember(found, at);
}
function memoize(m: Machine, at: number): void {
  m.remember(m.memo.size, at);
}

function protocol(m: Machine, at: number, value: number): void {
  if (value > 5) m.note("bad-protocol", at, `protocol ${value} does not exist`);
  else if (at !== m.start) m.note("bad-protocol", at, "a protocol that is not the first opcode");
  m.protocol = value;
}

/**
 * PEP 3154: a frame holds whole opcodes, lies in the rest of the file and has no frame inside. Lib/pickle.py refuses opcodes
 * that straddle its end, Modules/_pickle.c a frame longer than the rest; the pickler's last frame ends at STOP.
 */
function frame(m: Machine, at: number, length: number): void {
  const rest = m.bytes.length - m.at;
  const wrong = (message: string): void => m.note("bad-frame", at, message);
  if (m.protocol < 4) wrong(`a frame in protocol ${m.protocol}`);
  if (m.frameEnd > at) wrong("a frame inside a frame");
  if (length > rest) wrong(`a frame of ${length} bytes where ${rest} are left`);
  m.frameEnd = m.at + Math.min(length, rest);
}

const noBuffer: [PickleCode, string] = ["out-of-band", "a buffer that is not in the file"];
function nextBuffer(m: Machine, at: number): void {
  m.note(noBuffer[0], at, noBuffer[1]);
  m.make(m.unknown(at));
}
function readonlyBuffer(m: Machine, at: number): void {
  m.note(noBuffer[0], at, noBuffer[1]);
  m.top(at);
}

export const VALUE_LOADERS = {
  none,
  bool,
  int,
  intLine,
  long,
  longLine,
  float,
  floatLine,
  string,
  stringLine,
  unicode,
  unicodeLine,
  bytes,
  bytearray,
  get,
  getLine,
  put,
  putLine,
  memoize,
  protocol,
  frame,
  nextBuffer,
  readonlyBuffer,
} as const;
