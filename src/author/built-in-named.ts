/** author: the built-in that a name stands for, or why there is none. */
import { didYouMean } from "../base/nearest.ts";
import type { BuiltIn } from "../rules/built-in.ts";
import { findRule, findSchedule, ruleNames, scheduleNames } from "../rules/built-in.ts";
import { whereItIs } from "../rules/mxnet/releases.ts";
import { OTHER_NAMES } from "../rules/other-names.ts";
import { SpecError } from "../spec/errors.ts";
import type { Rule, Schedule } from "../spec/tree.ts";
import { REFUSED_NAMES } from "./refused-names.ts";

/** @throws SpecError for a name that stands for no rule, or for what no text can say */
export function ruleNamed(name: string, path: string): BuiltIn<Rule> {
  return findRule(name) ?? refuse(name, ruleNames, "unknown-rule", path);
}

/** @throws SpecError for a name that stands for no schedule, or for what no text can say */
export function scheduleNamed(name: string, path: string): BuiltIn<Schedule> {
  return findSchedule(name) ?? refuse(name, scheduleNames, "unknown-schedule", path);
}

/**
 * The rule or schedule of a name: of those listed, of any release of MXNet, or another that its framework has for it.
 * @throws SpecError with the reason for what no text can say, else with the nearest right name
 */
export function builtInNamed(name: string): BuiltIn<Rule> | BuiltIn<Schedule> {
  return (
    findRule(name) ?? findSchedule(name) ?? refuse(name, [...ruleNames, ...scheduleNames], "unknown-rule")
  );
}

function refuse(
  name: string,
  names: readonly string[],
  code: "unknown-rule" | "unknown-schedule",
  path?: string,
): never {
  const at = path === undefined ? {} : { path };
  const refusal = REFUSED_NAMES.get(name);
  if (refusal !== undefined) {
    const message = `\`${name}\` cannot be said as a rule: ${refusal.why}`;
    throw new SpecError({ code: "unsupported", message, ...at, hint: refusal.instead });
  }
  const hint =
    whereItIs(name) ??
    didYouMean(name, [...names, ...OTHER_NAMES.keys()]) ??
    "`optseal list` shows the built-ins";
  throw new SpecError({ code, message: `there is no built-in \`${name}\``, ...at, hint });
}
