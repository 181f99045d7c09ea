/**
 * state: the JSON header of a safetensors file, read strictly. Header bytes go in; entries and metadata come out, not yet
 * compared with the data. The grammar has a fixed depth, so the reader has no recursion; it refuses a key that comes
 * twice, which `JSON.parse` would hide.
 */
import { fromUtf8 } from "../base/bytes.ts";
import type { StateCode } from "./errors.ts";
import { StateError } from "./errors.ts";

/** One tensor as the header describes it; offsets count from the start of the data. */
export interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** The key that holds a file's metadata and so can name no tensor. */
export const METADATA = "__metadata__";

const SPACE = 0x20;
const JSON_SPACE: ReadonlySet<number | undefined> = new Set([SPACE, 0x09, 0x0a, 0x0d]);
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** 2^53 - 1 has 16 digits. */
const MAX_DIGITS = 16;

/** A place in the header's bytes and the tokens of JSON that the format needs. */
class Cursor {
  private at = 0;
  private readonly bytes: Uint8Array;
  private readonly origin: number;

  constructor(bytes: Uint8Array, origin: number) {
    this.bytes = bytes;
    this.origin = origin;
  }

  fail(code: StateCode, message: string, at = this.at): StateError {
    return new StateError({ code, message, offset: this.origin + at });
  }

  private skipSpace(): void {
    while (JSON_SPACE.has(this.bytes[this.at])) this.at++;
  }

  /** Whether the next token is this punctuation mark; if so, it is taken. */
  takes(mark: string): boolean {
    this.skipSpace();
    if (this.bytes[this.at] !== mark.charCodeAt(0)) return false;
    this.at++;
    return true;
  }

  expect(mark: string): void {
    if (!this.takes(mark)) throw this.fail("header-syntax", `the header lacks \`${mark}\` here`);
  }

  string(): string {
    this.expect('"');
    const start = this.at - 1;
    while (this.at < this.bytes.length && this.bytes[this.at] !== QUOTE)
      this.at += this.bytes[this.at] === BACKSLASH ? 2 : 1;
    this.at = Math.min(this.at + 1, this.bytes.length);
    const literal = fromUtf8(this.bytes.subarray(start, this.at));
    const text = literal === undefined ? undefined : unquote(literal);
    if (text === undefined) throw this.fail("header-syntax", "the header holds a malformed string", start);
    return text;
  }

  /** A natural number of at most 2^53 - 1, written with digits only. */
  natural(): number {
    this.skipSpace();
    const start = this.at;
    let value = 0;
    let digit = (this.bytes[this.at] ?? 0) - 0x30;
    while (digit >= 0 && digit <= 9 && this.at - start < MAX_DIGITS) {
      value = value * 10 + digit;
      this.at++;
      digit = (this.bytes[this.at] ?? 0) - 0x30;
    }
    const length = this.at - start;
    const malformed = length === 0 || (length > 1 && this.bytes[start] === 0x30);
    if (
      malformed ||
      value > Number.MAX_SAFE_INTEGER ||
      ".eE0123456789".includes(String.fromCharCode(digit + 0x30))
    )
      throw this.fail("header-syntax", "a size or an offset is not a whole number from 0 to 2^53 - 1", start);
    return value;
  }

  naturals(): number[] {
    const all: number[] = [];
    this.expect("[");
    if (this.takes("]")) return all;
    do all.push(this.natural());
    while (this.takes(","));
    this.expect("]");
    return all;
  }

  /** An object: `member` reads each value. A key that comes twice is refused. */
  object(member: (key: string, keyAt: number) => void): void {
    const seen = new Set<string>();
    this.expect("{");
    if (this.takes("}")) return;
    do {
      this.skipSpace();
      const keyAt = this.at;
      const key = this.string();
      if (seen.has(key))
        throw this.fail("duplicate-name", `the header holds \`${oneLine(key)}\` twice`, keyAt);
      seen.add(key);
      this.expect(":");
      member(key, keyAt);
    } while (this.takes(","));
    this.expect("}");
  }

  /** Only spaces may follow: the format's padding. */
  end(): void {
    while (this.bytes[this.at] === SPACE) this.at++;
    if (this.at !== this.bytes.length)
      throw this.fail("header-syntax", "something other than spaces follows the header's object");
  }
}

function unquote(literal: string): string | undefined {
  try {
    const text = JSON.parse(literal) as string;
    return text.isWellFormed() ? text : undefined;
  } catch {
    return undefined;
  }
}

/** A name from a file as one line of bounded length, for messages and paths. */
export function oneLine(name: string): string {
  const escaped = JSON.stringify(name).slice(1, -1);
  const line = escaped.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`,
  );
  return line.length > 80 ? `${line.slice(0, 77).toWellFormed()}...` : line;
}

function readEntry(cursor: Cursor, name: string, nameAt: number): Entry {
  let dtype: string | undefined;
  let shape: readonly number[] | undefined;
  let offsets: readonly number[] | undefined;
  cursor.object((key, keyAt) => {
    if (key === "dtype") dtype = cursor.string();
    else if (key === "shape") shape = cursor.naturals();
    else if (key === "data_offsets") offsets = cursor.naturals();
    else
      throw cursor.fail(
        "header-syntax",
        `tensor \`${oneLine(name)}\` has an unknown field \`${oneLine(key)}\``,
        keyAt,
      );
  });
  const [begin, end] = offsets ?? [];
  if (
    dtype === undefined ||
    shape === undefined ||
    begin === undefined ||
    end === undefined ||
    offsets?.length !== 2
  )
    throw cursor.fail(
      "header-syntax",
      `tensor \`${oneLine(name)}\` lacks a dtype, a shape or two data_offsets`,
      nameAt,
    );
  return { dtype, shape, begin, end };
}

/**
 * @param bytes the header alone, without the length in front of it
 * @param origin where in the file it starts, for the offsets of errors
 * @throws {StateError} `header-syntax`, `duplicate-name`
 */
export function parseHeader(bytes: Uint8Array, origin: number): Header {
  const cursor = new Cursor(bytes, origin);
  if (bytes[0] !== 0x7b) throw cursor.fail("header-syntax", "the header does not start with `{`");
  const metadata = new Map<string, string>();
  const entries = new Map<string, Entry>();
  cursor.object((name, nameAt) => {
    if (name === METADATA) cursor.object((key) => void metadata.set(key, cursor.string()));
    else entries.set(name, readEntry(cursor, name, nameAt));
  });
  cursor.end();
  return { metadata, entries };
}
