/** run: the bytes that WebAssembly modules are made of: numbers, vectors, sections. */
import { utf8 } from "../../base/bytes.ts";
import { bug } from "../../base/errors.ts";

/** A function of the module that is called by its name, until all functions have their numbers. */
export interface Callee {
  readonly callee: string;
}

/** Bytes, in as many pieces as they were written in. */
export type Bytes = readonly (number | Bytes | Uint8Array | Callee)[];

/** Gathers bytes in one row. */
class Row {
  #bytes = new Uint8Array(256);
  #length = 0;
  readonly #numberOf: (name: string) => number;

  constructor(numberOf: (name: string) => number) {
    this.#numberOf = numberOf;
  }

  #room(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + count));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }

  add(piece: Bytes): this {
    for (let i = 0; i < piece.length; i++) {
      const one = piece[i] as Bytes[number];
      if (typeof one === "number") {
        if (this.#length === this.#bytes.length) this.#room(1);
        this.#bytes[this.#length++] = one;
      } else if (Array.isArray(one)) this.add(one as Bytes);
      else if (one instanceof Uint8Array) {
        this.#room(one.length);
        this.#bytes.set(one, this.#length);
        this.#length += one.length;
      } else this.add(unsigned(this.#numberOf((one as Callee).callee)));
    }
    return this;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}

/** All bytes in one row. `numberOf` gives the number that a function is called by. */
export function flat(bytes: Bytes, numberOf: (name: string) => number = noCalls): Uint8Array<ArrayBuffer> {
  return new Row(numberOf).add(bytes).bytes;
}

const noCalls = (name: string): never => {
  throw bug(`a call of ${name} outside the code section`);
};

/** The bytes that are most of all numbers; they are made once. */
const ONE_BYTE: readonly (readonly number[])[] = Array.from({ length: 128 }, (_, byte) =>
  Object.freeze([byte]),
);

/** LEB128 of a non-negative integer below 2^32. */
export function unsigned(value: number): readonly number[] {
  const short = ONE_BYTE[value];
  if (short !== undefined) return short;
  const out: number[] = [];
  let rest = value;
  while (rest > 127) {
    out.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...out, rest];
}

/** Signed LEB128 of a 32-bit integer, of which only the lower 32 bits count. */
export function signed(value: number): readonly number[] {
  let rest = value | 0;
  if (rest >= -64 && rest < 64) return ONE_BYTE[rest & 127] as readonly number[];
  const out: number[] = [];
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    if ((rest === 0 && low < 64) || (rest === -1 && low >= 64)) return [...out, low];
    out.push(low | 128);
  }
}

/** The little-endian bits of a binary64. */
export function binary64(value: number): readonly number[] {
  return [...binary64s([value])];
}

/** The little-endian bits of many binary64. */
export function binary64s(values: readonly number[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  for (const [i, value] of values.entries()) view.setFloat64(8 * i, value, true);
  return new Uint8Array(view.buffer);
}

/** The little-endian bits of a binary32. */
export function binary32(value: number): readonly number[] {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value, true);
  return [...new Uint8Array(view.buffer)];
}

/** A length, then that many bytes. */
export function sized(bytes: Bytes, numberOf?: (name: string) => number): Bytes {
  const row = flat(bytes, numberOf);
  return [unsigned(row.length), row];
}

/** A count, then that many items. */
export const vector = (items: readonly Bytes[]): Bytes => [unsigned(items.length), ...items];

/** A name of printable ASCII. */
export const ascii = (text: string): Bytes => sized([utf8(text)]);

/** A section; empty ones are left out. */
export const section = (id: number, content: Bytes): Bytes => [id, sized(content)];
