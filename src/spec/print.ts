/**
 * spec: trees back to text. One spelling for each tree, so that the digest of the text names the arithmetic; and
 * parse(print(tree)) is the tree.
 */
import type { Digest } from "../base/digest.ts";
import { digest } from "../base/digest.ts";
import { OPERATIONS } from "./operations/table.ts";
import type {
  Expression,
  HyperDeclaration,
  HyperValue,
  Line,
  Reference,
  Rule,
  Schedule,
  SlotDeclaration,
  Statement,
} from "./tree.ts";

const TIGHTEST = 99;

/** A number in the shortest decimal that reads back as it. */
export function printNumber(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** An expression as text. An operation that the table does not know is printed as a call. */
export function printExpression(expression: Expression, level = 0): string {
  if (typeof expression === "number") {
    const text = printNumber(expression);
    // Before a power a sign would be read as the power's own.
    return text.startsWith("-") && level > POWER ? `(${text})` : text;
  }
  if (typeof expression !== "object" || expression === null) return String(expression);
  const [name, ...operands] = expression;
  const syntax = OPERATIONS.get(name)?.syntax;
  if (syntax?.form === "constant" && operands.length === 0) return name;
  if (syntax?.form === "prefix" && operands.length === 1) {
    const [operand] = operands as [Expression];
    const inner =
      typeof operand === "number" ? `(${printNumber(operand)})` : printExpression(operand, syntax.level);
    return wrap(`${syntax.sign}${syntax.sign === "-" ? "" : " "}${inner}`, syntax.level < level);
  }
  if (syntax?.form === "infix" && operands.length === 2) {
    const [left, right] = operands as [Expression, Expression];
    const leftLevel = syntax.rightToLeft ? syntax.level + 1 : syntax.level;
    const rightLevel = syntax.rightToLeft ? syntax.level : syntax.level + 1;
    const sign = syntax.sign === "^" ? "^" : ` ${syntax.sign} `;
    const text = `${printExpression(left, leftLevel)}${sign}${printExpression(right, rightLevel)}`;
    return wrap(text, syntax.level < level);
  }
  return `${name}(${operands.map((operand) => printExpression(operand)).join(", ")})`;
}

const POWER = levelOf("pow");

function levelOf(name: string): number {
  const syntax = OPERATIONS.get(name)?.syntax;
  return syntax?.form === "infix" ? syntax.level : TIGHTEST;
}

const wrap = (text: string, inParentheses: boolean): string => (inParentheses ? `(${text})` : text);

function printValue(value: HyperValue): string {
  if (Array.isArray(value)) return `[${value.map(printNumber).join(", ")}]`;
  return typeof value === "number" ? printNumber(value) : String(value);
}

function printRange({ min, max, above, below }: HyperDeclaration): string {
  const low = min ?? above;
  const high = max ?? below;
  if (low === undefined && high === undefined) return "";
  const opens = min === undefined ? "(" : "[";
  const closes = max === undefined ? ")" : "]";
  return ` in ${opens}${low === undefined ? "" : printNumber(low)},${high === undefined ? "" : printNumber(high)}${closes}`;
}

function printHyper(hyper: HyperDeclaration): string {
  const type =
    hyper.type === "list" || (hyper.type === "boolean" && typeof hyper.default !== "boolean")
      ? `: ${hyper.type}`
      : "";
  const value = hyper.default === undefined ? "" : ` = ${printValue(hyper.default)}`;
  const nullable = hyper.nullable && hyper.default !== null ? " or null" : "";
  const choices = hyper.choices === undefined ? "" : ` of ${hyper.choices.join("|")}`;
  return `${hyper.name}${type}${value}${nullable}${printRange(hyper)}${choices}${printDriven(hyper)}`;
}

const printDriven = ({ scheduled }: HyperDeclaration): string =>
  scheduled === undefined ? "" : scheduled === true ? " scheduled" : ` scheduled as ${scheduled}`;

function printSlot({ name, shape, init, when }: SlotDeclaration): string {
  return `${name}${shape === undefined ? "" : `: ${shape}`} = ${printExpression(init)}${printGuard(when)}`;
}

const printGuard = (when: Expression | undefined): string =>
  when === undefined ? "" : ` when ${printExpression(when)}`;

const printStatement = ([name, value, when]: Statement): string =>
  `${name} = ${printExpression(value)}${printGuard(when)}`;

function printLine(line: Line): readonly string[] {
  if ("stop" in line) return [`stop when ${printExpression(line.stop)}`];
  if (!("repeat" in line)) return [printStatement(line)];
  const opening = `repeat ${printExpression(line.repeat)} {`;
  const lines = line.lines.map(printStatement);
  const short = `${opening} ${lines.join("   ")} }`;
  return short.length <= WIDTH ? [short] : [opening, ...lines.map((text) => `  ${text}`), "}"];
}

/** Short lines put beside each other, as far as they go. */
function packed(items: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 3 + item.length > WIDTH) lines.push(item);
    else lines[lines.length - 1] = `${last}   ${item}`;
  }
  return lines;
}

const WIDTH = 112;

function printSection(title: string, lines: readonly string[]): string {
  const margin = " ".repeat(7);
  return lines.map((line, i) => `${i === 0 ? title.padEnd(7) : margin}${line}\n`).join("");
}

/** A rule or schedule as text, declarations and step lines packed, lines of an update one by one, ending in a line feed. */
export function print(tree: Rule | Schedule): string {
  const { needs = [] } = tree;
  const update = "update" in tree ? printSection("update", tree.update.flatMap(printLine)) : "";
  return (
    `${"update" in tree ? "rule" : "schedule"} ${tree.name}\n` +
    printSection("hyper", packed(tree.hyper.map(printHyper))) +
    needs.map((condition) => printSection("needs", [printExpression(condition)])).join("") +
    printSection("state", packed(tree.state.map(printSlot))) +
    printSection("step", packed(tree.step.map(printStatement))) +
    update
  );
}

/** The digest that names a rule's or schedule's arithmetic: of its printed text, so `optseal show` output can be hashed. */
export function ruleDigest(tree: Rule | Schedule): Digest {
  return digest(print(tree));
}

/** The same, of a tree or a reference to a built-in. */
export function treeDigest(tree: Rule | Schedule | Reference): Digest {
  return "digest" in tree ? tree.digest : ruleDigest(tree);
}
