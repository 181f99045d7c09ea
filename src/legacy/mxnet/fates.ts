/** legacy: what can become of a field of MXNet's classes. */
import type { HyperValue } from "../../spec/tree.ts";
import type { Kind } from "./fields.ts";
import type { Era } from "./releases.ts";
import { ALWAYS } from "./releases.ts";

/**
 * `hyper`: the hyperparameter of this name, where the rule has one. Where it has none, the field is dropped, and `why` says why
 * that changes nothing; if it must be `fixed` for that, any other value is refused. `own`: the converter takes it by name.
 */
export type Fate =
  | {
      readonly is: "hyper";
      readonly kind: Kind<HyperValue>;
      readonly name: string;
      readonly why: string;
      readonly fixed?: HyperValue;
    }
  | { readonly is: "drop"; readonly kind: Kind<unknown>; readonly why: string }
  | { readonly is: "own"; readonly kind: Kind<unknown> }
  /** An object, which is converted by itself. */
  | { readonly is: "object"; readonly of: "scheduler" | "optimizer" };

/** A field of a class, in the releases that write it. */
export interface FieldRow {
  readonly name: string;
  readonly fate: Fate;
  readonly era: Era;
  /** Whether the releases of the era may leave it out. */
  readonly optional: boolean;
}

/** A row for each field of the same fate. */
export function rowsOf(names: string, fate: Fate, when: Era = ALWAYS): readonly FieldRow[] {
  return names.split(" ").map((name) => ({ name, fate, era: when, optional: false }));
}

const NOT_READ = "is none of the rule's hyperparameters";

/** Fields that carry the hyperparameters of their own names. */
export function hypers(names: string, kind: Kind<HyperValue>, when: Era = ALWAYS): readonly FieldRow[] {
  return names
    .split(" ")
    .map((name) => ({ name, fate: hyper(kind, name, NOT_READ), era: when, optional: false }));
}

/** A hyperparameter under the rule's name. */
export function hyper(kind: Kind<HyperValue>, name: string, why: string): Fate {
  return { is: "hyper", kind, name, why };
}

/** The same; a rule without it computes what the class computes with this value. */
export function fixed(kind: Kind<HyperValue>, name: string, value: HyperValue, why: string): Fate {
  return { is: "hyper", kind, name, why, fixed: value };
}

export const drop = (kind: Kind<unknown>, why: string): Fate => ({ is: "drop", kind, why });
export const own = (kind: Kind<unknown>): Fate => ({ is: "own", kind });
