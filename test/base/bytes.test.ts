import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  concatBytes,
  equalBytes,
  fromBase64,
  fromHex,
  fromUtf8,
  ownBytes,
  toBase64,
  toHex,
  utf8,
} from "../../src/base/bytes.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);
const any = fc.uint8Array({ maxLength: 100 });

describe("hexadecimal", () => {
  it("is lower case, two digits a byte", () => {
    expect(toHex(bytes(0, 10, 255))).toBe("000aff");
    expect(fromHex("000aff")).toEqual(bytes(0, 10, 255));
    expect(fromHex("")).toEqual(bytes());
  });

  it.each(["0", "0A", "zz", " 00", "00 ", "0x00", "00\n"])("%j is not it", (text) => {
    expect(fromHex(text)).toBeUndefined();
  });

  it("comes back as it was", () => {
    fc.assert(fc.property(any, (value) => equalBytes(fromHex(toHex(value)) as Uint8Array, value)));
  });
});

describe("base64", () => {
  it.each([
    [bytes(), ""],
    [bytes(0x66), "Zg=="],
    [bytes(0x66, 0x6f), "Zm8="],
    [bytes(0x66, 0x6f, 0x6f), "Zm9v"],
    [bytes(0xfb, 0xff), "+/8="],
  ])("of RFC 4648 %j", (value, text) => {
    expect(toBase64(value)).toBe(text);
    expect(fromBase64(text)).toEqual(value);
  });

  it.each([
    "Zg",
    "Zg=",
    "Zh==",
    "Zm9",
    "Zm9=",
    "-_8=",
    "Zm9v\n",
    " Zm9v",
    "Zg==Zg==",
    "====",
    "Z===",
    "Zm=v",
  ])("%j is another spelling", (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });

  it("comes back as it was, long or short", () => {
    fc.assert(fc.property(any, (value) => equalBytes(fromBase64(toBase64(value)) as Uint8Array, value)));
    const long = new Uint8Array(100_001).map((_, i) => i * 31);
    expect(equalBytes(fromBase64(toBase64(long)) as Uint8Array, long)).toBe(true);
  });
});

describe("UTF-8", () => {
  it("has no lone surrogates and keeps a byte order mark", () => {
    expect(utf8("é€")).toEqual(bytes(0xc3, 0xa9, 0xe2, 0x82, 0xac));
    expect(() => utf8("\ud800")).toThrow(TypeError);
    expect(fromUtf8(bytes(0xef, 0xbb, 0xbf, 0x61))).toBe("\ufeffa");
  });

  it.each(["c328", "c0af", "eda080", "f4908080", "ff", "e282"])("%s is none", (hex) => {
    expect(fromUtf8(fromHex(hex) as Uint8Array)).toBeUndefined();
  });
});

describe("arrays", () => {
  it("are joined, compared and owned", () => {
    expect(concatBytes(bytes(1), bytes(), bytes(2, 3))).toEqual(bytes(1, 2, 3));
    expect(concatBytes()).toEqual(bytes());
    expect(equalBytes(bytes(1, 2), bytes(1, 2))).toBe(true);
    expect(equalBytes(bytes(1, 2), bytes(1, 3))).toBe(false);
    expect(equalBytes(bytes(1), bytes(1, 2))).toBe(false);
    const theirs = Buffer.from([1, 2]);
    const own = ownBytes(theirs);
    theirs[0] = 9;
    expect(own).toEqual(bytes(1, 2));
    for (const wrong of [[1], "a", null, new DataView(new ArrayBuffer(1)), new Uint16Array(1)]) {
      expect(() => ownBytes(wrong)).toThrow(TypeError);
    }
  });
});
