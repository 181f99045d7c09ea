/** Test help: random trees that are well formed, though nothing in them need have a type. */
import { OPERATIONS } from "../../src/spec/operations/table.ts";
import type {
  Expression,
  HyperDeclaration,
  Rule,
  Schedule,
  SlotDeclaration,
  Statement,
} from "../../src/spec/tree.ts";
import type { Tape } from "./tape.ts";

const NAMES = [
  "a",
  "b2",
  "_c",
  "step",
  "update",
  "rule",
  "min",
  "sum",
  "toString",
  "E1",
  "weight",
  "grad",
  "t",
];
const CHOICES = ["linear", "constant", "x_1", "list"];

export const NUMBERS = [
  0,
  1,
  -1,
  -0,
  2,
  0.1,
  -0.1,
  1e-8,
  1e21,
  -1e21,
  1e300,
  5e-324,
  -5e-324,
  1.7976931348623157e308,
  123456789,
  0.30000000000000004,
  2 ** 53,
  1.401298464324817e-45,
];

export function expressionFrom(tape: Tape, depth: number): Expression {
  const kind = depth === 0 ? tape.below(4) : tape.below(8);
  if (kind === 0) return tape.pick(NAMES);
  if (kind === 1) return tape.pick(NUMBERS);
  if (kind === 2) return tape.pick([true, false, null]);
  if (kind === 3) return ["pi"];
  const operation = tape.pick([...OPERATIONS.values()]);
  const operands = Array.from({ length: operation.arity }, () => expressionFrom(tape, depth - 1));
  if (operation.kind === "question") return ["is", operands[0] as Expression, tape.pick([null, ...CHOICES])];
  return [operation.name, ...operands];
}

function hyperFrom(tape: Tape, name: string): HyperDeclaration {
  const kind = tape.below(4);
  const range = {
    ...tape.pick([{}, { min: tape.pick(NUMBERS) }, { above: tape.pick(NUMBERS) }]),
    ...tape.pick([{}, { max: tape.pick(NUMBERS) }, { below: tape.pick(NUMBERS) }]),
  };
  const nullable = tape.pick([{}, { nullable: true as const }]);
  const orNull = "nullable" in nullable ? [{ default: null }] : [];
  const scheduled = tape.pick([{}, { scheduled: true as const }]);
  const common = { name, ...nullable, ...range, ...scheduled };
  if (kind === 0) return { ...common, ...tape.pick([{}, { default: tape.pick(NUMBERS) }, ...orNull]) };
  if (kind === 1) return { ...common, type: "boolean", ...tape.pick([{}, { default: true }, ...orNull]) };
  if (kind === 2) {
    const lists = [[], [tape.pick(NUMBERS)], [1, -2, tape.pick(NUMBERS)]];
    return { ...common, type: "list", ...tape.pick([{}, { default: tape.pick(lists) }, ...orNull]) };
  }
  const choices = [tape.pick(CHOICES), tape.pick(CHOICES)] as const;
  return { ...common, type: "choice", ...tape.pick([{}, { default: choices[1] }, ...orNull]), choices };
}

const guard = (tape: Tape) => (tape.below(2) === 0 ? {} : { when: expressionFrom(tape, 2) });

function slotFrom(tape: Tape, name: string): SlotDeclaration {
  const shape = tape.pick([{}, { shape: "row" }, { shape: "col" }, { shape: "scalar" }] as const);
  return { name, ...shape, init: expressionFrom(tape, 1), ...guard(tape) };
}

function statementFrom(tape: Tape): Statement {
  const name = tape.pick(NAMES);
  const value = expressionFrom(tape, 4);
  return tape.below(2) === 0 ? [name, value] : [name, value, expressionFrom(tape, 2)];
}

export function scheduleFrom(tape: Tape): Schedule {
  return {
    name: tape.pick(["s", "lion_2", "mxnet-1.9/adam", "torch-2.13/adamw", "keras-3/x"]),
    hyper: tape.some(4, (i) => hyperFrom(tape, `h${i}`)),
    state: tape.some(3, (i) => slotFrom(tape, `s${i}`)),
    step: tape.some(3, () => statementFrom(tape)),
  };
}

export function ruleFrom(tape: Tape): Rule {
  return { ...scheduleFrom(tape), update: tape.some(4, () => statementFrom(tape)) };
}
