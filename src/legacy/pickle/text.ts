/** legacy: the texts of a pickle: how CPython decodes the arguments of UNICODE, STRING, BINUNICODE and the number opcodes. */

const utf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A decoded argument; `flaw` says what CPython's pickler would never have written, in which case `value` is a guess. */
export interface Decoded<T> {
  readonly value: T;
  readonly flaw?: TextFlaw;
}
export type TextFlaw = "bad-text" | "surrogate" | "bad-number" | "integer-limit";

/** Code units of bytes, one each. */
export function latin1(bytes: Uint8Array): string {
  if (bytes.length < 24) {
    let out = "";
    for (const byte of bytes) out += String.fromCharCode(byte);
    return out;
  }
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x2000)
    parts.push(String.fromCharCode.apply(null, bytes.subarray(at, at + 0x2000) as unknown as number[]));
  return parts.join("");
}

/** Whether every byte is below 128. */
export function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] as number) > 0x7f) return false;
  return true;
}

/**
 * UTF-8 as the binary text opcodes hold it. Python also accepts UTF-8 of lone surrogates there (`surrogatepass`); such a
 * text has no UTF-8 form and is reported with each surrogate replaced.
 */
export function decodeUtf8(bytes: Uint8Array, from = 0, to = bytes.length): Decoded<string> {
  const short = to - from < 24 ? shortAscii(bytes, from, to) : undefined;
  if (short !== undefined) return { value: short };
  const own = bytes.subarray(from, to);
  try {
    return { value: utf8Decoder.decode(own) };
  } catch {
    return replaceSurrogates(own);
  }
}

/** Dictionary keys and the like, without a call of the platform's decoder; `undefined` if not ASCII. */
function shortAscii(bytes: Uint8Array, from: number, to: number): string | undefined {
  let out = "";
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    if (byte > 0x7f) return undefined;
    out += String.fromCharCode(byte);
  }
  return out;
}

function replaceSurrogates(bytes: Uint8Array): Decoded<string> {
  const copy = new Uint8Array(bytes);
  for (let i = 0; i + 2 < copy.length; i++) {
    const isSurrogate =
      copy[i] === 0xed &&
      ((copy[i + 1] as number) & 0xe0) === 0xa0 &&
      ((copy[i + 2] as number) & 0xc0) === 0x80;
    // U+FFFD in place of the three bytes.
    if (isSurrogate) copy.set([0xef, 0xbf, 0xbd], i);
  }
  try {
    return { value: utf8Decoder.decode(copy), flaw: "surrogate" };
  } catch {
    return { value: latin1(bytes), flaw: "bad-text" };
  }
}

/**
 * The raw-unicode-escape codec: Latin-1 with `\uXXXX` and `\UXXXXXXXX`; a backslash before anything else stands for
 * itself, and takes the next character with it, so that `\\u0041` is no escape.
 */
export function decodeRawUnicodeEscape(bytes: Uint8Array): Decoded<string> {
  const text = latin1(bytes);
  if (!text.includes("\\")) return { value: text };
  let flaw: TextFlaw | undefined;
  const value = text.replaceAll(
    /\\(u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[\s\S]|$)/g,
    (all, next, short, long) => {
      const hex: string | undefined = short ?? long;
      if (hex === undefined) {
        if (next === "u" || next === "U") flaw = "bad-text";
        return all;
      }
      const code = Number.parseInt(hex, 16);
      if (code > 0x10ffff) {
        flaw = "bad-text";
        return all;
      }
      if (code >= 0xd800 && code <= 0xdfff) {
        flaw ??= "surrogate";
        return "\ufffd";
      }
      return String.fromCodePoint(code);
    },
  );
  return flaw === undefined ? { value } : { value, flaw };
}

const ESCAPES: ReadonlyMap<string, number> = new Map([
  ["\\", 0x5c],
  ["'", 0x27],
  ['"', 0x22],
  ["a", 0x07],
  ["b", 0x08],
  ["f", 0x0c],
  ["n", 0x0a],
  ["r", 0x0d],
  ["t", 0x09],
  ["v", 0x0b],
]);

/**
 * The argument of STRING: a Python 2 string literal in either quote, as bytes. Escapes that Python 2's `repr` does not write
 * but CPython reads (octal, unknown ones) are flaws, read as CPython reads them.
 */
