/**
 * check: from a spec that was written here or admitted from a wire to a program that is proven to run: names, types, ranges,
 * selectors, shapes and cost, with all that is wrong reported at once. Pure: the same spec gives the same answer.
 */

import type { Admitted, Authored, Bound, Checked, CheckedContent } from "../spec/gates.ts";
import { admittedGate, authoredGate, checkedGate } from "../spec/gates.ts";
import { beyondAmending } from "../spec/kept.ts";
import type { Program } from "../spec/program.ts";
import type { Spec } from "../spec/tree.ts";
import { gradientCost, LIMIT_SIDE, mostOf, perElementCost } from "./cost.ts";
import type { CheckIssue, Report } from "./errors.ts";
import { CheckError } from "./errors.ts";
import { makeProgram, ratesOf } from "./make-program.ts";
import { pathOf } from "./place.ts";
import type { Shapes } from "./selectors.ts";
import { checkSelectors } from "./selectors.ts";

export interface CheckOptions {
  /** The parameters' shapes by key, where they are known already: selectors are held against them. */
  readonly shapes?: Shapes;
  /**
   * Operations that one update of one element may cost; its scalars may cost 1024 times as many. Absent: what the trust
   * policy said, or no limit.
   */
  readonly costLimit?: number;
  /** The spec in force that this one is to take the place of, while its optimizer keeps its state. */
  readonly amends?: Checked;
}

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
  if (program !== undefined) checkCost(spec, program, limit, report);
  if (program !== undefined && issues.size === 0) checkKept(options.amends, { spec, program }, report);
  refuse(issues);
  if (program === undefined) throw new Error("bug: no program and no issue");
  proven.set(spec, program);
  const bounds = "bounds" in document ? document.bounds : undefined;
  const boundOf = (name: string | undefined): Bound | undefined =>
    name !== undefined && bounds !== undefined && Object.hasOwn(bounds, name) ? bounds[name] : undefined;
  const [rateBound, momentumBound] = [boundOf(program.scheduled), boundOf(program.cycled)];
  return checkedGate.pass({
    spec,
    program,
    ...(rateBound === undefined ? {} : { rateBound }),
    ...(momentumBound === undefined ? {} : { momentumBound }),
  });
}

function checkKept(before: Checked | undefined, after: CheckedContent, report: Report): void {
  if (before === undefined) return;
  if (!checkedGate.knows(before)) throw new TypeError("`amends` is what `check` returned");
  for (const { path, message, hint } of beyondAmending(before, after))
    report("amendment", path, message, hint);
}

function refuse(issues: ReadonlyMap<string, CheckIssue>): void {
  const [first, ...rest] = issues.values();
  if (first !== undefined) throw new CheckError([first, ...rest]);
}

function checkCost({ gradient }: Spec, program: Program, limit: number | undefined, report: Report): void {
  const cost = mostOf(program.bindings);
  const most = perElementCost(cost) + gradientCost(gradient);
  if (limit === undefined) return;
  checkScalars(program, cost.scalar, limit, report);
  if (most <= limit) return;
  const where = cost.product + cost.cube > 0 ? ` of a matrix with sides of ${LIMIT_SIDE}` : "";
  const message = `one update of one element${where} costs ${most} operations; ${limit} are allowed`;
  report("cost-limit", "rule", message);
}

/**
 * What does not grow with a parameter is held to what the limit allows for one of {@link LIMIT_SIDE} elements: a limit on
 * elements alone would let scalars take any time.
 */
function checkScalars(
  { bindings, schedule, scheduled }: Program,
  scalar: number,
  limit: number,
  report: Report,
) {
  const most = limit * LIMIT_SIDE;
  const refuseAbove = (cost: number, path: string, what: string): void => {
    if (cost <= most) return;
    report("cost-limit", path, `${what} cost ${cost} operations; ${most} are allowed`);
  };
  refuseAbove(scalar, "rule", "the scalars of one update");
  if (schedule === undefined || scheduled === undefined) return;
  const rates = ratesOf(bindings, scheduled);
  refuseAbove(schedule.cost * rates, "schedule", "the scalars of one schedule step");
}
