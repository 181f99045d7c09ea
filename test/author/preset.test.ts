import { describe, expect, it } from "vitest";
import { rulePreset, schedulePreset } from "../../src/author/preset.ts";

describe("what a preset gives", () => {
  it("is a part of a spec, and has no more in it than was given", () => {
    expect(rulePreset("a/b")).toStrictEqual({ rule: "a/b", hyper: {} });
    expect(schedulePreset("a/b", { c: null, d: true })).toStrictEqual({
      name: "a/b",
      hyper: { c: null, d: true },
    });
  });

  it.each([rulePreset, schedulePreset])(
    "is frozen, and leaves to the caller what was given: %o",
    (preset) => {
      const given = { list: [3, 7], number: 1 };
      const made = preset("a/b", given);
      given.list.push(9);
      given.number = 2;
      expect(made.hyper).toEqual({ list: [3, 7], number: 1 });
      const parts = [made, made.hyper, made.hyper.list];
      expect(parts.map(Object.isFrozen)).toEqual([true, true, true]);
      expect(Object.isFrozen(given.list)).toBe(false);
    },
  );

  it("has what it does not understand as it stands, for author to refuse", () => {
    const hyper: object = JSON.parse('{ "__proto__": 1, "text": { "deep": [] } }');
    expect(Object.keys(rulePreset("a/b", hyper).hyper)).toEqual(["__proto__", "text"]);
  });
});
