/**
 * codec: the door for values. In: whatever a caller passes. Out: a copy of it that is plain data, or the path of the first
 * thing that is not.
 *
 * Plain data is null, booleans, numbers other than NaN, well-formed strings that do not begin with U+FEFF, `Uint8Array`
 * (and Node's `Buffer`), dense arrays, and objects whose prototype is `Object.prototype` or null. Properties are own,
 * enumerable, and data; an object that has others is refused rather than cut down. No getter, `toJSON` or iterator of the
 * caller is called, and every property is read once: a proxy passes as what it says of itself in that one reading.
 */
import { ownBytes } from "../base/bytes.ts";
import type { Limits } from "../base/limits.ts";
import type { CodecCode } from "./errors.ts";
import { CodecError } from "./errors.ts";
import { formatPath } from "./path.ts";
import { startsWithMark } from "./text.ts";
import type { Value } from "./value.ts";

/**
 * A copy of plain data, whose maps have no prototype.
 *
 * @throws CodecError with the path of the first value that is not plain data or is past a limit on depth or nodes
 * @internal
 */
export function copyPlain(value: unknown, limits: Limits): Value {
  return new Copier(limits).item(value);
}

class Copier {
  private readonly limits: Limits;
  private readonly steps: (string | number)[] = [];
  private nodes = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  item(value: unknown): Value {
    this.count();
    const copy = COPIES[typeof value];
    if (copy === undefined) throw this.refuse("unsupported-value", `${typeof value} has no encoding`);
    return copy(this, value as never);
  }

  number(value: number): number {
    if (Number.isNaN(value)) throw this.refuse("not-a-number", "NaN has no encoding");
    return value;
  }

  text(text: string): string {
    if (!text.isWellFormed()) throw this.refuse("lone-surrogate", "text holds a lone surrogate");
    if (startsWithMark(text)) throw this.refuse("byte-order-mark", "text begins with a byte order mark");
    return text;
  }

  object(value: object | null): Value {
    if (value === null) return null;
    const prototype = this.look(Object.getPrototypeOf, value);
    if (prototype === null || prototype === Object.prototype) return this.map(value);
    if (prototype === Array.prototype && this.look(Array.isArray, value)) return this.array(value);
    if (ArrayBuffer.isView(value) && value instanceof Uint8Array) return this.bytes(value);
    const hint = "pass a plain object, an array, a string, a number, a boolean, null or a Uint8Array";
    throw this.refuse("unsupported-value", "an object that is not plain data has no encoding", hint);
  }

  private bytes(value: Uint8Array): Uint8Array {
    if (value.byteLength > this.limits.bytes)
      throw this.refuse("byte-limit", `more than ${this.limits.bytes} bytes`);
    return this.look(ownBytes, value);
  }

  private array(value: object): readonly Value[] {
    const length = this.property(value, "length").value as number;
    this.enter(length);
    if (this.look(Reflect.ownKeys, value).length > length + 1)
      throw this.refuse("unsupported-value", "an array has properties besides its elements");
    const copy: Value[] = [];
    for (let i = 0; i < length; i++) copy.push(this.element(value, i));
    return copy;
  }

  private map(value: object): { readonly [key: string]: Value } {
    const keys = this.look(Reflect.ownKeys, value);
    this.enter(2 * keys.length);
    const copy: { [key: string]: Value } = Object.create(null);
    for (const key of keys) {
      if (typeof key !== "string") throw this.refuse("key-type", "a key of an object is a symbol");
      this.count();
      copy[key] = this.element(value, key);
    }
    return copy;
  }

  private element(target: object, key: string | number): Value {
    this.steps.push(key);
    if (typeof key === "string") this.text(key);
    const property = this.property(target, key);
    if (property.enumerable !== true)
      throw this.refuse("unsupported-value", "a property that is not enumerable has no encoding");
    const copy = this.item(property.value);
    this.steps.pop();
    return copy;
  }

  private property(target: object, key: string | number): PropertyDescriptor {
    const property = this.look(Reflect.getOwnPropertyDescriptor, target, key);
    if (property === undefined)
      throw typeof key === "number"
        ? this.refuse("sparse-array", "an array lacks an element", "fill the gap, with null for instance")
        : this.refuse("unreadable", "a property that an object lists is not there");
    if (!Object.hasOwn(property, "value"))
      throw this.refuse(
        "accessor",
        "a property is a getter or setter",
        "pass plain data: copy the value first",
      );
    return property;
  }

  /** Goes one level down, to `count` values and keys. */
  private enter(count: number): void {
    if (this.nodes + count > this.limits.nodes) throw this.tooMany();
    if (this.steps.length < this.limits.depth) return;
    const hint = "a value that contains itself is endlessly deep";
    throw this.refuse("depth-limit", `nested more than ${this.limits.depth} deep`, hint);
  }

  private count(): void {
    if (++this.nodes > this.limits.nodes) throw this.tooMany();
  }

  /** Whatever the caller's object throws when it is looked at (a proxy can) becomes the cause of a refusal. */
  private look<A extends readonly unknown[], T>(read: (...args: A) => T, ...args: A): T {
    try {
      return read(...args);
    } catch (cause) {
      throw this.refuse("unreadable", "an object cannot be read", undefined, cause);
    }
  }

  private tooMany(): CodecError {
    return this.refuse("node-limit", `more than ${this.limits.nodes} values and keys`);
  }

  private refuse(code: CodecCode, message: string, hint?: string, cause?: unknown): CodecError {
    const issue = { code, message, path: formatPath(this.steps) };
    return new CodecError(hint === undefined ? issue : { ...issue, hint }, { cause });
  }
}

type Copy = (copier: Copier, value: never) => Value;

const identity = (_copier: Copier, value: boolean): boolean => value;

/** By `typeof`; what is missing has no encoding. */
const COPIES: { readonly [type: string]: Copy | undefined } = Object.assign(Object.create(null), {
  boolean: identity,
  number: (copier: Copier, value: number) => copier.number(value),
  string: (copier: Copier, value: string) => copier.text(value),
  object: (copier: Copier, value: object | null) => copier.object(value),
});
