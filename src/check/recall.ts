/**
 * check: programs recalled. A tree's program depends on the hyperparameters only through what they settle: which lines a guard
 * leaves, which side a settled condition takes, which list is looked into. Two sets of values that settle alike have one
 * program, with other numbers bound to it; built-ins come with every message, so theirs are made once.
 */
import { deepFreeze } from "../base/gate.ts";
import { OPERATIONS } from "../spec/operations/table.ts";
import { printNumber } from "../spec/print.ts";
import type { Expression, HyperValue, Rule, Schedule } from "../spec/tree.ts";
import type { Report } from "./errors.ts";
import { statementsIn } from "./structure.ts";

type Tree = Rule | Schedule;

/** Programs kept for each tree: more ways to settle a rule than anybody uses in one place. */
const MOST_KEPT = 64;

const kept = new WeakMap<Tree, Map<string, object>>();
const settling = new WeakMap<Tree, ReadonlySet<string>>();

/**
 * The program that `make` gives for these values, or the one that it gave for values that settle alike. What is reported on
 * the way is reported every time: such a program is not kept.
 */
export function recall<T extends object>(
  tree: Tree,
  hyper: ReadonlyMap<string, HyperValue>,
  driven: readonly (string | undefined)[],
  make: (report: Report) => T,
  report: Report,
): T {
  const ofTree = kept.get(tree) ?? new Map<string, object>();
  kept.set(tree, ofTree);
  const key = keyOf(tree, hyper, driven);
  const known = ofTree.get(key);
  if (known !== undefined) return known as T;
  let isSound = true;
  const made = make((...issue) => {
    isSound = false;
    report(...issue);
  });
  if (isSound && ofTree.size < MOST_KEPT) ofTree.set(key, deepFreeze(made));
  return made;
}

/** Numbers that settle nothing are all one to the program; every other value stands in the key. */
function keyOf(
  tree: Tree,
  hyper: ReadonlyMap<string, HyperValue>,
  driven: readonly (string | undefined)[],
): string {
  const names = settlingNames(tree);
  const values = [...hyper].map(([name, value]) => {
    // JSON spells minus zero as zero; in a list the sign may matter.
    if (Array.isArray(value)) return [name, value.map(printNumber)];
    if (typeof value !== "number") return [name, value];
    return names.has(name) ? [name, printNumber(value), "settles"] : [name];
  });
  return JSON.stringify([driven, values]);
}

/** Names whose value, not only whose kind, may settle something: those that guards and conditions are made of. */
export function settlingNames(tree: Tree): ReadonlySet<string> {
  const names = settling.get(tree) ?? findSettling(tree);
  settling.set(tree, names);
  return names;
}

function findSettling(tree: Tree): ReadonlySet<string> {
  const update = "update" in tree ? tree.update : [];
  const statements = statementsIn([...tree.step, ...update], "").map(({ statement }) => statement);
  const made = new Map<string, Expression[]>();
  for (const [name, value] of statements) made.set(name, [...(made.get(name) ?? []), value]);
  const names = new Set<string>();
  const waiting: Expression[] = [
    ...statements.flatMap(([, value, when]) => [
      ...conditionsIn(value),
      ...(when === undefined ? [] : [when]),
    ]),
    ...statements.flatMap(([, , when]) => (when === undefined ? [] : conditionsIn(when))),
    ...tree.state.flatMap(({ init, when }) => [...conditionsIn(init), ...(when === undefined ? [] : [when])]),
    ...(tree.needs ?? []),
    ...update.flatMap((line) => ("stop" in line ? [line.stop] : "repeat" in line ? [line.repeat] : [])),
  ];
  while (waiting.length > 0) {
    for (const name of namesIn(waiting.pop() as Expression)) {
      if (names.has(name)) continue;
      names.add(name);
      waiting.push(...(made.get(name) ?? []));
    }
  }
  return names;
}

/** Operations that ask for a value before anything runs. */
const ASKING: ReadonlySet<string> = new Set([
  ...["select", "and", "or"],
  ...[...OPERATIONS.values()].flatMap(({ kind, name }) =>
    kind === "question" || kind === "list" ? [name] : [],
  ),
]);

/** What the asking operations inside an expression have as their first operand. */
function conditionsIn(expression: Expression): readonly Expression[] {
  if (typeof expression !== "object" || expression === null) return [];
  const [name, ...operands] = expression;
  const own = ASKING.has(name) ? operands.slice(0, 1) : [];
  return [...own, ...operands.flatMap(conditionsIn)];
}

function namesIn(expression: Expression): readonly string[] {
  if (typeof expression === "string") return [expression];
  if (typeof expression !== "object" || expression === null) return [];
  const [, ...operands] = expression;
  return operands.flatMap(namesIn);
}
