/** run: the bytes that WebAssembly modules are made of: numbers, vectors, sections. */
import { bug } from "../../base/errors.ts";

/** A function of the module that is called by its name, until all functions have their numbers. */
export interface Callee {
  readonly callee: string;
}

/** Bytes, in as many pieces as they were written in. */
export type Bytes = readonly (number | Bytes | Callee)[];

/** All bytes in one row. `numberOf` gives the number that a function is called by. */
export function flat(bytes: Bytes, numberOf: (name: string) => number = noCalls): number[] {
  const out: number[] = [];
  const visit = (piece: Bytes): void => {
    for (const one of piece) {
      if (typeof one === "number") out.push(one);
      else if ("callee" in one) visit(unsigned(numberOf(one.callee)));
      else visit(one);
    }
  };
  visit(bytes);
  return out;
}

const noCalls = (name: string): never => {
  throw bug(`a call of ${name} outside the code section`);
};

/** LEB128 of a non-negative integer below 2^32. */
export function unsigned(value: number): readonly number[] {
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
  const out: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    if ((rest === 0 && low < 64) || (rest === -1 && low >= 64)) return [...out, low];
    out.push(low | 128);
  }
}

/** The little-endian bits of a binary64. */
export function binary64(value: number): readonly number[] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  return [...new Uint8Array(view.buffer)];
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
export const ascii = (text: string): Bytes => sized([...text].map((letter) => letter.charCodeAt(0) & 127));

/** A section; empty ones are left out. */
export const section = (id: number, content: Bytes): Bytes => [id, sized(content)];
