/** codec: the scanner's place in the bytes, and the steps that all tokens share. */
import type { Limits } from "../base/limits.ts";
import { refusedAt } from "./errors.ts";
import { bytesStartWithMark, findInvalidUtf8 } from "./text.ts";

/** An open array or map, and through `outer` the ones it stands in. */
export interface Frame {
  readonly outer: Frame | undefined;
  readonly isMap: boolean;
  /** Elements still to come, or keys and values. */
  left: number;
  /** Where the text of the last key is; `keyStart` is -1 before the first. */
  keyStart: number;
  keyEnd: number;
}

/** Where a scan stands. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly limits: Limits;
  at = 0;
  nodes = 1;
  frame: Frame | undefined;
  depth = 0;

  constructor(bytes: Uint8Array, limits: Limits) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.limits = limits;
  }

  /** Refuses a claim of the token at `start` that goes past the end. */
  need(count: number, start: number): void {
    if (count > this.bytes.length - this.at)
      throw refusedAt(start, "truncated", "a value claims more bytes than are left");
  }

  /** The big-endian unsigned integer of `width` bytes here; of 8 bytes exact to 2^53 and never below that if above it. */
  unsigned(width: number): number {
    const { view, at } = this;
    this.at += width;
    if (width === 1) return this.bytes[at] as number;
    if (width === 2) return view.getUint16(at);
    if (width === 4) return view.getUint32(at);
    return view.getUint32(at) * 0x1_0000_0000 + view.getUint32(at + 4);
  }

  /** Steps over `length` bytes of text. */
  text(length: number, start: number): void {
    this.need(length, start);
    const from = this.at;
    this.at += length;
    const bad = findInvalidUtf8(this.bytes, from, this.at);
    if (bad !== -1) throw refusedAt(bad, "invalid-utf8", "text is not well-formed UTF-8");
    if (bytesStartWithMark(this.bytes, from, this.at))
      throw refusedAt(from, "byte-order-mark", "text begins with a byte order mark");
  }

  /** Opens a container of `count` items, all of which are charged at once: a claim costs what it claims. */
  open(count: number, isMap: boolean, start: number): void {
    const { limits, frame } = this;
    this.need(count, start);
    this.nodes += count;
    if (this.nodes > limits.nodes)
      throw refusedAt(start, "node-limit", `more than ${limits.nodes} values and keys`);
    if (this.depth === limits.depth)
      throw refusedAt(start, "depth-limit", `nested more than ${limits.depth} deep`);
    this.depth++;
    this.frame = { outer: frame, isMap, left: count, keyStart: -1, keyEnd: -1 };
  }

  /** Closes the innermost container. */
  close(frame: Frame): void {
    this.depth--;
    this.frame = frame.outer;
  }
}
