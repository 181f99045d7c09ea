/**
 * legacy: the state of CPython's unpickler, without anything that could run. In: bytes and a start. Out: facts. It never
 * throws: what CPython refuses is noted, an unknown fact takes its place and reading goes on, so that a broken stream still
 * tells every global that it asks for. Reading ends (`ended`) at STOP, or where the next opcode cannot be told.
 * Follows CPython's Modules/_pickle.c and Lib/pickle.py; where the two differ, the stricter one is noted.
 */
import type { Issue } from "../../base/errors.ts";
import type { LegacyCode, PickleCode } from "../errors.ts";
import type {
  CallFact,
  ContainerFact,
  Entry,
  ExtensionFact,
  Fact,
  GlobalFact,
  PersistentFact,
} from "./facts.ts";
import type { PickleLimits } from "./limits.ts";
import { Memo } from "./memo.ts";

/** Findings kept of one stream; a broken stream may have one for each byte. */
const MAX_FINDINGS = 1000;
const EMPTY = new Uint8Array(0);

/** Why reading ended: at STOP, or at the byte that cannot be read. */
export type End = "stop" | "broken";

/** One pickle being read: its bytes, stack, marks and memo, and what has been found so far. */
export class Machine {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly limits: PickleLimits;
  readonly #view: DataView;
  /** Offset of the next byte to read. */
  at: number;
  ended: End | undefined = undefined;
  /** What STOP returned. */
  root: Fact | undefined = undefined;
  protocol = 0;
  readonly stack: Fact[] = [];
  readonly marks: number[] = [];
  readonly memo = new Memo();
  readonly findings: Issue<LegacyCode>[] = [];
  readonly globals: GlobalFact[] = [];
  readonly calls: CallFact[] = [];
  readonly foreign: (PersistentFact | ExtensionFact)[] = [];
  /** All containers by their id. */
  readonly containers: ContainerFact[] = [];
  /** End of the frame that reading is in; at or below `at` when in none. */
  frameEnd = 0;
  #facts = 0;

