/** legacy: a pickled MXNet scheduler as the schedule of a spec. */
import type { HyperValue } from "../../spec/tree.ts";
import type { Fact } from "../pickle/facts.ts";
import { objectOf } from "../pickle/values.ts";
import type { Ledger } from "../report.ts";
import { findClass, SCHEDULERS } from "./classes.ts";
import type { FieldReader } from "./read-fields.ts";
import { readFields } from "./read-fields.ts";
import type { Arguments, Own } from "./schedule-state.ts";
import { standing } from "./schedule-state.ts";

export interface Schedule {
  /** The built-in schedule, without the release. */
  readonly builtIn: string;
  readonly hyper: { readonly [name: string]: HyperValue };
  /** The running rate: what the optimizer has written into the scheduler. */
  readonly base: number;
  /** The schedule's state at the last update so far. */
  readonly state: { readonly [slot: string]: number };
}

const AT = "lr_scheduler";

/**
 * The schedule, or `undefined` after a refusal in the ledger.
 * @param updates how many updates have been counted
 */
export function convertScheduler(
  fact: Fact,
  updates: number,
  names: FieldReader,
  ledger: Ledger,
): Schedule | undefined {
  const object = objectOf(fact);
  const cls =
    object === undefined ? undefined : findClass(SCHEDULERS, ...names.resolve(object.module, object.name));
  if (object === undefined || cls === undefined) {
    const what =
      object === undefined
        ? "is no object"
        : `\`${object.module}.${object.name}\` is no scheduler of MXNet 1.9`;
    const hint =
      "write the schedule out in the spec as text: it is a few lines, and no server needs the class";
    ledger.refuse("unknown-class", AT, fact, what, hint);
    return undefined;
  }
  const { values, own } = readFields(object, cls, AT, ledger);
  if (values === undefined) return undefined;
  const args = new Map(values) as Arguments;
  const problem = mismatch(args, own as Own, updates);
  if (problem !== undefined) {
    ledger.refuse(
      "refused-field",
      `${AT}.${problem.field}`,
      object.fields.get(problem.field) as Fact,
      problem.why,
    );
    return undefined;
  }
  const state = standing(cls.className, args, own as Own, updates);
  if ("problem" in state) {
    ledger.refuse("refused-field", AT, fact, state.problem);
    return undefined;
  }
  const base = own.get("base_lr") as number;
  ledger.keep(
    `${AT}.base_lr`,
    object.fields.get("base_lr") as Fact,
    "hyper.learning_rate",
    "is the rate in force",
  );
  for (const [name, value] of own) {
    if (name === "base_lr") continue;
    ledger.drop(
      `${AT}.${name}`,
      object.fields.get(name) as Fact,
      OWN_FATES.get(name) ?? `follows from the rest (${String(value)})`,
    );
  }
  const hyper = Object.fromEntries([...args].filter(([name, value]) => name !== "base_lr" || value !== base));
  return { builtIn: cls.builtIn, hyper, base, state: state.slots };
}

const OWN_FATES: ReadonlyMap<string, string> = new Map([
  ["count", "stands in resume.schedule where it is not at its start"],
  ["cur_step_ind", "stands in resume.schedule where it is not at its start"],
  ["base_lr_orig", "is the same as warmup_final_lr, which is kept"],
  ["max_steps", "is max_update - warmup_steps"],
]);

/** Fields that a constructor makes from others, where somebody has changed one of them since. */
function mismatch(
  args: Arguments,
  own: Own,
  updates: number,
): { readonly field: string; readonly why: string } | undefined {
  const original = own.get("base_lr_orig");
  if (original !== undefined && original !== args.get("base_lr")) {
    return { field: "base_lr_orig", why: "differs from warmup_final_lr, which no constructor does" };
  }
  const span = own.get("max_steps");
  const expected = Number(args.get("max_update")) - Number(args.get("warmup_steps"));
  if (span !== undefined && span !== expected) {
    return { field: "max_steps", why: `is ${span} where max_update - warmup_steps is ${expected}` };
  }
  if (span === 0 && updates <= Number(args.get("max_update"))) {
    return {
      field: "max_steps",
      why: "is 0: MXNet's scheduler divides by it and raises at update max_update",
    };
  }
  const steps = args.get("step");
  if (
    Array.isArray(steps) &&
    !steps.every((step, i) => Number.isInteger(step) && step > (steps[i - 1] ?? 0))
  ) {
    return { field: "step", why: "is not a rising list of whole numbers" };
  }
  return undefined;
}
