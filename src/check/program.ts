/** check: rules and schedules bound to hyperparameters, as programs. */
import type { Assignment, Binding, Node, ScheduleProgram, Slot } from "../spec/program.ts";
import type {
  HyperValue,
  HyperValues,
  Match,
  Rule,
  Schedule,
  SlotDeclaration,
  Statement,
} from "../spec/tree.ts";
import type { Type } from "../spec/types.ts";
import { isTensor, NUMBER, tensor, typeName } from "../spec/types.ts";
import { costOf, scalarCost } from "./cost.ts";
import type { Report } from "./errors.ts";
import type { Meaning, Scope } from "./expression.ts";
import { meaningOf, resolve, settleGuard } from "./expression.ts";
import type { Place } from "./place.ts";
import { within } from "./place.ts";

const LIKE = tensor("like");

const named = (name: string, type: Type): Meaning => ({ type, node: { kind: "name", type, name } });

/** Hyperparameters by name; a number stays a name in the program, so that its value is bound, not built in. */
function hyperScope(hyper: ReadonlyMap<string, HyperValue>, scheduled?: string): Map<string, Meaning> {
  const scope = new Map<string, Meaning>();
  for (const [name, value] of hyper) {
    const node: Node = { kind: "name", type: NUMBER, name };
    scope.set(name, name === scheduled ? { type: NUMBER, node } : meaningOf(value, node));
  }
  return scope;
}

/** A map as a record without prototype, which can be frozen. */
export function recordOf(hyper: ReadonlyMap<string, HyperValue>): HyperValues {
  return Object.assign(Object.create(null), Object.fromEntries(hyper));
}

/** One rule with one set of hyperparameter values. `scheduled` names the hyperparameter that a schedule drives. */
export function bindRule(
  rule: Rule,
  hyper: ReadonlyMap<string, HyperValue>,
  options: { readonly match?: Match; readonly scheduled?: string; readonly at: Place },
  report: Report,
): Binding {
  const { at, match, scheduled } = options;
  const settled = hyperScope(hyper, scheduled);
  const slots = bindSlots(rule.state, settled, within(at, "state"), report);
  const scope = new Map<string, Meaning>([...settled, ["t", named("t", NUMBER)]]);
  const targets = new Map<string, Type>();
  const open = (name: string, type: Type): void => {
    scope.set(name, named(name, type));
    targets.set(name, type);
  };
  for (const { name, shape } of slots) if (shape === "scalar") open(name, NUMBER);
  const declared = new Set(rule.state.map(({ name }) => name));
  const step = bindStatements(
    rule.step,
    scope,
    { targets, declared, scalarsOnly: true },
    within(at, "step"),
    report,
  );
  scope.set("grad", named("grad", LIKE));
  open("weight", LIKE);
  for (const { name, shape } of slots) if (shape !== "scalar") open(name, tensor(shape));
  const update = bindStatements(
    rule.update,
    scope,
    { targets, declared, scalarsOnly: false },
    within(at, "update"),
    report,
  );
  const cost = costOf(step, update, slots);
  return { ...(match === undefined ? {} : { match }), hyper: recordOf(hyper), slots, step, update, cost };
}

/** A schedule with its arguments. */
export function bindSchedule(
  schedule: Schedule,
  hyper: ReadonlyMap<string, HyperValue>,
  options: { readonly every: number; readonly at: Place },
  report: Report,
): ScheduleProgram {
  const { at, every } = options;
  const settled = hyperScope(hyper).set("base", named("base", NUMBER));
  const slots = bindSlots(schedule.state, settled, within(at, "state"), report);
  const scope = new Map<string, Meaning>([...settled, ["t", named("t", NUMBER)]]);
  for (const { name } of slots) scope.set(name, named(name, NUMBER));
  const targets = new Map<string, Type>([
    ...slots.map(({ name }) => [name, NUMBER] as const),
    ["rate", NUMBER],
  ]);
  const declared = new Set(schedule.state.map(({ name }) => name));
  const step = bindStatements(
    schedule.step,
    scope,
    { targets, declared, scalarsOnly: true },
    within(at, "step"),
    report,
  );
  if (!step.some(({ name }) => name === "rate")) {
    report(
      "schedule",
      within(at, "step"),
      "no line gives `rate` a value",
      "a schedule leaves the learning rate in `rate`",
    );
  }
  return { hyper: recordOf(hyper), slots, step, every, cost: scalarCost(step) };
}

function bindSlots(
  declarations: readonly SlotDeclaration[],
  scope: Scope,
  at: Place,
  report: Report,
): readonly Slot[] {
  return declarations.flatMap(({ name, shape = "like", init, when }, i): readonly Slot[] => {
    const path = within(at, i);
    if (settleGuard(when, scope, within(path, "when"), report) !== true) return [];
    if (init === "weight") {
      if (shape === "like") return [{ name, shape, init }];
      report("type", within(path, "init"), "a copy of the weight is shaped like the parameter");
      return [];
    }
    const meaning = resolve(init, scope, within(path, "init"), report);
    if (meaning === undefined) return [];
    if (meaning.type.kind === "number") return [{ name, shape, init: meaning.node as Node }];
    report(
      "type",
      within(path, "init"),
      `starts from a number or the weight, not a ${typeName(meaning.type)}`,
    );
    return [];
  });
}

interface Targets {
  /** Slots and the like, with the type that they hold. */
  readonly targets: ReadonlyMap<string, Type>;
  /** All slots, those that a guard leaves out included. */
  readonly declared: ReadonlySet<string>;
  readonly scalarsOnly: boolean;
}

function bindStatements(
  statements: readonly Statement[],
  scope: Map<string, Meaning>,
  into: Targets,
  at: Place,
  report: Report,
): readonly Assignment[] {
  return statements.flatMap(([name, value, when], i) => {
    const path = within(at, i);
    if (settleGuard(when, scope, within(path, 2), report) !== true) return [];
    const meaning = resolve(value, scope, within(path, 1), report);
    if (meaning === undefined) return [];
    const target = into.targets.get(name);
    if (target === undefined && into.declared.has(name)) {
      report(
        "type",
        path,
        `state slot \`${name}\` ${into.scalarsOnly ? "is no scalar" : "does not exist here"}`,
      );
      return [];
    }
    if (meaning.node === undefined && target === undefined) {
      // A choice or null under another name: settled, and nothing to compute.
      scope.set(name, meaning);
      return [];
    }
    const problem = target === undefined ? undefined : misfit(target, meaning.type);
    if (problem !== undefined || meaning.node === undefined) {
      report("type", path, `\`${name}\` ${problem}`);
      return [];
    }
    const type = target ?? meaning.type;
    scope.set(name, {
      ...named(name, type),
      ...(target === undefined && meaning.value !== undefined ? { value: meaning.value } : {}),
    });
    return [{ name, node: meaning.node }];
  });
}

/** What keeps a value of one type out of a target of another. Numbers spread over tensors, rows over rows. */
function misfit(target: Type, type: Type): string | undefined {
  if (target.kind === type.kind && (!isTensor(target) || target.shape === "like")) return undefined;
  if (isTensor(target) && type.kind === "number") return undefined;
  if (isTensor(target) && isTensor(type) && target.kind === type.kind && target.shape === type.shape)
    return undefined;
  return `holds a ${typeName(target)} and cannot take a ${typeName(type)}`;
}