  constructor(bytes: Uint8Array, start: number, limits: PickleLimits) {
    this.bytes = bytes;
    this.start = start;
    this.at = start;
    this.limits = limits;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Writes down what is wrong, and where. */
  note(code: PickleCode, offset: number, message: string): void {
    if (this.findings.length < MAX_FINDINGS) this.findings.push({ code, offset, message });
  }

  /** Ends reading: nothing after this byte can be told. */
  halt(code: PickleCode, offset: number, message: string): void {
    if (this.ended !== undefined) return;
    this.ended = "broken";
    this.note(code, offset, message);
  }

  /** The offset of the next `count` bytes, or -1 after halting if the file holds fewer. */
  take(count: number): number {
    const from = this.at;
    if (count > this.bytes.length - from) {
      this.halt("truncated", from, `the pickle ends ${count - (this.bytes.length - from)} bytes early`);
      return -1;
    }
    this.at = from + count;
    return from;
  }

  u1(): number {
    const from = this.take(1);
    return from < 0 ? 0 : (this.bytes[from] as number);
  }
  u2(): number {
    const from = this.take(2);
    return from < 0 ? 0 : this.#view.getUint16(from, true);
  }
  u4(): number {
    const from = this.take(4);
    return from < 0 ? 0 : this.#view.getUint32(from, true);
  }
  i4(): number {
    const from = this.take(4);
    return from < 0 ? 0 : this.#view.getInt32(from, true);
  }
  /** A length of eight bytes; beyond 2^53 it is inexact, and longer than any file. */
  u8(): number {
    const from = this.take(8);
    return from < 0 ? 0 : Number(this.#view.getBigUint64(from, true));
  }
  /** A big-endian binary64 with its bits if it is a NaN. */
  f8(): { readonly value: number; readonly bits: bigint } {
    const from = this.take(8);
    if (from < 0) return { value: Number.NaN, bits: 0n };
    const value = this.#view.getFloat64(from, false);
    return { value, bits: Number.isNaN(value) ? this.#view.getBigUint64(from, false) : 0n };
  }

  /** The next `count` bytes, not copied. */
  slice(count: number): Uint8Array {
    const from = this.take(count);
    return from < 0 ? EMPTY : this.bytes.subarray(from, from + count);
  }

  /** Passes over the next `count` bytes and gives their number. */
  span(count: number): number {
    this.take(count);
    return count;
  }

  /** Bytes behind a signed length of four bytes. */
  signedSlice(): Uint8Array {
    const from = this.at;
    const count = this.i4();
    if (count >= 0) return this.slice(count);
    this.halt("bad-argument", from, `a length of ${count} bytes`);
    return EMPTY;
  }

  /** The bytes up to a newline, without it. */
  line(): Uint8Array {
    const from = this.at;
    const near = Math.min(from + 32, this.bytes.length);
    let end = from;
    while (end < near && this.bytes[end] !== 0x0a) end++;
    if (this.bytes[end] !== 0x0a) {
      const found = this.bytes.subarray(end, from + this.limits.line).indexOf(0x0a);
      if (found < 0) {
        this.halt("truncated", from, "a line without an end");
        return EMPTY;
      }
      end += found;
    }
    this.at = end + 1;
    return this.bytes.subarray(from, end);
  }

  /** Lowest stack index that opcodes may touch: the newest mark's. */
  get fence(): number {
    return this.marks.length === 0 ? 0 : (this.marks[this.marks.length - 1] as number);
  }

  /** Counts a new fact against the limit. */
  count(offset: number): void {
    if (++this.#facts > this.limits.facts)
      this.halt("fact-limit", offset, `more than ${this.limits.facts} values`);
  }

  push(fact: Fact): void {
    if (this.stack.length + this.marks.length >= this.limits.stack) {
      this.halt("stack-limit", fact.offset, `more than ${this.limits.stack} values on the stack`);
      return;
    }
    this.stack.push(fact);
  }

  /** Pushes a fact that this opcode made. */
  make(fact: Fact): void {
    this.count(fact.offset);
    if ("id" in fact) this.containers.push(fact);
    this.push(fact);
  }

  /** Makes a container's number. */
  nextId(): number {
    return this.containers.length;
  }

  unknown(offset: number): Fact {
    return { kind: "unknown", offset };
  }

  #underflow(offset: number): Fact {
    const why = this.marks.length > 0 ? "a mark is in the way" : "the stack is empty";
    this.note("stack-underflow", offset, `the opcode needs a value and ${why}`);
    return this.unknown(offset);
  }

  pop(offset: number): Fact {
    return (this.stack.length > this.fence ? this.stack.pop() : undefined) ?? this.#underflow(offset);
  }

  top(offset: number): Fact {
    const fact = this.stack.length > this.fence ? this.stack[this.stack.length - 1] : undefined;
    return fact ?? this.#underflow(offset);
  }

  /** The newest `count` values, oldest first. */
  popMany(count: number, offset: number): Fact[] {
    if (this.stack.length - count >= this.fence) return this.stack.splice(this.stack.length - count);
    const out: Fact[] = [];
    for (let i = 0; i < count; i++) out.unshift(this.pop(offset));
    return out;
  }

  mark(offset: number): void {
    if (this.stack.length + this.marks.length >= this.limits.stack)
      this.halt("stack-limit", offset, `more than ${this.limits.stack} values on the stack`);
    else this.marks.push(this.stack.length);
  }

  /** All values above the newest mark, which goes too. */
  popMark(offset: number): Fact[] {
    const from = this.marks.pop();
    if (from === undefined) this.note("missing-mark", offset, "the opcode needs a mark and there is none");
    return this.stack.splice(from ?? this.stack.length);
  }

  remember(index: number, offset: number): void {
    const fact = this.top(offset);
    if (index >= this.limits.memo)
      this.note("memo-limit", offset, `memo index ${index} is not below ${this.limits.memo}`);
    else this.memo.set(index, fact);
  }

  recall(index: number, offset: number): void {
    const fact = this.memo.get(index);
    if (fact === undefined) this.note("missing-memo", offset, `nothing was stored at memo index ${index}`);
    this.push(fact ?? this.unknown(offset));
  }

  /** Pairs for a dictionary; a key without a value is noted and dropped. */
  pairs(values: readonly Fact[], offset: number): Entry[] {
    if (values.length % 2 !== 0) this.note("wrong-type", offset, "a key without a value");
    const out: Entry[] = [];
    for (let i = 0; i + 1 < values.length; i += 2)
      out.push({ key: values[i] as Fact, value: values[i + 1] as Fact });
    return out;
  }
}
