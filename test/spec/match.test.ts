import { describe, expect, it } from "vitest";
import { matches } from "../../src/spec/match.ts";
import type { Match } from "../../src/spec/tree.ts";

describe("matching", () => {
  it.each<[Match, string, boolean]>([
    [{ name: ["a"] }, "a", true],
    [{ name: ["a"] }, "A", false],
    [{ name: ["a", "b"] }, "b", true],
    [{ name: ["3"] }, "3", true],
    [{ index: [3] }, "3", true],
    [{ index: [3] }, "03", false],
    [{ index: [3] }, "3.0", false],
    [{ index: [0] }, "0", true],
    [{ index: [9007199254740991] }, "9007199254740991", true],
    [{ index: [9007199254740992] }, "9007199254740992", true],
    [{ prefix: ["layer"] }, "layer1.bias", true],
    [{ prefix: ["layer"] }, "alayer", false],
    [{ suffix: ["bias"] }, "layer1.bias", true],
    [{ suffix: ["bias"] }, "bias.x", false],
    [{ prefix: ["1"] }, "12", false],
    [{ suffix: ["2"] }, "12", false],
    [{ prefix: ["0"] }, "012", true],
    [{ prefix: ["x"], suffix: ["y"] }, "ay", true],
    [{ name: ["q"], index: [1] }, "1", true],
    [{ prefix: [".*", "(a|a)*$"] }, "aaaa", false],
    [{}, "a", false],
    [{}, "1", false],
    [{ name: ["__proto__"] }, "__proto__", true],
  ])("%j and %j: %s", (match, key, expected) => {
    expect(matches(match, key)).toBe(expected);
  });
});
