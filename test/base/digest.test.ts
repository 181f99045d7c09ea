import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digest } from "../../src/base/digest.ts";

describe("digests", () => {
  it("are FIPS 180-4's, of bytes or of a text's UTF-8", () => {
    const abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(digest("abc")).toBe(abc);
    expect(digest(Uint8Array.of(0x61, 0x62, 0x63))).toBe(abc);
    expect(digest("")).toBe("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(digest("é")).toBe(digest(Uint8Array.of(0xc3, 0xa9)));
    expect(() => digest("\udc00")).toThrow(TypeError);
  });

  it("are those of the platform", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        expect(digest(data)).toBe(`sha256:${createHash("sha256").update(data).digest("hex")}`);
      }),
    );
  });
});
