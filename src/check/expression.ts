/**
 * check: expressions to typed nodes. Beside its type, each carries its value where that follows from the hyperparameters
 * alone: guards and conditions are settled by it, and what they leave out is never compiled.
 */
import type { Operation } from "../spec/operations/operation.ts";
import { OPERATIONS } from "../spec/operations/table.ts";
import type { Node } from "../spec/program.ts";
import type { Expression, HyperValue } from "../spec/tree.ts";
import type { Type } from "../spec/types.ts";
import { BOOLEAN, NUMBER, typeName } from "../spec/types.ts";
import type { Report } from "./errors.ts";
import type { Place } from "./place.ts";
import { within } from "./place.ts";

/** What a name or an expression stands for. No `node`: nothing that can be computed with (null, a choice, a list). */
export interface Meaning {
  readonly type: Type;
  readonly node?: Node;
  /** Known before anything runs. Booleans are true and false here, 1 and 0 in nodes. */
  readonly value?: HyperValue;
}

export type Scope = ReadonlyMap<string, Meaning>;

/** A hyperparameter's or literal's meaning. */
export function meaningOf(value: HyperValue, node?: Node): Meaning {
  if (typeof value === "number")
    return { type: NUMBER, value, node: node ?? { kind: "literal", type: NUMBER, value } };
  if (typeof value === "boolean") {
    return { type: BOOLEAN, value, node: { kind: "literal", type: BOOLEAN, value: value ? 1 : 0 } };
  }
  if (value === null) return { type: { kind: "null" }, value };
  return { type: { kind: typeof value === "string" ? "choice" : "list" }, value };
}

/** The meaning of an expression, or `undefined` after a report. `checkStructure` has passed the tree. */
export function resolve(
  expression: Expression,
  scope: Scope,
  path: Place,
  report: Report,
): Meaning | undefined {
  if (typeof expression === "string") {
    const meaning = scope.get(expression);
    if (meaning === undefined) {
      report("unknown-name", path, `\`${expression}\` has no value at this place`);
    }
    return meaning;
  }
  if (typeof expression !== "object" || expression === null) return meaningOf(expression);
  const [name, ...operands] = expression;
  const operation = OPERATIONS.get(name);
  if (operation === undefined) return undefined;
  const shortcut = SHORTCUTS.get(name);
  if (shortcut !== undefined) {
    const first = resolve(operands[0] as Expression, scope, within(path, 1), report);
    if (first === undefined) return undefined;
    if (typeof first.value === "boolean") {
      const chosen = shortcut(first.value);
      if (chosen === "operand 1") return first;
      const second = resolve(operands[chosen] as Expression, scope, within(path, chosen + 1), report);
      if (second === undefined || name === "select" || isCondition(second.type)) return second;
      report("type", path, `in \`${name}\`, operand 2 is a ${typeName(second.type)}, not a boolean or mask`);
      return undefined;
    }
  }
  if (operation.kind === "question")
    return answer(expression as readonly [string, Expression, Expression], scope, path, report);
  const meanings = operands.map((operand, i) => resolve(operand, scope, within(path, i + 1), report));
  if (!meanings.every((meaning) => meaning !== undefined)) return undefined;
  return apply(operation, meanings, path, report);
}

const isCondition = ({ kind }: Type): boolean => kind === "boolean" || kind === "mask";

/** Which operand settled conditions leave: what is left out may be null, or of no type at all. */
const SHORTCUTS: ReadonlyMap<string, (condition: boolean) => "operand 1" | 1 | 2> = new Map<
  string,
  (condition: boolean) => "operand 1" | 1 | 2
>([
  ["and", (holds) => (holds ? 1 : "operand 1")],
  ["or", (holds) => (holds ? "operand 1" : 1)],
  ["select", (holds) => (holds ? 1 : 2)],
]);

function answer(
  [, asked, word]: readonly [string, Expression, Expression],
  scope: Scope,
  path: Place,
  report: Report,
): Meaning | undefined {
  const meaning = resolve(asked, scope, within(path, 1), report);
  if (meaning === undefined) return undefined;
  if (word !== null && typeof word !== "string") {
    report("type", within(path, 2), "`is` asks for null or a named choice");
    return undefined;
  }
  // What runs is never null and never a choice, so a value that is not settled is neither.
  return meaningOf(meaning.value !== undefined && meaning.value === word);
}

function apply(
  operation: Exclude<Operation, { kind: "question" }>,
  operands: readonly Meaning[],
  path: Place,
  report: Report,
): Meaning | undefined {
  const type = operation.typing(operands.map((operand) => operand.type));
  if (typeof type === "string") {
    report("type", path, `in \`${operation.name}\`, ${type}`);
    return undefined;
  }
  const value = settledValue(operation, operands, type);
  if (operation.kind === "list") {
    const [list, operand] = operands as [Meaning, Meaning];
    const node: Node = {
      kind: "lookup",
      type,
      operation,
      list: list.value as readonly number[],
      operand: operand.node as Node,
    };
    return { type, node, ...(value === undefined ? {} : { value }) };
  }
  const node: Node = {
    kind: "apply",
    type,
    operation,
    operands: operands.map((operand) => operand.node as Node),
  };
  return { type, node, ...(value === undefined ? {} : { value }) };
}

function settledValue(
  operation: Operation,
  operands: readonly Meaning[],
  type: Type,
): HyperValue | undefined {
  if (operation.kind !== "elementwise" || !operands.every((operand) => operand.value !== undefined))
    return undefined;
  const result = operation.apply(...operands.map((operand) => Number(operand.value)));
  return type.kind === "boolean" ? result === 1 : result;
}

/** Whether a guard lets its line stand; `undefined` after a report. */
export function settleGuard(
  guard: Expression | undefined,
  scope: Scope,
  path: Place,
  report: Report,
): boolean | undefined {
  if (guard === undefined) return true;
  const meaning = resolve(guard, scope, path, report);
  if (meaning === undefined) return undefined;
  if (typeof meaning.value === "boolean") return meaning.value;
  const why =
    meaning.value === undefined ? "depends on more than hyperparameters" : "is neither true nor false";
  report("guard", path, `the guard ${why}`, "inside an expression, use select(condition, a, b)");
  return undefined;
}
