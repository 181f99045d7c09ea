import { addExtension } from "msgpackr/unpack-no-eval";
import { describe, expect, it } from "vitest";
import { decode } from "../../src/codec/decode.ts";
import { encode } from "../../src/codec/encode.ts";
import { CodecError } from "../../src/codec/errors.ts";
import { scan } from "../../src/codec/scan.ts";
import type { Value } from "../../src/codec/value.ts";
import { bytesOf, refusal } from "../codec/refusal.ts";

type Plain = { readonly [key: string]: Value };

/** A document with a bit of everything, long enough for each of msgpackr's ways to read text. */
const SAMPLE = encode({
  optseal: 1,
  rule: { name: "torch-2.13/adamw", digest: `sha256:${"ab".repeat(32)}` },
  hyper: { betas: [0.9, 0.999], lr: 0.001, steps: 2 ** 40, below: -(2 ** 40), nesterov: false, clip: null },
  note: "größer als null — 汉字 🍺",
  key: Uint8Array.of(1, 2, 3),
  small: [0, 1, 63, 64, 65, 127, -1, -32, -33, 200, 40000, 70000],
});

function codeOf(hex: string): string {
  const found = refusal(() => decode(bytesOf(hex)));
  expect(refusal(() => scan(bytesOf(hex)))).toEqual(found);
  return found.code;
}

