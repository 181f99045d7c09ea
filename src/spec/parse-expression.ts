/** spec: expressions, from tokens to tree form, by precedence climbing over the operation table. */
import type { Cursor } from "./cursor.ts";
import type { Token } from "./lex.ts";
import { syntaxError } from "./lex.ts";
import type { Operation } from "./operations/operation.ts";
import { INFIX_SIGNS, OPERATIONS, PREFIX_SIGNS } from "./operations/table.ts";
import type { Expression } from "./tree.ts";

/** Deeper than any rule needs, and shallow enough that neither parser nor printer can run out of stack. */
export const MAX_DEPTH = 48;

/** How deep the parser goes for such a tree: the print of an operand may stand in parentheses. */
const MAX_NESTING = 2 * MAX_DEPTH;

const LITERALS: ReadonlyMap<string, Expression> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** A number as JavaScript reads it. @throws SpecError for one beyond binary64's range. */
export function parseNumber(cursor: Cursor): number {
  const negative = cursor.take("-");
  const token = cursor.kind("number", "a number");
  const value = Number(token.text);
  if (!Number.isFinite(value)) throw syntaxError(token, `\`${token.text}\` is beyond the range of binary64`);
  return negative ? -value : value;
}

/** One expression, as far as it goes. */
export function parseExpression(cursor: Cursor): Expression {
  const start = cursor.token;
  const expression = parseUpTo(cursor, 0, 0);
  if (height(expression) > MAX_DEPTH) throw tooDeep(start);
  return expression;
}

/** A long sum nests as deep as it is long, without any recursion of the parser. */
function height(expression: Expression): number {
  let level: readonly Expression[] = [expression];
  for (let reached = 0; ; reached++) {
    level = level.flatMap((item) => (Array.isArray(item) ? (item.slice(1) as Expression[]) : []));
    if (level.length === 0 || reached > MAX_DEPTH) return reached;
  }
}

const tooDeep = (place: Token) => syntaxError(place, `the expression nests deeper than ${MAX_DEPTH}`);

function parseUpTo(cursor: Cursor, floor: number, depth: number): Expression {
  if (depth > MAX_NESTING) throw tooDeep(cursor.token);
  let left = parseOperand(cursor, depth);
  for (;;) {
    const operation = infixAt(cursor);
    if (operation === undefined) return left;
    const { level, rightToLeft } = operation.syntax as { level: number; rightToLeft?: true };
    if (level < floor) return left;
    cursor.next();
    const right =
      operation.kind === "question"
        ? parseAnswer(cursor)
        : parseUpTo(cursor, rightToLeft ? level : level + 1, depth + 1);
    left = [operation.name, left, right];
  }
}

function infixAt(cursor: Cursor): Operation | undefined {
  return cursor.token.kind === "end" ? undefined : INFIX_SIGNS.get(cursor.token.text);
}

function parseAnswer(cursor: Cursor): Expression {
  const token = cursor.kind("word", "null or a choice");
  return token.text === "null" ? null : token.text;
}

function parseOperand(cursor: Cursor, depth: number): Expression {
  const { kind, text } = cursor.token;
  // A sign written directly before a number is the number's own, unless a power follows: -2^x is -(2^x).
  if (text === "-" && cursor.peek().kind === "number" && !followedByPower(cursor)) return parseNumber(cursor);
  const prefix = kind === "end" ? undefined : PREFIX_SIGNS.get(text);
  if (prefix !== undefined) {
    cursor.next();
    return [prefix.name, parseUpTo(cursor, (prefix.syntax as { level: number }).level, depth + 1)];
  }
  if (kind === "number") return parseNumber(cursor);
  if (cursor.take("(")) {
    const inner = parseUpTo(cursor, 0, depth + 1);
    cursor.expect(")");
    return inner;
  }
  return parseWord(cursor, depth);
}

function followedByPower(cursor: Cursor): boolean {
  return cursor.peek(2).text === "^";
}

function parseWord(cursor: Cursor, depth: number): Expression {
  const token = cursor.kind("word", "a number, a name or `(`");
  const literal = LITERALS.get(token.text);
  if (literal !== undefined) return literal;
  const operation = OPERATIONS.get(token.text);
  if (operation?.syntax.form === "constant") return [operation.name];
  if (!cursor.at("(")) return token.text;
  if (operation?.syntax.form !== "call") {
    throw syntaxError(
      token,
      `there is no operation \`${token.text}\``,
      `the operations are: ${callNames().join(" ")}`,
    );
  }
  cursor.next();
  const operands: Expression[] = [];
  while (!cursor.at(")")) {
    if (operands.length > 0) cursor.expect(",");
    operands.push(parseUpTo(cursor, 0, depth + 1));
  }
  cursor.next();
  if (operands.length !== operation.arity) {
    throw syntaxError(token, `\`${token.text}\` takes ${operation.arity} operands, not ${operands.length}`);
  }
  return [operation.name, ...operands];
}

function callNames(): readonly string[] {
  return [...OPERATIONS.values()].flatMap(({ name, syntax }) => (syntax.form === "call" ? [name] : []));
}
