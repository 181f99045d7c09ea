/** legacy: MXNet's multipliers, kept by index and by name, as groups of a spec. */
import type { Group } from "../../spec/tree.ts";
import type { KeyOf } from "./fields.ts";

type Multipliers = ReadonlyMap<KeyOf, number>;

/**
 * One group for each pair of multipliers. MXNet looks a parameter up by its index first and by the name of that index
 * then (`_get_lrs`, `_get_wds`); a local key-value store uses the name itself as the index.
 */
export function groupsOf(
  lr: Multipliers,
  wd: Multipliers,
  names: ReadonlyMap<number, string>,
): readonly Group[] {
  const of = (multipliers: Multipliers, key: KeyOf): number => {
    const name = typeof key === "number" ? names.get(key) : undefined;
    return multipliers.get(key) ?? (name === undefined ? undefined : multipliers.get(name)) ?? 1;
  };
  const keys = new Set<KeyOf>([...names.keys(), ...names.values(), ...lr.keys(), ...wd.keys()]);
  const groups = new Map<string, { lr: number; wd: number; name: string[]; index: number[] }>();
  for (const key of keys) {
    const pair = { lr: of(lr, key), wd: of(wd, key) };
    if (pair.lr === 1 && pair.wd === 1) continue;
    const id = `${pair.lr} ${pair.wd}`;
    const group = groups.get(id) ?? { ...pair, name: [], index: [] };
    groups.set(id, group);
    if (typeof key === "number") group.index.push(key);
    else group.name.push(key);
  }
  return [...groups.values()].map((group) => ({
    match: {
      ...(group.name.length === 0 ? {} : { name: group.name }),
      ...(group.index.length === 0 ? {} : { index: group.index.sort((a, b) => a - b) }),
    },
    hyper: {
      ...(group.lr === 1 ? {} : { lr_mult: group.lr }),
      ...(group.wd === 1 ? {} : { wd_mult: group.wd }),
    },
  }));
}
