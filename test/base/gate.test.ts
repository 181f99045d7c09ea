import { describe, expect, it } from "vitest";
import { deepFreeze, gate } from "../../src/base/gate.ts";

describe("a gate", () => {
  it("knows the very objects that passed, and no others", () => {
    const one = gate<"one", { a: number }>();
    const other = gate<"other", { a: number }>();
    const value = { a: 1 };
    expect(one.knows(value)).toBe(false);
    expect(one.pass(value)).toBe(value);
    expect(one.knows(value)).toBe(true);
    expect(other.knows(value)).toBe(false);
    for (const forged of [
      { ...value },
      Object.create(value),
      new Proxy(value, {}),
      null,
      undefined,
      1,
      "a",
    ]) {
      expect(one.knows(forged)).toBe(false);
    }
  });

  it("freezes what passes to its last field", () => {
    const inner = Object.assign(Object.create(null), { list: [{ deep: [1] }] });
    const passed = gate<"x", { inner: typeof inner }>().pass({ inner });
    expect(Object.isFrozen(passed)).toBe(true);
    expect(Object.isFrozen(inner)).toBe(true);
    expect(Object.isFrozen(inner.list[0].deep)).toBe(true);
    expect(() => inner.list.push(1)).toThrow(TypeError);
  });
});

describe("freezing", () => {
  it("leaves maps, typed arrays and instances alone", () => {
    class Thing {
      field = 1;
    }
    const value = { map: new Map(), bytes: new Uint8Array(1), thing: new Thing() };
    deepFreeze(value);
    expect(Object.isFrozen(value)).toBe(true);
    expect(Object.isFrozen(value.map)).toBe(false);
    expect(Object.isFrozen(value.thing)).toBe(false);
    value.bytes[0] = 7;
    expect(value.bytes[0]).toBe(7);
  });

  it("ends on cycles and on deep data", () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(Object.isFrozen(deepFreeze(cycle))).toBe(true);
    let deep: unknown[] = [];
    const innermost = deep;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    deepFreeze(deep);
    expect(Object.isFrozen(innermost)).toBe(true);
  });
});
