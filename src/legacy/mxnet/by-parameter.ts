/** legacy: what a pickled MXNet optimizer says of single parameters, as groups of a spec. */
import type { Group, HyperValues, Rule } from "../../spec/tree.ts";
import type { Ledger } from "../report.ts";
import type { Seen } from "./counts.ts";
import type { KeyOf, ParameterMultipliers } from "./fields.ts";
import type { ByParameter } from "./groups.ts";
import { groupsOf } from "./groups.ts";
import { pathOf } from "./read-fields.ts";
import { FULL, isFull } from "./svrg.ts";

type Multipliers = ReadonlyMap<KeyOf, number>;
type More = Pick<ByParameter, "more" | "keys">;

const NOTHING: More = { more: () => ({}), keys: [] };

/** LARS leaves the rate of these as it is; it knows them by their names alone. */
const UNSCALED = ["gamma", "beta", "bias"];

const lars: More = {
  more: (_, name): HyperValues => (UNSCALED.some((end) => name.endsWith(end)) ? { scaled: false } : {}),
  keys: [],
};

/** LBSGD goes on counting the gradients of each parameter where it was, unless it is in the middle of a batch. */
function lbsgd({ own, at, fact }: Seen, ledger: Ledger): More {
  const sums = (own.get("cumgrads") ?? new Map()) as ReadonlyMap<KeyOf, { count: number; isEmpty: boolean }>;
  const path = pathOf(at, "cumgrads");
  const gathered = [...sums.values()].filter(({ isEmpty }) => !isEmpty).length;
  if (gathered > 0) {
    const why = `holds gradients of ${gathered} parameters, gathered for a batch that is not complete; a spec holds no arrays`;
    ledger.refuse(
      "refused-field",
      path,
      fact("cumgrads"),
      why,
      "pickle it after an update, or before the first",
    );
  } else if (sums.size > 0)
    ledger.keep(path, fact("cumgrads"), "groups", "how many gradients have been added");
  else ledger.drop(path, fact("cumgrads"), "is empty");
  return {
    more: (key): HyperValues => {
      const count = sums.get(key)?.count;
      return count === undefined ? {} : { init_updates: count };
    },
    keys: [...sums.keys()],
  };
}

function moreOf(className: string, seen: Seen, ledger: Ledger): More {
  if (className === "LARS") return lars;
  return className === "LBSGD" ? lbsgd(seen, ledger) : NOTHING;
}

/** The multipliers that a rule has, and those that it has not: which of them would change nothing. */
function multipliers(
  name: "lr_mult" | "wd_mult",
  { own, at, fact }: Seen,
  tree: Rule,
  isRead: boolean,
  ledger: Ledger,
): Multipliers {
  const given = (own.get(name) ?? new Map()) as Multipliers;
  const path = pathOf(at, name);
  if (!own.has(name)) return given;
  if (given.size === 0) ledger.drop(path, fact(name), "is empty");
  else if (tree.hyper.some((hyper) => hyper.name === name)) {
    ledger.keep(path, fact(name), "groups");
    return given;
  } else if (!isRead || [...given.values()].every((value) => value === 1))
    ledger.drop(path, fact(name), "multiplies nothing that the rule reads");
  else {
    const hint = `declare \`${name} = 1\` in the rule, and multiply by it`;
    ledger.refuse(
      "refused-field",
      path,
      fact(name),
      "is not empty, and the rule has no such hyperparameter",
      hint,
    );
  }
  return new Map();
}

/** What the rule reads of an optimizer. */
export interface Reads {
  readonly className: string;
  readonly tree: Rule;
  /** Whether the rule reads a rate and a weight decay other than 0. */
  readonly rate: boolean;
  readonly decay: boolean;
  /** SVRG's own names, where the optimizer is inside one. */
  readonly svrgNames?: ReadonlyMap<number, string>;
}

/** The groups of a spec. */
export function convertGroups(
  seen: Seen,
  { className, tree, rate, decay, svrgNames }: Reads,
  ledger: Ledger,
): readonly Group[] {
  const { own, at, fact } = seen;
  const names = (own.get("idx2name") ?? new Map()) as ReadonlyMap<number, string>;
  const found = own.get("param_dict");
  const parameters = (found instanceof Map ? found : new Map()) as ReadonlyMap<KeyOf, ParameterMultipliers>;
  const lr = multipliers("lr_mult", seen, tree, rate, ledger);
  const wd = multipliers("wd_mult", seen, tree, decay, ledger);
  if (own.has("idx2name")) {
    const why = "serves to look multipliers up; they stand in groups by index and by name";
    ledger.drop(pathOf(at, "idx2name"), fact("idx2name"), why);
  }
  if (found instanceof Map) {
    if (found.size > 0)
      ledger.keep(pathOf(at, "param_dict"), fact("param_dict"), "groups", "their multipliers");
    else ledger.drop(pathOf(at, "param_dict"), fact("param_dict"), "is empty");
  }
  const more = moreOf(className, seen, ledger);
  const groups = groupsOf({ lr, wd, names, parameters, ...withSvrg(more, svrgNames) });
  // Names that no table knows, as a local key-value store may use for keys.
  const rest = className === "LARS" ? [{ match: { suffix: UNSCALED }, hyper: { scaled: false } }] : [];
  return [...groups, ...rest];
}

/** SVRG looks a key up among its own names, whose values may be keys themselves. */
function withSvrg({ more, keys }: More, names: ReadonlyMap<number, string> | undefined): More {
  if (names === undefined) return { more, keys };
  const full = new Set<KeyOf>([...names].filter(([, name]) => isFull(name)).flat());
  return {
    more: (key, name) => (full.has(key) ? { [FULL]: true } : more(key, name)),
    keys: [...keys, ...full],
  };
}
