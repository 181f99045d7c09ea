/**
 * check: what must hold of a rule whatever its hyperparameters are: known operations, the right number of operands, names
 * that are declared somewhere. Lines that a guard leaves out are looked at too.
 */
import { didYouMean } from "../base/nearest.ts";
import { OPERATIONS, RESERVED, SHAPE_NAMES } from "../spec/operations/table.ts";
import { MAX_DEPTH } from "../spec/parse-expression.ts";
import type { Expression, HyperDeclaration, Line, Rule, Schedule, Statement } from "../spec/tree.ts";
import type { Report } from "./errors.ts";
import { valueProblem } from "./hyper.ts";
import type { Place } from "./place.ts";
import { within } from "./place.ts";

/** Names that a rule or a schedule has without declaring them. */
export const GIVEN = Object.freeze({
  rule: ["t", "steps", "grad", "weight", ...SHAPE_NAMES],
  schedule: ["t", "base"],
});

/** What an expression may say at its place: names, and the choices that `is` may ask for. */
interface Vocabulary {
  readonly names: ReadonlySet<string>;
  readonly choices: ReadonlySet<string>;
}

/** A statement with its place, wherever in an update it stands. */
export function statementsIn(
  lines: readonly Line[],
  at: Place,
): readonly { readonly statement: Statement; readonly path: Place }[] {
  return lines.flatMap((line, i) => {
    const path = within(at, i);
    if ("repeat" in line) return statementsIn(line.lines, within(path, "lines"));
    return "stop" in line ? [] : [{ statement: line, path }];
  });
}

/** Looks at the whole tree; `at` is its path in the document. */
export function checkStructure(tree: Rule | Schedule, at: Place, report: Report): void {
  const isRule = "update" in tree;
  const slots = tree.state.map(({ name }) => name);
  const inStep = new Set([...slots, ...(isRule ? [] : RESULTS)]);
  const inUpdate = new Set([...slots, "weight"]);
  const update = isRule ? tree.update : [];
  const statements = [
    ...statementsIn(tree.step, within(at, "step")).map((placed) => ({ ...placed, assignable: inStep })),
    ...statementsIn(update, within(at, "update")).map((placed) => ({ ...placed, assignable: inUpdate })),
  ];
  checkDeclarations(tree, at, report);
  const hypers = new Set(tree.hyper.map(({ name }) => name));
  for (const { statement, path, assignable } of statements) {
    const [name] = statement;
    if (hypers.has(name)) report("type", path, `\`${name}\` is a hyperparameter and cannot be assigned to`);
    else if (RESERVED.has(name) && !assignable.has(name)) {
      report("reserved-name", path, `\`${name}\` cannot be assigned to`);
    }
  }
  const choices = new Set(tree.hyper.flatMap((hyper) => hyper.choices ?? []));
  const given: readonly string[] = isRule ? GIVEN.rule : GIVEN.schedule;
  const locals = statements.map(({ statement }) => statement[0]);
  const names = new Set([...given, ...hypers, ...slots, ...(isRule ? ["weight"] : RESULTS), ...locals]);
  const shape = isRule ? SHAPE_NAMES : [];
  const early = new Set([...hypers, ...shape]);
  const settled = new Set([...names].filter((name) => !given.includes(name) || shape.includes(name)));
  for (const { statement, path } of statements) {
    checkExpression(statement[1], { names, choices }, within(path, 1), report);
    if (statement.length === 3) {
      checkExpression(statement[2], { names: settled, choices }, within(path, 2), report);
    }
  }
  update.forEach((line, i) => {
    const path = within(within(at, "update"), i);
    if ("stop" in line) checkExpression(line.stop, { names, choices }, within(path, "stop"), report);
    if ("repeat" in line)
      checkExpression(line.repeat, { names: settled, choices }, within(path, "repeat"), report);
  });
  (tree.needs ?? []).forEach((condition, i) => {
    checkExpression(condition, { names: early, choices }, within(within(at, "needs"), i), report);
  });
  tree.state.forEach(({ init, when }, i) => {
    const path = within(within(at, "state"), i);
    checkExpression(init, { names: new Set([...hypers, ...given]), choices }, within(path, "init"), report);
    if (when !== undefined) checkExpression(when, { names: early, choices }, within(path, "when"), report);
  });
}

/** What a schedule may leave behind for the rule. */
const RESULTS: readonly string[] = ["rate", "momentum"];

