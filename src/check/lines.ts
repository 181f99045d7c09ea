/** check: the lines of a rule or schedule, one after the other, to actions. */
import type { Action, Assignment, Node } from "../spec/program.ts";
import type { Expression, Line, Statement } from "../spec/tree.ts";
import type { Type } from "../spec/types.ts";
import { isTensor, joinShapes, NUMBER, typeName } from "../spec/types.ts";
import type { Report } from "./errors.ts";
import type { Ask, Meaning, Scope } from "./expression.ts";
import { REFUSED, resolve, settleGuard } from "./expression.ts";
import type { Place } from "./place.ts";
import { within } from "./place.ts";

/** Each turn is written out. Newton and Schulz's iteration takes 5. */
export const MAX_REPEAT = 64;

/** What lines stand among. */
export interface Context {
  /** Every line adds the name that it gives a value to. */
  readonly names: Map<string, Meaning>;
  readonly ask?: Ask | undefined;
  readonly forGuards: Scope;
  /** Slots and the like, with the type that they hold. */
  readonly targets: ReadonlyMap<string, Type>;
  /** All slots, those that a guard leaves out included. */
  readonly declared: ReadonlySet<string>;
  readonly scalarsOnly: boolean;
}

/** The lines of an update. */
export function bindLines(
  lines: readonly Line[],
  context: Context,
  at: Place,
  report: Report,
): readonly Action[] {
  const actions: Action[] = [];
  for (const [i, line] of lines.entries()) {
    const path = within(at, i);
    if ("repeat" in line) actions.push(...bindRepeat(line, context, path, report));
    else if ("stop" in line) {
      const stop = bindStop(line.stop, context, path, report);
      if (stop === "always") break;
      if (stop !== "never") actions.push({ stop });
    } else if (isTotal(line[1])) actions.push(...bindTotal(line, i, context, path, report));
    else actions.push(...bindStatement(line, context, path, report));
  }
  return actions;
}

/** Assignments alone. */
export function bindStatements(
  statements: readonly Statement[],
  context: Context,
  at: Place,
  report: Report,
): readonly Assignment[] {
  return statements.flatMap((statement, i) => bindStatement(statement, context, within(at, i), report));
}

function bindStop(
  condition: Expression,
  context: Context,
  path: Place,
  report: Report,
): Node | "always" | "never" {
  const meaning = resolve(condition, context, within(path, "stop"), report);
  if (meaning === undefined) return "never";
  if (typeof meaning.value === "boolean") return meaning.value ? "always" : "never";
  if (meaning.type.kind === "boolean" && meaning.node !== undefined) return meaning.node;
  const message = `\`stop when\` takes a condition on scalars, not a ${typeName(meaning.type)}`;
  report("type", within(path, "stop"), message);
  return "never";
}

function bindRepeat(
  { repeat, lines }: { readonly repeat: Expression; readonly lines: readonly Statement[] },
  context: Context,
  path: Place,
  report: Report,
): readonly Assignment[] {
  const count = resolve(repeat, context, within(path, "repeat"), report);
  if (count === undefined) return [];
  const { value } = count;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > MAX_REPEAT) {
    const found = typeof value === "number" ? String(value) : "one that is not settled";
    report("repeat", within(path, "repeat"), `takes a whole number from 0 to ${MAX_REPEAT}, not ${found}`);
    return [];
  }
  return Array.from({ length: value }, () =>
    bindStatements(lines, context, within(path, "lines"), report),
  ).flat();
}

const isTotal = (value: Expression): value is readonly ["total", Expression] =>
  Array.isArray(value) && value[0] === "total";

function bindTotal(
  [name, value, when]: Statement,
  line: number,
  context: Context,
  path: Place,
  report: Report,
): readonly Action[] {
  if (settleGuard(when, context.forGuards, within(path, 2), report) !== true) return [];
  const [, operand] = value as readonly ["total", Expression];
  const meaning = resolve(operand, context, within(within(path, 1), 1), report);
  const isLocal = !context.targets.has(name);
  if (isLocal) context.names.set(name, REFUSED);
  if (meaning === undefined) return [];
  if (meaning.type.kind !== "number" || meaning.node === undefined) {
    report("type", within(path, 1), `in \`total\`, operand 1 is a ${typeName(meaning.type)}, not a number`);
    return [];
  }
  if (!fits(name, NUMBER, context, path, report)) return [];
  if (isLocal) context.names.set(name, { type: NUMBER, node: { kind: "name", type: NUMBER, name } });
  return [{ name, total: meaning.node, line }];
}

function bindStatement(
  [name, value, when]: Statement,
  context: Context,
  path: Place,
  report: Report,
): readonly Assignment[] {
  const { names, forGuards, targets } = context;
  const stands = settleGuard(when, forGuards, within(path, 2), report);
  if (stands === false) return [];
  const target = targets.get(name);
  const meaning = resolve(value, context, within(path, 1), report);
  if (stands === undefined || meaning === undefined) {
    if (target === undefined) names.set(name, REFUSED);
    return [];
  }
  if (meaning.node === undefined && target === undefined && !context.declared.has(name)) {
    // A choice or null under another name: settled, and nothing to compute.
    names.set(name, meaning);
    return [];
  }
  if (!fits(name, meaning.type, context, path, report) || meaning.node === undefined) return [];
  if (context.scalarsOnly && holdsTensor(meaning.node)) {
    report("type", within(path, 1), NO_TENSOR);
    if (target === undefined) names.set(name, REFUSED);
    return [];
  }
  const type = target ?? meaning.type;
  names.set(name, {
    type,
    node: { kind: "name", type, name },
    ...(target === undefined && meaning.value !== undefined ? { value: meaning.value } : {}),
  });
  return [{ name, node: meaning.node }];
}

/** Whether a name can take a value of a type, after a report if not. */
function fits(
  name: string,
  type: Type,
  { targets, declared, scalarsOnly }: Context,
  path: Place,
  report: Report,
): boolean {
  const target = targets.get(name);
  if (target === undefined && declared.has(name)) {
    report("type", path, `state slot \`${name}\` ${scalarsOnly ? "is no scalar" : "does not exist here"}`);
    return false;
  }
  const problem = target === undefined ? undefined : misfit(target, type);
  if (problem !== undefined) report("type", path, `\`${name}\` ${problem}`);
  return problem === undefined;
}

/** What keeps a value of one type out of a target of another. Numbers spread over tensors, rows over rows. */
function misfit(target: Type, type: Type): string | undefined {
  if (target.kind === type.kind && !isTensor(target)) return undefined;
  if (isTensor(target) && type.kind === "number") return undefined;
  if (isTensor(target) && isTensor(type) && target.kind === type.kind) {
    if (joinShapes([target.shape, type.shape]) === target.shape) return undefined;
  }
  return `holds a ${typeName(target)} and cannot take a ${typeName(type)}`;
}

/** What a scalar program cannot hold, though a fold may make a number of it. */
export const NO_TENSOR = "makes a tensor, and only `update` has them";

/** Whether anything in an expression is a tensor. */
export function holdsTensor(node: Node): boolean {
  if (isTensor(node.type)) return true;
  if (node.kind === "lookup") return holdsTensor(node.operand);
  return node.kind === "apply" && node.operands.some(holdsTensor);
}
