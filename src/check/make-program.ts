/** check: the program of a spec: its trees found, looked at, and bound to its hyperparameters, group by group. */
import { findRule, findSchedule, ruleNames, scheduleNames } from "../rules/built-in.ts";
import { SHAPE_NAMES } from "../spec/operations/table.ts";
import type { Binding, Program, ScheduleProgram } from "../spec/program.ts";
import type { Expression, HyperValue, Line, Rule, Schedule, Spec, Statement } from "../spec/tree.ts";
import { MOST_BODIES } from "./by-shape.ts";
import type { Report } from "./errors.ts";
import type { Library } from "./find-tree.ts";
import { findTree } from "./find-tree.ts";
import { bindHyper } from "./hyper.ts";
import { MAX_REPEAT } from "./lines.ts";
import type { Driven } from "./program.ts";
import { bindRule, bindSchedule, recordOf } from "./program.ts";
import { recall, settlingNames } from "./recall.ts";
import { checkCounts, checkScheduleState } from "./resume.ts";
import { checkStructure, sizeOf } from "./structure.ts";

/** A rule is bound for each group: its operations and names, times groups. About a second. */
const MAX_BOUND_NODES = 1 << 20;
/** How often a rule is bound that asks two things of a shape. */
const USUAL_BODIES = 4;

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
  checkCounts(spec, report);
  const program = schedule === undefined ? undefined : scheduleProgram(spec, schedule, report);
  const driven = program === undefined ? {} : drivenNames(rule, program, report);
  const { scheduled, cycled } = driven;
  const bound = bindings(spec, rule, driven, report);
  if (program !== undefined) checkScheduleState(spec, program, ratesOf(bound, scheduled), report);
  return {
    bindings: bound,
    ...(program === undefined || scheduled === undefined ? {} : { schedule: program, scheduled }),
    ...(cycled === undefined ? {} : { cycled }),
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
  const slots = rule.state.map(({ init, when }) => sizeOfAll(when === undefined ? [init] : [init, when]));
  const parts = [
    ...rule.update.map(sizeOfLine),
    sizeOfLines(rule.step),
    ...slots,
    sizeOfAll(rule.needs ?? []),
  ];
  const nodes = parts.reduce((sum, part) => sum + part, 0);
  const [usual, most] = asksShapes(rule) ? [USUAL_BODIES, MOST_BODIES] : [1, 1];
  if (nodes * Math.max(most, usual * (groups.length + 1)) <= MAX_BOUND_NODES) return true;
  const path = groups.length === 0 ? "rule" : "groups";
  report("cost-limit", path, `${groups.length} groups of a rule of ${nodes} operations and names`);
  return false;
}

const asksShapes = (rule: Rule): boolean => SHAPE_NAMES.some((name) => settlingNames(rule).has(name));

const sizeOfAll = (expressions: readonly Expression[]): number =>
  expressions.reduce<number>((sum, expression) => sum + sizeOf(expression), 0);

const sizeOfLines = (lines: readonly Statement[]): number =>
  sizeOfAll(lines.flatMap(([, ...valueAndGuard]) => valueAndGuard));

function sizeOfLine(line: Line): number {
  if ("stop" in line) return sizeOf(line.stop);
  if (!("repeat" in line)) return sizeOfLines([line]);
  const times = typeof line.repeat === "number" ? Math.min(line.repeat, MAX_REPEAT) : MAX_REPEAT;
  return sizeOf(line.repeat) + times * sizeOfLines(line.lines);
}

/** The hyperparameters that the schedule drives. */
function drivenNames(rule: Rule, schedule: ScheduleProgram, report: Report): Driven {
  const scheduled = rule.hyper.find((hyper) => hyper.scheduled === true)?.name;
  if (scheduled === undefined) {
    report("schedule", "schedule", `no hyperparameter of \`${rule.name}\` is declared \`scheduled\``);
  }
  if (!schedule.step.some(({ name }) => name === "momentum")) return { scheduled };
  const cycled = rule.hyper.find((hyper) => hyper.scheduled === "momentum")?.name;
  if (cycled === undefined) {
    report(
      "schedule",
      "schedule",
      `the schedule leaves a momentum, and \`${rule.name}\` has none to be driven`,
      "switch it off in the schedule (cycle_momentum: false), or take a rule with a momentum",
    );
  }
  return { scheduled, cycled };
}

function scheduleProgram(spec: Spec, schedule: Schedule, report: Report): ScheduleProgram {
  const use = spec.schedule;
  const hyper = bindHyper(schedule.hyper, [{ values: use?.hyper, path: "schedule.hyper" }], report);
  const every = use?.every ?? 1;
  const make = (heard: Report) => bindSchedule(schedule, hyper, { every, at: "schedule.rule" }, heard);
  return { ...recall(schedule, hyper, [], make, report), hyper: recordOf(hyper), every };
}

/** How many base rates the schedule is run from. */
export function ratesOf(bound: readonly Binding[], scheduled: string | undefined): number {
  return new Set(bound.map(({ hyper }) => (scheduled === undefined ? undefined : hyper[scheduled]))).size;
}

function bindings(spec: Spec, rule: Rule, driven: Driven, report: Report): Program["bindings"] {
  const base = { values: spec.hyper, path: "hyper" };
  const bind = (values: ReadonlyMap<string, HyperValue>): Binding => {
    const make = (heard: Report) => bindRule(rule, values, { driven, at: "rule" }, heard);
    const known = recall(rule, values, [driven.scheduled, driven.cycled], make, report);
    return { ...known, hyper: recordOf(values) };
  };
  const rest = bind(bindHyper(rule.hyper, [base], report));
  const { scheduled, cycled } = driven;
  const isGiven = ({ hyper }: Binding, path: string): void => {
    if (scheduled !== undefined && hyper[scheduled] === null) {
      report("schedule", `${path}.${scheduled}`, `the schedule starts from \`${scheduled}\`, which is null`);
    }
    if (cycled !== undefined && !hyper[cycled] && settlingNames(rule).has(cycled)) {
      const message = `the schedule drives \`${cycled}\`, which is switched off`;
      report("schedule", `${path}.${cycled}`, message, "give it the momentum that the schedule begins with");
    }
  };
  isGiven(rest, "hyper");
  const groups = (spec.groups ?? []).map(({ match, hyper }, g): Binding => {
    const layers = [base, { values: hyper, path: `groups[${g}].hyper` }];
    const binding = { ...bind(bindHyper(rule.hyper, layers, report)), match };
    isGiven(binding, `groups[${g}].hyper`);
    return binding;
  });
  return [...groups, rest] as unknown as Program["bindings"];
}
