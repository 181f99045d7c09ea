/**
 * check: from a spec that was written here or admitted from a wire to a program that is proven to run: names, types, ranges,
 * selectors, shapes and cost, with all that is wrong reported at once. Pure: the same spec gives the same answer.
 */

import { didYouMean } from "../base/nearest.ts";
import { type BuiltIn, findRule, findSchedule, ruleNames, scheduleNames } from "../rules/built-in.ts";
import {
  type Admitted,
  type Authored,
  admittedGate,
  authoredGate,
  type Checked,
  checkedGate,
} from "../spec/gates.ts";
import type { Binding, Program, ScheduleProgram } from "../spec/program.ts";
import { isWrittenOut, type Reference, type Rule, type Schedule, type Spec } from "../spec/tree.ts";
import { CheckError, type CheckIssue, type Report } from "./errors.ts";
import { bindHyper } from "./hyper.ts";
import { pathOf } from "./place.ts";
import { bindRule, bindSchedule } from "./program.ts";
import { checkSelectors, type Shapes } from "./selectors.ts";
import { checkStructure, sizeOf } from "./structure.ts";

export interface CheckOptions {
  /** The parameters' shapes by key, where they are known already: selectors are held against them. */
  readonly shapes?: Shapes;
  /** Operations that one update of one element may cost. Absent: what the trust policy said, or no limit. */
  readonly costLimit?: number;
}

/** A schedule that starts late is run from its beginning, at most this far: about a second. */
const MAX_CATCH_UP = 10_000_000;
/** A rule is bound for each group: its operations and names, times groups. About a second. */
const MAX_BOUND_NODES = 1 << 20;
/** A report of more than this helps nobody: nothing more is looked for. */
const MAX_ISSUES = 100;

/**
 * Programs by the very spec that they were made from. Specs that have passed a gate are frozen, and the program of one is
 * always the same; workers all send the same statement, so a server proves it once.
 */
const proven = new WeakMap<Spec, Program>();

/**
 * Proves a spec fit to run.
 * @throws CheckError with every issue found.
 * @throws TypeError for anything but a spec that has passed `author` or `trust`.
 */
export function check(document: Authored | Admitted, options: CheckOptions = {}): Checked {
  if (!authoredGate.knows(document) && !admittedGate.knows(document)) {
    throw new TypeError("check takes what `author` or `admit` returned");
  }
  const issues = new Map<string, CheckIssue>();
  const report: Report = (code, place, message, hint) => {
    const path = pathOf(place);
    const issue = { code, path, message, ...(hint === undefined ? {} : { hint }) };
    issues.set(`${path}\n${message}`, issues.get(`${path}\n${message}`) ?? issue);
    if (issues.size >= MAX_ISSUES) refuse(issues);
  };
  const { spec } = document;
  checkSelectors(spec.groups ?? [], options.shapes, report);
  const program = proven.get(spec) ?? makeProgram(spec, report);
  const limit = options.costLimit ?? ("costLimit" in document ? document.costLimit : undefined);
  if (program !== undefined) checkCost(program, limit, report);
  refuse(issues);
  if (program === undefined) throw new Error("bug: no program and no issue");
  proven.set(spec, program);
  return checkedGate.pass({ spec, program });
}

function refuse(issues: ReadonlyMap<string, CheckIssue>): void {
  const [first, ...rest] = issues.values();
  if (first !== undefined) throw new CheckError([first, ...rest]);
}

function makeProgram(spec: Spec, report: Report): Program | undefined {
  const rule = findTree(spec.rule, "rule", findRule, ruleNames, "unknown-rule", report);
  const use = spec.schedule;
  const schedule =
    use === undefined
      ? undefined
      : findTree(use.rule, "schedule.rule", findSchedule, scheduleNames, "unknown-schedule", report);
  if (rule === undefined || (use !== undefined && schedule === undefined)) return undefined;
  let sound = true;
  const structureReport: Report = (...issue) => {
    sound = false;
    report(...issue);
  };
  checkStructure(rule, "rule", structureReport);
  if (schedule !== undefined) checkStructure(schedule, "schedule.rule", structureReport);
  if (!sound || !boundable(rule, spec, report)) return undefined;
  const scheduled = scheduledName(rule, schedule, report);
  checkCounts(spec, report);
  const program = schedule === undefined ? undefined : scheduleProgram(spec, schedule, report);
  return {
    bindings: bindings(spec, rule, program === undefined ? undefined : scheduled, report),
    ...(program === undefined || scheduled === undefined ? {} : { schedule: program, scheduled }),
  };
}

