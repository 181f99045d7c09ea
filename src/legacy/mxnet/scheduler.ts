/** legacy: a pickled MXNet scheduler as the schedule of a spec. */
import type { HyperValue, Schedule } from "../../spec/tree.ts";
import type { Fact } from "../pickle/facts.ts";
import type { Ledger } from "../report.ts";
import { fieldsIn } from "./classes.ts";
import { NUMBER } from "./fields.ts";
import type { Found } from "./identify.ts";
import { pathOf, readFields } from "./read-fields.ts";
import type { Release } from "./releases.ts";
import type { Arguments, Own } from "./schedule-state.ts";
import { hasState, rateNow, slotsAfter, standing } from "./schedule-state.ts";
import type { Text } from "./targets.ts";

export interface ConvertedSchedule {
  readonly text: Text<Schedule>;
  readonly hyper: ReadonlyMap<string, HyperValue>;
  /** The running rate: what the optimizer has written into the scheduler. `undefined` for a class without one. */
  readonly base: number | undefined;
  /** The schedule's state at the last update so far; `undefined` where it is found by running it from its beginning. */
  readonly state: { readonly [slot: string]: number } | undefined;
  /** Whether it stands elsewhere than at its start. */
  readonly hasMoved: boolean;
  /** What it answers now to the updates counted so far; `undefined` where only the class itself could tell. */
  readonly now: number | undefined;
  /** The state once it has given that answer, as it has to an optimizer that asks before it counts. */
  readonly stateAsked: { readonly [slot: string]: number } | undefined;
}

/**
 * The schedule, or `undefined` after a refusal in the ledger.
 * @param updates how many updates have been counted
 * @param rateName the hyperparameter that the schedule drives
 */
export function convertScheduler(
  found: Found<Schedule>,
  text: Text<Schedule>,
  release: Release,
  updates: number,
  rateName: string,
  ledger: Ledger,
): ConvertedSchedule | undefined {
  const { values, own, isRefused } = readFields(found, release, text.tree, "schedule.hyper", ledger);
  if (isRefused) return undefined;
  const { object, target, at } = found;
  const base = own.get("base_lr") as number | undefined;
  if (base !== undefined) {
    const made = values.get("base_lr");
    const other = made === undefined || made === base ? "" : `; the scheduler was made with ${String(made)}`;
    const fact = object.fields.get("base_lr") as Fact;
    ledger.keep(pathOf(at, "base_lr"), fact, `hyper.${rateName}`, `is the rate in force${other}`);
  }
  if (!hasState(target.cls.className)) return foreign(found, text, values, base, updates);
  const args = new Map([...own, ...values]) as Arguments;
  const refuse = (field: string, why: string, hint?: string): undefined => {
    ledger.refuse("refused-field", pathOf(at, field), object.fields.get(field) ?? object.call, why, hint);
    return undefined;
  };
  const problem = mismatch(args, own as Own, updates);
  if (problem !== undefined) return refuse(problem.field, problem.why, problem.hint);
  const state = standing(target.cls.className, args, own as Own, updates);
  if ("problem" in state)
    return refuse("count", state.problem, "lower num_update, or write the spec by hand");
  tellState(found, release, own, ledger);
  const hyper = new Map([...values].filter(([name, value]) => name !== "base_lr" || value !== base));
  const declared = new Set(text.tree.state.map(({ name }) => name));
  const slotsOf = (all: { readonly [slot: string]: number }) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => declared.has(name)));
  const { base_now, ...counters } = state.slots;
  const hasMoved = base_now !== base || Object.values(counters).some((value) => value !== 0);
  const now = rateNow(args, state.slots, updates);
  const stateAsked = slotsOf(slotsAfter(args, state.slots, updates));
  return { text, hyper, base, state: slotsOf(state.slots), hasMoved, now, stateAsked };
}

/** A scheduler of the user's own: its state is taken from fields of the same names where all of them are there. */
function foreign(
  { object }: Found<Schedule>,
  text: Text<Schedule>,
  hyper: ReadonlyMap<string, HyperValue>,
  base: number | undefined,
  updates: number,
): ConvertedSchedule {
  const slots = text.tree.state.map(({ name }): [string, number | undefined] => {
    const fact = object.fields.get(name);
    return [name, fact === undefined ? undefined : NUMBER.read(fact)];
  });
  const isThere = updates > 0 && slots.length > 0 && slots.every(([, value]) => value !== undefined);
  const state = isThere ? (Object.fromEntries(slots) as { [slot: string]: number }) : undefined;
  return { text, hyper, base, state, hasMoved: false, now: undefined, stateAsked: state };
}

function tellState(
  { object, target, at }: Found<Schedule>,
  release: Release,
  own: ReadonlyMap<string, unknown>,
  ledger: Ledger,
): void {
  for (const { name, fate } of fieldsIn(target.cls, release).values()) {
    if (fate.is !== "own" || name === "base_lr" || !own.has(name)) continue;
    const why = OWN_FATES.get(name) ?? `follows from the rest (${String(own.get(name))})`;
    ledger.drop(pathOf(at, name), object.fields.get(name) as Fact, why);
  }
}

const OWN_FATES: ReadonlyMap<string, string> = new Map([
  ["count", "stands in resume.schedule where it is not at its start"],
  ["cur_step_ind", "stands in resume.schedule where it is not at its start"],
  ["base_lr_orig", "is the same as warmup_final_lr, which is kept"],
  ["max_steps", "is max_update - warmup_steps"],
]);

interface Mismatch {
  readonly field: string;
  readonly why: string;
  readonly hint?: string;
}

const MADE_ANEW = "make the scheduler anew instead of changing its fields";

/** Fields that a constructor makes from others, where somebody has changed one of them since. */
function mismatch(args: Arguments, own: Own, updates: number): Mismatch | undefined {
  const original = own.get("base_lr_orig");
  if (original !== undefined && original !== args.get("base_lr")) {
    const why = "differs from warmup_final_lr, which no constructor does";
    return { field: "base_lr_orig", why, hint: MADE_ANEW };
  }
  const span = own.get("max_steps");
  const expected = Number(args.get("max_update")) - Number(args.get("warmup_steps"));
  if (span !== undefined && span !== expected) {
    const why = `is ${span} where max_update - warmup_steps is ${expected}`;
    return { field: "max_steps", why, hint: MADE_ANEW };
  }
  if (span === 0 && updates <= Number(args.get("max_update"))) {
    const why = "is 0: MXNet's scheduler divides by it and raises at update max_update";
    return { field: "max_steps", why, hint: "end the warm-up before max_update" };
  }
  const steps = args.get("step");
  if (Array.isArray(steps) && !steps.every((step, i) => step > (steps[i - 1] ?? 0))) {
    return { field: "step", why: "is not a rising list of numbers", hint: "MXNet takes no other" };
  }
  return undefined;
}
