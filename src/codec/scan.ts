/**
 * codec: the scanner. In: bytes. Out: nothing, or the first refusal, before any object is made of them. It walks the
 * tokens in a loop with a stack of its own, so that no nesting can exhaust the engine's.
 *
 * The profile is MessagePack with one spelling for each value:
 * - integers from -(2^53 - 1) to 2^53 - 1 in the shortest form, unsigned forms where not negative; every other number,
 *   -0 and the infinities included, as binary64; no NaN, no binary32;
 * - the shortest header for text, bytes, arrays and maps;
 * - keys are text, any text, in ascending order of their UTF-8 bytes, none twice;
 * - text is well-formed UTF-8; U+0000 is text like any other; nothing is normalized, so two normalization forms are two
 *   texts; no text begins with U+FEFF (RFC 3629, section 6: no signature where UTF-8 is a must), which is text elsewhere;
 * - no extension types, no byte 0xc1, nothing before or after the one value.
 *
 * Findings come from left to right. For one token the order is: its number is there, its type is allowed, its form is
 * the shortest, what it claims fits in the bytes that are left, its content, the limits. A key that repeats an earlier one
 * other than the last is out of order too, and is reported as that.
 */
import { ownBytes } from "../base/bytes.ts";
import type { Limits } from "../base/limits.ts";
import type { Frame } from "./cursor.ts";
import { Cursor } from "./cursor.ts";
import { refusedAt } from "./errors.ts";
import { completeLimits } from "./limits.ts";
import { compareRanges, printable } from "./text.ts";
import type { Token } from "./tokens.ts";
import { readNumber, TOKENS } from "./tokens.ts";

/**
 * Checks that bytes are one document of the profile, without making objects of them.
 *
 * @throws CodecError with the offset of the first byte that is wrong
 * @throws TypeError if `bytes` is no Uint8Array, or a limit is not one
 */
export function scan(bytes: unknown, limits?: Partial<Limits>): void {
  const complete = completeLimits(limits);
  scanOwned(admitBytes(bytes, complete), complete);
}

/**
 * Takes the caller's bytes, gives a copy that nobody else can change.
 *
 * @throws CodecError `byte-limit`, before anything is copied
 * @throws TypeError if `bytes` is no Uint8Array
 * @internal
 */
export function admitBytes(bytes: unknown, limits: Limits): Uint8Array {
  if (bytes instanceof Uint8Array) checkLength(bytes.byteLength, limits);
  return ownBytes(bytes);
}

/**
 * What `scan` does, for bytes that nobody else can change.
 *
 * @throws CodecError as `scan` does
 * @internal
 */
export function scanOwned(bytes: Uint8Array, limits: Limits): void {
  // A shared buffer that grows, or a subclass that lies about its length, shows here at the latest.
  checkLength(bytes.length, limits);
  if (bytes.length === 0) throw refusedAt(0, "empty", "there are no bytes");
  const cursor = new Cursor(bytes, limits);
  scanItem(cursor);
  while (cursor.frame !== undefined) {
    const { frame } = cursor;
    if (frame.left === 0) {
      cursor.close(frame);
      continue;
    }
    if (frame.isMap && frame.left % 2 === 0) scanKey(cursor, frame);
    else scanItem(cursor);
    frame.left--;
  }
  const rest = bytes.length - cursor.at;
  if (rest > 0) throw refusedAt(cursor.at, "trailing-bytes", `${rest} bytes follow the document`);
}

function scanItem(cursor: Cursor): void {
  const start = cursor.at;
  const token = nextToken(cursor);
  token.check(cursor, token, start);
}

function scanKey(cursor: Cursor, frame: Frame): void {
  const { bytes, at: start } = cursor;
  const token = nextToken(cursor);
  if (token.kind !== "text") throw refusedAt(start, "key-type", "a key of a map is not text");
  const length = readNumber(cursor, token, start);
  const from = cursor.at;
  cursor.text(length, start);
  if (frame.keyStart !== -1) {
    const order = compareRanges(bytes, frame.keyStart, frame.keyEnd, from, cursor.at);
    if (order >= 0) throw misplacedKey(order, start, bytes.subarray(from, cursor.at));
  }
  frame.keyStart = from;
  frame.keyEnd = cursor.at;
}

function nextToken(cursor: Cursor): Token {
  if (cursor.at >= cursor.bytes.length)
    throw refusedAt(cursor.at, "truncated", "the bytes end where a value must begin");
  return TOKENS[cursor.bytes[cursor.at++] as number] as Token;
}

function misplacedKey(order: number, start: number, key: Uint8Array): Error {
  const shown = `\`${printable(new TextDecoder().decode(key.subarray(0, 200)))}\``;
  return order === 0
    ? refusedAt(start, "duplicate-key", `key ${shown} appears twice`)
    : refusedAt(start, "key-order", `key ${shown} comes too late`, "sort keys by their UTF-8 bytes");
}

function checkLength(length: number, limits: Limits): void {
  if (length > limits.bytes)
    throw refusedAt(limits.bytes, "byte-limit", `${length} bytes, more than ${limits.bytes}`);
}
