/**
 * base: types that only one stage can make. A value that has passed a gate carries a brand that no other code can write down,
 * and at run time the gate remembers the very objects that it let through, so that plain JavaScript cannot forge one either.
 */

declare const passedGate: unique symbol;

/** A `T` that has passed the gate named `Name`. */
export type Passed<Name extends string, T extends object> = T & { readonly [passedGate]: Name };

export interface Gate<Name extends string, T extends object> {
  /** Lets a value through: frozen to its last field, and remembered. For the gate's own stage alone. */
  pass(value: T): Passed<Name, T>;
  /** Whether this very object has passed. */
  knows(value: unknown): value is Passed<Name, T>;
}

/** A new gate. */
export function gate<Name extends string, T extends object>(): Gate<Name, T> {
  const passed = new WeakSet<object>();
  return {
    pass(value) {
      passed.add(deepFreeze(value));
      return value as Passed<Name, T>;
    },
    knows(value): value is Passed<Name, T> {
      return typeof value === "object" && value !== null && passed.has(value);
    },
  };
}

/**
 * Freezes plain data all the way down. Typed arrays cannot be frozen and are left as they are; maps and class instances too.
 */
export function deepFreeze<T>(value: T): T {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const item = waiting.pop();
    if (typeof item !== "object" || item === null || Object.isFrozen(item) || !isPlain(item)) continue;
    Object.freeze(item);
    for (const name in item) {
      const inner = (item as Record<string, unknown>)[name];
      if (typeof inner === "object") waiting.push(inner);
    }
  }
  return value;
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
