/**
 * legacy: facts to plain values, for whoever converts a pickle. In: a fact and what it must be. Out: the exact value, or a
 * LegacyError with the offset of what is otherwise. Nothing is ever rounded.
 */
import type { Issue } from "../../base/errors.ts";
import type { LegacyCode } from "../errors.ts";
import { LegacyError } from "../errors.ts";
import type { CallFact, DictFact, Fact } from "./facts.ts";
import { KeyNames } from "./keys.ts";
import { classOf, isGlobal } from "./known.ts";
import { quoted } from "./text.ts";

function refuse(code: LegacyCode, fact: Fact, message: string, path?: string): never {
  const issue: Issue<LegacyCode> = { code, offset: fact.offset, message };
  throw new LegacyError(path === undefined ? issue : { ...issue, path });
}

function foreign(fact: Fact, expected: string, path: string | undefined): never {
  return refuse("foreign-type", fact, `expected ${expected}, found a value of kind ${fact.kind}`, path);
}

/**
 * A finite number: an integer within ±2^53 or a binary64. Booleans are no numbers.
 * @throws LegacyError `foreign-type`, `inexact-number`.
 */
export function asNumber(fact: Fact, path?: string): number {
  if (fact.kind === "float") {
    if (!Number.isFinite(fact.value)) refuse("inexact-number", fact, `${fact.value} is not finite`, path);
    return fact.value;
  }
  return fact.kind === "int" ? asInteger(fact, path) : foreign(fact, "a number", path);
}

/**
 * An integer within ±2^53.
 * @throws LegacyError `foreign-type`, `inexact-number`.
 */
export function asInteger(fact: Fact, path?: string): number {
  if (fact.kind !== "int") return foreign(fact, "an integer", path);
  if (typeof fact.value === "bigint") refuse("inexact-number", fact, "an integer beyond 2^53", path);
  return fact.value;
}

/** @throws LegacyError `foreign-type`. */
export function asBoolean(fact: Fact, path?: string): boolean {
  return fact.kind === "bool" ? fact.value : foreign(fact, "a boolean", path);
}

/** A text; a Python 2 `str` is one if it is ASCII. @throws LegacyError `foreign-type`. */
export function asText(fact: Fact, path?: string): string {
  return fact.kind === "text" ? fact.value : foreign(fact, "a text", path);
}

/** @throws LegacyError `foreign-type`. */
export function asList(fact: Fact, path?: string): readonly Fact[] {
  return fact.kind === "list" || fact.kind === "tuple" ? fact.items : foreign(fact, "a list", path);
}

/**
 * Bytes, however a protocol spells them: bytes, bytearray, a Python 2 `str`, `_codecs.encode(text, 'latin1')`,
 * `bytearray(bytes)`, `bytearray(text, 'latin-1')`; `undefined` for anything else.
 */
export function bytesOf(fact: Fact): Uint8Array | undefined {
  if (fact.kind === "bytes" || fact.kind === "bytearray") return fact.value;
  if (fact.kind === "text") return fact.py2 ? fromLatin1(fact.value) : undefined;
  if (fact.kind !== "call" || fact.how !== "REDUCE") return undefined;
  const [first, second] = fact.args.items;
  const isBytes = isGlobal(fact.callable, "builtins", "bytes");
  const isBytearray = isGlobal(fact.callable, "builtins", "bytearray");
  if (first === undefined) return isBytes || isBytearray ? new Uint8Array(0) : undefined;
  if (second === undefined) return isBytearray ? bytesOf(first) : undefined;
  if (fact.args.items.length !== 2 || first.kind !== "text" || second.kind !== "text") return undefined;
  const encodes = isGlobal(fact.callable, "_codecs", "encode") || isBytearray;
  return encodes && (second.value === "latin1" || second.value === "latin-1")
    ? fromLatin1(first.value)
    : undefined;
}

function fromLatin1(text: string): Uint8Array | undefined {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return undefined;
    out[i] = code;
  }
  return out;
}

