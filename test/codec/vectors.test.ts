import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { toHex } from "../../src/base/bytes.ts";
import type { Limits } from "../../src/base/limits.ts";
import { decode } from "../../src/codec/decode.ts";
import { encode } from "../../src/codec/encode.ts";
import { scan } from "../../src/codec/scan.ts";
import { bytesOf, refusal } from "./refusal.ts";
import { fromVector } from "./vector-value.ts";

interface Accepted {
  readonly name: string;
  readonly hex: string;
  readonly value: unknown;
  readonly limits?: Partial<Limits>;
}

interface Refused {
  readonly name: string;
  readonly hex: string;
  readonly code: string;
  readonly offset: number;
  readonly limits?: Partial<Limits>;
}

function read<Case>(file: string): readonly Case[] {
  const url = new URL(`../vectors/codec/${file}`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8")).cases;
}

describe("accepted vectors", () => {
  it.each(read<Accepted>("accept.json"))("$name", ({ hex, value, limits }) => {
    const expected = fromVector(value);
    scan(bytesOf(hex), limits);
    expect(decode(bytesOf(hex), limits)).toStrictEqual(expected);
    expect(toHex(encode(expected, limits))).toBe(hex);
    expect(toHex(encode(decode(bytesOf(hex), limits), limits))).toBe(hex);
  });
});

describe("refused vectors", () => {
  it.each(read<Refused>("refuse.json"))("$name", ({ hex, code, offset, limits }) => {
    expect(refusal(() => scan(bytesOf(hex), limits))).toMatchObject({ code, offset });
    expect(refusal(() => decode(bytesOf(hex), limits))).toMatchObject({ code, offset });
  });
});
