/** legacy: the kinds of values that MXNet's optimizers and schedulers keep in their fields. */
import { numpyScalar } from "../numpy.ts";
import type { DictFact, Fact } from "../pickle/facts.ts";
import { dictEntries, objectOf } from "../pickle/values.ts";
import { readArray } from "./ndarray.ts";

/** A kind of value: `read` gives the value, or `undefined` where the fact is none of this kind. */
export interface Kind<T> {
  readonly words: string;
  readonly read: (fact: Fact) => T | undefined;
}

/** A finite Python int, within 2^53, or float; or a NumPy scalar, whose value is exact. */
export const NUMBER: Kind<number> = {
  words: "a finite number",
  read(fact) {
    const value = fact.kind === "float" || fact.kind === "int" ? fact.value : numpyScalar(fact)?.value;
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  },
};

/** A whole number from 0 on. */
export const COUNT: Kind<number> = {
  words: "a whole number",
  read(fact) {
    const isInteger = fact.kind === "int" || numpyScalar(fact)?.isInteger === true;
    const value = isInteger ? NUMBER.read(fact) : undefined;
    return value !== undefined && value >= 0 ? value : undefined;
  },
};

export const NUMBER_OR_NONE: Kind<number | null> = {
  words: "a finite number or None",
  read: (fact) => (fact.kind === "none" ? null : NUMBER.read(fact)),
};

/** True or False; MXNet asks for no more than truth, so 1 and 0 are the same. */
export const BOOLEAN: Kind<boolean> = {
  words: "True or False",
  read(fact) {
    const value = fact.kind === "bool" || fact.kind === "int" ? fact.value : numpyScalar(fact)?.value;
    if (typeof value === "boolean") return value;
    return value === 0 || value === 1 ? value === 1 : undefined;
  },
};

export const NUMBERS: Kind<readonly number[]> = {
  words: "a list of finite numbers",
  read(fact) {
    if (fact.kind !== "list" && fact.kind !== "tuple") return undefined;
    const numbers = fact.items.map(NUMBER.read);
    return numbers.every((number) => number !== undefined) ? numbers : undefined;
  },
};

export const TEXT: Kind<string> = {
  words: "a text",
  read: (fact) => (fact.kind === "text" ? fact.value : undefined),
};

/** One of a few texts. */
export function choiceOf(choices: readonly string[]): Kind<string> {
  return {
    words: choices.map((choice) => `'${choice}'`).join(" or "),
    read: (fact) => (fact.kind === "text" && choices.includes(fact.value) ? fact.value : undefined),
  };
}

export const WARMUP_MODE = choiceOf(["linear", "constant"]);

const STRATEGIES = ["linear", "power2", "sqrt", "lars"];
/** How LBSGD warms up; any text that it does not know multiplies the rate by 1 until the end of warm-up. */
export const STRATEGY: Kind<string> = {
  words: "a text",
  read(fact) {
    if (fact.kind !== "text") return undefined;
    return STRATEGIES.includes(fact.value) ? fact.value : "none";
  },
};

/** Plain data of any kind, in a field that nobody reads. */
export const ANYTHING: Kind<true> = {
  words: "plain data",
  read: (fact) => (["none", "bool", "int", "float", "text"].includes(fact.kind) ? true : undefined),
};

/** A number, or the array of one number that AdamW and AdaBelief make of it at their first update. */
export const RESCALE: Kind<number> = {
  words: "a finite number",
  read(fact) {
    const array = readArray(fact);
    const [value, ...more] = array?.data ?? [];
    if (value !== undefined && more.length === 0) return Number.isFinite(value) ? value : undefined;
    return NUMBER.read(fact);
  },
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

/** `lr_mult` and `wd_mult`. */
export const MULTIPLIERS = mapOf("a dict from keys to finite numbers", key, NUMBER);
/** `idx2name`. */
export const INDEX_NAMES = mapOf("a dict from whole numbers to names", COUNT.read, TEXT);
/** `_index_update_count`: updates by key. */
export const COUNTS = mapOf("a dict from keys to whole numbers", key, COUNT);
/** `_all_index_update_counts`: the same for each device. */
export const DEVICE_COUNTS = mapOf("a dict from devices to dicts of counts", COUNT.read, COUNTS);

/** What a Gluon Parameter multiplies rate and decay by. */
export interface ParameterMultipliers {
  readonly lr: number;
  readonly wd: number;
}

/** Of a Gluon Parameter the optimizer reads its multipliers and nothing else. */
const PARAMETER: Kind<ParameterMultipliers> = {
  words: "Gluon's Parameter",
  read(fact) {
    const object = objectOf(fact);
    if (object?.module !== "mxnet.gluon.parameter") return undefined;
    const [lr, wd] = ["lr_mult", "wd_mult"].map((name) => {
      const value = object.fields.get(name);
      return value === undefined ? undefined : NUMBER.read(value);
    });
    return lr === undefined || wd === undefined ? undefined : { lr, wd };
  },
};

/** `param_dict`. */
export const PARAMETERS = mapOf("a dict from keys to Gluon's Parameters", key, PARAMETER);

/** LBSGD's sum of the gradients of a large batch: how many were added to it; its array, while there is one, has no value here. */
const GATHERED: Kind<{ readonly count: number; readonly isEmpty: boolean }> = {
  words: "{'cum_grad': array, 'num_cums': number}",
  read(fact) {
    if (fact.kind !== "dict") return undefined;
    const fields = new Map(fact.entries.map(({ key: name, value }) => [TEXT.read(name), value]));
    const [sum, number] = [fields.get("cum_grad"), fields.get("num_cums")];
    const count = number === undefined ? undefined : COUNT.read(number);
    if (sum === undefined || count === undefined || fields.size !== 2) return undefined;
    return { count, isEmpty: NUMBER.read(sum) === 0 };
  },
};

/** `cumgrads`. */
export const CUMULATED = mapOf("a dict from keys to sums of gradients", key, GATHERED);

const ATTRIBUTES = mapOf("attributes by node", TEXT.read, mapOf("attributes", TEXT.read, TEXT));

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

/** A dict without entries. */
export const EMPTY: Kind<true> = {
  words: "an empty dict",
  read: (fact) => (fact.kind === "dict" && fact.entries.length === 0 ? true : undefined),
};
