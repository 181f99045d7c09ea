/**
 * legacy: what MXNet's own classes take and then fail on at every update; on a server the failure is printed and swallowed, and
 * the weights stay as they are. A spec would compute something else, so none is made. And what they do otherwise than one
 * who reads their name expects: that is told. All of it was seen in the real library.
 */
import type { Fact } from "../pickle/facts.ts";
import type { Ledger } from "../report.ts";
import { pathOf } from "./read-fields.ts";
import type { Era, Release } from "./releases.ts";
import { ALWAYS, era, isOf } from "./releases.ts";

/** An optimizer as its fields have it. */
export interface Values {
  readonly fields: ReadonlyMap<string, unknown>;
  /** The rate, without a scheduler. */
  readonly rate: number | undefined;
}

interface Case {
  readonly classes: readonly string[];
  readonly when: Era;
  readonly field: string;
  readonly is: (values: Values) => boolean;
  readonly why: string;
  readonly hint?: string;
}

const number = ({ fields }: Values, name: string): number => Number(fields.get(name));
const TO_1_9 = era("1.0", "1.9");
const ONLY_2_0 = era("2.0");
const always = (): boolean => true;

const SHARDS =
  "MXNet's servers cut arrays from 1,000,000 elements on into shards and take the norm of each; a spec that of the whole";

const FAILS: readonly Case[] = [
  {
    classes: ["DCASGD"],
    when: TO_1_9,
    field: "momentum",
    is: (values) => number(values, "momentum") !== 0,
    why: "is not 0: MXNet's class then tests an array for truth and raises at every update",
    hint: "make it 0, or write the rule out as text",
  },
  {
    classes: ["Signum"],
    when: TO_1_9,
    field: "wd_lh",
    is: (values) => number(values, "momentum") === 0 && number(values, "wd_lh") !== 0,
    why: "is given without a momentum: MXNet's signsgd_update has no such argument and raises at every update",
    hint: "make it 0, or give a momentum",
  },
  {
    classes: ["SGLD"],
    when: era("1.0", "1.1"),
    field: "class",
    is: always,
    why: "raises at every update: SGLD of MXNet 1.0 and 1.1 hands the sampler a device for an element type",
    hint: "SGLD works from 1.2 on: --release mxnet-1.2, if that is what you mean",
  },
  {
    classes: ["SGLD"],
    when: ALWAYS,
    field: "lr",
    is: ({ rate }) => rate === 0,
    why: "is 0: MXNet's sampler takes no standard deviation of 0 and raises at every update",
    hint: "give a rate above 0",
  },
  {
    classes: ["GroupAdaGrad"],
    when: ALWAYS,
    field: "wd",
    is: (values) => number(values, "wd") !== 0,
    why: "is not 0: GroupAdaGrad asserts that there is no weight decay and raises at every update",
    hint: "make it 0",
  },
  {
    classes: ["SGLD", "DCASGD", "AdaDelta", "Adamax", "Nadam", "Test"],
    when: ONLY_2_0,
    field: "use_fused_step",
    is: ({ fields }) => fields.get("use_fused_step") === true,
    why: "is True, and the class has no fused step: it raises NotImplementedError at every update",
    hint: "make it False",
  },
  {
    classes: ["LAMB"],
    when: ONLY_2_0,
    field: "aggregate_num",
    is: (values) => number(values, "aggregate_num") <= 1 && values.fields.get("use_fused_step") === true,
    why: "is at most 1: LAMB of MXNet 2.0 then counts each update twice, and corrects its bias for t = 2, 4, 6",
    hint: "make it 2 or more",
  },
  {
    classes: ["AdamW", "AdaBelief"],
    when: ONLY_2_0,
    field: "aggregate_num",
    is: (values) => number(values, "aggregate_num") <= 1 && values.fields.get("use_fused_step") === true,
    why: "is at most 1: MXNet 2.0 then calls a kernel that rounds otherwise than the built-in",
    hint: "unset MXNET_OPTIMIZER_AGGREGATION_SIZE, which it comes from",
  },
  {
    classes: ["LARS"],
    when: ONLY_2_0,
    field: "aggregate_num",
    is: (values) => number(values, "aggregate_num") > 1 && values.fields.get("use_fused_step") === true,
    why: "is above 1: LARS of MXNet 2.0 then calls the kernels of 1.9, which decay otherwise than the built-in",
    hint: "make it 1, its default",
  },
];

