/**
 * spec: rule text to its tree, on the author's side and for the built-ins. A line that begins in column 1 opens a section;
 * all other lines are indented and may break anywhere between tokens. `#` begins a comment.
 */
import { Cursor } from "./cursor.ts";
import { lex, syntaxError } from "./lex.ts";
import { parseExpression, parseNumber } from "./parse-expression.ts";
import type {
  Expression,
  HyperDeclaration,
  HyperType,
  HyperValue,
  Line,
  Rule,
  Schedule,
  SlotDeclaration,
  SlotShape,
  Statement,
} from "./tree.ts";

const HYPER_TYPES: readonly HyperType[] = ["number", "boolean", "choice", "list"];
const SLOT_SHAPES: readonly SlotShape[] = ["like", "row", "col", "scalar", "shared"];

type Sections = {
  hyper: readonly HyperDeclaration[];
  needs: readonly Expression[];
  state: readonly SlotDeclaration[];
  step: readonly Statement[];
  update: readonly Line[];
};

const PARSERS: { readonly [S in keyof Sections]: (cursor: Cursor) => Sections[S][number] } = {
  hyper: parseHyper,
  needs: parseExpression,
  state: parseSlot,
  step: parseStatement,
  update: parseLine,
};

const SECTIONS_OF: { readonly [kind: string]: readonly (keyof Sections)[] } = Object.freeze({
  rule: ["hyper", "needs", "state", "step", "update"],
  schedule: ["hyper", "needs", "state", "step"],
});

/** A rule's tree. @throws SpecError `syntax` with line and column. */
export function parseRule(text: string): Rule {
  const { name, sections } = parseDocument(text, "rule");
  const { hyper, needs, state, step, update } = sections;
  return { name, hyper, ...(needs.length === 0 ? {} : { needs }), state, step, update };
}

/** A schedule's tree. @throws SpecError `syntax` with line and column. */
export function parseSchedule(text: string): Schedule {
  const { name, sections } = parseDocument(text, "schedule");
  const { hyper, needs, state, step } = sections;
  return { name, hyper, ...(needs.length === 0 ? {} : { needs }), state, step };
}

function parseDocument(text: string, kind: "rule" | "schedule"): { name: string; sections: Sections } {
  const cursor = new Cursor(lex(text));
  const opening = cursor.expect(kind);
  if (opening.column !== 1) throw syntaxError(opening, `\`${kind}\` begins in column 1`);
  const name = parseDocumentName(cursor, opening.line);
  const sections: Sections = { hyper: [], needs: [], state: [], step: [], update: [] };
  const seen = new Set<string>();
  while (!cursor.done) {
    const token = cursor.token;
    const section = (SECTIONS_OF[kind] ?? []).find((candidate) => candidate === token.text);
    if (section === undefined || token.column !== 1) {
      throw cursor.unexpected(`one of ${(SECTIONS_OF[kind] ?? []).join(", ")} in column 1`);
    }
    if (seen.has(section) && section !== "needs") throw syntaxError(token, `a second \`${section}\` section`);
    seen.add(section);
    cursor.next();
    const inside = cursor.section();
    const items = [];
    if (section === "needs") items.push(parseExpression(inside));
    while (!inside.done && section !== "needs") items.push(PARSERS[section](inside));
    if (!inside.done) throw inside.unexpected("the end of the condition");
    Object.assign(sections, { [section]: [...sections[section], ...items] });
  }
  return { name, sections };
}

/** Words, digits and `.`, `-`, `/` that stand together on the first line. */
function parseDocumentName(cursor: Cursor, line: number): string {
  let name = "";
  let end = cursor.token.column;
  while (cursor.token.line === line && cursor.token.column === end && !cursor.done) {
    const { text } = cursor.next();
    name += text;
    end += text.length;
  }
  if (!/^[a-z][a-z0-9_]*(-[0-9]+(\.[0-9]+)*)?(\/[a-z0-9_]+)?$/.test(name)) {
    throw syntaxError(
      cursor.token,
      `\`${name}\` is no name`,
      "a name is like `lion` or `mxnet-1.9/adam`, in lower case",
    );
  }
  return name;
}