describe("binary encoding", () => {
  it.each(["ddffffffff", "dfffffffff", "c6ffffffff00", "dbffffffff61"])("E1 length bomb %s", (hex) => {
    expect(codeOf(hex)).toBe("truncated");
  });

  it("E1 length bomb c9ffffffff0500", () => {
    expect(codeOf("c9ffffffff0500")).toBe("extension");
  });

  it("E2 nesting of 100,000", () => {
    const bytes = new Uint8Array(100_001).fill(0x91);
    bytes[100_000] = 0xc0;
    expect(refusal(() => decode(bytes))).toMatchObject({ code: "depth-limit", offset: 64 });
    expect(refusal(() => decode(bytes, { depth: 512 }))).toMatchObject({ code: "depth-limit", offset: 512 });
  });

  it.each([0x80, 0x90])("E3 4 MB of empty containers, %i", (byte) => {
    const bytes = new Uint8Array(4_000_005).fill(byte);
    bytes.set(bytesOf("dd003d0900"));
    expect(refusal(() => decode(bytes)).code).toBe("byte-limit");
    expect(refusal(() => decode(bytes, { bytes: 5_000_000 }))).toMatchObject({
      code: "node-limit",
      offset: 0,
    });
  });

  it("E4 duplicate key", () => {
    expect(codeOf("82a16101a16102")).toBe("duplicate-key");
  });

  it("E5 keys out of order", () => {
    expect(codeOf("82a16201a16101")).toBe("key-order");
  });

  it.each(["ce00000001", "d005", "d90161", "dc0000", "de0000", "ca3f800000"])(
    "E6 second spelling %s",
    (hex) => {
      expect(codeOf(hex)).toBe("non-canonical");
    },
  );

  it.each(["a2c328", "a2c0af", "a3eda080"])("E7 invalid UTF-8 %s", (hex) => {
    expect(codeOf(hex)).toBe("invalid-utf8");
  });

  it("E7 byte order mark, normalization twins, U+0000", () => {
    expect(codeOf("a3efbbbf")).toBe("byte-order-mark");
    expect(decode(bytesOf("82a365cc8101a2c3a902"))).toEqual({ "e\u0301": 1, é: 2 });
    expect(decode(bytesOf("a3610062"))).toBe("a\u0000b");
  });

  it.each(["__proto__", "constructor", "prototype", "hasOwnProperty", "toJSON", "then"])(
    "E8 key %s",
    (key) => {
      const before = Reflect.ownKeys(Object.prototype);
      for (const inner of [{ x: 1 }, 1, null]) {
        const map = Object.fromEntries([[key, inner]]);
        const value = decode(encode(map)) as Plain;
        expect(Object.keys(value)).toEqual([key]);
        expect(Object.getPrototypeOf(value)).toBeNull();
        expect(value[key]).toEqual(inner);
        expect("x" in value).toBe(false);
      }
      expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
      expect(({} as Plain).x).toBeUndefined();
    },
  );

  it("E8 as bytes", () => {
    const value = decode(bytesOf("81a95f5f70726f746f5f5f81a17801")) as Plain;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(value.x).toBeUndefined();
    expect(Object.keys(decode(bytesOf("81ab636f6e7374727563746f7201")) as Plain)).toEqual(["constructor"]);
  });

  it.each([
    ["regular expression", "d4780092a161a167"],
    ["error", "d4650092ab636f6e7374727563746f7280"],
    ["cycle", "d6690000000191d67000000001"],
    ["record", "d4724092a161a1620102"],
    ["big integer of 64 KB", `c8fff842${"7f".repeat(0xfff8)}`],
    ["bad date", "d4ff00"],
    ["bundle of negative size", "d66280000000"],
    ["unknown extension", "d40501"],
    ["set", "d4730090"],
    ["typed array", "d5740900"],
  ])("E9 %s", (_name, hex) => {
    expect(codeOf(hex)).toBe("extension");
    expect(codeOf(`91${hex}`)).toBe("extension");
  });

  it("E9 the cycle as it is written in reports, with one byte short of its type", () => {
    expect(codeOf("d6690000000191d670000000 01".replace(" ", ""))).toBe("extension");
    expect(codeOf("d66900000001")).toBe("extension");
  });

  it("E9 byte 0xc1", () => {
    expect(codeOf("c1")).toBe("reserved-byte");
  });

  it("E10 trailing bytes, two documents, nothing", () => {
    expect(codeOf("c000")).toBe("trailing-bytes");
    expect(codeOf("81a1610181a16101")).toBe("trailing-bytes");
    expect(codeOf("")).toBe("empty");
  });

  it("E10 cut at every byte", () => {
    for (let length = 1; length < SAMPLE.length; length++) {
      const found = refusal(() => decode(SAMPLE.subarray(0, length)));
      expect(found.code).toBe("truncated");
      expect(found.offset).toBeLessThanOrEqual(length);
    }
  });

  it.each([
    "7ff8000000000000",
    "fff8000000000000",
    "7ff0000000000001",
    "7ff4000000000000",
    "7fffffffffffffff",
    "ffffffffffffffff",
    "7ff80000deadbeef",
  ])("E11 NaN %s", (payload) => {
    expect(codeOf(`cb${payload}`)).toBe("not-a-number");
  });

  it.each([
    ["-0", "cb8000000000000000", -0],
    ["infinity", "cb7ff0000000000000", Number.POSITIVE_INFINITY],
    ["-infinity", "cbfff0000000000000", Number.NEGATIVE_INFINITY],
    ["2^53 - 1", "cf001fffffffffffff", 2 ** 53 - 1],
    ["2^53", "cb4340000000000000", 2 ** 53],
    ["-2^53 + 1", "d3ffe0000000000001", 1 - 2 ** 53],
    ["-2^53", "cbc340000000000000", -(2 ** 53)],
  ])("E11 %s, to the bit", (_name, hex, value) => {
    expect(decode(bytesOf(hex))).toBe(value);
    expect(encode(value)).toStrictEqual(bytesOf(hex));
  });

  it.each([
    ["2^53", "cf0020000000000000"],
    ["2^53 + 1", "cf0020000000000001"],
    ["uint64 max", "cfffffffffffffffff"],
    ["int64 min", "d38000000000000000"],
  ])("E11 %s as an integer", (_name, hex) => {
    expect(codeOf(hex)).toBe("integer-range");
  });

  it("E12 encoded again, the same bytes", () => {
    expect(encode(decode(SAMPLE))).toStrictEqual(SAMPLE);
  });
});

