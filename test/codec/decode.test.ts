import { describe, expect, it } from "vitest";
import { decode } from "../../src/codec/decode.ts";
import { encode } from "../../src/codec/encode.ts";
import { MOST_DEPTH } from "../../src/codec/limits.ts";
import type { Value } from "../../src/codec/value.ts";
import { bytesOf, refusal } from "./refusal.ts";

type Map = { readonly [key: string]: Value };

describe("decode", () => {
  it("gives maps no prototype", () => {
    const value = decode(bytesOf("81a16181a16201")) as Map;
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.getPrototypeOf(value.a)).toBeNull();
    expect("toString" in value).toBe(false);
  });

  it("gives bytes of their own", () => {
    const input = bytesOf("92c4020102c4020304");
    const [first, second] = decode(input) as readonly Uint8Array[];
    expect(first).toStrictEqual(Uint8Array.of(1, 2));
    expect(first?.buffer.byteLength).toBe(2);
    first?.fill(9);
    expect(second).toStrictEqual(Uint8Array.of(3, 4));
    expect(input).toStrictEqual(bytesOf("92c4020102c4020304"));
    expect(first?.constructor).toBe(Uint8Array);
  });

  it("reads Node buffers and shared memory, and leaves them as they were", () => {
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    shared.set(bytesOf("81a16101"));
    expect(decode(shared)).toEqual({ a: 1 });
    const buffer = Buffer.from("81a161c40107", "hex");
    const value = decode(buffer) as Map;
    expect(value.a).toStrictEqual(Uint8Array.of(7));
    expect(Object.keys(buffer)).toEqual(Object.keys(Buffer.alloc(6)));
  });

  it("reads text of all lengths and widths, where msgpackr has a way of its own for each", () => {
    const units = ["a", "é", "汉", "🍺", "\u0000", "\ufeff"];
    for (const unit of units)
      for (const count of [
        0, 1, 2, 3, 5, 7, 8, 12, 15, 16, 17, 21, 31, 32, 33, 63, 64, 65, 66, 255, 4096, 5000,
      ]) {
        const text = `x${unit.repeat(count)}`;
        expect(decode(encode(text))).toBe(text);
        expect(decode(encode([text, { [text]: text }, "end"]))).toEqual([text, { [text]: text }, "end"]);
      }
  });

  it("reads each small integer as itself, not as a record", () => {
    const all = Array.from({ length: 128 }, (_, i) => i);
    expect(decode(encode(all))).toEqual(all);
  });

  it("goes as deep as can be asked for", () => {
    const deep = bytesOf(`${"91".repeat(MOST_DEPTH - 1)}80`);
    expect(encode(decode(deep, { depth: MOST_DEPTH }), { depth: MOST_DEPTH })).toStrictEqual(deep);
    expect(refusal(() => decode(deep, { depth: MOST_DEPTH - 1 })).code).toBe("depth-limit");
  });

  it("is its own in each call, whatever the last call ended with", () => {
    for (const hex of ["c1", "92c0", "d4724092a161a1620102", "dc0000"]) refusal(() => decode(bytesOf(hex)));
    expect(decode(bytesOf("9140"))).toEqual([64]);
  });
});
