import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode } from "../../src/codec/decode.ts";
import { encode } from "../../src/codec/encode.ts";
import { CodecError } from "../../src/codec/errors.ts";
import { scan } from "../../src/codec/scan.ts";
import { compareText, findInvalidUtf8 } from "../../src/codec/text.ts";

const number = fc.oneof(
  fc.double({ noNaN: true }),
  fc.maxSafeInteger(),
  fc.integer({ min: -300, max: 300 }),
  fc.constantFrom(-0, 2 ** 53, -(2 ** 53), 2 ** 32, -(2 ** 31) - 1, 2 ** 16, Number.POSITIVE_INFINITY),
);
const text = fc
  .oneof(
    fc.string({ unit: "binary", maxLength: 90 }),
    fc.string({ maxLength: 40 }),
    fc.string({ unit: "binary-ascii" }),
  )
  .filter((value) => !value.startsWith("\ufeff"));
const leaf = fc.oneof(fc.constant(null), fc.boolean(), number, text, fc.uint8Array({ maxLength: 40 }));

const { value: plain } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small", withCrossShrink: true }, leaf, tie("list"), tie("map")),
  list: fc.array(tie("value"), { maxLength: 20 }),
  map: fc.dictionary(text, tie("value"), { maxKeys: 20 }),
}));

/** One small change to the bytes of a document: a byte set, cut out or put in, or the end cut off. */
const mutated = fc
  .tuple(
    plain.map((value) => encode(value)),
    fc.nat(),
    fc.nat(255),
    fc.nat(3),
  )
  .map(([bytes, seed, byte, kind]) => {
    const at = seed % bytes.length;
    const head = bytes.subarray(0, at);
    if (kind === 0) return Uint8Array.of(...head, byte, ...bytes.subarray(at + 1));
    if (kind === 1) return Uint8Array.of(...head, ...bytes.subarray(at + 1));
    if (kind === 2) return Uint8Array.of(...head, byte, ...bytes.subarray(at));
    return Uint8Array.from(head);
  });

/** Bytes made of tokens rather than at random, so that many of them get far into the scanner. */
const tokens = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        [0xc0],
        [0xc2],
        [0x05],
        [0xff],
        [0xa1, 0x61],
        [0xa1, 0x62],
        [0xa0],
        [0xc4, 0],
        [0xcc, 0x80],
      ),
      fc.constantFrom([0x80], [0x81], [0x82], [0x90], [0x91], [0x92], [0x93]),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Uint8Array.from(parts.flat()));

/** Whether the bytes are taken; if so, they must be the one spelling of what they decode to. */
function holdsLaw(bytes: Uint8Array): boolean {
  let value: unknown;
  try {
    value = decode(bytes);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    expect(error.offset).toBeGreaterThanOrEqual(0);
    expect(error.offset).toBeLessThanOrEqual(bytes.length);
    expect(error.code).not.toBe("altered-builtins");
    expect(() => scan(bytes)).toThrow(CodecError);
    return false;
  }
  scan(bytes);
  expect(Buffer.from(encode(value)).equals(bytes)).toBe(true);
  return true;
}

/** The value with maps as decoding gives them. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.assign(
    Object.create(null),
    Object.fromEntries(Object.entries(value).map(([k, v]) => [k, bare(v)])),
  );
}

describe("codec", () => {
  it("decodes what it encodes", () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(decode(encode(value))).toStrictEqual(bare(value));
      }),
      { numRuns: 1000 },
    );
  });

  it("gives the same bytes whatever the order of the keys", () => {
    fc.assert(
      fc.property(fc.dictionary(text, leaf), (map) => {
        const turned = Object.fromEntries(Object.entries(map).reverse());
        expect(Buffer.from(encode(turned)).equals(encode(map))).toBe(true);
      }),
    );
  });

  it("gives different bytes for different values", () => {
    const same = (a: unknown, b: unknown) => Buffer.from(encode(a)).equals(encode(b));
    fc.assert(fc.property(number, number, (a, b) => same(a, b) === Object.is(a, b)));
    fc.assert(fc.property(text, text, (a, b) => same(a, b) === (a === b)));
  });

  it("E12 takes bytes only if they are what encoding gives: mutations", () => {
    let taken = 0;
    fc.assert(
      fc.property(mutated, (bytes) => {
        if (holdsLaw(bytes)) taken++;
      }),
      { numRuns: 5000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it("E12 takes bytes only if they are what encoding gives: random bytes and tokens", () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), tokens), (bytes) => {
        if (holdsLaw(bytes)) taken++;
      }),
      { numRuns: 5000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it("E10 refuses every beginning and every continuation of a document", () => {
    fc.assert(
      fc.property(plain, fc.uint8Array({ minLength: 1, maxLength: 4 }), (value, more) => {
        const bytes = encode(value);
        for (let length = 0; length < bytes.length; length++)
          if (holdsLaw(bytes.subarray(0, length))) throw new Error(`accepted the first ${length} bytes`);
        expect(() => scan(Uint8Array.of(...bytes, ...more))).toThrow(/follow the document/);
      }),
      { numRuns: 60 },
    );
  });

  it("E7 agrees with the platform on what UTF-8 is", () => {
    const strict = new TextDecoder("utf-8", { fatal: true });
    const unicode = fc.string({ unit: "binary" }).map((value) => new TextEncoder().encode(value));
    const broken = fc
      .tuple(unicode, fc.nat(), fc.nat(255))
      .map(([bytes, at, byte]) => bytes.map((old, i) => (i === at % bytes.length ? byte : old)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), unicode, broken), (bytes) => {
        const bad = findInvalidUtf8(bytes, 0, bytes.length);
        if (bad === -1) strict.decode(bytes);
        else {
          strict.decode(bytes.subarray(0, bad));
          expect(() => strict.decode(bytes)).toThrow();
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("orders text as its UTF-8 bytes", () => {
    const any = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(
        any,
        any,
        (a, b) => Math.sign(compareText(a, b)) === Buffer.compare(Buffer.from(a), Buffer.from(b)),
      ),
      { numRuns: 2000 },
    );
  });
});
