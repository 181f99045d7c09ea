/**
 * author: several schedules to one that is written out. In: trees, each with the values of its hyperparameters. Out: one tree
 * and its values, in which each child's names begin with `s1_`, `s2_` and so on.
 *
 * Some names of a child mean something to its neighbours. A slot `last` or `running` that starts from `base` is the rate in
 * force, whichever child left it, so that children that multiply it work on one another's; in a sequence `last` starts from
 * `base` again with its child, while `running` goes on. A local `first` is the rate that a later child of a sequence begins
 * with in place of its own.
 */
import type { Expression, HyperValues, Schedule, SlotDeclaration, Statement } from "../spec/tree.ts";
import type { Child, Renamed } from "./compose-names.ts";
import { guarded, prefixOf, rename } from "./compose-names.ts";

/** A composition: one schedule, and the values of its hyperparameters. */
export interface Composed {
  readonly schedule: Schedule;
  readonly hyper: HyperValues;
}

const LAST: SlotDeclaration = { name: "last", init: "base" };

/**
 * All children at once, one after the other in each step: each works on the rate that the one before it left, as in torch's
 * ChainedScheduler. A child that does not read the rate in force sets it anew.
 */
export function chain(children: readonly Child[]): Composed {
  const renamed = children.map((child, i) => rename(child, prefixOf(i), { momentum: "momentum" }));
  const step = renamed.flatMap(({ prefix, schedule }): readonly Statement[] => {
    const [name, value, when] = schedule.step.at(-1) ?? [];
    const leaves = name === LAST.name && value === `${prefix}rate` && when === undefined;
    return leaves ? schedule.step : [...schedule.step, [LAST.name, `${prefix}rate`]];
  });
  return together("chained", renamed, [...step, ["rate", LAST.name]]);
}

/**
 * One child after the other: each from its milestone on, and with its own count from there, as in torch's SequentialLR.
 * @param milestones how many steps have been made when each child but the first takes over, in ascending order.
 */
export function sequence(children: readonly Child[], milestones: readonly number[]): Composed {
  const renamed = children.map((child, i) => rename(child, prefixOf(i), { t: `${prefixOf(i)}t` }));
  const { schedule, hyper } = together("sequential", renamed, [
    ["at", ["count_below", "milestones", "t"]],
    ...renamed.flatMap((child, i) => inTurn(child, i, renamed.length)),
    ...renamed.map(({ prefix }, i): Statement => {
      return ["rate", i === 0 ? `${prefix}rate` : select(i, `${prefix}rate`, "rate")];
    }),
    ...momenta(renamed),
    [LAST.name, "rate"],
  ]);
  const declared = { name: "milestones", type: "list", min: 0 } as const;
  return {
    schedule: { ...schedule, hyper: [declared, ...schedule.hyper] },
    hyper: { milestones, ...hyper },
  };
}

function together(name: string, children: readonly Renamed[], step: readonly Statement[]): Composed {
  const needs = children.flatMap(({ schedule }) => schedule.needs ?? []);
  return {
    schedule: {
      name,
      hyper: children.flatMap(({ schedule }) => schedule.hyper),
      ...(needs.length === 0 ? {} : { needs }),
      state: [LAST, ...children.flatMap(({ schedule }) => schedule.state)],
      step,
    },
    hyper: Object.assign({}, ...children.map(({ hyper }) => hyper)),
  };
}

/** `value` while the child's turn is, else `otherwise`. */
const select = (i: number, value: Expression, otherwise: Expression): Expression => [
  "select",
  ["eq", "at", i],
  value,
  otherwise,
];

/** A child's lines in a sequence. Its slots move in its turn alone; its count waits at 1 before, and at its last after. */
function inTurn(child: Renamed, i: number, children: number): readonly Statement[] {
  const { prefix, schedule, carried, hasFirst } = child;
  const start: Expression = i === 0 ? 0 : ["item", "milestones", i - 1];
  const count: Expression = i === 0 ? "t" : ["sub", "t", start];
  const length: Expression = ["sub", ["item", "milestones", i], start];
  const begins: Expression = ["and", ["eq", "at", i], ["eq", "t", ["add", start, 1]]];
  const kept = new Set([LAST.name, ...schedule.state.map(({ name }) => name)]);
  const lines: readonly Statement[] = [
    [`${prefix}t`, ["max", 1, i === children - 1 ? count : ["min", count, length]]],
    ...schedule.step.map(([name, value, when]) =>
      guarded(name, kept.has(name) ? select(i, value, name) : value, when),
    ),
  ];
  if (i === 0) return lines;
  // torch starts a child at a milestone of 0 as it starts the very first.
  const first: Expression = ["select", ["and", begins, ["gt", start, 0]], `${prefix}first`, `${prefix}rate`];
  return [
    ...(carried === "last" ? [guarded(LAST.name, ["select", begins, "base", LAST.name])] : []),
    ...lines,
    ...(hasFirst ? [guarded(`${prefix}rate`, first)] : []),
  ];
}

/**
 * Before its turn a child's momentum is what it starts with, since torch's schedulers set it when they are made; after it,
 * what it ended with.
 */
function momenta(children: readonly Renamed[]): readonly Statement[] {
  const found = children.flatMap(({ prefix, schedule }, i) => {
    const name = `${prefix}momentum`;
    const lines = schedule.step.filter(([target]) => target === name);
    const guards = lines.flatMap(([, , when]) => (when === undefined ? [] : [when]));
    if (lines.length === 0) return [];
    // Lines of a composition inside this one have the same guard twice: kept, they would double with each that is around it.
    const [first, ...more] = new Map(guards.map((guard) => [JSON.stringify(guard), guard])).values();
    const either = first === undefined ? first : more.reduce((a, b): Expression => ["or", a, b], first);
    return [{ i, name, when: guards.length < lines.length ? undefined : either }];
  });
  return [
    ...found.map(({ name, when }) => guarded("momentum", name, when)),
    ...found.map(({ i, name, when }) =>
      guarded("momentum", ["select", ["ge", "at", i], name, "momentum"], when),
    ),
  ];
}