describe("a process that others have changed", () => {
  /**
   * What decoding gives while one property of a built-in is changed. Nothing but decoding happens in between, and the
   * change is undone with functions kept from before, since the test stands on the same built-ins.
   */
  function decodedUnder(
    target: object,
    key: PropertyKey,
    property: PropertyDescriptor,
    sample = SAMPLE,
  ): string {
    const { defineProperty, deleteProperty } = Reflect;
    const bytes = sample.slice();
    const changed = Object.assign(Object.create(null), property, { configurable: true });
    const before = Object.getOwnPropertyDescriptor(target, key);
    const restored = before && Object.assign(Object.create(null), before);
    let value: unknown;
    let error: unknown;
    defineProperty(target, key, changed);
    try {
      value = decode(bytes, {});
    } catch (caught) {
      error = caught;
    }
    if (restored === undefined) deleteProperty(target, key);
    else defineProperty(target, key, restored);
    if (error instanceof CodecError) return error.code;
    if (error !== undefined) throw error;
    return Buffer.from(encode(value)).equals(sample) ? "same" : "different";
  }

  it.each([
    "mapsAsObjects",
    "useRecords",
    "structures",
    "getStructures",
    "_readStruct",
    "_onLoadedStructures",
    "_onSaveState",
    "freezeData",
    "int64AsType",
    "int64AsNumber",
    "useFloat32",
    "copyBuffers",
    "structuredClone",
    "sequential",
    "trusted",
    "allowArraysInMapKeys",
    "restoreStructures",
    "sharedLength",
    "dataView",
    "bytes",
    "depth",
    "nodes",
    "get",
    "set",
    "value",
    "enumerable",
    "rule",
    "hyper",
    "a",
    "start",
    "end",
  ])("E13 Object.prototype.%s", (name) => {
    for (const value of [
      true,
      0,
      1,
      "x",
      {},
      [],
      new DataView(new ArrayBuffer(999)),
      () => ({ toJSON: () => 1 }),
    ])
      expect(decodedUnder(Object.prototype, name, { value, writable: true })).toBe("same");
  });

  it("E13 setters on Object.prototype for the document's own keys", () => {
    const swallow = { get: () => "swallowed", set() {} };
    for (const key of ["optseal", "rule", "lr", "name", "dataView"])
      expect(decodedUnder(Object.prototype, key, swallow)).toBe("same");
  });

  it("E13 a struct reader on Object.prototype, where msgpackr would ask it", () => {
    const planted = { value: () => ({ toJSON: () => "planted" }), writable: true };
    expect(decodedUnder(Object.prototype, "_readStruct", planted, bytesOf("2a"))).toBe("same");
  });

  it("E13 values at indices of Array.prototype and Object.prototype", () => {
    const planted = { value: { read: () => "planted" }, writable: true };
    for (const target of [Array.prototype, Object.prototype])
      for (const index of [0, 1, 2, 11, 63]) expect(decodedUnder(target, index, planted)).toBe("same");
  });

  it("E13 patched methods of Array.prototype", () => {
    for (const name of ["map", "forEach", "slice", "concat", "join", "sort", "pop", "splice", "fill"])
      expect(decodedUnder(Array.prototype, name, { value: () => ["patched"] })).toBe("same");
    const iterate = { value: () => ({ next: () => ({ done: true }) }) };
    expect(decodedUnder(Array.prototype, Symbol.iterator, iterate)).toBe("same");
  });

  it("E13 what msgpackr itself stands on is refused when changed, never misread", () => {
    expect(decodedUnder(Array.prototype, "push", { value: () => 0 })).toBe("altered-builtins");
    let stored: unknown;
    const divert = {
      get: () => stored,
      set(value: unknown) {
        stored = value;
      },
    };
    for (const index of [0, 1, 11])
      expect(decodedUnder(Array.prototype, index, divert)).toBe("altered-builtins");
    expect(decodedUnder(Map.prototype, "set", { value: () => 0 })).toBe("altered-builtins");
    expect(decodedUnder(String, "fromCharCode", { value: () => "x" })).toBe("same");
  });

  it("E14 extensions that others register", () => {
    for (let type = 0; type < 256; type++)
      addExtension({ type, unpack: () => "theirs", read: () => "theirs" });
    expect(decode(SAMPLE)).toEqual(decode(SAMPLE.slice()));
    expect(encode(decode(SAMPLE))).toStrictEqual(SAMPLE);
    for (const hex of ["d40500", "d4724092a161a1620102", "c7000a", "d6ff00000000", "c1"])
      expect(codeOf(hex)).toMatch(/^(extension|reserved-byte)$/);
  });

  it("E14 extensions registered with msgpackr's other builds", async () => {
    const { addExtension: register } = await import("msgpackr");
    register({ type: 5, unpack: () => "theirs" });
    expect(codeOf("d40500")).toBe("extension");
    expect(encode(decode(SAMPLE))).toStrictEqual(SAMPLE);
  });

  it("E14 decoding from within another decoder's extension", async () => {
    const { Unpackr } = await import("msgpackr/unpack-no-eval");
    let inner: unknown;
    addExtension({
      type: 9,
      unpack() {
        inner = decode(SAMPLE);
        return "outer";
      },
    });
    expect(new Unpackr({}).unpack(bytesOf("93d409000102"))).toEqual(["outer", 1, 2]);
    expect(encode(inner)).toStrictEqual(SAMPLE);
  });
});

