import { describe, expect, it } from "vitest";
import { toHex } from "../../../src/base/bytes.ts";
import {
  decodeFloat,
  decodeInt,
  decodeLong,
  decodeRawUnicodeEscape,
  decodeStringLiteral,
  decodeTwosComplement,
  decodeUtf8,
  quoted,
} from "../../../src/legacy/pickle/text.ts";
import { hex } from "./samples.ts";

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

describe("raw-unicode-escape, as CPython's codec decodes it", () => {
  it.each([
    ["plain", "plain"],
    ["caf\xe9", "café"],
    ["\\u20ac", "€"],
    ["\\U0001f600", "😀"],
    ["\\n", "\\n"],
    ["\\\\u0041", "\\\\u0041"],
    ["\\\\\\u0041", "\\\\A"],
    ["end\\", "end\\"],
    ["\\x41", "\\x41"],
    ["\\u005c\\u000a", "\\\n"],
  ])("%j", (text, value) => expect(decodeRawUnicodeEscape(bytes(text))).toEqual({ value }));
  it.each(["\\u12", "\\u12g4", "\\U0001f60", "\\U00110000", "\\u"])("%j is no text", (text) =>
    expect(decodeRawUnicodeEscape(bytes(text)).flaw).toBe("bad-text"),
  );
});

describe("string literals, as Python 2 writes them", () => {
  it.each([
    ["'a'", "61"],
    ['"it\'s"', "69742773"],
    ["'\\n\\t\\r\\\\\\''", "0a090d5c27"],
    ["'\\x00\\xff'", "00ff"],
    ["''", ""],
  ])("%j", (text, value) => {
    const decoded = decodeStringLiteral(bytes(text));
    expect(toHex(decoded.value)).toBe(value);
    expect(decoded.flaw).toBeUndefined();
  });
  it.each([
    ["'\\101'", "41"],
    ["'\\777'", "ff"],
    ["'\\q'", "5c71"],
  ])("%j is read as CPython does, and told", (text, value) => {
    const decoded = decodeStringLiteral(bytes(text));
    expect(toHex(decoded.value)).toBe(value);
    expect(decoded.flaw).toBe("bad-text");
  });
});

describe("numbers", () => {
  it("are as repr writes them", () => {
    expect(decodeInt("-17")).toEqual({ value: -17 });
    expect(decodeInt("01")).toEqual({ value: true });
    expect(decodeLong("9007199254740993L")).toEqual({ value: 9007199254740993n });
    expect(decodeFloat("1e-05")).toEqual({ value: 1e-5 });
    expect(decodeFloat("0.10000000000000001")).toEqual({ value: 0.1 });
    expect(decodeFloat("0.100000000000000012").flaw).toBe("bad-number");
  });
  it.each([
    ["", 0],
    ["00", 0],
    ["ff", -1],
    ["ff00", 255],
    ["0080", -32768],
    ["00000000000020", 2n ** 53n],
    ["0000000000000080", -(2n ** 63n)],
  ])("two's complement %s", (text, value) => expect(decodeTwosComplement(hex(text))).toBe(value));
});

describe("UTF-8", () => {
  it("keeps a byte order mark and refuses what is no text", () => {
    expect(decodeUtf8(hex("efbbbf61"))).toEqual({ value: "\ufeffa" });
    expect(decodeUtf8(hex("c080")).flaw).toBe("bad-text");
    expect(decodeUtf8(hex("61eda08062"))).toEqual({ value: "a\ufffdb", flaw: "surrogate" });
  });
});

describe("foreign text in a message", () => {
  it("is one line without characters that hide", () => {
    expect(quoted("os\nsystem`\u202e\u0000")).toBe("`os\\u{a}system\\u{60}\\u{202e}\\u{0}`");
    expect(quoted("x".repeat(200))).toHaveLength(82);
  });
});
