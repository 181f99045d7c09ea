/**
 * spec: what an amendment leaves alone. In: what is running, and what is to run in its place. Out: all that differs beyond
 * values and the schedule, so that the state of the one would not be a state of the other.
 */
import type { CheckedContent } from "./gates.ts";
import { printNumber, treeDigest } from "./print.ts";
import type { Binding, ByShape, Node } from "./program.ts";
import type { HyperValues, Spec } from "./tree.ts";

/** Something that an amendment cannot change. */
export interface Beyond {
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

const ANEW = "sign a spec with a higher sequence: it starts a new state";

/** Parts of a spec that stay, as texts to be compared. The order of fields says nothing. */
const FIXED: { readonly [path: string]: (spec: Spec) => unknown } = {
  rule: ({ rule }) => treeDigest(rule),
  groups: ({ groups = [] }) => groups.map(({ match }) => match),
  gradient: ({ gradient = {} }) => gradient,
  precision: ({ precision = {} }) => precision,
};

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "number") return printNumber(inner);
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });

/** A question about a shape, hyperparameters by their values. */
function questionOf(node: Node, hyper: HyperValues): unknown {
  if (node.kind === "literal") return node.value;
  if (node.kind === "name") return Object.hasOwn(hyper, node.name) ? hyper[node.name] : node.name;
  const { name } = node.operation;
  if (node.kind === "lookup") return [name, node.list, questionOf(node.operand, hyper)];
  return [name, ...node.operands.map((operand) => questionOf(operand, hyper))];
}

/** Which slots a parameter is given, by what is asked of its shape. */
function slotsOf(bodies: ByShape, hyper: HyperValues): string {
  if (!("ask" in bodies)) return textOf(bodies.slots.map(({ name, shape }) => `${name} ${shape}`).toSorted());
  const [yes, no] = [slotsOf(bodies.yes, hyper), slotsOf(bodies.no, hyper)];
  return yes === no ? yes : textOf([questionOf(bodies.ask, hyper), yes, no]);
}

function changedValues(before: Binding, after: Binding): string {
  const names = Object.keys(after.hyper).filter(
    (name) => textOf(before.hyper[name]) !== textOf(after.hyper[name]),
  );
  return names.map((name) => `\`${name}\``).join(", ");
}

/** All that keeps the state of `before` from being one of `after`; nothing if it can go on. */
export function beyondAmending(
  before: Pick<CheckedContent, "spec" | "program">,
  after: Pick<CheckedContent, "spec" | "program">,
): readonly Beyond[] {
  const parts = Object.entries(FIXED).flatMap(([path, part]): readonly Beyond[] => {
    if (textOf(part(before.spec)) === textOf(part(after.spec))) return [];
    const what = path === "groups" ? "which parameters the groups are for" : `the ${path}`;
    return [{ path, message: `an amendment cannot change ${what}`, hint: ANEW }];
  });
  if (parts.length > 0) return parts;
  // The values of all first: what they change, they change in groups too.
  const last = after.program.bindings.length - 1;
  const changes = [last, ...Array(last).keys()].flatMap((i): readonly Beyond[] => {
    const [old, binding] = [before.program.bindings[i], after.program.bindings[i]] as [Binding, Binding];
    if (slotsOf(old.bodies, old.hyper) === slotsOf(binding.bodies, binding.hyper)) return [];
    const path = i === last ? "hyper" : `groups[${i}].hyper`;
    const values = changedValues(old, binding);
    return [{ path, message: `the rule would keep other state with this change of ${values}`, hint: ANEW }];
  });
  return changes.filter(({ message }, i) => changes.findIndex((one) => one.message === message) === i);
}

/** Whether both have the same schedule, or none. */
export function isSameSchedule(
  before: Pick<CheckedContent, "spec" | "program">,
  after: Pick<CheckedContent, "spec" | "program">,
): boolean {
  const [a, b] = [before, after].map(({ spec, program }) =>
    spec.schedule === undefined || program.schedule === undefined
      ? undefined
      : textOf([treeDigest(spec.schedule.rule), program.schedule.hyper, program.schedule.every]),
  );
  return a === b;
}
