/** legacy: the fields of a pickled object, each against its class. */
import type { HyperValue } from "../../spec/tree.ts";
import type { ObjectFact } from "../pickle/values.ts";
import type { Ledger } from "../report.ts";
import type { Fate, ForeignClass } from "./classes.ts";

/** What the user says of classes that the file names. */
export interface FieldReader {
  /** The module and class that a name of the file stands for. */
  readonly resolve: (module: string, name: string) => readonly [module: string, name: string];
}

export interface Fields {
  /** Hyperparameters or arguments by the built-in's names; `undefined` if any field was refused. */
  readonly values: ReadonlyMap<string, HyperValue> | undefined;
  /** Fields that are no hyperparameters, by their own names. */
  readonly own: ReadonlyMap<string, unknown>;
}

/** Reads every field there is; the ledger hears of each but the `own` ones. `at` is the path of the object, or empty. */
export function readFields(object: ObjectFact, cls: ForeignClass, at: string, ledger: Ledger): Fields {
  const values = new Map<string, HyperValue>();
  const own = new Map<string, unknown>();
  const before = ledger.issues.length;
  for (const [name, fact] of object.fields) {
    const path = at === "" ? name : `${at}.${name}`;
    const fate = cls.fields.get(name);
    if (fate === undefined) {
      const hint =
        "a field that optseal does not know may change the arithmetic: write the rule out as text instead";
      ledger.refuse("unknown-field", path, fact, `\`${cls.className}\` of MXNet 1.9 has no such field`, hint);
      continue;
    }
    if (fate.is === "own" && fate.kind === "scheduler") continue;
    const kind = fate.kind as Exclude<Fate["kind"], "scheduler">;
    const value = kind.read(fact);
    if (value === undefined) {
      ledger.refuse("foreign-type", path, fact, `is not ${kind.words}`);
    } else if (fate.is === "own") own.set(name, value);
    else if (fate.is === "drop") {
      own.set(name, value);
      ledger.drop(path, fact, fate.why);
    } else {
      values.set(fate.name, value as HyperValue);
      ledger.keep(path, fact, `${fate.is === "hyper" ? "hyper" : "schedule.hyper"}.${fate.name}`);
    }
  }
  const missing = [...cls.fields.keys()].filter((name) => !object.fields.has(name) && !OPTIONAL.has(name));
  for (const name of missing) {
    const hint = "MXNet before 1.6 wrote other fields; say which release made the file with --release";
    ledger.refuse("missing-field", at === "" ? name : `${at}.${name}`, object.call, "is missing", hint);
  }
  return { values: ledger.issues.length > before ? undefined : values, own };
}

/** Fields that 1.9 itself leaves out of a pickle, or that earlier steps of it had. */
const OPTIONAL: ReadonlySet<string> = new Set(["param_dict"]);
