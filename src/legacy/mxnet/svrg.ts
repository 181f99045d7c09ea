/**
 * legacy: MXNet's _SVRGOptimizer, which holds another optimizer and hands it each parameter but those whose name holds "full":
 * to these the gradient itself is assigned. As a rule: the other's rule, with that line before it.
 */
import { print } from "../../spec/print.ts";
import type { Rule } from "../../spec/tree.ts";
import type { Fact } from "../pickle/facts.ts";
import type { Ledger } from "../report.ts";
import type { FoundOptimizer } from "./identify.ts";
import { readFields } from "./read-fields.ts";
import type { Release } from "./releases.ts";
import type { Text } from "./targets.ts";

/** The hyperparameter that says whether a parameter is assigned to. */
export const FULL = "full";

/** Whether SVRG assigns to a parameter of this name. */
export function isFull(name: string): boolean {
  return name.includes(FULL);
}

/** A rule that assigns the gradient to parameters whose group says so, and is the given one for all others. */
export function withAssignment({ tree }: Text<Rule>): Text<Rule> {
  const composed: Rule = {
    ...tree,
    name: `svrg_${tree.name.split("/").at(-1) ?? ""}`,
    hyper: [...tree.hyper, { name: FULL, type: "boolean", default: false }],
    update: [["weight", "grad", FULL], { stop: FULL }, ...tree.update],
  };
  return { written: print(composed), tree: composed };
}

/** What the optimizer around another decides for it. */
export interface Around {
  readonly names: ReadonlyMap<number, string>;
  readonly isPrecise: boolean;
}

const INSIDE = "is not read: the optimizer inside has its own";
const NO_RULE: Rule = { name: "svrg", hyper: [], state: [], step: [], update: [] };

/** The outer optimizer's part: it decides on precision, and whose key is what. All else it has for nothing. */
export function convertAround(found: FoundOptimizer, release: Release, ledger: Ledger): Around {
  const { own } = readFields(found, release, NO_RULE, "hyper", ledger);
  const { object } = found;
  const fact = (name: string): Fact => object.fields.get(name) ?? object.call;
  const names = (own.get("idx2name") ?? new Map()) as ReadonlyMap<number, string>;
  const isPrecise = own.get("multi_precision") === true;
  for (const [name, value] of object.fields) {
    if (name === "multi_precision" && isPrecise) ledger.keep(name, value, "precision.master");
    else if (name === "idx2name") ledger.keep(name, value, "groups", "says which parameters are assigned to");
    else if (name === "aux_opt") ledger.drop(name, value, "assigns gradients, whatever its fields");
    else if (name === "lr_scheduler" || OWN.has(name)) ledger.drop(name, value, INSIDE);
  }
  if (names.size === 0 && own.has("idx2name")) {
    const why = "is empty: SVRG looks each key up in it and raises KeyError at every update";
    ledger.refuse("refused-field", "idx2name", fact("idx2name"), why, "give param_idx2name");
  } else {
    const why = "keys that idx2name has not raise KeyError in MXNet; a spec updates them as all others";
    ledger.differ("idx2name", fact("idx2name"), why);
  }
  return { names, isPrecise };
}

const OWN: ReadonlySet<string> = new Set([
  "lr",
  "lr_mult",
  "wd_mult",
  "begin_num_update",
  "num_update",
  "_all_index_update_counts",
  "_index_update_count",
  "multi_precision",
]);