export function decodeStringLiteral(line: Uint8Array): Decoded<Uint8Array> {
  const quote = line[0];
  const quoted = line.length >= 2 && (quote === 0x22 || quote === 0x27) && line.at(-1) === quote;
  if (!quoted) return { value: line, flaw: "bad-text" };
  const text = latin1(line.subarray(1, -1));
  let flaw: TextFlaw | undefined;
  const value = text.replaceAll(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[\s\S]|$)/g, (all, next: string) => {
    const simple = ESCAPES.get(next);
    if (simple !== undefined) return String.fromCharCode(simple);
    if (next.length === 3 && next[0] === "x") return String.fromCharCode(Number.parseInt(next.slice(1), 16));
    flaw = "bad-text";
    return /^[0-7]+$/.test(next) ? String.fromCharCode(Number.parseInt(next, 8) & 0xff) : all;
  });
  const bytes = new Uint8Array(value.length);
  for (let i = 0; i < value.length; i++) bytes[i] = value.charCodeAt(i);
  return flaw === undefined ? { value: bytes } : { value: bytes, flaw };
}

/** Digits of a decimal integer that are read; CPython's own limit for text since 3.11. */
const INTEGER_DIGITS = 4300;
const INTEGER = /^(?:0|-?[1-9][0-9]*)$/;

function integer(text: string): Decoded<number | bigint> {
  if (text.length > INTEGER_DIGITS) return { value: 0, flaw: "integer-limit" };
  if (!INTEGER.test(text)) return { value: 0, flaw: "bad-number" };
  const value = Number(text);
  return { value: Number.isSafeInteger(value) ? value : BigInt(text) };
}

/** INT: a decimal integer as `repr` writes it, or `00` and `01` for the booleans. */
export function decodeInt(line: string): Decoded<number | bigint | boolean> {
  if (line === "00") return { value: false };
  if (line === "01") return { value: true };
  return integer(line);
}

/** LONG: a decimal integer with the suffix `L`, which every CPython writes. */
export function decodeLong(line: string): Decoded<number | bigint> {
  return line.endsWith("L") ? integer(line.slice(0, -1)) : { value: 0, flaw: "bad-number" };
}

const FLOAT = /^-?(?:inf|nan|[0-9]+(?:\.[0-9]+)?(?:e[+-][0-9]{2,3})?)$/;
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ["inf", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
  ["nan", Number.NaN],
  ["-nan", Number.NaN],
]);

/**
 * FLOAT: as `repr` writes it. More than the 17 digits that tell any two binary64 apart, or a value outside their range,
 * would have to be rounded and is a flaw.
 */
export function decodeFloat(line: string): Decoded<number> {
  if (line.length > 32 || !FLOAT.test(line)) return { value: Number.NaN, flaw: "bad-number" };
  const special = SPECIAL.get(line);
  if (special !== undefined) return { value: special };
  const value = Number(line);
  const digits = line.replace(/e.*$/, "").replaceAll(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "");
  const rounded = digits.length > 17 || !Number.isFinite(value) || (value === 0 && digits !== "");
  return rounded ? { value, flaw: "bad-number" } : { value };
}

/** A memo index: decimal, no sign, no leading zero. */
export function decodeIndex(line: string): number | undefined {
  return /^(?:0|[1-9][0-9]{0,9})$/.test(line) ? Number(line) : undefined;
}

/** Little-endian two's complement of any length, as LONG1 and LONG4 hold it. */
export function decodeTwosComplement(bytes: Uint8Array): number | bigint {
  if (bytes.length === 0) return 0;
  let hex = "0x";
  for (let i = bytes.length - 1; i >= 0; i--) hex += (bytes[i] as number).toString(16).padStart(2, "0");
  const value = BigInt.asIntN(8 * bytes.length, BigInt(hex));
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

/** Foreign text for a message: one line, at most 80 characters, in backticks. */
export function quoted(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  let out = "";
  for (const char of short) {
    const code = char.codePointAt(0) as number;
    const plain =
      code >= 0x20 && code !== 0x60 && code !== 0x5c && (code < 0x7f || code > 0xa0) && !isHidden(code);
    out += plain ? char : `\\u{${code.toString(16)}}`;
  }
  return `\`${out}\``;
}

/** Controls of direction, line and join, and lone surrogates: characters that make a message look like another. */
function isHidden(code: number): boolean {
  return (
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    code === 0xfeff
  );
}
