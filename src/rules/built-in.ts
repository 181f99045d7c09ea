/** rules: the built-ins, each a text that is parsed when it is first asked for. */
import type { Digest } from "../base/digest.ts";
import { deepFreeze } from "../base/gate.ts";
import { parseRule, parseSchedule } from "../spec/parse.ts";
import { print, ruleDigest } from "../spec/print.ts";
import type { HyperDeclaration, Reference, Rule, Schedule } from "../spec/tree.ts";
import { isWrittenOut } from "../spec/tree.ts";
import { PRODIGY_RULES } from "./arxiv/prodigy.ts";
import { FUSED_RULES as DEEPSPEED_FUSED } from "./deepspeed/fused.ts";
import { CPU_RULES as DEEPSPEED_CPU } from "./deepspeed/optimizers.ts";
import { DEEPSPEED_SCHEDULES } from "./deepspeed/schedules.ts";
import { KERAS_SQUARES } from "./keras/accumulated.ts";
import { KERAS_MOMENTS } from "./keras/moments.ts";
import { KERAS_MOMENTUM } from "./keras/momentum.ts";
import { KERAS_SCHEDULES } from "./keras/schedules.ts";
import { ACCUMULATED_RULES } from "./mxnet/accumulated.ts";
import { ADAM_RULES } from "./mxnet/adam.ts";
import { LARGE_BATCH_RULES } from "./mxnet/large-batch.ts";
import { MOMENT_RULES } from "./mxnet/moments.ts";
import { MOMENTUM_RULES } from "./mxnet/momentum.ts";
import { PLAIN_RULES } from "./mxnet/plain.ts";
import { inForce } from "./mxnet/releases.ts";
import { SCHEDULES } from "./mxnet/schedules.ts";
import { OPTAX_ADAFACTOR } from "./optax/adafactor.ts";
import { OPTAX_ADAM } from "./optax/adam-family.ts";
import { OPTAX_ALIASES } from "./optax/aliases.ts";
import { OPTAX_CONTRIB } from "./optax/contrib.ts";
import { OPTAX_WHOLE } from "./optax/contrib-whole.ts";
import { OPTAX_SCHEDULE_FREE } from "./optax/schedule-free.ts";
import { OPTAX_SCHEDULES } from "./optax/schedules.ts";
import { OTHER_NAMES } from "./other-names.ts";
import { TFJS_RULES } from "./tfjs/optimizers.ts";
import { TORCH_ADAM } from "./torch/adam-family.ts";
import { TORCH_MATRICES } from "./torch/matrices.ts";
import { RECURRENT_SCHEDULES } from "./torch/schedules.ts";
import { CYCLIC_SCHEDULES } from "./torch/schedules-cyclic.ts";
import { TORCH_SGD } from "./torch/sgd.ts";
import { TORCH_SQUARES } from "./torch/squares.ts";
import { ADAFACTOR_RULES as TRANSFORMERS_ADAFACTOR } from "./transformers/adafactor.ts";
import { WARMUP_SCHEDULES } from "./transformers/schedules.ts";
import { FLOOR_SCHEDULES } from "./transformers/schedules-floor.ts";

/** A built-in rule or schedule. */
export interface BuiltIn<T extends Rule | Schedule> {
  readonly name: string;
  readonly tree: T;
  /** The printed tree, whose digest names it. */
  readonly text: string;
  readonly digest: Digest;
  /** What it follows: class or function, file, release, paper; and where it differs. No part of the text. */
  readonly source: string;
}

/** A text of rules or schedules, in which `#` lines cite their source. */
export type Texts = readonly string[];

function library<T extends Rule | Schedule>(
  texts: Texts,
  parse: (text: string) => T,
): (name: string) => BuiltIn<T> | undefined {
  const sources = new Map(texts.map((text) => [nameIn(text), text]));
  const made = new Map<string, BuiltIn<T>>();
  return (said) => {
    const name = inForce(OTHER_NAMES.get(said) ?? said);
    const known = made.get(name);
    const source = sources.get(name);
    if (known !== undefined || source === undefined) return known;
    const tree = deepFreeze(parse(source));
    const digest = ruleDigest(tree);
    const builtIn = Object.freeze({ name, tree, text: print(tree), digest, source: sourceIn(source) });
    made.set(name, builtIn);
    return builtIn;
  };
}

/** The second word of the line that opens the document. */
function nameIn(text: string): string {
  return /^(?:rule|schedule) (\S+)/m.exec(text)?.[1] ?? "";
}

/** The comments behind that line, as one line. */
function sourceIn(text: string): string {
  return [...text.matchAll(/^# (.*)$/gm)].map(([, line]) => line).join(" ");
}

const RULES: Texts = [
  ...KERAS_MOMENTUM,
  ...KERAS_MOMENTS,
  ...KERAS_SQUARES,
  ...DEEPSPEED_CPU,
  ...DEEPSPEED_FUSED,
  ...TRANSFORMERS_ADAFACTOR,
  ...MOMENTUM_RULES,
  ...PLAIN_RULES,
  ...ADAM_RULES,
  ...MOMENT_RULES,
  ...LARGE_BATCH_RULES,
  ...ACCUMULATED_RULES,
  ...PRODIGY_RULES,
  ...TFJS_RULES,
  ...OPTAX_ADAM,
  ...OPTAX_ALIASES,
  ...OPTAX_ADAFACTOR,
  ...OPTAX_CONTRIB,
  ...OPTAX_WHOLE,
  ...OPTAX_SCHEDULE_FREE,
  ...TORCH_SGD,
  ...TORCH_ADAM,
  ...TORCH_SQUARES,
  ...TORCH_MATRICES,
];

const SCHEDULE_TEXTS: Texts = [
  ...KERAS_SCHEDULES,
  ...SCHEDULES,
  ...OPTAX_SCHEDULES,
  ...RECURRENT_SCHEDULES,
  ...CYCLIC_SCHEDULES,
  ...WARMUP_SCHEDULES,
  ...FLOOR_SCHEDULES,
  ...DEEPSPEED_SCHEDULES,
];

/** The built-in update rule of a name, if there is one. */
export const findRule = library(RULES, parseRule);
/** The built-in schedule of a name, if there is one. */
export const findSchedule = library(SCHEDULE_TEXTS, parseSchedule);

/** The names of all built-in update rules, in the order of the alphabet. */
export const ruleNames: readonly string[] = RULES.map(nameIn).sort();
/** The names of all built-in schedules, in the order of the alphabet. */
export const scheduleNames: readonly string[] = SCHEDULE_TEXTS.map(nameIn).sort();

/** The reference that a spec carries to a built-in. */
export function referenceTo({ name, digest }: BuiltIn<Rule | Schedule>): Reference {
  return { name, digest };
}

/** The hyperparameters of a spec's rule; none of a name that is not known here. */
export function declaredBy(rule: Reference | Rule): readonly HyperDeclaration[] {
  return isWrittenOut(rule) ? rule.hyper : (findRule(rule.name)?.tree.hyper ?? []);
}
