/** check: the program of a spec: its trees found, looked at, and bound to its hyperparameters, group by group. */
import { findRule, findSchedule, ruleNames, scheduleNames } from "../rules/built-in.ts";
import type { Binding, Program, ScheduleProgram } from "../spec/program.ts";
import type { HyperValue, Rule, Schedule, Spec } from "../spec/tree.ts";
import { gradientCost } from "./cost.ts";
import type { Report } from "./errors.ts";
import type { Library } from "./find-tree.ts";
import { findTree } from "./find-tree.ts";
import { bindHyper } from "./hyper.ts";
import { bindRule, bindSchedule, recordOf } from "./program.ts";
import { recall } from "./recall.ts";
import { checkCounts, checkScheduleState } from "./resume.ts";
import { checkStructure, sizeOf } from "./structure.ts";

/** A rule is bound for each group: its operations and names, times groups. About a second. */
const MAX_BOUND_NODES = 1 << 20;

const RULES: Library<Rule> = { find: findRule, names: ruleNames, code: "unknown-rule" };
const SCHEDULES: Library<Schedule> = { find: findSchedule, names: scheduleNames, code: "unknown-schedule" };

/** The program, or `undefined` after a report; after a report it may be incomplete. */
export function makeProgram(spec: Spec, report: Report): Program | undefined {
  const rule = findTree(spec.rule, "rule", RULES, report);
  const use = spec.schedule;
  const schedule = use === undefined ? undefined : findTree(use.rule, "schedule.rule", SCHEDULES, report);
  if (rule === undefined || (use !== undefined && schedule === undefined)) return undefined;
  const isSound = soundTree(rule, "rule", report);
  const isSoundSchedule = schedule === undefined || soundTree(schedule, "schedule.rule", report);
  if (!isSound || !isSoundSchedule || !boundable(rule, spec, report)) return undefined;
  const scheduled = scheduledName(rule, schedule, report);
  checkCounts(spec, report);
  const program = schedule === undefined ? undefined : scheduleProgram(spec, schedule, report);
  return {
    bindings: bindings(spec, rule, program === undefined ? undefined : scheduled, report),
    ...(program === undefined || scheduled === undefined ? {} : { schedule: program, scheduled }),
  };
}

/** Trees that have passed `checkStructure`. They are frozen; those of built-ins come again with every spec. */
const sound = new WeakSet<Rule | Schedule>();

function soundTree(tree: Rule | Schedule, at: string, report: Report): boolean {
  if (sound.has(tree)) return true;
  let issues = 0;
  checkStructure(tree, at, (...issue) => {
    issues += 1;
    report(...issue);
  });
  if (issues === 0) sound.add(tree);
  return issues === 0;
}

function boundable(rule: Rule, { groups = [] }: Spec, report: Report): boolean {
  const nodes = [...rule.step, ...rule.update].reduce((sum, [, value]) => sum + sizeOf(value), 0);
  const most = Math.max(1, Math.floor(MAX_BOUND_NODES / Math.max(1, nodes)));
  if (groups.length < most || groups.length === 0) return true;
  report("cost-limit", "groups", `${groups.length} groups of a rule of ${nodes} operations and names`);
  return false;
}

function scheduledName(rule: Rule, schedule: Schedule | undefined, report: Report): string | undefined {
  const name = rule.hyper.find((hyper) => hyper.scheduled)?.name;
  if (schedule !== undefined && name === undefined) {
    report("schedule", "schedule", `no hyperparameter of \`${rule.name}\` is declared \`scheduled\``);
  }
  return name;
}

function scheduleProgram(spec: Spec, schedule: Schedule, report: Report): ScheduleProgram {
  const use = spec.schedule;
  const hyper = bindHyper(schedule.hyper, [{ values: use?.hyper, path: "schedule.hyper" }], report);
  const every = use?.every ?? 1;
  const make = (heard: Report) => bindSchedule(schedule, hyper, { every, at: "schedule.rule" }, heard);
  const program = { ...recall(schedule, hyper, undefined, make, report), hyper: recordOf(hyper), every };
  checkScheduleState(spec, program, report);
  return program;
}

function bindings(
  spec: Spec,
  rule: Rule,
  scheduled: string | undefined,
  report: Report,
): Program["bindings"] {
  const base = { values: spec.hyper, path: "hyper" };
  const bind = (values: ReadonlyMap<string, HyperValue>): Binding => {
    const make = (heard: Report) => bindRule(rule, values, options(scheduled), heard);
    return { ...recall(rule, values, scheduled, make, report), hyper: recordOf(values) };
  };
  const rest = bind(bindHyper(rule.hyper, [base], report));
  if (scheduled !== undefined && rest.hyper[scheduled] === null) {
    report("schedule", `hyper.${scheduled}`, `the schedule starts from \`${scheduled}\`, which is null`);
  }
  const groups = (spec.groups ?? []).map(({ match, hyper }, g): Binding => {
    const layers = [base, { values: hyper, path: `groups[${g}].hyper` }];
    if (scheduled !== undefined && Object.hasOwn(hyper, scheduled)) {
      report(
        "schedule",
        `groups[${g}].hyper.${scheduled}`,
        `\`${scheduled}\` is driven by the schedule`,
        "use a multiplier of the rule, such as lr_mult",
      );
    }
    return { ...bind(bindHyper(rule.hyper, layers, report)), match };
  });
  const extra = gradientCost(spec.gradient);
  const [first, ...more] = [...groups, rest].map((binding) => {
    const { cost } = binding;
    return { ...binding, cost: { ...cost, element: cost.element + extra } };
  });
  return [first as Binding, ...more];
}

function options(scheduled: string | undefined): { at: string; scheduled?: string } {
  return { at: "rule", ...(scheduled === undefined ? {} : { scheduled }) };
}
