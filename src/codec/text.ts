/** codec: the rules for text, on bytes and on strings. */

/**
 * The offset of the first byte in `[start, end)` at which well-formed UTF-8 ends, or -1. The ranges are those of the Unicode
 * Standard, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
export function findInvalidUtf8(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const lead = bytes[at] as number;
    if (lead < 0x80) {
      at++;
      continue;
    }
    const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length === 0 || at + length > end) return at;
    const second = bytes[at + 1] as number;
    const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) return at;
    for (let i = 2; i < length; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) return at;
    at += length;
  }
  return -1;
}

/** Whether text begins with a byte order mark, U+FEFF. */
export function startsWithMark(text: string): boolean {
  return text.charCodeAt(0) === 0xfeff;
}

/** Whether the bytes from `start` to `end` begin with U+FEFF in UTF-8. */
export function bytesStartWithMark(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
}

/** Compares two ranges of the same bytes, byte by byte, shorter first: negative, 0 or positive. */
export function compareRanges(
  bytes: Uint8Array,
  aStart: number,
  aEnd: number,
  bStart: number,
  bEnd: number,
): number {
  const length = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < length; i++) {
    const difference = (bytes[aStart + i] as number) - (bytes[bStart + i] as number);
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}

/**
 * Compares two well-formed strings as their UTF-8 bytes would compare: negative, 0 or positive. JavaScript's own order is
 * that of UTF-16 units, where surrogates (U+10000 and up) stand below U+E000 to U+FFFF.
 */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** The longest piece of foreign text, in UTF-16 units, that a message repeats. */
const MOST_SHOWN = 40;

/**
 * Foreign text as it can stand in a one-line message: cut, with quotes, backslashes and whatever does not print as one
 * character (controls, line separators, marks of direction) escaped as in JSON.
 */
export function printable(text: string): string {
  const cut = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  const escaped = JSON.stringify(cut).slice(1, -1);
  return escaped.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    let units = "";
    for (let i = 0; i < character.length; i++)
      units += `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
    return units;
  });
}
