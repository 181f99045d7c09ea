/** legacy: which objects of a file are optimizers and schedulers, and of which classes. */
import type { Rule, Schedule } from "../../spec/tree.ts";
import type { Fact } from "../pickle/facts.ts";
import type { ObjectFact } from "../pickle/values.ts";
import { objectOf } from "../pickle/values.ts";
import { findClass } from "./classes.ts";
import { OPTIMIZERS } from "./optimizer-classes.ts";
import { SCHEDULERS } from "./scheduler-classes.ts";
import type { Target } from "./targets.ts";
import { knownRule, knownSchedule, meantRule, meantSchedule } from "./targets.ts";

/** What the user calls classes of the file, by their module and name. */
export type Names = ReadonlyMap<string, string>;

/** An object of the file that is taken for something. */
export interface Found<T extends Rule | Schedule> {
  readonly object: ObjectFact;
  readonly target: Target<T>;
  /** The path of the object in the file; empty for the optimizer itself. */
  readonly at: string;
}

export interface FoundOptimizer extends Found<Rule> {
  /** Its scheduler; `undefined` also for one of an unknown class. */
  readonly scheduler: Found<Schedule> | undefined;
  /** The optimizer inside, of SVRG's. */
  readonly inner: FoundOptimizer | undefined;
}

/** The class of an object as the file writes it. */
export function fullName({ module, name }: ObjectFact): string {
  return `${module}.${name}`;
}

/** An object that is made and given its fields, and to which nothing else is done. */
function plainObject(fact: Fact | undefined): ObjectFact | undefined {
  const object = fact === undefined ? undefined : objectOf(fact);
  if (object === undefined) return undefined;
  const { kwargs, states, entries, items } = object.call;
  const isKwargs = kwargs !== undefined && !(kwargs.kind === "dict" && kwargs.entries.length === 0);
  const isMore = object.args.length > 0 || isKwargs || entries.length > 0 || items.length > 0;
  return isMore || states.length > 1 ? undefined : object;
}

/** The optimizer that a fact is; `undefined` if it is none that is known, or that the user has given a name. */
export function identifyOptimizer(fact: Fact, names: Names, at = ""): FoundOptimizer | undefined {
  const object = plainObject(fact);
  if (object === undefined) return undefined;
  const said = names.get(fullName(object));
  const cls = findClass(OPTIMIZERS, object.module, object.name);
  const target = said === undefined ? (cls === undefined ? undefined : knownRule(cls)) : meantRule(said);
  if (target === undefined) return undefined;
  const path = (field: string) => (at === "" ? field : `${at}.${field}`);
  const scheduler = identifyScheduler(object.fields.get("lr_scheduler"), names, path("lr_scheduler"));
  const inside = at === "" ? object.fields.get("default_opt") : undefined;
  const inner = inside === undefined ? undefined : identifyOptimizer(inside, names, path("default_opt"));
  return { object, target, at, scheduler, inner };
}

function identifyScheduler(fact: Fact | undefined, names: Names, at: string): Found<Schedule> | undefined {
  const object = plainObject(fact);
  if (object === undefined) return undefined;
  const said = names.get(fullName(object));
  const cls = findClass(SCHEDULERS, object.module, object.name);
  const target =
    said === undefined ? (cls === undefined ? undefined : knownSchedule(cls)) : meantSchedule(said);
  return target === undefined ? undefined : { object, target, at };
}

/** The classes of a file that a user may name: the optimizer's, its scheduler's, and those of an optimizer inside. */
export function classesIn(fact: Fact | undefined): readonly string[] {
  const object = fact === undefined ? undefined : objectOf(fact);
  if (object === undefined) return [];
  const inside = ["lr_scheduler", "default_opt"].flatMap((field) => classesIn(object.fields.get(field)));
  return [...new Set([fullName(object), ...inside])];
}
