/**
 * author: a spec as people write it, in YAML, JSON or TypeScript, to the one form that is checked and signed. Rule texts are
 * parsed here, on the author's side; names of built-ins get the digest of their text.
 */
import { schemaIssues } from "../base/schema.ts";
import { specSchema } from "../base/schemas.gen.ts";
import { decode } from "../codec/decode.ts";
import { encode } from "../codec/encode.ts";
import { CodecError } from "../codec/errors.ts";
import type { BuiltIn } from "../rules/built-in.ts";
import { referenceTo } from "../rules/built-in.ts";
import { SpecError } from "../spec/errors.ts";
import type { Authored } from "../spec/gates.ts";
import { authoredGate } from "../spec/gates.ts";
import { parseRule, parseSchedule } from "../spec/parse.ts";
import type { HyperValues, Rule, Schedule, Spec } from "../spec/tree.ts";
import { ruleNamed, scheduleNamed } from "./built-in-named.ts";
import type { Child } from "./compose-names.ts";
import { composeWritten, isComposition } from "./compose-written.ts";
import { formed } from "./forms.ts";
import { readYaml } from "./yaml.ts";

/**
 * A spec that fits its schema.
 * @param source YAML or JSON text, or the same as plain data. `rule` is a built-in's name, rule text, or a tree; so is
 * `schedule`, or it is `{ name, hyper, every }` with a name or text, or a composition of such: `{ chained: [...] }`,
 * `{ sequential: [...], milestones: [...] }`. Hyperparameters of built-ins may have their framework's forms (`betas`).
 * @throws SpecError with everything that does not fit, each with its path.
 */
export function author(source: unknown): Authored {
  const written = typeof source === "string" ? readYaml(source) : source;
  const value = plain(withTrees(plain(written)));
  const [first, ...rest] = schemaIssues(specSchema, value, "schema");
  if (first !== undefined) throw new SpecError([first, ...rest]);
  return authoredGate.pass({ spec: value as Spec });
}

/** The same data with nothing left of where it came from: a round trip through canonical bytes. */
export function plain(value: unknown): unknown {
  try {
    return decode(encode(value));
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const { message, path = "the document" } = error.issues[0];
    throw new SpecError(
      { code: "schema", message, path: path === "" ? "the document" : path },
      { cause: error },
    );
  }
}

export type Fields = { readonly [key: string]: unknown };

/** Whether plain data has fields. */
export const isMap = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

function withTrees(document: unknown): unknown {
  if (!isMap(document)) return document;
  const { rule, schedule, hyper, groups } = document;
  const named = typeof rule === "string" && !isText(rule) ? ruleNamed(rule, "rule") : undefined;
  return {
    ...document,
    ...(typeof rule === "string"
      ? { rule: named === undefined ? inside("rule", () => parseRule(rule)) : referenceTo(named) }
      : {}),
    ...(named === undefined || !isMap(hyper) ? {} : { hyper: formedFor(named, hyper, "hyper") }),
    ...(named === undefined || !Array.isArray(groups) ? {} : { groups: groups.map(formedGroup(named)) }),
    ...(schedule === undefined ? {} : { schedule: scheduleFrom(schedule) }),
  };
}

const formedFor = ({ name, tree }: BuiltIn<Rule | Schedule>, hyper: Fields, path: string): Fields =>
  formed(name, tree.hyper, hyper, path);

const formedGroup =
  (named: BuiltIn<Rule>) =>
  (group: unknown, g: number): unknown =>
    isMap(group) && isMap(group.hyper)
      ? { ...group, hyper: formedFor(named, group.hyper, `groups[${g}].hyper`) }
      : group;

/** Text of a rule has more than one line; a name has one. */
const isText = (rule: string): boolean => rule.includes("\n");

/** The schedule of a spec, of whatever form a person has given it. @throws SpecError */
export function scheduleFrom(schedule: unknown): unknown {
  if (typeof schedule === "string") return { rule: scheduleRule(schedule, "schedule.name").rule };
  if (!isMap(schedule)) return schedule;
  if (Object.hasOwn(schedule, "step")) return { rule: schedule };
  const { every, ...own } = schedule;
  if (isComposition(own)) {
    const { schedule: rule, hyper } = composeWritten(own, "schedule", childFrom);
    return { rule, hyper, ...(every === undefined ? {} : { every }) };
  }
  const { name, rule, ...rest } = schedule;
  if (name !== undefined && rule !== undefined) {
    throw schemaError("schedule", SAID_TWICE);
  }
  const said = name ?? rule;
  if (typeof said !== "string") return said === undefined ? schedule : { ...rest, rule: said };
  const { rule: found, builtIn } = scheduleRule(said, "schedule.name");
  const { hyper } = rest;
  const formedHyper =
    builtIn !== undefined && isMap(hyper) ? { hyper: formedFor(builtIn, hyper, "schedule.hyper") } : {};
  return { ...rest, ...formedHyper, rule: found };
}

function scheduleRule(
  said: string,
  path: string,
): { readonly rule: unknown; readonly builtIn?: BuiltIn<Schedule> } {
  if (isText(said))
    return { rule: inside(path === "schedule.name" ? "schedule.rule" : path, () => parseSchedule(said)) };
  const builtIn = scheduleNamed(said, path);
  return { rule: referenceTo(builtIn), builtIn };
}

/** A schedule inside a composition. */
function childFrom(written: unknown, path: string): Child {
  if (typeof written === "string") return childFrom({ name: written }, path);
  if (!isMap(written)) throw schemaError(path, "a schedule is a name, a text, or a map with one of them");
  if (isComposition(written)) return composeWritten(written, path, childFrom);
  const { name, rule, hyper = {}, ...rest } = written;
  const [extra] = Object.keys(rest);
  if (extra !== undefined)
    throw schemaError(`${path}.${extra}`, "a schedule of a composition has a name and `hyper`");
  if (name !== undefined && rule !== undefined) throw schemaError(path, SAID_TWICE);
  const said = name ?? rule;
  if (typeof said !== "string") throw schemaError(path, "a schedule of a composition has a name or a text");
  if (!isMap(hyper)) throw schemaError(`${path}.hyper`, "hyperparameters are a map");
  if (isText(said)) return { schedule: inside(path, () => parseSchedule(said)), hyper: hyper as HyperValues };
  const builtIn = scheduleNamed(said, `${path}.name`);
  const values = formedFor(builtIn, hyper, `${path}.hyper`) as HyperValues;
  return { schedule: builtIn.tree, hyper: values };
}

const SAID_TWICE = "`name` and `rule` say the same thing twice";

const schemaError = (path: string, message: string): SpecError =>
  new SpecError({ code: "schema", message, path });

/** Line and column of a rule text, inside the document that holds it. */
function inside<T extends Rule | Schedule>(where: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    const [issue] = error.issues;
    throw new SpecError({ ...issue, path: `${where}, ${issue.path ?? ""}` }, { cause: error });
  }
}
