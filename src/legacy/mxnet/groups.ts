/** legacy: what MXNet keeps by parameter, by index and by name, as groups of a spec. */
import type { Group, HyperValues } from "../../spec/tree.ts";
import type { KeyOf } from "./fields.ts";

type Multipliers = ReadonlyMap<KeyOf, number>;

/** Keys on a server are integers, and a spec takes a name of digits for one. */
const NO_NAME = /^(?:|0|[1-9][0-9]*)$/;

const idOf = ([name, value]: readonly [string, unknown]): string =>
  `${name} ${Object.is(value, -0) ? "-0" : String(value)}`;

interface Mutable {
  readonly hyper: HyperValues;
  readonly name: string[];
  readonly index: number[];
}

/** What an optimizer says of single parameters. */
export interface ByParameter {
  readonly lr: Multipliers;
  readonly wd: Multipliers;
  /** `idx2name`. */
  readonly names: ReadonlyMap<number, string>;
  /** Gluon's Parameters, in files of 1.0 to 1.2. */
  readonly parameters: ReadonlyMap<KeyOf, { readonly lr: number; readonly wd: number }>;
  /** Other hyperparameters of one parameter, by its key and its name. */
  readonly more: (key: KeyOf, name: string) => HyperValues;
  /** Keys that `more` knows. */
  readonly keys: readonly KeyOf[];
}

/**
 * One group for all parameters of the same values. MXNet takes the first that it finds (`_get_lrs`, `_get_wds`): Gluon's
 * Parameter of the index, the multiplier of the index, the multiplier of the name of that index; a local key-value store
 * uses the name itself as the index.
 */
export function groupsOf({ lr, wd, names, parameters, more, keys: others }: ByParameter): readonly Group[] {
  const nameOf = (key: KeyOf): string | undefined => (typeof key === "number" ? names.get(key) : undefined);
  const of = (which: "lr" | "wd", multipliers: Multipliers, key: KeyOf): number => {
    const name = nameOf(key);
    const byName = name === undefined ? undefined : multipliers.get(name);
    return parameters.get(key)?.[which] ?? multipliers.get(key) ?? byName ?? 1;
  };
  const keys = new Set<KeyOf>([
    ...names.keys(),
    ...names.values(),
    ...lr.keys(),
    ...wd.keys(),
    ...parameters.keys(),
    ...others,
  ]);
  const groups = new Map<string, Mutable>();
  for (const key of keys) {
    if (typeof key === "string" && NO_NAME.test(key)) continue;
    const [ofLr, ofWd] = [of("lr", lr, key), of("wd", wd, key)];
    const hyper = {
      ...(ofLr === 1 ? {} : { lr_mult: ofLr }),
      ...(ofWd === 1 ? {} : { wd_mult: ofWd }),
      ...more(key, nameOf(key) ?? String(key)),
    };
    if (Object.keys(hyper).length === 0) continue;
    const id = Object.entries(hyper).map(idOf).join();
    const group: Mutable = groups.get(id) ?? { hyper, name: [], index: [] };
    groups.set(id, group);
    if (typeof key === "number") group.index.push(key);
    else group.name.push(key);
  }
  return [...groups.values()].map(({ hyper, name, index }) => ({
    match: {
      ...(name.length === 0 ? {} : { name }),
      ...(index.length === 0 ? {} : { index: index.sort((a, b) => a - b) }),
    },
    hyper,
  }));
}
