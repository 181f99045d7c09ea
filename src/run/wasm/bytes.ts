/** run: the bytes that WebAssembly modules are made of: numbers, vectors, sections. */

export type Bytes = readonly number[];

/** LEB128 of a non-negative integer below 2^32. */
export function unsigned(value: number): Bytes {
  const out: number[] = [];
  let rest = value;
  while (rest > 127) {
    out.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...out, rest];
}

/** Signed LEB128 of a 32-bit integer, of which only the lower 32 bits count. */
export function signed(value: number): Bytes {
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
export function binary64(value: number): Bytes {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  return [...new Uint8Array(view.buffer)];
}

/** The little-endian bits of a binary32. */
export function binary32(value: number): Bytes {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value, true);
  return [...new Uint8Array(view.buffer)];
}

/** A length, then that many bytes. */
export const sized = (bytes: Bytes): Bytes => [...unsigned(bytes.length), ...bytes];

/** A count, then that many items. */
export const vector = (items: readonly Bytes[]): Bytes => [...unsigned(items.length), ...items.flat()];

/** A name of printable ASCII. */
export const ascii = (text: string): Bytes => sized([...text].map((letter) => letter.charCodeAt(0) & 127));

/** A section; empty ones are left out. */
export const section = (id: number, content: Bytes): Bytes => [id, ...sized(content)];
