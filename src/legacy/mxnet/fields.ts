/** legacy: the kinds of values that MXNet's optimizers and schedulers keep in their fields. */
import { numpyNumber } from "../numpy.ts";
import type { DictFact, Fact } from "../pickle/facts.ts";
import { dictEntries } from "../pickle/values.ts";

/** A kind of value: `read` gives the value, or `undefined` where the fact is none of this kind. */
export interface Kind<T> {
  readonly words: string;
  readonly read: (fact: Fact) => T | undefined;
}

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

/** A finite Python int, within 2^53, or float; or a NumPy scalar that is exactly one. */
export const NUMBER: Kind<number> = {
  words: "a finite number",
  read(fact) {
    if (fact.kind === "float") return finite(fact.value);
    if (fact.kind === "int") return typeof fact.value === "number" ? fact.value : undefined;
    return numpyNumber(fact);
  },
};

/** A whole number from 0 on. */
export const COUNT: Kind<number> = {
  words: "a whole number",
  read(fact) {
    const value = NUMBER.read(fact);
    return fact.kind !== "float" && value !== undefined && value >= 0 ? value : undefined;
  },
};

export const NUMBER_OR_NONE: Kind<number | null> = {
  words: "a finite number or None",
  read: (fact) => (fact.kind === "none" ? null : NUMBER.read(fact)),
};

export const BOOLEAN: Kind<boolean> = {
  words: "True or False",
  read: (fact) => (fact.kind === "bool" ? fact.value : undefined),
};

export const NUMBERS: Kind<readonly number[]> = {
  words: "a list of finite numbers",
  read(fact) {
    if (fact.kind !== "list" && fact.kind !== "tuple") return undefined;
    const numbers = fact.items.map(NUMBER.read);
    return numbers.every((number) => number !== undefined) ? numbers : undefined;
  },
};

export const WARMUP_MODE: Kind<"linear" | "constant"> = {
  words: "'linear' or 'constant'",
  read: (fact) =>
    fact.kind === "text" && (fact.value === "linear" || fact.value === "constant") ? fact.value : undefined,
};

/** A parameter's key: MXNet's index, or its name. */
export type KeyOf = number | string;

const key = (fact: Fact): KeyOf | undefined =>
  fact.kind === "text" && fact.value !== "" ? fact.value : COUNT.read(fact);

function mapOf<K, V>(
  words: string,
  readKey: (fact: Fact) => K | undefined,
  value: Kind<V>,
): Kind<ReadonlyMap<K, V>> {
  return {
    words,
    read(fact) {
      if (fact.kind !== "dict") return undefined;
      const out = new Map<K, V>();
      for (const entry of dictEntries(fact as DictFact)) {
        const [k, v] = [readKey(entry.key), value.read(entry.value)];
        if (k === undefined || v === undefined) return undefined;
        out.set(k, v);
      }
      return out;
    },
  };
}

const TEXT: Kind<string> = {
  words: "a text",
  read: (fact) => (fact.kind === "text" ? fact.value : undefined),
};

/** `lr_mult` and `wd_mult`. */
export const MULTIPLIERS = mapOf("a dict from keys to finite numbers", key, NUMBER);
/** `idx2name`. */
export const INDEX_NAMES = mapOf("a dict from whole numbers to names", COUNT.read, TEXT);
/** `_index_update_count`: updates by key. */
export const COUNTS = mapOf("a dict from keys to whole numbers", key, COUNT);
/** `_all_index_update_counts`: the same for each device. */
export const DEVICE_COUNTS = mapOf("a dict from devices to dicts of counts", COUNT.read, COUNTS);

/** `sym_info`: `()`, or attributes by node and argument names. */
export const SYMBOL: Kind<true> = {
  words: "() or (attributes, argument names)",
  read(fact) {
    if (fact.kind !== "tuple") return undefined;
    const [attributes, names] = fact.items;
    if (fact.items.length === 0) return true;
    const known =
      fact.items.length === 2 &&
      attributes !== undefined &&
      ATTRIBUTES.read(attributes) !== undefined &&
      names?.kind === "list" &&
      names.items.every((item) => item.kind === "text");
    return known ? true : undefined;
  },
};

const ATTRIBUTES = mapOf("attributes by node", TEXT.read, mapOf("attributes", TEXT.read, TEXT));

/** A dict without entries. */
export const EMPTY: Kind<true> = {
  words: "an empty dict",
  read: (fact) => (fact.kind === "dict" && fact.entries.length === 0 ? true : undefined),
};
