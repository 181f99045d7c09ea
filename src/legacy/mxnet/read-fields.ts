/** legacy: the fields of a pickled object, each against its class. */
import { valueProblem } from "../../check/hyper.ts";
import type { HyperDeclaration, HyperValue, Rule, Schedule } from "../../spec/tree.ts";
import type { Fact } from "../pickle/facts.ts";
import { quoted } from "../pickle/text.ts";
import type { Ledger } from "../report.ts";
import { inWords } from "../report.ts";
import { fieldsIn } from "./classes.ts";
import type { Fate, FieldRow } from "./fates.ts";
import { NUMBER } from "./fields.ts";
import type { Found } from "./identify.ts";
import type { Release } from "./releases.ts";
import { releasesInWords } from "./releases.ts";

export interface Fields {
  /** Hyperparameters or arguments by the rule's names. */
  readonly values: ReadonlyMap<string, HyperValue>;
  /** What the converter takes by name: fields that are no hyperparameters of this rule included. */
  readonly own: ReadonlyMap<string, unknown>;
  /** Whether any field was refused. */
  readonly isRefused: boolean;
}

/** The path of a field of an object at `at`. */
export function pathOf(at: string, field: string): string {
  return at === "" ? field : `${at}.${field}`;
}

interface Reading {
  readonly found: Found<Rule | Schedule>;
  readonly release: Release;
  readonly declared: ReadonlyMap<string, HyperDeclaration>;
  readonly ledger: Ledger;
  /** Where hyperparameters stand in the spec. */
  readonly to: string;
  readonly values: Map<string, HyperValue>;
  readonly own: Map<string, unknown>;
}

/** Reads every field there is; the ledger hears of each but objects and those that the converter takes by name. */
export function readFields(
  found: Found<Rule | Schedule>,
  release: Release,
  tree: Rule | Schedule,
  to: string,
  ledger: Ledger,
): Fields {
  const declared = new Map(tree.hyper.map((declaration) => [declaration.name, declaration]));
  const reading: Reading = { found, release, declared, ledger, to, values: new Map(), own: new Map() };
  const before = ledger.issues.length;
  const rows = fieldsIn(found.target.cls, release);
  for (const [name, fact] of found.object.fields) {
    const row = rows.get(name);
    if (row === undefined) unknownField(reading, name, fact);
    else if (row.fate.is !== "object") readField(reading, name, fact, row.fate);
  }
  for (const row of rows.values()) if (!found.object.fields.has(row.name)) missingField(reading, row);
  return { values: reading.values, own: reading.own, isRefused: ledger.issues.length > before };
}

function unknownField({ found, release, ledger }: Reading, name: string, fact: Fact): void {
  const { cls, isLoose } = found.target;
  const path = pathOf(found.at, quoted(name).slice(1, -1));
  if (isLoose) {
    ledger.drop(path, fact, "is none of its hyperparameters");
    return;
  }
  const hint =
    "a field that optseal does not know may change the arithmetic: write the rule out as text instead";
  const where = `MXNet ${releasesInWords([release])}`;
  ledger.refuse("unknown-field", path, fact, `\`${cls.className}\` of ${where} has no such field`, hint);
}

function readField(reading: Reading, name: string, fact: Fact, fate: Exclude<Fate, { is: "object" }>): void {
  const { ledger, own } = reading;
  const path = pathOf(reading.found.at, name);
  const value = fate.kind.read(fact);
  if (value === undefined) {
    const { words } = fate.kind;
    const hint = `pickle the optimizer again with ${words} there`;
    ledger.refuse("foreign-type", path, fact, `is ${inWords(fact)}, not ${words}`, hint);
    return;
  }
  own.set(name, value);
  if (fate.is === "drop") ledger.drop(path, fact, fate.why);
  if (fate.is === "hyper") readHyper(reading, path, fact, fate, value as HyperValue);
}

function readHyper(
  { declared, ledger, to, values }: Reading,
  path: string,
  fact: Fact,
  { name, why, fixed }: Extract<Fate, { is: "hyper" }>,
  value: HyperValue,
): void {
  const declaration = declared.get(name);
  if (declaration === undefined) {
    if (fixed === undefined || fixed === value) ledger.drop(path, fact, why);
    else
      ledger.refuse(
        "refused-field",
        path,
        fact,
        `is ${inWords(fact)}, and the rule has no such hyperparameter`,
      );
    return;
  }
  const problem = valueProblem(declaration, value);
  if (problem !== undefined) {
    ledger.refuse("refused-field", path, fact, problem.message, "the rule does not take this value");
    return;
  }
  values.set(name, value);
  const isRounded = typeof value === "number" && fact.kind === "call" && NUMBER.read(fact) !== undefined;
  ledger.keep(path, fact, `${to}.${name}`, isRounded ? "is a NumPy number, taken exactly" : undefined);
}

function missingField({ found, declared, ledger, to }: Reading, { name, fate, optional }: FieldRow): void {
  if (optional) return;
  const path = pathOf(found.at, name);
  const declaration = fate.is === "hyper" ? declared.get(fate.name) : undefined;
  // A class of the user's own may have no such field; a rule of the user's own says what it does then.
  const isOwn = found.target.isLoose;
  if (isOwn && declaration?.default !== undefined) {
    const value = `${to}.${declaration.name} = ${String(declaration.default)}`;
    ledger.guess(path, found.object.call, "not in the file", value, "the rule's default");
  }
  if (isOwn && (declaration === undefined || declaration.default !== undefined)) return;
  const hint = isOwn
    ? "the rule gives it no default, so the file must have it"
    : "no release of MXNet leaves it out: pickle the optimizer whole";
  ledger.refuse("missing-field", path, found.object.call, "is missing", hint);
}
