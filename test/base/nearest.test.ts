import { describe, expect, it } from "vitest";
import { didYouMean, nearest } from "../../src/base/nearest.ts";

describe("the nearest name", () => {
  it.each([
    ["learning_rat", ["learning_rate", "momentum"], "learning_rate"],
    ["laerning_rate", ["learning_rate"], "learning_rate"],
    ["Adam", ["nag", "adam"], "adam"],
    ["bta1", ["beta2", "beta1"], "beta1"],
    ["wd", ["w", "lr"], "w"],
    ["x", ["y", "abc"], "y"],
    ["", ["a", "bb"], "a"],
    ["momentum", ["epsilon", "lr"], undefined],
    ["lr", [], undefined],
    ["__proto_", ["__proto__"], "__proto__"],
    ["a".repeat(65), ["a".repeat(65)], undefined],
  ])("to %j", (name, candidates, expected) => {
    expect(nearest(name, candidates)).toBe(expected);
  });

  it("is the first of several that are as near", () => {
    expect(nearest("beta", ["beta1", "beta2"])).toBe("beta1");
  });
});

describe("the hint", () => {
  it("names one, or lists them if they are few, or says nothing", () => {
    expect(didYouMean("beta", ["beta1"])).toBe("did you mean `beta1`?");
    expect(didYouMean("zzz", ["alpha", "omega"])).toBe("known: alpha, omega");
    const many = Array.from({ length: 17 }, (_, i) => `name${i}`);
    expect(didYouMean("zzzzzzzzzz", many)).toBeUndefined();
    expect(didYouMean("zzz", [])).toBeUndefined();
  });
});
