/** cli: the curves of a checked spec: a rate for each base rate that it has, and a momentum. In: a checked spec. Out: functions of the update. */
import type { Binding, Checked, HyperValues, Optimizer } from "../index.ts";
import { author, check, compile } from "../index.ts";
import type { Curve } from "./chart/course.ts";
import { UsageError } from "./errors.ts";
import { matchText } from "./spec-text.ts";

/** What a hyperparameter is from update to update. */
export interface HyperCurve {
  /** Which parameters it is for. */
  readonly name: string;
  readonly at: (update: number) => number;
}

export interface Curves {
  /** Updates that the spec says have been made. */
  readonly made: number;
  readonly rates: readonly HyperCurve[];
  readonly momentum: HyperCurve | undefined;
}

/** Steps of a schedule that are looked at without being asked for: one with state has to be run through. */
const REACH = { stateless: 1e9, withState: 400_000 } as const;

/** The learning rate among hyperparameters, where no schedule says which it is. */
const RATES = ["learning_rate", "learningRate", "lr"];

/** The hyperparameter that is drawn. */
export function rateName({ program }: Checked): string | undefined {
  const hyper = program.bindings.at(-1)?.hyper ?? {};
  return program.scheduled ?? RATES.find((name) => typeof hyper[name] === "number");
}

const start = (checked: Checked): Optimizer => compile(checked).attach({});

/** The same spec with the hyperparameters of one group for all. Its counts stay, its schedule's state is the last group's own. */
function alone({ spec, program }: Checked, binding: Binding): Checked {
  const { groups: _, resume, ...rest } = spec;
  const { schedule: __, ...counts } = resume ?? {};
  const kept = binding === program.bindings.at(-1) ? resume : counts;
  const again = { ...rest, hyper: binding.hyper, ...(resume === undefined ? {} : { resume: kept }) };
  return check(author(again));
}

/** The groups' names by the rate that they begin with, the parameters of no group first. */
function byRate({ program }: Checked, name: string): ReadonlyMap<number, readonly Binding[]> {
  const found = new Map<number, Binding[]>();
  for (const binding of program.bindings.toReversed()) {
    const rate = binding.hyper[name] as number;
    found.set(rate, [...(found.get(rate) ?? []), binding]);
  }
  return found;
}

/** Whom a rate is for. */
const whose = (bindings: readonly Binding[]): string =>
  bindings.map(({ match }) => (match === undefined ? "all other parameters" : matchText(match))).join("; ");

/** @throws UsageError for a spec without a schedule and without anything that is known for a rate */
export function curvesOf(checked: Checked): Curves {
  const { spec, program } = checked;
  const name = rateName(checked);
  if (name === undefined)
    throw new UsageError(
      `\`${spec.rule.name}\` has no schedule, and no rate that could be drawn`,
      "give the spec a schedule, or a hyperparameter called learning_rate or lr",
    );
  const optimizer = start(checked);
  const { updates: made } = optimizer;
  const rates = [...byRate(checked, name)].map(([rate, bindings], i): HyperCurve => {
    const of = whose(bindings);
    if (program.schedule === undefined) return { name: of, at: () => rate };
    const one = i === 0 ? optimizer : start(alone(checked, bindings[0] as Binding));
    return { name: of, at: (update) => one.rateAt(update) as number };
  });
  const cycles = program.schedule !== undefined && start(checked).momentumAt(made + 1) !== undefined;
  const at = (update: number): number => optimizer.momentumAt(update) as number;
  return { made, rates, momentum: cycles ? { name: program.cycled as string, at } : undefined };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 1;

/** How long a training is, where a schedule has an argument for it, by the names that frameworks have for that. */
function totalOf(hyper: HyperValues): number | undefined {
  const { num_training_steps, total_num_steps, total_steps, epochs, steps_per_epoch } = hyper;
  const product = isCount(epochs) && isCount(steps_per_epoch) ? epochs * steps_per_epoch : undefined;
  return [num_training_steps, total_num_steps, total_steps, product].find(isCount);
}

/** The rates as a curve that tells how far to draw it. */
export function courseCurve({ program }: Checked, { made, rates }: Curves): Curve {
  const { schedule } = program;
  const { every = 1, hyper = {}, slots = [] } = schedule ?? {};
  const lists = Object.values(hyper).map((value) => (Array.isArray(value) ? value : [value]).filter(isCount));
  const longest = Math.max(0, ...lists.flat()) * every;
  const together = Math.max(0, ...lists.map((list) => list.reduce((a, b) => a + b, 0))) * every;
  const total = totalOf(hyper);
  const left = total === undefined || total * every <= made ? undefined : total * every - made;
  const { at } = rates[0] as HyperCurve;
  return {
    at: (point) => at(made + point),
    every,
    longest,
    together,
    ...(left === undefined ? {} : { total: left }),
    reach: every * (slots.length === 0 ? REACH.stateless : REACH.withState),
  };
}
