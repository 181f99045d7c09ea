import { describe, expect, it } from "vitest";
import { concatBytes, utf8 } from "../../src/base/bytes.ts";
import type { StateCode } from "../../src/state/errors.ts";
import { StateError } from "../../src/state/errors.ts";
import { readSafetensors, writeSafetensors } from "../../src/state/safetensors.ts";
import type { Tensor } from "../../src/state/tensor.ts";
import { fileOf } from "./safetensors-file.ts";

const f32 = (shape: readonly number[], ...values: number[]): Tensor => ({
  dtype: "F32",
  shape,
  data: Float32Array.from(values),
});

function codeOf(act: () => unknown): StateCode | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof StateError) return error.code;
    throw error;
  }
}

const ALL: readonly (readonly [string, Tensor])[] = [
  ["u8", { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 255) }],
  ["i8", { dtype: "I8", shape: [1], data: Int8Array.of(-1) }],
  ["bool", { dtype: "BOOL", shape: [2], data: Uint8Array.of(0, 1) }],
  ["f8a", { dtype: "F8_E4M3", shape: [1], data: Uint8Array.of(0x38) }],
  ["f8b", { dtype: "F8_E5M2", shape: [1], data: Uint8Array.of(0x3c) }],
  ["f16", { dtype: "F16", shape: [1, 2], data: Uint16Array.of(0x3c00, 0x7c00) }],
  ["bf16", { dtype: "BF16", shape: [], data: Uint16Array.of(0x3f80) }],
  ["i16", { dtype: "I16", shape: [1], data: Int16Array.of(-2) }],
  ["u16", { dtype: "U16", shape: [1], data: Uint16Array.of(65535) }],
  ["f32", f32([2, 2], 1, -0, Infinity, NaN)],
  ["i32", { dtype: "I32", shape: [1], data: Int32Array.of(-(2 ** 31)) }],
  ["u32", { dtype: "U32", shape: [1], data: Uint32Array.of(2 ** 32 - 1) }],
  ["f64", { dtype: "F64", shape: [1], data: Float64Array.of(0.1) }],
  ["i64", { dtype: "I64", shape: [2], data: BigInt64Array.of(-1n, 2n ** 62n) }],
  ["u64", { dtype: "U64", shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) }],
  ["empty", f32([0, 7])],
];

