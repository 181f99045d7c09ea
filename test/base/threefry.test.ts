import { describe, expect, it } from "vitest";
import type { Words } from "../../src/base/threefry.ts";
import { threefry } from "../../src/base/threefry.ts";

/** `threefry2x32 20` of Random123's `kat_vectors`: counter, key, result. */
const KNOWN: readonly (readonly [Words, Words, Words])[] = [
  [
    [0x00000000, 0x00000000],
    [0x00000000, 0x00000000],
    [0x6b200159, 0x99ba4efe],
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x1cb996fc, 0xbb002be7],
  ],
  [
    [0x243f6a88, 0x85a308d3],
    [0x13198a2e, 0x03707344],
    [0xc4923a9c, 0x483df7a0],
  ],
];

describe("Threefry-2x32-20", () => {
  it.each(KNOWN)("gives the published answer for counter %j", (counter, key, want) => {
    expect(threefry(key, counter).map((word) => word >>> 0)).toEqual(want);
  });

  it("takes words with and without a sign alike", () => {
    expect(threefry([-1, 5], [-2, 7])).toEqual(threefry([0xffffffff, 5], [0xfffffffe, 7]));
  });
});