const DIFFERS: readonly Case[] = [
  {
    classes: ["NAG"],
    when: era("1.0", "1.1"),
    field: "class",
    is: always,
    why: "NAG of MXNet 1.0 and 1.1 computes SGD with momentum on a server, and so does the built-in",
  },
  {
    classes: ["Nadam"],
    when: era("1.0", "1.0"),
    field: "class",
    is: (values) => number(values, "wd") !== 0,
    why: "Nadam of MXNet 1.0 multiplies the gradient by rescale_grad + wd * weight, and so does the built-in",
  },
  {
    classes: ["NAG"],
    when: era("1.5", "1.5"),
    field: "class",
    is: (values) => number(values, "wd") !== 0,
    why: "NAG of MXNet 1.5 leaves weight decay out of its second term, and so does the built-in",
  },
  {
    classes: ["GroupAdaGrad"],
    when: ALWAYS,
    field: "class",
    is: always,
    why: "MXNet's servers keep dense arrays one-dimensional, on which GroupAdaGrad raises; the spec needs matrices",
  },
  {
    classes: ["SGLD"],
    when: ALWAYS,
    field: "class",
    is: always,
    why: "the noise is a spec's own, keyed by its seed: MXNet draws from one generator for each process",
  },
  {
    classes: ["LAMB"],
    when: era("1.6"),
    field: "multi_precision",
    is: (values) => values.fields.get("multi_precision") === true && number(values, "aggregate_num") <= 1,
    why: "MXNet's mp_lamb_update_phase2 leaves the 32-bit copy of 16-bit weights as it was; a spec's moves with them",
  },
  {
    classes: ["LAMB"],
    when: era("1.7", "1.9"),
    field: "multi_precision",
    is: (values) => values.fields.get("multi_precision") === true && number(values, "aggregate_num") > 1,
    why: "MXNet takes the norm of the 16-bit weight; a spec that of its 32-bit copy",
  },
  {
    classes: ["Signum"],
    when: ALWAYS,
    field: "momentum",
    is: (values) => number(values, "momentum") === 0,
    why: "without momentum neither rescale_grad nor clip_gradient is read; so it is in the built-in",
  },
  {
    classes: ["Adamax"],
    when: TO_1_9,
    field: "class",
    is: always,
    why: "there is no epsilon: a weight whose gradients have all been 0 becomes NaN; so it does in the built-in",
  },
  {
    classes: ["LARS"],
    when: ALWAYS,
    field: "idx2name",
    is: ({ fields }) => (fields.get("idx2name") as ReadonlyMap<number, string> | undefined)?.size === 0,
    why: "is empty, and LARS tells biases by their names: the rates of integer keys are all scaled",
  },
  {
    classes: ["LARS", "LAMB", "LANS"],
    when: ALWAYS,
    field: "class",
    is: always,
    why: SHARDS,
  },
  {
    classes: ["LBSGD"],
    when: ALWAYS,
    field: "warmup_strategy",
    is: ({ fields }) => fields.get("warmup_strategy") === "lars",
    why: SHARDS,
  },
];

const concerns = (className: string, release: Release) => (one: Case) =>
  one.classes.includes(className) && isOf(release, one.when);

/** Refuses, in the ledger, an optimizer that its own framework cannot run, and tells of one that does the unexpected. */
export function judge(
  className: string,
  release: Release,
  values: Values,
  place: { readonly at: string; readonly fact: (name: string) => Fact },
  ledger: Ledger,
): void {
  const mine = concerns(className, release);
  for (const { field, why, hint } of FAILS.filter((one) => mine(one) && one.is(values))) {
    ledger.refuse("refused-field", pathOf(place.at, field), place.fact(field), why, hint);
  }
  for (const { field, why } of DIFFERS.filter((one) => mine(one) && one.is(values))) {
    ledger.differ(pathOf(place.at, field), place.fact(field), why);
  }
}
