/** check: rules and schedules bound to hyperparameters, as programs. */
import { SHAPE_NAMES } from "../spec/operations/table.ts";
import { printExpression } from "../spec/print.ts";
import type { Binding, Body, Need, Node, ScheduleProgram, Slot } from "../spec/program.ts";
import { bodiesOf } from "../spec/program.ts";
import type {
  Expression,
  HyperValue,
  HyperValues,
  Match,
  Rule,
  Schedule,
  SlotDeclaration,
} from "../spec/tree.ts";
import type { Type } from "../spec/types.ts";
import { NUMBER, SHAPES, tensor, typeName } from "../spec/types.ts";
import { byShape } from "./by-shape.ts";
import { costOf, mostOf, scalarCost } from "./cost.ts";
import type { Report } from "./errors.ts";
import type { Ask, Meaning, Scope } from "./expression.ts";
import { meaningOf, resolve, settleGuard } from "./expression.ts";
import { bindLines, bindStatements, holdsTensor, NO_TENSOR } from "./lines.ts";
import type { Place } from "./place.ts";
import { within } from "./place.ts";

const LIKE = tensor(SHAPES.like);

/** What a name of this type means: its value at the time. */
export const named = (name: string, type: Type): Meaning => ({ type, node: { kind: "name", type, name } });

/** What a schedule drives: hyperparameters whose value is not settled. */
export interface Driven {
  readonly scheduled?: string | undefined;
  readonly cycled?: string | undefined;
}

/** Hyperparameters by name; a number stays a name in the program, so that its value is bound, not built in. */
function hyperScope(hyper: ReadonlyMap<string, HyperValue>, driven: Driven = {}): Map<string, Meaning> {
  const scope = new Map<string, Meaning>();
  for (const [name, value] of hyper) {
    const node: Node = { kind: "name", type: NUMBER, name };
    const isDriven = name === driven.scheduled || name === driven.cycled;
    scope.set(name, isDriven ? { type: NUMBER, node } : meaningOf(value, node));
  }
  return scope;
}

function shapeScope(): readonly (readonly [string, Meaning])[] {
  return SHAPE_NAMES.map((name) => {
    const node: Node = { kind: "name", type: NUMBER, name };
    return [name, { type: NUMBER, node, onShape: node }] as const;
  });
}

/** A map as a record without prototype, which can be frozen. */
export function recordOf(hyper: ReadonlyMap<string, HyperValue>): HyperValues {
  return Object.assign(Object.create(null), Object.fromEntries(hyper));
}

/** One rule with one set of hyperparameter values, of which `driven` names those that a schedule drives. */
export function bindRule(
  rule: Rule,
  hyper: ReadonlyMap<string, HyperValue>,
  options: { readonly match?: Match; readonly driven: Driven; readonly at: Place },
  report: Report,
): Binding {
  const { at, match, driven } = options;
  const settled = new Map([...hyperScope(hyper, driven), ...shapeScope()]);
  // A guard asks a momentum that a schedule drives for the value that the spec gives: whether there is one at all.
  const { cycled } = driven;
  const guards = cycled === undefined ? {} : { [cycled]: meaningOf(hyper.get(cycled) ?? 0) };
  const early = new Map([...settled, ...Object.entries(guards)]);
  const needs = bindNeeds(rule.needs ?? [], early, within(at, "needs"), report);
  const make = (ask: Ask, heard: Report): Body =>
    bindBody(rule, new Map(settled), { ask, at, guards }, heard);
  const bodies = byShape(make, within(at, "update"), report);
  const all = bodiesOf(bodies);
  const slots = new Map(all.flatMap((body) => body.slots.map((slot) => [slot.name, slot])));
  return {
    ...(match === undefined ? {} : { match }),
    hyper: recordOf(hyper),
    needs,
    bodies,
    slots: [...slots.values()],
    cost: mostOf(all),
  };
}

interface BodyOptions {
  readonly ask: Ask;
  readonly at: Place;
  /** What guards are settled by in place of the names that they ask. */
  readonly guards: { readonly [name: string]: Meaning };
}

