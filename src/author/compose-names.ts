/** author: a schedule that becomes part of another: its names made its own. In: a tree and a prefix. Out: the same arithmetic. */
import { OPERATIONS } from "../spec/operations/table.ts";
import type { Expression, HyperValues, Schedule, Statement } from "../spec/tree.ts";

/** One schedule of a composition, with what is given to its hyperparameters. */
export interface Child {
  readonly schedule: Schedule;
  readonly hyper?: HyperValues;
}

/** A child's tree in the names of the composition. */
export interface Renamed {
  readonly prefix: string;
  /** Without the slot of the rate in force, which the composition has. */
  readonly schedule: Schedule;
  readonly hyper: HyperValues;
  /** What the child calls the rate in force, if it reads it. */
  readonly carried: "last" | "running" | undefined;
  readonly hasFirst: boolean;
}

/** The prefix of a child's names, by its place from 0. */
export const prefixOf = (i: number): string => `s${i + 1}_`;

/** A statement, with a guard or without. */
export function guarded(name: string, value: Expression, when?: Expression): Statement {
  return when === undefined ? [name, value] : [name, value, when];
}

/** A child in names of its own. `given` says what other names become; the rate in force is `last` in all of them. */
export function rename(
  { schedule, hyper = {} }: Child,
  prefix: string,
  given: Readonly<Record<string, string>>,
): Renamed {
  const carried = (["last", "running"] as const).find((name) =>
    schedule.state.some((slot) => slot.name === name && slot.init === "base"),
  );
  const declared = [...schedule.hyper, ...schedule.state].map(({ name }) => name);
  const own = [...declared, ...schedule.step.map(([name]) => name)];
  const names = new Map([
    ...own.map((name) => [name, prefix + name] as const),
    ...Object.entries(given),
    ...(carried === undefined ? [] : [[carried, "last"] as const]),
  ]);
  const renamed = (expression: Expression): Expression => inNames(expression, names);
  return {
    prefix,
    carried,
    hasFirst: schedule.step.some(([name]) => name === "first"),
    hyper: Object.fromEntries(Object.entries(hyper).map(([name, value]) => [prefix + name, value])),
    schedule: {
      ...schedule,
      hyper: schedule.hyper.map((hyperparameter) => ({
        ...hyperparameter,
        name: prefix + hyperparameter.name,
      })),
      ...(schedule.needs === undefined ? {} : { needs: schedule.needs.map(renamed) }),
      state: schedule.state
        .filter(({ name }) => name !== carried)
        .map(({ name, init, when, ...rest }) => ({
          ...rest,
          name: prefix + name,
          init: renamed(init),
          ...(when === undefined ? {} : { when: renamed(when) }),
        })),
      step: schedule.step.map(([name, value, when]) =>
        guarded(names.get(name) ?? name, renamed(value), when === undefined ? undefined : renamed(when)),
      ),
    },
  };
}

/** The same expression, its names changed. The second operand of a question is a word, not a name. */
function inNames(expression: Expression, names: ReadonlyMap<string, string>): Expression {
  if (typeof expression === "string") return names.get(expression) ?? expression;
  if (typeof expression !== "object" || expression === null) return expression;
  const [operation, ...operands] = expression;
  const asks = OPERATIONS.get(operation)?.kind === "question";
  return [operation, ...operands.map((operand, i) => (asks && i === 1 ? operand : inNames(operand, names)))];
}