/** How many operations, names and literals an expression has. `checkStructure` has passed it. */
export function sizeOf(expression: Expression): number {
  if (typeof expression !== "object" || expression === null) return 1;
  const [, ...operands] = expression;
  return operands.reduce<number>((sum, operand) => sum + sizeOf(operand), 1);
}

function checkDeclarations(tree: Rule | Schedule, at: Place, report: Report): void {
  const seen = new Set<string>();
  const lists = [
    ["hyper", tree.hyper],
    ["state", tree.state],
  ] as const;
  for (const [list, declarations] of lists) {
    declarations.forEach(({ name }, i) => {
      const path = within(within(within(at, list), i), "name");
      const isTaken = RESERVED.has(name) || (!("update" in tree) && RESULTS.includes(name));
      if (isTaken) report("reserved-name", path, `\`${name}\` is a word of the language`);
      if (seen.has(name)) report("duplicate-name", path, `\`${name}\` is declared twice`);
      seen.add(name);
    });
  }
  if (!("update" in tree)) {
    tree.state.forEach(({ shape }, i) => {
      const path = within(within(within(at, "state"), i), "shape");
      if (shape !== undefined) report("type", path, "a schedule's state is scalars, and has no shape");
    });
  }
  for (const [driven, words] of [
    [true, "scheduled"],
    ["momentum", "scheduled as momentum"],
  ] as const) {
    const { length } = tree.hyper.filter((hyper) => hyper.scheduled === driven);
    if (length < 2) continue;
    report("schedule", within(at, "hyper"), `${length} hyperparameters are \`${words}\`; one may be`);
  }
  for (const [i, hyper] of tree.hyper.entries()) checkHyper(hyper, within(within(at, "hyper"), i), report);
}

function checkHyper(hyper: HyperDeclaration, path: Place, report: Report): void {
  const { name, type, choices, min, max, above, below } = hyper;
  if ((type === "choice") !== (choices !== undefined)) {
    report("hyper-type", path, "choices go with the type `choice`");
  }
  for (const choice of choices ?? []) {
    if (RESERVED.has(choice))
      report("reserved-name", within(path, "choices"), `\`${choice}\` is a word of the language`);
  }
  if ((min !== undefined && above !== undefined) || (max !== undefined && below !== undefined)) {
    report("hyper-range", path, `\`${name}\` has two bounds on one side`);
  }
  if (hyper.scheduled && type !== undefined) report("schedule", path, "only a number can be scheduled");
  const problem = hyper.default === undefined ? undefined : valueProblem(hyper, hyper.default);
  if (problem !== undefined) report(problem.code, within(path, "default"), `the default ${problem.message}`);
}

function checkExpression(
  expression: Expression,
  vocabulary: Vocabulary,
  path: Place,
  report: Report,
  depth = 0,
): void {
  // Nothing deeper reaches the recursive steps that follow, or has a text that can be read.
  if (depth > MAX_DEPTH) {
    report("depth-limit", path, `nests deeper than ${MAX_DEPTH}`);
    return;
  }
  if (typeof expression === "string") {
    const { names } = vocabulary;
    if (!names.has(expression)) {
      report("unknown-name", path, `there is no \`${expression}\` here`, didYouMean(expression, names));
    }
    return;
  }
  if (typeof expression !== "object" || expression === null) return;
  const [name, ...operands] = expression;
  const operation = OPERATIONS.get(name);
  if (operation === undefined) {
    report(
      "unknown-operation",
      path,
      `there is no operation \`${name}\``,
      didYouMean(name, OPERATIONS.keys()),
    );
    return;
  }
  if (operands.length !== operation.arity) {
    const message = `\`${name}\` takes ${operation.arity} operands, not ${operands.length}`;
    report("operand-count", path, message);
    return;
  }
  if (operation.kind === "question")
    checkAnswer(operands[1] as Expression, vocabulary, within(path, 2), report);
  const looked = operation.kind === "question" ? operands.slice(0, 1) : operands;
  looked.forEach((operand, i) => {
    checkExpression(operand, vocabulary, within(path, i + 1), report, depth + 1);
  });
}

/** Printed as it stands, so nothing but null and declared words may be there. */
function checkAnswer(word: Expression, { choices }: Vocabulary, path: Place, report: Report): void {
  if (word === null || (typeof word === "string" && choices.has(word))) return;
  const hint = typeof word === "string" ? didYouMean(word, choices) : undefined;
  report("type", path, "`is` asks for null or a declared choice", hint);
}
