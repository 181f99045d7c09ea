/**
 * legacy: what a class of the file becomes: the built-in of that class in some release or, where the user says so, a rule or
 * schedule of the user's choice.
 */
import { findRule, findSchedule } from "../../rules/built-in.ts";
import { parseRule, parseSchedule } from "../../spec/parse.ts";
import type { HyperDeclaration, HyperValue, Rule, Schedule } from "../../spec/tree.ts";
import type { ForeignClass } from "./classes.ts";
import type { FieldRow } from "./fates.ts";
import { hypers, own, rowsOf } from "./fates.ts";
import type { Kind } from "./fields.ts";
import { BOOLEAN, choiceOf, NUMBER, NUMBER_OR_NONE, NUMBERS } from "./fields.ts";
import { OPTIMIZER, OPTIMIZERS } from "./optimizer-classes.ts";
import type { Release } from "./releases.ts";
import { SCHEDULERS } from "./scheduler-classes.ts";

/** A rule or schedule, and how a spec writes it: a built-in's name, or its text. */
export interface Text<T extends Rule | Schedule> {
  readonly written: string;
  readonly tree: T;
}

export interface Target<T extends Rule | Schedule> {
  readonly cls: ForeignClass;
  /** What the user calls it, where the file's own name for the class is none of MXNet's. */
  readonly said?: string;
  /**
   * Whether the class may have other fields than the one it is taken for: a rule says what it computes. A class that only
   * renames one of MXNet's has the same.
   */
  readonly isLoose: boolean;
  /** The text in force in a release. */
  readonly textIn: (release: Release) => Text<T> | undefined;
}

interface Kinds<T extends Rule | Schedule> {
  readonly classes: readonly ForeignClass[];
  readonly find: (name: string) => Text<T> | undefined;
  readonly parse: (text: string) => T;
  /** Fields of any object of this kind. */
  readonly base: (tree: T) => readonly FieldRow[];
}

const RULES: Kinds<Rule> = { classes: OPTIMIZERS, find: builtInRule, parse: parseRule, base: ownOptimizer };
const SCHEDULES: Kinds<Schedule> = {
  classes: SCHEDULERS,
  find: builtInSchedule,
  parse: parseSchedule,
  base: () => rowsOf("base_lr", own(NUMBER)),
};

function builtInRule(name: string): Text<Rule> | undefined {
  const found = findRule(name);
  return found === undefined ? undefined : { written: found.name, tree: found.tree };
}

function builtInSchedule(name: string): Text<Schedule> | undefined {
  const found = findSchedule(name);
  return found === undefined ? undefined : { written: found.name, tree: found.tree };
}

/** What a rule without such arguments is handed otherwise is not lost: a spec can do it before the rule sees the gradient. */
function ownOptimizer(tree: Rule): readonly FieldRow[] {
  const declared = new Set(tree.hyper.map(({ name }) => name));
  return OPTIMIZER.map((row) =>
    row.fate.is === "hyper" && BEFORE_THE_RULE.has(row.name) && !declared.has(row.name)
      ? { ...row, fate: own(row.fate.kind) }
      : row,
  );
}

/** The steps of a spec's `gradient`, by the field that asks for them. */
export const BEFORE_THE_RULE: ReadonlyMap<string, "rescale" | "clip_value"> = new Map([
  ["rescale_grad", "rescale"],
  ["clip_gradient", "clip_value"],
]);

function known<T extends Rule | Schedule>(kinds: Kinds<T>, cls: ForeignClass): Target<T> {
  return { cls, isLoose: false, textIn: (release) => kinds.find(`${release}/${cls.builtIn}`) };
}

const KINDS: { readonly [type: string]: (declaration: HyperDeclaration) => Kind<HyperValue> } = {
  number: ({ nullable }) => (nullable ? NUMBER_OR_NONE : NUMBER),
  boolean: () => BOOLEAN,
  choice: ({ choices = [] }) => choiceOf(choices),
  list: () => NUMBERS,
};

/** A class of the user's own: what any object of its kind has, and a field for each hyperparameter. */
function written<T extends Rule | Schedule>(kinds: Kinds<T>, text: Text<T>, said: string): Target<T> {
  const base = kinds.base(text.tree);
  const taken = new Set(base.map(({ name }) => name));
  const fields = text.tree.hyper
    .filter(({ name }) => !taken.has(name))
    .flatMap((declaration) =>
      hypers(declaration.name, (KINDS[declaration.type ?? "number"] ?? (() => NUMBER))(declaration)),
    );
  const cls = { className: said, builtIn: "", homes: [], rows: [...base, ...fields] };
  return { cls, said, isLoose: true, textIn: () => text };
}

/**
 * What the user means by a name: a class of MXNet, a built-in, or the text of a rule or schedule; `undefined` for any other.
 * @throws SpecError for text that is no rule or schedule
 */
function meant<T extends Rule | Schedule>(kinds: Kinds<T>, said: string): Target<T> | undefined {
  if (said.includes("\n")) {
    const tree = kinds.parse(said);
    return written(kinds, { written: said, tree }, tree.name);
  }
  const renamed = kinds.classes.find(({ className }) => className === said);
  if (renamed !== undefined) return { ...known(kinds, renamed), said };
  const builtIn = kinds.find(said);
  if (builtIn === undefined) return undefined;
  const [framework = "", name] = said.split("/");
  const cls = framework.startsWith("mxnet-")
    ? kinds.classes.find((candidate) => candidate.builtIn === name)
    : undefined;
  return cls === undefined
    ? written(kinds, builtIn, said)
    : { cls, said, isLoose: true, textIn: () => builtIn };
}

/** An optimizer's target by what the user calls it. @throws SpecError for text that is no rule */
export const meantRule = (said: string): Target<Rule> | undefined => meant(RULES, said);
/** A scheduler's target by what the user calls it. @throws SpecError for text that is no schedule */
export const meantSchedule = (said: string): Target<Schedule> | undefined => meant(SCHEDULES, said);
/** The target of a class of MXNet. */
export const knownRule = (cls: ForeignClass): Target<Rule> => known(RULES, cls);
/** The target of a scheduler class of MXNet. */
export const knownSchedule = (cls: ForeignClass): Target<Schedule> => known(SCHEDULES, cls);
