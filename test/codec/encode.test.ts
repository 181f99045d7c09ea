import { describe, expect, it } from "vitest";
import { toHex } from "../../src/base/bytes.ts";
import { encode } from "../../src/codec/encode.ts";
import { refusal } from "./refusal.ts";

describe("encode", () => {
  it("sorts keys by their UTF-8 bytes, not by their UTF-16 units or their order in the object", () => {
    const keys = [
      "\u{10000}",
      "\uffff",
      "\ue000",
      "\ud7ff",
      "b",
      "a",
      "B",
      "ab",
      "10",
      "9",
      "",
      "\u{10ffff}",
    ];
    const map = Object.fromEntries(keys.map((key) => [key, 0]));
    const expected = keys.map((key) => Buffer.from(key)).sort(Buffer.compare);
    const seen: Buffer[] = [];
    const bytes = Buffer.from(encode(map));
    for (let at = 1; at < bytes.length; ) {
      const length = (bytes[at] as number) - 0xa0;
      seen.push(bytes.subarray(at + 1, at + 1 + length));
      at += length + 2;
    }
    expect(seen.map(String)).toEqual(expected.map(String));
  });

  it("takes objects with and without a prototype, buffers, and frozen things alike", () => {
    const bare = Object.assign(Object.create(null), { a: Buffer.from([1]) });
    expect(toHex(encode(bare))).toBe("81a161c40101");
    expect(toHex(encode(Object.freeze({ a: Object.freeze([null]) })))).toBe("81a16191c0");
  });

  it("takes a key named __proto__ where it is one", () => {
    expect(toHex(encode(JSON.parse('{"__proto__":1}')))).toBe("81a95f5f70726f746f5f5f01");
  });

  it("writes a value that stands in two places twice", () => {
    const part = [1];
    expect(toHex(encode([part, part]))).toBe("9291019101");
  });

  it("writes headers of each width at its edges", () => {
    const header = (value: unknown) => toHex(encode(value, { nodes: 2 ** 18 }).subarray(0, 5));
    expect(header("x".repeat(65535))).toBe("daffff7878");
    expect(header("x".repeat(65536))).toBe("db00010000");
    expect(header("é".repeat(32768))).toBe("db00010000");
    expect(header(new Uint8Array(65535))).toBe("c5ffff0000");
    expect(header(new Uint8Array(65536))).toBe("c600010000");
    expect(header(new Array(65535).fill(0))).toBe("dcffff0000");
    expect(header(new Array(65536).fill(0))).toBe("dd00010000");
    const map = Object.fromEntries(Array.from({ length: 65536 }, (_, i) => [`k${i}`, 0]));
    expect(header(map)).toBe("df00010000");
  });

  it("gives an array of its own, to the byte", () => {
    const bytes = encode({ a: 1 });
    expect(bytes.buffer.byteLength).toBe(4);
  });

  it("names the place in the refusal", () => {
    const place = (value: unknown) => refusal(() => encode(value)).path;
    expect(place(Number.NaN)).toBe("");
    expect(place({ a: { b: [0, 1, 2, undefined] } })).toBe("a.b[3]");
    expect(place([[Number.NaN]])).toBe("[0][0]");
    expect(place({ "x y": { "": Number.NaN } })).toBe('["x y"][""]');
    expect(place({ "a\u2028\u202eb\u007f\u{e0001}": undefined })).toBe(
      '["a\\u2028\\u202eb\\u007f\\udb40\\udc01"]',
    );
    expect(place({ ["k".repeat(99)]: undefined })).toBe(`["${"k".repeat(40)}…"]`);
    expect(() => encode({ a: [Number.NaN] })).toThrow("NaN has no encoding (at a[0])");
  });
});