function bindBody(
  rule: Rule,
  names: Map<string, Meaning>,
  { ask, at, guards }: BodyOptions,
  report: Report,
): Body {
  const forGuards: Scope = {
    names: { get: (name) => (Object.hasOwn(guards, name) ? guards[name] : names.get(name)) },
    ask,
  };
  const slots = bindSlots(rule.state, { names, ask }, forGuards, within(at, "state"), report);
  for (const count of ["t", "steps"]) names.set(count, named(count, NUMBER));
  const targets = new Map<string, Type>();
  const open = (name: string, type: Type): void => {
    names.set(name, named(name, type));
    targets.set(name, type);
  };
  for (const { name, shape } of slots) if (isScalarSlot(shape)) open(name, NUMBER);
  const declared = new Set(rule.state.map(({ name }) => name));
  const context = { names, ask, forGuards, targets, declared };
  const step = bindStatements(rule.step, { ...context, scalarsOnly: true }, within(at, "step"), report);
  names.set("grad", named("grad", LIKE));
  open("weight", LIKE);
  for (const { name, shape } of slots) if (!isScalarSlot(shape)) open(name, tensor(SHAPES[shape]));
  const update = bindLines(rule.update, { ...context, scalarsOnly: false }, within(at, "update"), report);
  return { slots, step, update, cost: costOf(step, update, slots) };
}

const isScalarSlot = (shape: Slot["shape"]): shape is "scalar" | "shared" =>
  shape === "scalar" || shape === "shared";

/** Conditions that hold already go; those that ask the shape stay. */
function bindNeeds(
  needs: readonly Expression[],
  names: ReadonlyMap<string, Meaning>,
  at: Place,
  report: Report,
): readonly Need[] {
  return needs.flatMap((expression, i): readonly Need[] => {
    const path = within(at, i);
    const text = printExpression(expression);
    const meaning = resolve(expression, { names }, path, report);
    if (meaning === undefined || meaning.value === true) return [];
    if (meaning.onShape !== undefined && meaning.type.kind === "boolean")
      return [{ node: meaning.onShape, text }];
    if (meaning.value === false) report("needs", path, `the rule needs \`${text}\``);
    else report("guard", path, "depends on more than hyperparameters and the shape");
    return [];
  });
}

/** What a schedule may leave behind for the rule. */
const RESULTS = ["rate", "momentum"];

/** A schedule with its arguments. */
export function bindSchedule(
  schedule: Schedule,
  hyper: ReadonlyMap<string, HyperValue>,
  options: { readonly every: number; readonly at: Place },
  report: Report,
): ScheduleProgram {
  const { at, every } = options;
  const settled = hyperScope(hyper);
  bindNeeds(schedule.needs ?? [], settled, within(at, "needs"), report);
  const names = settled.set("base", named("base", NUMBER));
  const slots = bindSlots(schedule.state, { names }, { names }, within(at, "state"), report);
  names.set("t", named("t", NUMBER));
  for (const { name } of slots) names.set(name, named(name, NUMBER));
  const targets = new Map<string, Type>(
    [...slots.map(({ name }) => name), ...RESULTS].map((name) => [name, NUMBER]),
  );
  const declared = new Set(schedule.state.map(({ name }) => name));
  const context = { names, forGuards: { names }, targets, declared, scalarsOnly: true };
  const step = bindStatements(schedule.step, context, within(at, "step"), report);
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
  forGuards: Scope,
  at: Place,
  report: Report,
): readonly Slot[] {
  return declarations.flatMap(({ name, shape = "like", init, when }, i): readonly Slot[] => {
    const path = within(at, i);
    if (settleGuard(when, forGuards, within(path, "when"), report) !== true) return [];
    if (init === "weight") {
      if (shape === "like") return [{ name, shape, init }];
      report("type", within(path, "init"), "a copy of the weight is shaped like the parameter");
      return [];
    }
    const meaning = resolve(init, scope, within(path, "init"), report);
    if (meaning === undefined) return [];
    if (meaning.type.kind === "number") {
      const node = meaning.node as Node;
      if (!holdsTensor(node)) return [{ name, shape, init: node }];
      report("type", within(path, "init"), NO_TENSOR);
      return [];
    }
    report(
      "type",
      within(path, "init"),
      `starts from a number or the weight, not a ${typeName(meaning.type)}`,
    );
    return [];
  });
}
