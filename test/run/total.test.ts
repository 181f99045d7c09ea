import { describe, expect, it } from "vitest";
import { compile } from "../../src/run/optimizer.ts";
import { checkedRule } from "../check/authored.ts";
import { refusal } from "../spec/refusal.ts";
import { work } from "./support.ts";

const rule = (lines: string) => `rule x\n${lines}\n`;
const of = (...values: number[]) => Float32Array.from(values);

describe("where a total goes", () => {
  it("fills the weights of each parameter", () => {
    const [a, b] = [of(0, 0), of(0)];
    const checked = checkedRule(rule("update weight = total(sum(grad))"));
    compile(checked)
      .attach({ a: { data: a }, b: { data: b } })
      .step({ a: of(1, 2), b: of(4) });
    expect([...a, ...b]).toEqual([7, 7, 7]);
  });

  it.each(["m = 0", "m: row = 0", "m: col = 0", "m: scalar = 0", "m: shared = 0"])(
    "fills a slot: %s",
    (slot) => {
      const at = work(rule(`state ${slot}\nupdate m = total(sum(grad))\n  weight = weight + m`), [1, 1]);
      expect(at.step(2, 3)).toEqual([6, 6]);
      const { slots, shared } = at.optimizer.state();
      const kept = shared.get("m") ?? slots.get("m")?.get("w");
      expect(typeof kept === "number" ? [kept] : new Set(kept)).toEqual(
        typeof kept === "number" ? [5] : new Set([5]),
      );
    },
  );

  it("takes the place of the scalar that it is made from", () => {
    const lines = "update n = sum(grad)\n  n = total(n)\n  weight = weight + n";
    const [a, b] = [of(0), of(0)];
    const optimizer = compile(checkedRule(rule(lines))).attach({ a: { data: a }, b: { data: b } });
    optimizer.step({ a: of(1), b: of(2) });
    expect([...a, ...b]).toEqual([3, 3]);
  });

  it("of a name that has no value yet is refused", () => {
    expect(refusal(() => checkedRule(rule("update n = total(n)\n  weight = n")))).toMatchObject({
      code: "unknown-name",
      path: "rule.update[0][1][1]",
    });
  });
});