describe("encode refuses", () => {
  const sparse: unknown[] = [1];
  sparse[2] = 3;
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const wide: unknown[] = [];
  wide.push(wide, wide, wide, wide);
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  const named = Object.assign([1], { name: 2 });
  const liar = new Proxy({}, { ownKeys: () => ["a"], getOwnPropertyDescriptor: () => undefined });

  const cases: readonly (readonly [name: string, value: unknown, code: string, path: string])[] = [
    ["undefined", undefined, "unsupported-value", ""],
    ["a function", { f() {} }, "unsupported-value", "f"],
    ["a symbol", Symbol("s"), "unsupported-value", ""],
    ["a bigint", 1n, "unsupported-value", ""],
    ["a bigint out of range", 2n ** 70n, "unsupported-value", ""],
    ["NaN", { lr: Number.NaN }, "not-a-number", "lr"],
    ["a date", new Date(0), "unsupported-value", ""],
    ["a map", new Map(), "unsupported-value", ""],
    ["a set", new Set(), "unsupported-value", ""],
    ["a regular expression", /x/, "unsupported-value", ""],
    ["an error", new Error("x"), "unsupported-value", ""],
    ["a promise", Promise.resolve(), "unsupported-value", ""],
    ["a boxed number", Object(1), "unsupported-value", ""],
    ["a boxed string", Object("a"), "unsupported-value", ""],
    ["a class instance", new (class A {})(), "unsupported-value", ""],
    ["an object that inherits", Object.create({ a: 1 }), "unsupported-value", ""],
    ["an array subclass", new (class A extends Array {})(), "unsupported-value", ""],
    ["an array buffer", new ArrayBuffer(1), "unsupported-value", ""],
    ["other typed arrays", new Float32Array(1), "unsupported-value", ""],
    ["a fake byte array", Object.create(Uint8Array.prototype), "unsupported-value", ""],
    ["a lone surrogate", ["\ud800"], "lone-surrogate", "[0]"],
    ["a lone surrogate in a key", { "\udc00": 1 }, "lone-surrogate", '["\\udc00"]'],
    ["a byte order mark", ["\ufeffa"], "byte-order-mark", "[0]"],
    ["a byte order mark in a key", { "\ufeff": 1 }, "byte-order-mark", '["\\ufeff"]'],
    ["a symbol as key", { [Symbol("s")]: 1 }, "key-type", ""],
    ["a hole", sparse, "sparse-array", "[1]"],
    ["a billion holes", new Array(1e9), "node-limit", ""],
    ["an array with a name", named, "unsupported-value", ""],
    ["a hidden property", Object.defineProperty({}, "a", { value: 1 }), "unsupported-value", "a"],
    ["a value that contains itself", cyclic, "depth-limit", Array(64).fill("self").join(".")],
    ["an array that contains itself four times", wide, "depth-limit", "[0]".repeat(64)],
    ["a revoked proxy", [revoked], "unreadable", "[0]"],
    ["a proxy that lists what it does not have", liar, "unreadable", "a"],
  ];

  it.each(cases)("%s", (_name, value, code, path) => {
    expect(refusal(() => encode(value))).toMatchObject({ code, path });
  });

  it("more than each limit", () => {
    const within = { bytes: 4, depth: 2, nodes: 4 };
    expect(encode([1, 2, [3]].slice(0, 2), within).length).toBe(3);
    expect(refusal(() => encode([1, 2, 3, 4], { ...within, nodes: 9 })).code).toBe("byte-limit");
    expect(refusal(() => encode("aaaa", within)).code).toBe("byte-limit");
    expect(refusal(() => encode("é🍺", within)).code).toBe("byte-limit");
    expect(refusal(() => encode({ aaaaaaaa: 1 }, within)).code).toBe("byte-limit");
    expect(refusal(() => encode(new Uint8Array(5), within)).code).toBe("byte-limit");
    expect(refusal(() => encode(new Uint8Array(3), within)).code).toBe("byte-limit");
    expect(refusal(() => encode([1, 2, 3, 4], within)).code).toBe("node-limit");
    expect(refusal(() => encode({ a: 1, b: 2 }, within)).code).toBe("node-limit");
    expect(refusal(() => encode([[[]]], within)).code).toBe("depth-limit");
  });
});
