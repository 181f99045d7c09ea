/**
 * author: a spec as people write it, in YAML, JSON or TypeScript, to the one form that is checked and signed. Rule texts are
 * parsed here, on the author's side; names of built-ins get the digest of their text.
 */
import { didYouMean } from "../base/nearest.ts";
import { schemaIssues } from "../base/schema.ts";
import { specSchema } from "../base/schemas.gen.ts";
import { decode } from "../codec/decode.ts";
import { encode } from "../codec/encode.ts";
import { CodecError } from "../codec/errors.ts";
import { findRule, findSchedule, referenceTo, ruleNames, scheduleNames } from "../rules/built-in.ts";
import { SpecError } from "../spec/errors.ts";
import type { Authored } from "../spec/gates.ts";
import { authoredGate } from "../spec/gates.ts";
import { parseRule, parseSchedule } from "../spec/parse.ts";
import type { Rule, Schedule, Spec } from "../spec/tree.ts";
import { readYaml } from "./yaml.ts";

/**
 * A spec that fits its schema.
 * @param source YAML or JSON text, or the same as plain data. `rule` is a built-in's name, rule text, or a tree; so is
 * `schedule`, or it is `{ name, hyper, every }` with a name or text.
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
function plain(value: unknown): unknown {
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

const isMap = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

function withTrees(document: unknown): unknown {
  if (!isMap(document)) return document;
  const { rule, schedule } = document;
  return {
    ...document,
    ...(typeof rule === "string" ? { rule: ruleFrom(rule) } : {}),
    ...(schedule === undefined ? {} : { schedule: scheduleFrom(schedule) }),
  };
}

/** Text of a rule has more than one line; a name has one. */
const isText = (rule: string): boolean => rule.includes("\n");

function ruleFrom(rule: string): unknown {
  if (isText(rule)) return inside("rule", () => parseRule(rule));
  const builtIn = findRule(rule);
  if (builtIn !== undefined) return referenceTo(builtIn);
  throw unknown("unknown-rule", "rule", rule, ruleNames);
}

function scheduleFrom(schedule: unknown): unknown {
  if (typeof schedule === "string") return { rule: scheduleRule(schedule) };
  if (!isMap(schedule)) return schedule;
  if (Object.hasOwn(schedule, "step")) return { rule: schedule };
  const { name, rule, ...rest } = schedule;
  if (name !== undefined && rule !== undefined) {
    throw new SpecError({
      code: "schema",
      message: "`name` and `rule` say the same thing twice",
      path: "schedule",
    });
  }
  const said = name ?? rule;
  if (said === undefined) return schedule;
  return { ...rest, rule: typeof said === "string" ? scheduleRule(said) : said };
}

function scheduleRule(said: string): unknown {
  if (isText(said)) return inside("schedule.rule", () => parseSchedule(said));
  const builtIn = findSchedule(said);
  if (builtIn !== undefined) return referenceTo(builtIn);
  throw unknown("unknown-schedule", "schedule.name", said, scheduleNames);
}

function unknown(
  code: "unknown-rule" | "unknown-schedule",
  path: string,
  name: string,
  names: readonly string[],
): SpecError {
  const hint = didYouMean(name, names) ?? "`optseal list` shows the built-ins";
  return new SpecError({ code, message: `there is no built-in \`${name}\``, path, hint });
}

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