describe("writeSafetensors", () => {
  it("writes what the format's page shows: length, header, data", () => {
    const file = writeSafetensors([["w", f32([2], 1, 2)]], [["format", "optseal"]]);
    const header =
      '{"__metadata__":{"format":"optseal"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    const data = [0, 0, 128, 63, 0, 0, 0, 64];
    expect(file).toEqual(
      concatBytes(Uint8Array.of(padded.length, 0, 0, 0, 0, 0, 0, 0), utf8(padded), Uint8Array.from(data)),
    );
  });

  it("gives the same bytes for the same tensors in any order", () => {
    const metadata: [string, string][] = [
      ["b", "2"],
      ["a", "1"],
    ];
    const file = writeSafetensors(ALL, metadata);
    expect(writeSafetensors([...ALL].reverse(), [...metadata].reverse())).toEqual(file);
  });

  it("sorts names by their UTF-8 bytes and aligns each tensor to its element", () => {
    // In UTF-16 order the astral name would come before the private one.
    const names = ["\u{1f600}", "\ue000", "b", "a"];
    const { tensors } = readSafetensors(writeSafetensors(names.map((n) => [n, f32([], 1)])));
    expect([...tensors.keys()]).toEqual(["a", "b", "\ue000", "\u{1f600}"]);
    const mixed = readSafetensors(writeSafetensors(ALL)).tensors;
    const sizes = [...mixed.values()].map(({ data }) => data.BYTES_PER_ELEMENT);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  it("takes views into larger buffers", () => {
    const data = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
    const { tensors } = readSafetensors(writeSafetensors([["w", { dtype: "F32", shape: [2], data }]]));
    expect(tensors.get("w")?.data).toEqual(Float32Array.of(1, 2));
  });

  it.each<[StateCode, () => unknown]>([
    [
      "duplicate-name",
      () =>
        writeSafetensors([
          ["w", f32([], 1)],
          ["w", f32([], 1)],
        ]),
    ],
    [
      "duplicate-name",
      () =>
        writeSafetensors(
          [],
          [
            ["k", "1"],
            ["k", "2"],
          ],
        ),
    ],
    ["reserved-name", () => writeSafetensors([["__metadata__", f32([], 1)]])],
    ["reserved-name", () => writeSafetensors([["\ud800", f32([], 1)]])],
    ["reserved-name", () => writeSafetensors([], [["k", "\udc00"]])],
    ["size-mismatch", () => writeSafetensors([["w", f32([3], 1)]])],
    ["bad-shape", () => writeSafetensors([["w", f32([-1], 1)]])],
    ["bad-shape", () => writeSafetensors([["w", f32([0.5, 2], 1)]])],
    ["dtype-mismatch", () => writeSafetensors([["w", { ...f32([1], 1), dtype: "F64" } as Tensor]])],
    ["unknown-dtype", () => writeSafetensors([["w", { ...f32([1], 1), dtype: "F4" } as unknown as Tensor]])],
  ])("refuses %s", (code, act) => {
    expect(codeOf(act)).toBe(code);
  });
});

describe("readSafetensors", () => {
  it("gives back every element type", () => {
    const { metadata, tensors } = readSafetensors(writeSafetensors(ALL, [["a", "ü"]]));
    expect(metadata).toEqual(new Map([["a", "ü"]]));
    expect(tensors).toEqual(new Map(ALL));
  });

  it("reads a file with no tensors", () => {
    expect(readSafetensors(writeSafetensors([]))).toEqual({ metadata: new Map(), tensors: new Map() });
  });

  it("copies data that is not aligned, and keeps nothing of the caller's bytes", () => {
    const header =
      '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}';
    const file = fileOf(header, Uint8Array.of(7, 0, 0, 128, 63));
    const { tensors } = readSafetensors(Buffer.from(file.buffer));
    file.fill(0xff);
    expect(tensors.get("b")?.data).toEqual(Float32Array.of(1));
    expect(tensors.get("a")?.data).toEqual(Uint8Array.of(7));
  });

  it("takes data in another order than the header's, and white space that JSON allows", () => {
    const header =
      '{ "b" :\n{"shape":[ 1 ],"data_offsets":[1,2],"dtype":"U8"},\t"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}   ';
    const { tensors } = readSafetensors(fileOf(header, Uint8Array.of(1, 2)));
    expect([...tensors].map(([name, { data }]) => [name, data[0]])).toEqual([
      ["b", 2],
      ["a", 1],
    ]);
  });

  it("reads escapes in names", () => {
    const header = '{"\\u0061\\"\\\\\\n\\ud83d\\ude00":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}';
    expect([...readSafetensors(fileOf(header)).tensors.keys()]).toEqual(['a"\\\n\u{1f600}']);
  });

  const F4 = '{"dtype":"F4","shape":[],"data_offsets":[0,0]}';

  it("says where: the byte for the header, the name for a tensor", () => {
    const tries: readonly [string, Partial<StateError>][] = [
      ['{"a":1}', { code: "header-syntax", offset: 13 }],
      [`{"\u009b":${F4}}`, { path: "\\u{9b}" }],
      [`{"${"\u{1f600}".repeat(50)}":${F4}}`, { path: `${"\u{1f600}".repeat(38)}\ufffd...` }],
      ['{"a\\nb":{"dtype":"F4","shape":[],"data_offsets":[0,0]}}', { code: "unknown-dtype", path: "a\\nb" }],
    ];
    for (const [header, where] of tries) {
      let error: unknown;
      try {
        readSafetensors(fileOf(header));
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(StateError);
      expect(error).toMatchObject(where);
      expect((error as StateError).message).not.toContain("\n");
    }
  });

  it("takes other limits", () => {
    const file = writeSafetensors([["w", f32([1, 1], 1)]]);
    expect(codeOf(() => readSafetensors(file, { headerBytes: 8 }))).toBe("header-limit");
    expect(codeOf(() => readSafetensors(file, { rank: 1 }))).toBe("bad-shape");
    expect(codeOf(() => readSafetensors(file, { rank: 2 }))).toBeUndefined();
  });

  it("takes nothing but a Uint8Array", () => {
    for (const wrong of [undefined, null, "x", [], new ArrayBuffer(8), { length: 8 }])
      expect(() => readSafetensors(wrong)).toThrow(TypeError);
  });
});
