/**
 * author: what a preset gives. In: a built-in's name and a person's arguments. Out: the part of a spec that asks for it, frozen.
 * The presets themselves are made from the texts of the built-ins by make-presets.mjs.
 */
import type { HyperValue } from "../spec/tree.ts";

/** Hyperparameters as a person writes them: tuples that a framework takes may stand in one, `betas`. */
export interface PresetHyper {
  readonly [name: string]: HyperValue | readonly (number | null)[];
}

/** A rule and its hyperparameters, to be spread into what `author` takes. */
export interface RulePreset {
  readonly rule: string;
  readonly hyper: PresetHyper;
}

/** A schedule and its hyperparameters: the `schedule` of what `author` takes, or a part of a composition. */
export interface SchedulePreset {
  readonly name: string;
  readonly hyper: PresetHyper;
}

/** The preset of a built-in rule. What the rule does not know is refused where the spec is authored and checked. */
export function rulePreset(rule: string, hyper?: object): RulePreset {
  return Object.freeze({ rule, hyper: frozenCopy(hyper) });
}

/** The preset of a built-in schedule. */
export function schedulePreset(name: string, hyper?: object): SchedulePreset {
  return Object.freeze({ name, hyper: frozenCopy(hyper) });
}

/** The lists are copied too: the caller goes on owning what it has given. */
function frozenCopy(hyper: object = {}): PresetHyper {
  const entries = Object.entries(hyper).map(([name, value]: [string, unknown]) => [
    name,
    Array.isArray(value) ? Object.freeze([...(value as readonly unknown[])]) : value,
  ]);
  return Object.freeze(Object.fromEntries(entries)) as PresetHyper;
}