/** @throws LegacyError `foreign-type`. */
export function asBytes(fact: Fact, path?: string): Uint8Array {
  return bytesOf(fact) ?? foreign(fact, "bytes", path);
}

/** A dictionary's pairs as Python holds them: of equal keys the first key and the last value. */
export function dictEntries(fact: DictFact): readonly { readonly key: Fact; readonly value: Fact }[] {
  const names = new KeyNames();
  const held = new Map<string | number | undefined, { readonly key: Fact; readonly value: Fact }>();
  for (const { key, value } of fact.entries) {
    const name = names.nameOf(key);
    held.set(name, { key: held.get(name)?.key ?? key, value });
  }
  return [...held.values()];
}

/**
 * A dictionary with texts as keys; of equal keys the last value counts.
 * @throws LegacyError `foreign-type`.
 */
export function asTextMap(fact: Fact, path?: string): ReadonlyMap<string, Fact> {
  if (fact.kind !== "dict") return foreign(fact, "a dict", path);
  return new Map(fact.entries.map(({ key, value }) => [asText(key, path), value]));
}

/** An object of a class, with the fields that its state sets. */
export interface ObjectFact {
  readonly module: string;
  readonly name: string;
  readonly offset: number;
  /** Arguments of the call that made it; none if it was made by `copyreg._reconstructor`. */
  readonly args: readonly Fact[];
  readonly fields: ReadonlyMap<string, Fact>;
  readonly call: CallFact;
}

/**
 * The object that a call makes, its module and class spelled as the stream spells them; `undefined` if the fact is no call
 * of a named class or its state is no dictionary of texts.
 */
export function objectOf(fact: Fact): ObjectFact | undefined {
  if (fact.kind !== "call") return undefined;
  const cls = classOf(fact);
  if (cls === undefined) return undefined;
  const fields = new Map<string, Fact>();
  for (const state of fact.states) {
    if (state.kind !== "dict") return undefined;
    for (const { key, value } of state.entries) {
      if (key.kind !== "text") return undefined;
      fields.set(key.value, value);
    }
  }
  const args = cls === fact.callable ? fact.args.items : [];
  return { module: cls.module, name: cls.name, offset: fact.offset, args, fields, call: fact };
}

/** A plain value: what JSON has, and bytes; dictionaries are maps with text keys. */
export type Plain =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Plain[]
  | ReadonlyMap<string, Plain>;

/**
 * The plain value of a fact without calls: lists and tuples become arrays, dictionaries maps. Shared facts become shared
 * values, so that the work is linear; facts come from `readPickle`, whose limit on depth bounds the recursion.
 * @throws LegacyError `foreign-type`, `inexact-number`.
 */
export function toPlain(fact: Fact, path?: string): Plain {
  return plainOf(fact, path, new Map());
}

function plainOf(fact: Fact, path: string | undefined, made: Map<Fact, Plain>): Plain {
  const known = made.get(fact);
  if (known !== undefined) return known;
  const value = freshPlain(fact, path, made);
  if (typeof value === "object" && value !== null) made.set(fact, value);
  return value;
}

function freshPlain(fact: Fact, path: string | undefined, made: Map<Fact, Plain>): Plain {
  switch (fact.kind) {
    case "none":
      return null;
    case "bool":
    case "text":
      return fact.value;
    case "int":
    case "float":
      return asNumber(fact, path);
    case "list":
    case "tuple":
      return fact.items.map((item, i) => plainOf(item, `${path ?? ""}[${i}]`, made));
    case "dict": {
      const entries = [...asTextMap(fact, path)];
      return new Map(entries.map(([key, value]) => [key, plainOf(value, join(path, key), made)]));
    }
    default:
      return bytesOf(fact) ?? foreign(fact, "plain data", path);
  }
}

function join(path: string | undefined, key: string): string {
  const step = /^\w+$/.test(key) ? key : quoted(key);
  return path === undefined ? step : `${path}.${step}`;
}