function boundable(rule: Rule, { groups = [] }: Spec, report: Report): boolean {
  const nodes = [...rule.step, ...rule.update].reduce((sum, [, value]) => sum + sizeOf(value), 0);
  const most = Math.max(1, Math.floor(MAX_BOUND_NODES / Math.max(1, nodes)));
  if (groups.length < most || groups.length === 0) return true;
  report("cost-limit", "groups", `${groups.length} groups of a rule of ${nodes} operations and names`);
  return false;
}

function findTree<T extends Rule | Schedule>(
  rule: Reference | T,
  path: string,
  find: (name: string) => BuiltIn<T> | undefined,
  names: readonly string[],
  code: "unknown-rule" | "unknown-schedule",
  report: Report,
): T | undefined {
  if (isWrittenOut(rule)) {
    if (rule.name.includes("/")) {
      const message = `\`${rule.name}\` is a built-in's name, and this is written out`;
      report("name-taken", `${path}.name`, message, "give a rule of your own a name without a slash");
    }
    return rule;
  }
  const { name, digest } = rule as Reference;
  const builtIn = find(name);
  if (builtIn === undefined) {
    report(code, `${path}.name`, `there is no built-in \`${name}\``, didYouMean(name, names));
    return undefined;
  }
  if (builtIn.digest !== digest) {
    report(
      "digest-mismatch",
      `${path}.digest`,
      `\`${name}\` is another text here: ${builtIn.digest}`,
      "both sides need the same release of optseal, or the rule written out in the spec",
    );
    return undefined;
  }
  return builtIn.tree;
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
  const program = bindSchedule(schedule, hyper, { every: use?.every ?? 1, at: "schedule.rule" }, report);
  const known = new Set(program.slots.map(({ name }) => name));
  const given = Object.keys(spec.resume?.schedule ?? {});
  for (const name of given) {
    if (!known.has(name))
      report(
        "resume",
        `resume.schedule.${name}`,
        `the schedule has no state \`${name}\``,
        didYouMean(name, known),
      );
  }
  const missing = [...known].filter((name) => given.length > 0 && !given.includes(name));
  if (missing.length > 0)
    report("resume", "resume.schedule", `the schedule's state also has: ${missing.join(", ")}`);
  const start = spec.resume?.updates ?? highestCount(spec);
  if (given.length === 0 && known.size > 0 && start / program.every > MAX_CATCH_UP) {
    report(
      "resume",
      "resume",
      `the schedule would be run ${Math.ceil(start / program.every)} steps to where it starts`,
      "give its state in resume.schedule",
    );
  }
  return program;
}

const highestCount = ({ resume }: Spec): number =>
  Math.max(resume?.begin ?? 0, ...Object.values(resume?.counts ?? {}));

function checkCounts(spec: Spec, report: Report): void {
  const highest = highestCount(spec);
  const updates = spec.resume?.updates ?? highest;
  if (updates >= highest) return;
  report("resume", "resume.updates", `${updates} is below ${highest}, which a parameter has reached already`);
}

function bindings(
  spec: Spec,
  rule: Rule,
  scheduled: string | undefined,
  report: Report,
): Program["bindings"] {
  const base = { values: spec.hyper, path: "hyper" };
  const rest = bindRule(rule, bindHyper(rule.hyper, [base], report), options(scheduled), report);
  if (scheduled !== undefined && rest.hyper.get(scheduled) === null) {
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
    return bindRule(rule, bindHyper(rule.hyper, layers, report), { ...options(scheduled), match }, report);
  });
  const [first, ...more] = [...groups, rest];
  return [first as Binding, ...more];
}

function options(scheduled: string | undefined): { at: string; scheduled?: string } {
  return { at: "rule", ...(scheduled === undefined ? {} : { scheduled }) };
}

function checkCost(program: Program, limit: number | undefined, report: Report): void {
  const most = Math.max(...program.bindings.map(({ cost }) => cost.element));
  if (limit !== undefined && most > limit) {
    report("cost-limit", "rule", `one update of one element costs ${most} operations; ${limit} are allowed`);
  }
}
