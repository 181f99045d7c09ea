import { describe, expect, it } from "vitest";
import { cosf } from "../../src/base/cosf.ts";

/** Operand and result as bits, from glibc 2.36 on x86-64 through Python's ctypes. */
const VECTORS =
  "000000003f800000 800000003f800000 40490fdbbf800000 3fc90fdbb33bbd2e 3f490fdb3f3504f3 bf490fdb3f3504f3 " +
  "40400000bf7d7026 322bcc773f800000 000002ca3f800000 42effae13f51e814 3d04a8d03f7fdda2 3e25d3033f7ca693 " +
  "3e953dea3f753384 3ed792513f69a46c 3f0cf35d3f5a2ae2 3f2e1d903f47094b 3f4f47c43f3091bd 3f7071f83f17249c " +
  "3f88ce163ef65e01 3f9963303eba51c0 3fa9f84a3e764c2c 3fba8d643de7a838 3fcb227ebc84a75b 3fdbb798be14b6ce " +
  "3fec4cb2be8b2d51 3ffce1ccbec9aa16 4006bb73bf0262cf 400f0600bf1dc127 4017508dbf367aa6 401f9b1abf4c2537 " +
  "4027e5a7bf5e63e5 40303034bf6ce868 40387ac1bf777477 4040c54ebf7ddad1 c227b612beee1bcf c2a632203e1d61c8 " +
  "420fb08bbe515d84 c2cb85343eab8456 4108a380bf222650 c1ffba723f5a3b3d c2d2647cbd40d4cd 3fe285adbe4a576c " +
  "c2dc26eebf7e266a c17cad5fbf7f16ec c2ccbfb3be89dfd2 c2c2d213bf7ff1a6 c18fb7293f22190f 429b94e4bf3b7bf8 " +
  "c2b311fd3986e197 c283bcfebf7e9bb8 41f2a2033eee3c37 42d51c053f776f05 4192cdd43f60c6f3 c1c4b86b3f5b37d7 " +
  "42e2b28b3f77f430 c2d7d39f3ee89e6d 42aaa188bf61939e c2484abe3f7b4596 c2a955a7bf7ce71b c2b5ee4fbf7d7802 " +
  "c2365347bce73f0b 429679e53f7cb960 c297f9683f54e0ae 419b5de13f575964 42043ee1bd98cea8 c1f2f4803f002536 " +
  "4135cf993eb8014e c2d01cc9bf6d6381 c2d1a13dbed4b59d c28bf6b23f25b402 422bbda33f000540 c189dd3fbd3b3de9 " +
  "c230ee913f77ffa4 41a2e8e83d67d38c";

const cell = new DataView(new ArrayBuffer(4));
const float = (hex: string): number => {
  cell.setUint32(0, Number.parseInt(hex, 16));
  return cell.getFloat32(0);
};

describe("cosf", () => {
  it.each(VECTORS.split(" "))("gives the C library's bits: %s", (vector) => {
    expect(cosf(float(vector.slice(0, 8)))).toBe(float(vector.slice(8)));
  });

  it("has no value at infinity, and hands NaN on", () => {
    expect([cosf(Number.POSITIVE_INFINITY), cosf(Number.NaN)]).toEqual([Number.NaN, Number.NaN]);
  });

  it("stays the cosine for large operands", () => {
    for (const x of [120, 1e4, -3e8, 1e30]) expect(cosf(x)).toBeCloseTo(Math.cos(Math.fround(x)), 6);
  });
});
