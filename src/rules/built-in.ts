/** rules: the built-ins, each a text that is parsed when it is first asked for. */
import type { Digest } from "../base/digest.ts";
import { deepFreeze } from "../base/gate.ts";
import { parseRule, parseSchedule } from "../spec/parse.ts";
import { print, ruleDigest } from "../spec/print.ts";
import type { Reference, Rule, Schedule } from "../spec/tree.ts";
import { ACCUMULATED_RULES } from "./mxnet/accumulated.ts";
import { MOMENT_RULES } from "./mxnet/moments.ts";
import { MOMENTUM_RULES } from "./mxnet/momentum.ts";
import { SCHEDULES } from "./mxnet/schedules.ts";

/** A built-in rule or schedule. */
export interface BuiltIn<T extends Rule | Schedule> {
  readonly name: string;
  readonly tree: T;
  /** The printed tree, whose digest names it. */
  readonly text: string;
  readonly digest: Digest;
}

/** A text of rules or schedules, in which `#` lines cite their source. */
export type Texts = readonly string[];

function library<T extends Rule | Schedule>(
  texts: Texts,
  parse: (text: string) => T,
): (name: string) => BuiltIn<T> | undefined {
  const sources = new Map(texts.map((text) => [nameIn(text), text]));
  const made = new Map<string, BuiltIn<T>>();
  return (name) => {
    const known = made.get(name);
    const source = sources.get(name);
    if (known !== undefined || source === undefined) return known;
    const tree = deepFreeze(parse(source));
    const builtIn = Object.freeze({ name, tree, text: print(tree), digest: ruleDigest(tree) });
    made.set(name, builtIn);
    return builtIn;
  };
}

/** The second word of the line that opens the document. */
function nameIn(text: string): string {
  return /^(?:rule|schedule) (\S+)/m.exec(text)?.[1] ?? "";
}

const RULES: Texts = [...MOMENTUM_RULES, ...MOMENT_RULES, ...ACCUMULATED_RULES];

/** The built-in update rule of a name, if there is one. */
export const findRule = library(RULES, parseRule);
/** The built-in schedule of a name, if there is one. */
export const findSchedule = library(SCHEDULES, parseSchedule);

/** The names of all built-in update rules, in the order of the alphabet. */
export const ruleNames: readonly string[] = RULES.map(nameIn).sort();
/** The names of all built-in schedules, in the order of the alphabet. */
export const scheduleNames: readonly string[] = SCHEDULES.map(nameIn).sort();

/** The reference that a spec carries to a built-in. */
export function referenceTo({ name, digest }: BuiltIn<Rule | Schedule>): Reference {
  return { name, digest };
}
