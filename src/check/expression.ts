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
  /** Known when a parameter is attached: the same with nothing in it but literals and names of its shape. */
  readonly onShape?: Node;
}

/** Of a local whose line has been refused: nothing more is said of what is made from it. */
export const REFUSED: Meaning = Object.freeze({ type: NUMBER });

/** Answers a question to the parameter's shape. */
export type Ask = (question: Node) => boolean;

/** Where an expression stands: what names mean there, and who answers questions to the shape, if anyone does. */
export interface Scope {
  readonly names: { get(name: string): Meaning | undefined };
  readonly ask?: Ask | undefined;
}

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
    const meaning = scope.names.get(expression);
    if (meaning === undefined) {
      report("unknown-name", path, `\`${expression}\` has no value at this place`);
    }
    return meaning === REFUSED ? undefined : meaning;
  }
  if (typeof expression !== "object" || expression === null) return meaningOf(expression);
  const [name, ...operands] = expression;
  const operation = OPERATIONS.get(name);
  if (operation === undefined || operands.length !== operation.arity) return undefined;
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
  if (operation.kind === "total") {
    report("type", path, "`total` stands alone on the right side of a line of `update`");
    return undefined;
  }
  const meaning = apply(operation, meanings, path, report);
  const { ask } = scope;
  if (ask === undefined || meaning?.onShape === undefined || meaning.type.kind !== "boolean") return meaning;
  return meaningOf(ask(meaning.onShape));
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
  operation: Exclude<Operation, { kind: "question" | "total" }>,
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
  if (value !== undefined) return { type, node, value };
  const onShape = shapeNode(operation, operands, type);
  return { type, node, ...(onShape === undefined ? {} : { onShape }) };
}

/** The operation on literals and the shape's names alone, if that is what its operands come to. */
function shapeNode(
  operation: Exclude<Operation, { kind: "question" | "total" | "list" }>,
  operands: readonly Meaning[],
  type: Type,
): Node | undefined {
  if (operation.kind !== "elementwise") return undefined;
  const nodes = operands.map(
    ({ value, onShape }) => onShape ?? (value === undefined ? undefined : meaningOf(value).node),
  );
  return nodes.every((node) => node !== undefined)
    ? { kind: "apply", type, operation, operands: nodes }
    : undefined;
}

function settledValue(
  operation: Operation,
  operands: readonly Meaning[],
  type: Type,
): HyperValue | undefined {
  const values = operands.map((operand) => operand.value);
  if (values.some((value) => value === undefined)) return undefined;
  if (operation.kind === "list") return operation.apply(values[0] as readonly number[], Number(values[1]));
  if (operation.kind !== "elementwise") return undefined;
  const result = operation.apply(...values.map(Number));
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
    meaning.value === undefined
      ? "depends on more than hyperparameters and the shape"
      : "is neither true nor false";
  report("guard", path, `the guard ${why}`, "inside an expression, use select(condition, a, b)");
  return undefined;
}