describe("what is passed to the encoder", () => {
  it("S5 getters are not called", () => {
    let calls = 0;
    const counted = () => ++calls;
    const getter = { enumerable: true, get: counted };
    expect(refusal(() => encode(Object.defineProperty({}, "a", getter)))).toMatchObject({
      code: "accessor",
      path: "a",
    });
    expect(refusal(() => encode(Object.defineProperty([1], 0, getter)))).toMatchObject({
      code: "accessor",
      path: "[0]",
    });
    const setter = Object.defineProperty({}, "a", { enumerable: true, set: counted });
    expect(refusal(() => encode(setter)).code).toBe("accessor");
    expect(calls).toBe(0);
  });

  it("S5 toJSON, valueOf, iterators and Symbol.toPrimitive are not called", () => {
    const throwing = () => {
      throw new Error("called");
    };
    for (const name of ["toJSON", "valueOf", "toString", "then"])
      expect(refusal(() => encode({ [name]: throwing })).code).toBe("unsupported-value");
    expect(refusal(() => encode({ [Symbol.iterator]: throwing })).code).toBe("key-type");
    expect(refusal(() => encode({ [Symbol.toPrimitive]: throwing })).code).toBe("key-type");
    expect(encode({ toJSON: 1 })).toStrictEqual(bytesOf("81a6746f4a534f4e01"));
  });

  it("S5 a proxy is read once, so it cannot show one value and give another", () => {
    let reads = 0;
    const changing = new Proxy(
      { a: 0 },
      {
        get: () => 99,
        getOwnPropertyDescriptor: () => ({
          value: ++reads,
          enumerable: true,
          configurable: true,
          writable: true,
        }),
      },
    );
    expect(encode(changing)).toStrictEqual(bytesOf("81a16101"));
    expect(reads).toBe(1);
  });

  it("S5 a proxy that throws ends in a refusal", () => {
    const traps = ["getPrototypeOf", "ownKeys", "getOwnPropertyDescriptor"] as const;
    for (const trap of traps) {
      const hostile = new Proxy(
        { a: 1 },
        {
          [trap]: () => {
            throw new RangeError("theirs");
          },
        },
      );
      expect(refusal(() => encode([hostile])).code).toBe("unreadable");
    }
  });

  it("S6 cyclic input", () => {
    const loop: unknown[] = [];
    loop.push({ loop });
    expect(refusal(() => encode(loop)).code).toBe("depth-limit");
  });

  it("S7 look-alikes are kept apart", () => {
    expect(encode("1")).not.toStrictEqual(encode(1));
    expect(encode(true)).not.toStrictEqual(encode(1));
    expect(refusal(() => encode(Object(1))).code).toBe("unsupported-value");
    expect(refusal(() => encode(new Float64Array(2))).code).toBe("unsupported-value");
  });
});
