import { describe, expect, it } from "vitest";
import { parseRule } from "../../src/spec/parse.ts";
import { print, printExpression, printNumber, ruleDigest } from "../../src/spec/print.ts";
import type { Rule } from "../../src/spec/tree.ts";

describe("numbers", () => {
  it.each([
    [0, "0"],
    [-0, "-0"],
    [0.1, "0.1"],
    [-1.5e-7, "-1.5e-7"],
    [1e21, "1e+21"],
    [123456789012345680000, "123456789012345680000"],
    [5e-324, "5e-324"],
  ])("%d is %s", (value, text) => {
    expect(printNumber(value)).toBe(text);
    expect(Object.is(Number(text), value)).toBe(true);
  });
});

describe("documents", () => {
  const text = `rule lion
hyper  lr = 0.1 or null in (0,1] scheduled   mode = a of a|b   flag: boolean   every: list = [1, -2.5]
       b = 0.9 scheduled as momentum   a_name_that_is_rather_long_and_so_makes_the_line_break = 1
needs  not flag or b > 0
needs  rank == 2
state  m: row = 0 when flag   w = weight   s: shared = 1
step   d = f32(lr)   e = d when flag
update m = row_sum(grad) when flag
       stop when d > e
       repeat 2 { m = m * d   w = weight when flag }
       repeat 3 {
         m = m * a_name_that_is_rather_long_and_so_makes_the_line_break
         w = a_name_that_is_rather_long_and_so_makes_the_line_break
       }
       weight = weight - d * grad
`;

  it("pack declarations and scalars, and give each line of an update its own", () => {
    expect(print(parseRule(text))).toBe(text);
  });

  it("are the same however they were written", () => {
    const squeezed = text.replaceAll(/^ +/gm, " ").replaceAll("\n ", " ").replaceAll("  ", " ");
    expect(squeezed.split("\n")).toHaveLength(8);
    expect(print(parseRule(squeezed))).toBe(text);
    expect(ruleDigest(parseRule(squeezed))).toBe(ruleDigest(parseRule(text)));
  });

  it("are named by the SHA-256 of their text", () => {
    const tree: Rule = { name: "x", hyper: [], state: [], step: [], update: [] };
    expect(print(tree)).toBe("rule x\n");
    // printf 'rule x\n' | sha256sum
    expect(ruleDigest(tree)).toBe("sha256:ed3432751cf19b7b3bdea049ce3bf90f08b2f1076344f083dd7a78cae22a76b8");
    expect(ruleDigest({ name: "x", hyper: [], state: [], step: [] })).not.toBe(ruleDigest(tree));
  });

  it("show operations that the table does not know as calls", () => {
    expect(printExpression(["system", "a", ["add", "b"]])).toBe("system(a, add(b))");
  });
});
