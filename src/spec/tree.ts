/**
 * spec: the tree form of rules, schedules and specs, as the wire carries it and `schemas/` describes it. A tree is data:
 * maps, arrays, strings and numbers. It is made from rule text by `parse.ts` and printed back by `print.ts`.
 */
import type { Digest } from "../base/digest.ts";

/**
 * An expression in prefix form: a literal, a name, or an operation with its operands, such as
 * `["mul", "beta1", "mean"]`. Operations are those of `operations.ts`.
 */
export type Expression = number | boolean | null | string | readonly [operation: string, ...Expression[]];

/** `name = expression`, and a guard that decides before anything runs whether the line is there at all. */
export type Statement =
  | readonly [name: string, value: Expression]
  | readonly [name: string, value: Expression, when: Expression];

/** `stop when CONDITION`: where it holds, this parameter's update ends here. */
export interface Stop {
  readonly stop: Expression;
}

/** `repeat COUNT { ... }`: the lines, as often as a settled number says. */
export interface Repeat {
  readonly repeat: Expression;
  readonly lines: readonly Statement[];
}

/** A line of an update. */
export type Line = Statement | Stop | Repeat;

/** A value that a person gives a hyperparameter. A string is one of its named choices. */
export type HyperValue = number | boolean | null | string | readonly number[];

export type HyperType = "number" | "boolean" | "choice" | "list";

/** A declared hyperparameter: its type, its default (absent: it must be given) and its range. */
export interface HyperDeclaration {
  readonly name: string;
  /** Absent: `number`. */
  readonly type?: HyperType;
  readonly default?: HyperValue;
  /** Whether null is a value of it ("off", "take the framework's own"). */
  readonly nullable?: true;
  /** Bounds of a number, or of each number of a list: inclusive. */
  readonly min?: number;
  readonly max?: number;
  /** The same, exclusive. */
  readonly above?: number;
  readonly below?: number;
  readonly choices?: readonly string[];
  /**
   * Whether the spec's schedule drives it: `true` for the learning rate, under whatever name the framework gives it;
   * `momentum` for what schedules that cycle a momentum leave in `momentum`.
   */
  readonly scheduled?: true | "momentum";
}

/**
 * `like` the parameter, one value per row or column of each of its matrices, one binary64 for the whole parameter, or one
 * binary64 that all parameters of the optimizer share.
 */
export type SlotShape = "like" | "row" | "col" | "scalar" | "shared";

/** A state slot of a rule, one for each parameter. `init` is a number, a scalar expression, or the name `weight`. */
export interface SlotDeclaration {
  readonly name: string;
  /** Absent: `like`. */
  readonly shape?: SlotShape;
  readonly init: Expression;
  readonly when?: Expression;
}

/** An update rule: what one update does to one parameter. */
export interface Rule {
  readonly name: string;
  readonly hyper: readonly HyperDeclaration[];
  /** Conditions on hyperparameters and on the parameter's shape without which the rule has no meaning. */
  readonly needs?: readonly Expression[];
  readonly state: readonly SlotDeclaration[];
  /** Per-step scalars in binary64. */
  readonly step: readonly Statement[];
  /** Assignments to locals, to state and to `weight`; tensors in binary32. */
  readonly update: readonly Line[];
}

/** A schedule: a scalar program, run once for each schedule step, that leaves the rate in `rate`, perhaps a momentum in `momentum`. */
export interface Schedule {
  readonly name: string;
  readonly hyper: readonly HyperDeclaration[];
  /** Conditions on hyperparameters. */
  readonly needs?: readonly Expression[];
  /** Scalars in binary64, kept from step to step; `init` may use `base` and the hyperparameters. */
  readonly state: readonly SlotDeclaration[];
  readonly step: readonly Statement[];
}

/** A built-in, named, with the digest of its printed text, so that both sides mean the same arithmetic. */
export interface Reference {
  readonly name: string;
  readonly digest: Digest;
}

export type HyperValues = { readonly [name: string]: HyperValue };

/** Which parameters a group is for: any of these. Exact texts and whole prefixes or suffixes, never patterns. */
export interface Match {
  readonly name?: readonly string[];
  readonly prefix?: readonly string[];
  readonly suffix?: readonly string[];
  readonly index?: readonly number[];
}

export interface Group {
  readonly match: Match;
  readonly hyper: HyperValues;
}

/**
 * What happens to a gradient before the rule sees it: multiplied, then clipped to plus or minus a value, then all gradients of
 * the step together scaled down to a norm, as torch.nn.utils.clip_grad_norm_ does it.
 */
export interface GradientSteps {
  readonly rescale?: number;
  readonly clip_value?: number;
  readonly clip_norm?: number;
}

/** Where counting starts, for an optimizer that has run before. */
export interface Resume {
  /** The update count that a parameter starts from, where `counts` does not say otherwise. Absent: 0. */
  readonly begin?: number;
  /** Update counts already reached, by parameter key. */
  readonly counts?: { readonly [key: string]: number };
  /** The highest update count reached by any parameter; the schedule goes on from the next. Absent: `begin`. */
  readonly updates?: number;
  /** The schedule's state at that count. Absent: found by running the schedule from its beginning. */
  readonly schedule?: { readonly [slot: string]: number };
}

/** The schedule of a spec: which, with what arguments, and how many updates make one schedule step. */
export interface ScheduleUse {
  readonly rule: Reference | Schedule;
  readonly hyper?: HyperValues;
  readonly every?: number;
}

/** The whole spec, as signed. */
export interface Spec {
  readonly optseal: 1;
  readonly rule: Reference | Rule;
  readonly hyper?: HyperValues;
  readonly schedule?: ScheduleUse;
  readonly groups?: readonly Group[];
  readonly gradient?: GradientSteps;
  /** `master: true`: 16-bit weights keep a 32-bit master copy. Without effect on 32-bit weights. */
  readonly precision?: { readonly master: boolean };
  readonly resume?: Resume;
}

/** Tells a rule or schedule written out from a named built-in. */
export function isWrittenOut<T extends Rule | Schedule>(rule: Reference | T): rule is T {
  return !("digest" in rule);
}
