/** codec: what each of the 256 first bytes begins, and how the scanner checks it. */
import type { Cursor } from "./cursor.ts";
import { refusedAt } from "./errors.ts";
import type { Kind } from "./forms.ts";
import { BINARY64, FALSE, FORMS, NIL, TRUE } from "./forms.ts";

/** What a first byte begins. */
export interface Token {
  readonly kind: Kind | "other";
  /** Bytes of number that follow the first byte. */
  readonly width: number;
  /** With width 0, the number that the first byte itself holds. */
  readonly implied: number;
  /** The smallest number that has no shorter form. */
  readonly least: number;
  readonly most: number;
  /** Steps over the rest of the token; `start` is the offset of its first byte, which is read already. */
  readonly check: (cursor: Cursor, token: Token, start: number) => void;
}

type Check = Token["check"];

/** The number or length that belongs to the token, refused unless this form is the shortest for it. */
export function readNumber(cursor: Cursor, token: Token, start: number): number {
  if (token.width === 0) return token.implied;
  cursor.need(token.width, start);
  const value = cursor.unsigned(token.width);
  if (value < token.least) throw longForm(start);
  return value;
}

function longForm(start: number): Error {
  return refusedAt(start, "non-canonical", "a number or length is not in its shortest form");
}

function outOfRange(start: number): Error {
  const hint = "write it as binary64, if that holds it exactly";
  return refusedAt(start, "integer-range", "an integer is beyond 2^53 - 1", hint);
}

function checkUnsigned(cursor: Cursor, token: Token, start: number): void {
  if (readNumber(cursor, token, start) > token.most) throw outOfRange(start);
}

function checkNegative(cursor: Cursor, token: Token, start: number): void {
  const { width } = token;
  if (width === 0) return;
  cursor.need(width, start);
  if ((cursor.bytes[cursor.at] as number) < 0x80) throw longForm(start);
  const size = width === 8 ? complement64(cursor) : 2 ** (8 * width) - 1 - cursor.unsigned(width);
  if (size < token.least) throw longForm(start);
  if (size > token.most) throw outOfRange(start);
}

/** `-1 - value` of a negative 64-bit integer; by halves, since the unsigned reading of a small one is not exact. */
function complement64(cursor: Cursor): number {
  const { view, at } = cursor;
  cursor.at += 8;
  return (0xffffffff - view.getUint32(at)) * 0x1_0000_0000 + (0xffffffff - view.getUint32(at + 4));
}

function checkBinary64(cursor: Cursor, _token: Token, start: number): void {
  cursor.need(8, start);
  const value = cursor.view.getFloat64(cursor.at);
  cursor.at += 8;
  if (Number.isNaN(value)) throw refusedAt(start, "not-a-number", "NaN is no value of the profile");
  if (Number.isSafeInteger(value) && !Object.is(value, -0))
    throw refusedAt(start, "non-canonical", "an integer is spelt as binary64", "write it as an integer");
}

function checkText(cursor: Cursor, token: Token, start: number): void {
  cursor.text(readNumber(cursor, token, start), start);
}

function checkBytes(cursor: Cursor, token: Token, start: number): void {
  const length = readNumber(cursor, token, start);
  cursor.need(length, start);
  cursor.at += length;
}

function checkArray(cursor: Cursor, token: Token, start: number): void {
  cursor.open(readNumber(cursor, token, start), false, start);
}

function checkMap(cursor: Cursor, token: Token, start: number): void {
  cursor.open(2 * readNumber(cursor, token, start), true, start);
}

function checkNothing(): void {}

function refuseBinary32(_cursor: Cursor, _token: Token, start: number): never {
  throw refusedAt(start, "non-canonical", "a number is spelt as binary32", "write it as binary64");
}

function refuseExtension(_cursor: Cursor, _token: Token, start: number): never {
  throw refusedAt(start, "extension", "extension types are not part of the profile");
}

function refuseReserved(_cursor: Cursor, _token: Token, start: number): never {
  throw refusedAt(start, "reserved-byte", "byte 0xc1 begins no value");
}

const CHECKS: { readonly [K in Kind]: Check } = {
  unsigned: checkUnsigned,
  negative: checkNegative,
  text: checkText,
  bytes: checkBytes,
  array: checkArray,
  map: checkMap,
};

const OTHERS: readonly (readonly [first: number, last: number, check: Check])[] = [
  [NIL, NIL, checkNothing],
  [0xc1, 0xc1, refuseReserved],
  [FALSE, TRUE, checkNothing],
  [0xc7, 0xc9, refuseExtension],
  [0xca, 0xca, refuseBinary32],
  [BINARY64, BINARY64, checkBinary64],
  [0xd4, 0xd8, refuseExtension],
];

/** The token of each first byte. */
export const TOKENS: readonly Token[] = buildTokens();

function buildTokens(): readonly Token[] {
  const tokens: Token[] = [];
  for (const [kind, check] of Object.entries(CHECKS) as [Kind, Check][]) {
    let least = 0;
    for (const { first, width, most } of FORMS[kind]) {
      const last = width === 0 ? first + most : first;
      for (let byte = first; byte <= last; byte++)
        tokens[byte] = { kind, width, implied: byte - first, least, most, check };
      least = most + 1;
    }
  }
  for (const [first, last, check] of OTHERS)
    for (let byte = first; byte <= last; byte++)
      tokens[byte] = { kind: "other", width: 0, implied: 0, least: 0, most: 0, check };
  return tokens;
}