function parseHyper(cursor: Cursor): HyperDeclaration {
  const name = cursor.newName("a hyperparameter's name");
  const type = cursor.take(":") ? oneOf(cursor, HYPER_TYPES) : undefined;
  const value = cursor.take("=") ? { default: parseValue(cursor) } : {};
  const nullable = cursor.take("or") && cursor.expect("null") !== undefined;
  const range = cursor.take("in") ? parseRange(cursor) : {};
  const choices = cursor.take("of") ? { choices: parseChoices(cursor) } : {};
  const scheduled = cursor.take("scheduled") && parseDriven(cursor);
  const said =
    type ?? ("choices" in choices ? "choice" : typeof value.default === "boolean" ? "boolean" : "number");
  return {
    name,
    ...(said === "number" ? {} : { type: said }),
    ...value,
    ...(nullable || value.default === null ? { nullable: true as const } : {}),
    ...range,
    ...choices,
    ...(scheduled === false ? {} : { scheduled }),
  };
}

/** What of a schedule drives it: the rate, or `as momentum` the momentum. */
function parseDriven(cursor: Cursor): true | "momentum" {
  if (!cursor.take("as")) return true;
  cursor.expect("momentum");
  return "momentum";
}

function oneOf<T extends string>(cursor: Cursor, words: readonly T[]): T {
  const word = words.find((candidate) => cursor.at(candidate));
  if (word === undefined) throw cursor.unexpected(`one of ${words.join(", ")}`);
  cursor.next();
  return word;
}

const WORD_VALUES: ReadonlyMap<string, HyperValue> = new Map<string, HyperValue>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

function parseValue(cursor: Cursor): HyperValue {
  if (cursor.token.kind === "word") {
    const { text } = cursor.next();
    const value = WORD_VALUES.get(text);
    return value === undefined ? text : value;
  }
  if (!cursor.take("[")) return parseNumber(cursor);
  const items: number[] = [];
  while (!cursor.take("]")) {
    if (items.length > 0) cursor.expect(",");
    items.push(parseNumber(cursor));
  }
  return items;
}

/** `[0,1)`: a bracket takes the bound in, a parenthesis leaves it out, an empty side has none. */
function parseRange(cursor: Cursor): Partial<HyperDeclaration> {
  const opensWith = oneOf(cursor, ["[", "("]);
  const low = cursor.at(",") ? undefined : parseNumber(cursor);
  cursor.expect(",");
  const high = cursor.at(")") || cursor.at("]") ? undefined : parseNumber(cursor);
  const closesWith = oneOf(cursor, ["]", ")"]);
  return {
    ...(low === undefined ? {} : { [opensWith === "[" ? "min" : "above"]: low }),
    ...(high === undefined ? {} : { [closesWith === "]" ? "max" : "below"]: high }),
  };
}

function parseChoices(cursor: Cursor): readonly string[] {
  const choices = [cursor.kind("word", "a choice").text];
  while (cursor.take("|")) choices.push(cursor.kind("word", "a choice").text);
  return choices;
}

function parseSlot(cursor: Cursor): SlotDeclaration {
  const name = cursor.newName("a state slot's name");
  const shape = cursor.take(":") ? oneOf(cursor, SLOT_SHAPES) : "like";
  cursor.expect("=");
  const init = parseExpression(cursor);
  return { name, ...(shape === "like" ? {} : { shape }), init, ...parseGuard(cursor) };
}

function parseGuard(cursor: Cursor): { when?: Expression } {
  return cursor.take("when") ? { when: parseExpression(cursor) } : {};
}

function parseLine(cursor: Cursor): Line {
  if (cursor.take("stop")) {
    cursor.expect("when");
    return { stop: parseExpression(cursor) };
  }
  if (!cursor.take("repeat")) return parseStatement(cursor);
  const repeat = parseExpression(cursor);
  cursor.expect("{");
  const lines: Statement[] = [];
  while (!cursor.take("}")) lines.push(parseStatement(cursor));
  return { repeat, lines };
}

function parseStatement(cursor: Cursor): Statement {
  const token = cursor.kind("word", "a name to assign to");
  cursor.expect("=");
  const value = parseExpression(cursor);
  const { when } = parseGuard(cursor);
  return when === undefined ? [token.text, value] : [token.text, value, when];
}
