/** spec: the one operation table. */
import type { Operation } from "./operation.ts";
import { SCALAR_OPERATIONS } from "./scalar.ts";
import { LIST_LOOKUPS, MATRIX_OPERATIONS, NOISE, QUESTIONS, REDUCTIONS, TOTALS } from "./whole.ts";

/** Every operation of the language, by its name in the tree form. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  [
    ...SCALAR_OPERATIONS,
    ...REDUCTIONS,
    ...MATRIX_OPERATIONS,
    ...NOISE,
    ...TOTALS,
    ...LIST_LOOKUPS,
    ...QUESTIONS,
  ].map((operation) => [operation.name, operation]),
);

/** Operators as people write them. Prefix and infix signs are looked up apart: `-` is both. */
const signs = (form: "prefix" | "infix"): ReadonlyMap<string, Operation> =>
  new Map(
    [...OPERATIONS.values()].flatMap((operation) =>
      operation.syntax.form === form ? [[operation.syntax.sign, operation] as const] : [],
    ),
  );

export const PREFIX_SIGNS = signs("prefix");
export const INFIX_SIGNS = signs("infix");

/** What a rule may ask of the parameter's shape. They are known when it is attached. */
export const SHAPE_NAMES: readonly string[] = Object.freeze(["rank", "rows", "cols", "size"]);

/** Words that no declaration may take, since they mean something of their own. Calls are told by their parenthesis. */
export const RESERVED: ReadonlySet<string> = new Set([
  ...[...OPERATIONS.values()].flatMap(({ name, syntax }) => (syntax.form === "constant" ? [name] : [])),
  ...["grad", "weight", "t", "steps", "base", "rate", ...SHAPE_NAMES],
  ...["true", "false", "null", "when", "in", "of", "or", "and", "not", "is", "scheduled", "as"],
  ...["stop", "repeat"],
]);
