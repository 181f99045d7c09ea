/**
 * codec: the spellings of MessagePack that belong to the profile, as one table for reader and writer. From the
 * MessagePack specification, section "Formats".
 */

/** One way to write a number or a length: a first byte and a big-endian integer of `width` bytes after it. */
export interface Form {
  /** The first byte; with `width` 0 the number itself is added to it. */
  readonly first: number;
  readonly width: 0 | 1 | 2 | 4 | 8;
  /** The largest number that the form holds, or may hold in the profile. */
  readonly most: number;
}

export type Kind = "unsigned" | "negative" | "text" | "bytes" | "array" | "map";

const U8 = 0xff;
const U16 = 0xffff;
const U32 = 0xffffffff;

/**
 * Per kind, its forms from the shortest on. The canonical spelling is the first form with `most` no less than the number:
 * the value of an unsigned integer, `-1 - value` of a negative one, a count of bytes, elements or entries otherwise.
 */
export const FORMS: { readonly [K in Kind]: readonly Form[] } = {
  unsigned: [
    { first: 0x00, width: 0, most: 0x7f },
    { first: 0xcc, width: 1, most: U8 },
    { first: 0xcd, width: 2, most: U16 },
    { first: 0xce, width: 4, most: U32 },
    { first: 0xcf, width: 8, most: Number.MAX_SAFE_INTEGER },
  ],
  negative: [
    { first: 0xe0, width: 0, most: 0x1f },
    { first: 0xd0, width: 1, most: 0x7f },
    { first: 0xd1, width: 2, most: 0x7fff },
    { first: 0xd2, width: 4, most: 0x7fffffff },
    { first: 0xd3, width: 8, most: Number.MAX_SAFE_INTEGER - 1 },
  ],
  text: [
    { first: 0xa0, width: 0, most: 0x1f },
    { first: 0xd9, width: 1, most: U8 },
    { first: 0xda, width: 2, most: U16 },
    { first: 0xdb, width: 4, most: U32 },
  ],
  bytes: [
    { first: 0xc4, width: 1, most: U8 },
    { first: 0xc5, width: 2, most: U16 },
    { first: 0xc6, width: 4, most: U32 },
  ],
  array: [
    { first: 0x90, width: 0, most: 0x0f },
    { first: 0xdc, width: 2, most: U16 },
    { first: 0xdd, width: 4, most: U32 },
  ],
  map: [
    { first: 0x80, width: 0, most: 0x0f },
    { first: 0xde, width: 2, most: U16 },
    { first: 0xdf, width: 4, most: U32 },
  ],
};

export const NIL = 0xc0;
export const FALSE = 0xc2;
export const TRUE = 0xc3;
export const BINARY64 = 0xcb;
