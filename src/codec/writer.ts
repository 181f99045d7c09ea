/** codec: bytes in the making, in the spellings of the profile. */
import { utf8 } from "../base/bytes.ts";
import type { Form, Kind } from "./forms.ts";
import { BINARY64, FORMS } from "./forms.ts";

/** The longest header: a first byte and eight of number. */
const HEADER = 9;

/** The longest text, in characters, that is written one by one. */
const SHORT = 128;

/** Bytes that grow as they are written, up to a limit. */
export class Writer {
  private bytes: Uint8Array;
  private view: DataView;
  private at = 0;
  private readonly limit: number;

  /** `expected` bytes are set aside at first, a guess. */
  constructor(expected: number, limit: number) {
    this.limit = limit;
    this.bytes = new Uint8Array(expected + HEADER);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Whether more was written than the limit allows. */
  get full(): boolean {
    return this.at > this.limit;
  }

  /** All that was written, in an array of its own, or `undefined` if it was too much. */
  finish(): Uint8Array | undefined {
    return this.full ? undefined : this.bytes.slice(0, this.at);
  }

  /** Whether all that was written is these bytes. */
  holds(bytes: Uint8Array): boolean {
    if (this.at !== bytes.length) return false;
    for (let i = 0; i < bytes.length; i++) if (this.bytes[i] !== bytes[i]) return false;
    return true;
  }

  /** One of the constants of forms.ts. */
  byte(byte: number): void {
    this.room(1);
    this.bytes[this.at++] = byte;
  }

  /** A safe integer other than -0. */
  integer(value: number): void {
    if (value < 0) this.number("negative", -1 - value, value);
    else this.number("unsigned", value, value);
  }

  binary64(value: number): void {
    this.room(HEADER);
    this.bytes[this.at] = BINARY64;
    this.view.setFloat64(this.at + 1, value);
    this.at += HEADER;
  }

  /** The header of an array or a map with so many elements or entries. */
  open(kind: "array" | "map", count: number): void {
    this.number(kind, count, count);
  }

  /** Well-formed text. */
  text(text: string): void {
    if (text.length > this.limit) this.at = this.limit + 1;
    else if (!this.shortAscii(text)) this.content("text", utf8(text));
  }

  /** Writes text if it is ASCII and not long, as nearly all is: for that, the platform's encoder is slow. */
  private shortAscii(text: string): boolean {
    const { length } = text;
    if (length > SHORT) return false;
    const start = this.at;
    this.number("text", length, length);
    this.room(length);
    const { bytes, at } = this;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) {
        this.at = start;
        return false;
      }
      bytes[at + i] = unit;
    }
    this.at += length;
    return true;
  }

  blob(bytes: Uint8Array): void {
    this.content("bytes", bytes);
  }

  private content(kind: "text" | "bytes", bytes: Uint8Array): void {
    this.number(kind, bytes.length, bytes.length);
    if (this.at + bytes.length <= this.limit) {
      this.room(bytes.length);
      this.bytes.set(bytes, this.at);
    }
    this.at += bytes.length;
  }

  /** `value` in the first form that holds `size`; negative values end up in two's complement. */
  private number(kind: Kind, size: number, value: number): void {
    this.room(HEADER);
    const forms = FORMS[kind];
    let i = 0;
    while (i < forms.length - 1 && (forms[i] as Form).most < size) i++;
    const { first, width } = forms[i] as Form;
    const { view, at } = this;
    view.setUint8(at, width === 0 ? first | value : first);
    if (width === 1) view.setUint8(at + 1, value);
    else if (width === 2) view.setUint16(at + 1, value);
    else if (width === 4) view.setUint32(at + 1, value);
    else if (width === 8) {
      view.setUint32(at + 1, Math.floor(value / 0x1_0000_0000));
      view.setUint32(at + 5, value);
    }
    this.at += 1 + width;
  }

  private room(count: number): void {
    const needed = this.at + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}
