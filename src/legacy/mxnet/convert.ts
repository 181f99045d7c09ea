/** legacy: a pickled MXNet optimizer to a spec. */
import type { HyperValue, Rule } from "../../spec/tree.ts";
import type { Fact } from "../pickle/facts.ts";
import type { Ledger } from "../report.ts";
import { inWords } from "../report.ts";
import { judge } from "./broken.ts";
import { convertGroups } from "./by-parameter.ts";
import type { Seen } from "./counts.ts";
import { readCounts } from "./counts.ts";
import { documentOf } from "./document.ts";
import type { FoundOptimizer } from "./identify.ts";
import { convertRate, convertSchedule, firstRate } from "./rate.ts";
import { pathOf, readFields } from "./read-fields.ts";
import type { Release } from "./releases.ts";
import { releasesInWords } from "./releases.ts";
import type { Around } from "./svrg.ts";
import { convertAround, withAssignment } from "./svrg.ts";
import type { Text } from "./targets.ts";
import { BEFORE_THE_RULE } from "./targets.ts";
import { ruleInForce } from "./text-in-force.ts";

/** A spec in the form that people write, or `undefined`: the ledger says why. */
export function convertOptimizer(found: FoundOptimizer, release: Release, ledger: Ledger): unknown {
  if (found.inner === undefined && found.target.cls.rows.some(({ name }) => name === "default_opt")) {
    const fact = found.object.fields.get("default_opt") ?? found.object.call;
    const hint = "only an optimizer of MXNet converts inside another";
    ledger.refuse("unknown-class", "default_opt", fact, `${inWords(fact)} is no optimizer of MXNet`, hint);
    return undefined;
  }
  if (found.inner === undefined) return converted(found, release, undefined, ledger);
  const around = convertAround(found, release, ledger);
  return converted(found.inner, release, around, ledger);
}

/** @param around what the SVRG optimizer around it says */
function converted(
  found: FoundOptimizer,
  release: Release,
  around: Around | undefined,
  ledger: Ledger,
): unknown {
  const text = ruleInForce(found, release);
  if (text === undefined) {
    refuseClass(found, release, ledger);
    return undefined;
  }
  const { hyper: declarations } = text.tree;
  const declares = (name: string): boolean => declarations.some((declared) => declared.name === name);
  const { values, own } = readFields(found, release, text.tree, "hyper", ledger);
  const seen: Seen = { own, at: found.at, fact: factOf(found) };
  const counting = readCounts(seen, ledger);
  const rateName = declarations.find(({ scheduled }) => scheduled === true)?.name;
  const schedule = convertSchedule(found, release, rateName, counting, ledger);
  const hasScheduler = (found.object.fields.get("lr_scheduler")?.kind ?? "none") !== "none";
  const rate =
    rateName === undefined ? undefined : convertRate(seen, schedule, hasScheduler, rateName, ledger);
  if (rateName === undefined && own.has("lr"))
    ledger.drop(pathOf(found.at, "lr"), seen.fact("lr"), "is not read: this class has no learning rate");
  judge(classOf(found), release, { fields: own, rate: hasScheduler ? undefined : rate }, seen, ledger);
  const decay = values.get("wd") ?? 0;
  const reads = {
    className: classOf(found),
    tree: text.tree,
    rate: rateName !== undefined,
    decay: decay !== 0,
    ...(around === undefined ? {} : { svrgNames: around.names }),
  };
  const groups = convertGroups(seen, reads, ledger);
  const isPrecise = precision(seen, around, ledger);
  const gradient = gradientSteps(seen, declares, ledger);
  if (ledger.issues.length > 0) return undefined;
  const first = declares("first_rate")
    ? firstRate(schedule, seen.fact("lr_scheduler"), found.at, ledger)
    : undefined;
  const hyper = new Map<string, HyperValue>(values);
  if (rateName !== undefined && rate !== undefined) hyper.set(rateName, rate);
  if (first !== undefined) hyper.set("first_rate", first);
  const isAssigned = groups.some(({ hyper: of }) => Object.hasOwn(of, "full"));
  const composed: Text<Rule> = isAssigned && around !== undefined ? withAssignment(text) : text;
  return documentOf({
    text: composed,
    hyper,
    rate: rateName,
    schedule:
      first === undefined || schedule === undefined ? schedule : { ...schedule, state: schedule.stateAsked },
    groups,
    gradient,
    isPrecise,
    counting,
  });
}

/** The class of MXNet; none for a rule of the user's own. */
function classOf({ target: { cls } }: FoundOptimizer): string {
  return cls.builtIn === "" ? "" : cls.className;
}

function factOf({ object }: FoundOptimizer): (name: string) => Fact {
  return (name) => object.fields.get(name) ?? object.call;
}

/** A class that never worked, or one whose rule is not among the built-ins. */
function refuseClass(found: FoundOptimizer, release: Release, ledger: Ledger): void {
  const nothing = { fields: new Map<string, unknown>(), rate: undefined };
  judge(classOf(found), release, nothing, { at: found.at, fact: factOf(found) }, ledger);
  if (ledger.issues.length > 0) return;
  const { className } = found.target.cls;
  const why = `there is no built-in for \`${className}\` of MXNet ${releasesInWords([release])}`;
  const hint = "write the rule as text, and name the file: --name FILE=CLASS";
  ledger.refuse("unsupported", pathOf(found.at, "class"), found.object.call, why, hint);
}

function precision({ own, at, fact }: Seen, around: Around | undefined, ledger: Ledger): boolean {
  const path = pathOf(at, "multi_precision");
  const isPrecise = own.get("multi_precision") === true;
  if (!own.has("multi_precision")) return around?.isPrecise === true;
  if (around !== undefined) ledger.drop(path, fact("multi_precision"), "is not read: that of the outer is");
  else if (isPrecise) ledger.keep(path, fact("multi_precision"), "precision.master");
  else ledger.drop(path, fact("multi_precision"), "is off, as it is without it");
  return around?.isPrecise ?? isPrecise;
}

/** What MXNet's base class promises of every gradient, for a rule that has no such hyperparameter. */
function gradientSteps(
  { own, at, fact }: Seen,
  declares: (name: string) => boolean,
  ledger: Ledger,
): { readonly [step: string]: number } {
  const steps: { [step: string]: number } = {};
  for (const [field, step] of BEFORE_THE_RULE) {
    const value = own.get(field);
    if (declares(field) || value === undefined) continue;
    const path = pathOf(at, field);
    const isNeutral = value === null || (step === "rescale" && value === 1);
    if (isNeutral) ledger.drop(path, fact(field), "changes no gradient");
    else if (step === "clip_value" && Number(value) <= 0)
      ledger.refuse("refused-field", path, fact(field), "is not above 0", "declare it in the rule");
    else {
      steps[step] = Number(value);
      ledger.keep(path, fact(field), `gradient.${step}`, "the rule has no such hyperparameter");
    }
  }
  return steps;
}
