/** Attacks Z12 (abuse of the safetensors form) and S13 (state blobs), by their ids. */
import { describe, expect, it } from "vitest";
import { utf8 } from "../../src/base/bytes.ts";
import type { StateCode } from "../../src/state/errors.ts";
import { StateError } from "../../src/state/errors.ts";
import { readSafetensors } from "../../src/state/safetensors.ts";
import { fileOf } from "../state/safetensors-file.ts";

function refused(file: Uint8Array): StateCode {
  try {
    readSafetensors(file);
  } catch (error) {
    if (error instanceof StateError) return error.code;
    throw error;
  }
  throw new Error("the file was taken");
}

const data = (length: number) => new Uint8Array(length);
const entry = (dtype: string, shape: string, offsets: string) =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;
const one = (dtype: string, shape: string, offsets: string) => `{"a":${entry(dtype, shape, offsets)}}`;
const two = (first: string, second: string) =>
  `{"a":${entry("U8", "[4]", first)},"b":${entry("U8", "[4]", second)}}`;

describe("attacks on safetensors files", () => {
  it("Z12 header length over the file, over the limit, over 2^63", () => {
    const file = fileOf("{}");
    const withLength = (length: bigint) => {
      const copy = file.slice();
      new DataView(copy.buffer).setBigUint64(0, length, true);
      return copy;
    };
    expect(refused(withLength(3n))).toBe("truncated");
    expect(refused(withLength(0n))).toBe("header-syntax");
    expect(refused(withLength(2n ** 24n + 1n))).toBe("header-limit");
    expect(refused(withLength(2n ** 63n))).toBe("header-limit");
    expect(refused(withLength(2n ** 64n - 1n))).toBe("header-limit");
    for (let n = 0; n < 8; n++) expect(refused(file.slice(0, n))).toBe("truncated");
  });

  it("Z12 header that is not an object, or starts with something else", () => {
    for (const header of [" {}", "\ufeff{}", "[]", "null", "", "{", "{}x", "{}\n", "{}\0", "{},{}", "{}{}"])
      expect(refused(fileOf(header)), header).toBe("header-syntax");
    expect(readSafetensors(fileOf("{}     ")).tensors.size).toBe(0);
  });

  it("Z12 duplicate keys: of tensors, by escape, of fields, of metadata", () => {
    const a = entry("U8", "[0]", "[0,0]");
    expect(refused(fileOf(`{"a":${a},"a":${a}}`))).toBe("duplicate-name");
    expect(refused(fileOf(`{"a":${a},"\\u0061":${a}}`))).toBe("duplicate-name");
    expect(refused(fileOf('{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}'))).toBe(
      "duplicate-name",
    );
    expect(refused(fileOf('{"__metadata__":{},"__metadata__":{}}'))).toBe("duplicate-name");
    expect(refused(fileOf('{"__metadata__":{"k":"1","k":"1"}}'))).toBe("duplicate-name");
  });

  it("Z12 offsets that overlap, leave a hole, run backwards or past the end", () => {
    expect(refused(fileOf(two("[0,4]", "[0,4]"), data(4)))).toBe("bad-offsets");
    expect(refused(fileOf(two("[0,4]", "[2,6]"), data(6)))).toBe("bad-offsets");
    expect(refused(fileOf(two("[0,4]", "[8,12]"), data(12)))).toBe("bad-offsets");
    expect(refused(fileOf(two("[4,8]", "[8,12]"), data(12)))).toBe("bad-offsets");
    expect(refused(fileOf(two("[0,4]", "[4,8]"), data(7)))).toBe("truncated");
    expect(refused(fileOf(two("[0,4]", "[4,8]"), data(9)))).toBe("bad-offsets");
    expect(refused(fileOf(one("U8", "[4]", "[4,0]"), data(4)))).toBe("bad-offsets");
    expect(refused(fileOf("{}", data(1)))).toBe("bad-offsets");
    // an empty tensor in the middle of another one
    const hidden = `{"a":${entry("U8", "[4]", "[0,4]")},"b":${entry("U8", "[0]", "[2,2]")}}`;
    expect(refused(fileOf(hidden, data(4)))).toBe("bad-offsets");
  });

  it("Z12 shape product that overflows, with and without a zero in it", () => {
    expect(refused(fileOf(one("U8", "[9007199254740991,2]", "[0,4]"), data(4)))).toBe("bad-shape");
    expect(refused(fileOf(one("F64", "[9007199254740991]", "[0,8]"), data(8)))).toBe("bad-shape");
    expect(refused(fileOf(one("U8", "[4294967296,4294967296]", "[0,0]")))).toBe("bad-shape");
    expect(refused(fileOf(one("U8", "[4294967296,4294967296,0]", "[0,0]")))).toBe("bad-shape");
    expect(refused(fileOf(one("U8", `[${Array(65).fill(1)}]`, "[0,1]"), data(1)))).toBe("bad-shape");
  });

  it("Z12 sizes and offsets that are not whole numbers", () => {
    const wrong = [
      "-1",
      "1.0",
      "1e0",
      "01",
      "+1",
      "0x1",
      "null",
      '"1"',
      "9007199254740992",
      "99999999999999999999",
      "",
      "[1]",
    ];
    for (const number of wrong) {
      expect(refused(fileOf(one("U8", `[${number},1]`, "[0,1]"), data(1))), number).toBe("header-syntax");
      expect(refused(fileOf(one("U8", "[1]", `[${number},1]`), data(1))), number).toBe("header-syntax");
    }
    expect(refused(fileOf(one("U8", "[1]", "[0,1,1]"), data(1)))).toBe("header-syntax");
    expect(refused(fileOf(one("U8", "[1]", "[1]"), data(1)))).toBe("header-syntax");
    expect(refused(fileOf(one("U8", "[1,]", "[0,1]"), data(1)))).toBe("header-syntax");
  });

  it("Z12 element types of less than a byte, of other spelling, of inherited names", () => {
    for (const dtype of [
      "F4",
      "F6_E2M3",
      "F6_E3M2",
      "C64",
      "f32",
      "F32 ",
      "",
      "toString",
      "__proto__",
      "constructor",
    ])
      expect(refused(fileOf(one(dtype, "[1]", "[0,1]"), data(1))), dtype).toBe("unknown-dtype");
  });

  it("Z12 fields that are missing, unknown or of another kind", () => {
    for (const body of [
      '{"dtype":"U8","shape":[0]}',
      '{"dtype":"U8","data_offsets":[0,0]}',
      '{"shape":[0],"data_offsets":[0,0]}',
      '{"dtype":"U8","shape":[0],"data_offsets":[0,0],"extra":1}',
      '{"dtype":8,"shape":[0],"data_offsets":[0,0]}',
      '{"dtype":"U8","shape":{},"data_offsets":[0,0]}',
      "[]",
      "null",
      '"U8"',
    ])
      expect(refused(fileOf(`{"a":${body}}`)), body).toBe("header-syntax");
    for (const metadata of ["1", "null", '{"k":1}', '{"k":null}', '{"k":{}}', '[["k","v"]]'])
      expect(refused(fileOf(`{"__metadata__":${metadata}}`)), metadata).toBe("header-syntax");
  });

  it("Z12 strings that are not Unicode, or not ended", () => {
    for (const name of ['"\\ud800"', '"\\x"', '"a\tb"', '"a', '"a\\', '"\\u00"', "'a'", "a"])
      expect(refused(fileOf(`{${name}:${entry("U8", "[0]", "[0,0]")}}`)), name).toBe("header-syntax");
    const bad = utf8(one("U8", "[0]", "[0,0]"));
    bad[2] = 0xff;
    expect(refused(fileOf(bad))).toBe("header-syntax");
  });

  it("Z12 names that mean something to JavaScript are plain names", () => {
    const a = entry("U8", "[0]", "[0,0]");
    const { tensors, metadata } = readSafetensors(
      fileOf(`{"__metadata__":{"__proto__":"x"},"__proto__":${a},"constructor":${a}}`),
    );
    expect([...tensors.keys()]).toEqual(["__proto__", "constructor"]);
    expect(metadata.get("__proto__")).toBe("x");
    expect(({} as Record<string, unknown>).dtype).toBeUndefined();
  });

  it("Z12 deep nesting and a very long string end in a typed error", () => {
    expect(refused(fileOf(`{"a":${"[".repeat(1e6)}`))).toBe("header-syntax");
    expect(refused(fileOf(`{"a":${'{"a":'.repeat(2e5)}`))).toBe("header-syntax");
    expect(refused(fileOf(`{"${"\\\\".repeat(4e6)}`))).toBe("header-syntax");
  });

  it("S13 shape times element size is not the blob's length", () => {
    expect(refused(fileOf(one("F32", "[2]", "[0,4]"), data(4)))).toBe("size-mismatch");
    expect(refused(fileOf(one("F32", "[1]", "[0,8]"), data(8)))).toBe("size-mismatch");
    expect(refused(fileOf(one("F64", "[1]", "[0,4]"), data(4)))).toBe("size-mismatch");
    expect(refused(fileOf(one("F32", "[0]", "[0,4]"), data(4)))).toBe("size-mismatch");
    expect(refused(fileOf(one("F32", "[]", "[0,0]")))).toBe("size-mismatch");
  });

  it("S13 alignment: a blob at an odd offset is copied to an aligned array", () => {
    const header = `{"a":${entry("U8", "[1]", "[0,1]")},"b":${entry("I64", "[1]", "[1,9]")}}`;
    const { tensors } = readSafetensors(fileOf(header, Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0, 0x80)));
    expect(tensors.get("b")?.data).toEqual(BigInt64Array.of(-(2n ** 63n) + 1n));
  });
});
