/** Rounding to bfloat16 and binary16: of tensors beside the reference engine. */
import { expect, it } from "vitest";
import { checkedRule } from "../../check/authored.ts";
import { words } from "./random-program.ts";
import { firstDifference } from "./same.ts";

const bits = new DataView(new ArrayBuffer(4));

/** Any binary32, often half way between two of its roundings. */
function drawn(word: () => number): number {
  const any = word();
  const upper = [0xffff8000, 0xfffff000, 0xffffffff, 0xffff0000][word() % 4] as number;
  const middle = [0x8000, 0x1000, 0, 0x7fff][word() % 4] as number;
  bits.setUint32(0, ((any & upper) | middle) >>> 0);
  return bits.getFloat32(0);
}

it.each(["bf16", "f16"])("has the bits of the reference engine: %s", (name) => {
  const word = words(3);
  const checked = checkedRule(`rule x\nupdate weight = ${name}(grad)\n`);
  const given = { shapes: { a: [60_001] }, steps: 2, weight: () => 0, gradient: () => drawn(word) };
  expect(firstDifference(checked, given)).toBe(undefined);
});
