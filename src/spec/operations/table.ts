/** spec: the one operation table. */
import type { Operation } from "./operation.ts";
import { SCALAR_OPERATIONS } from "./scalar.ts";
import { LIST_LOOKUPS, QUESTIONS, REDUCTIONS } from "./whole.ts";

/** Every operation of the language, by its name in the tree form. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  [...SCALAR_OPERATIONS, ...REDUCTIONS, ...LIST_LOOKUPS, ...QUESTIONS].map((operation) => [
    operation.name,
    operation,
  ]),
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

/** Words that no declaration may take, since they mean something of their own. Calls are told by their parenthesis. */
export const RESERVED: ReadonlySet<string> = new Set([
  ...[...OPERATIONS.values()].flatMap(({ name, syntax }) => (syntax.form === "constant" ? [name] : [])),
  ...["grad", "weight", "t", "base", "rate"],
  ...["true", "false", "null", "when", "in", "of", "or", "and", "not", "is", "scheduled"],
]);
