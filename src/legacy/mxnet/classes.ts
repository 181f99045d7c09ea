/**
 * legacy: MXNet's classes and what becomes of each of their fields. Source: apache/mxnet 1.9.1,
 * python/mxnet/optimizer/optimizer.py and python/mxnet/lr_scheduler.py (the same text in 1.7 to 1.9.1).
 */
import type { Kind } from "./fields.ts";
import {
  BOOLEAN,
  COUNT,
  COUNTS,
  DEVICE_COUNTS,
  EMPTY,
  INDEX_NAMES,
  MULTIPLIERS,
  NUMBER,
  NUMBER_OR_NONE,
  NUMBERS,
  SYMBOL,
  WARMUP_MODE,
} from "./fields.ts";

/** What becomes of a field. `hyper`: a hyperparameter; `drop`: nothing, and why; `own`: the converter takes it by name. */
export type Fate =
  | { readonly is: "hyper"; readonly kind: Kind<number | boolean | null>; readonly name: string }
  | {
      readonly is: "argument";
      readonly kind: Kind<number | readonly number[] | string>;
      readonly name: string;
    }
  | { readonly is: "drop"; readonly kind: Kind<unknown>; readonly why: string }
  | { readonly is: "own"; readonly kind: Kind<unknown> | "scheduler" };

export interface ForeignClass {
  readonly modules: readonly string[];
  readonly className: string;
  /** The built-in that it becomes, without the release. */
  readonly builtIn: string;
  readonly fields: ReadonlyMap<string, Fate>;
}

const hyper = (kind: Kind<number | boolean | null>, name: string): Fate => ({ is: "hyper", kind, name });
const argument = (kind: Kind<number | readonly number[] | string>, name: string): Fate => ({
  is: "argument",
  kind,
  name,
});
const drop = (kind: Kind<unknown>, why: string): Fate => ({ is: "drop", kind, why });
const own = (kind: Kind<unknown> | "scheduler"): Fate => ({ is: "own", kind });

/** What every optimizer has. */
const OPTIMIZER: readonly (readonly [string, Fate])[] = [
  ["rescale_grad", hyper(NUMBER, "rescale_grad")],
  ["lr_scheduler", own("scheduler")],
  ["lr", own(NUMBER_OR_NONE)],
  ["wd", hyper(NUMBER, "wd")],
  ["lr_mult", own(MULTIPLIERS)],
  ["wd_mult", own(MULTIPLIERS)],
  ["idx2name", own(INDEX_NAMES)],
  ["begin_num_update", own(COUNT)],
  ["num_update", own(COUNT)],
  ["_all_index_update_counts", own(DEVICE_COUNTS)],
  ["_index_update_count", own(COUNTS)],
  ["clip_gradient", hyper(NUMBER_OR_NONE, "clip_gradient")],
  ["multi_precision", own(BOOLEAN)],
  ["aggregate_num", drop(NUMBER, "says how many tensors one kernel call takes, which changes no number")],
  [
    "sym_info",
    drop(SYMBOL, "is read only when multipliers are set anew; theirs stand in lr_mult and wd_mult"),
  ],
  ["allow_np_array", drop(BOOLEAN, "chooses the array class, not the arithmetic")],
  ["param_dict", drop(EMPTY, "is empty")],
];

const LAZY = [
  "lazy_update",
  drop(BOOLEAN, "is for row-sparse gradients; dense ones are computed alike"),
] as const;

const MODULES = ["mxnet.optimizer.optimizer", "mxnet.optimizer"] as const;

const MOMENTUM = ["momentum", hyper(NUMBER, "momentum")] as const;

function optimizer(className: string, fields: readonly (readonly [string, Fate])[]): ForeignClass {
  return {
    modules: MODULES,
    className,
    builtIn: className.toLowerCase(),
    fields: new Map([...OPTIMIZER, ...fields]),
  };
}

export const OPTIMIZERS: readonly ForeignClass[] = [
  optimizer("SGD", [MOMENTUM, LAZY]),
  optimizer("ccSGD", [MOMENTUM, LAZY]),
  optimizer("NAG", [MOMENTUM]),
  optimizer("Signum", [MOMENTUM, ["wd_lh", hyper(NUMBER, "wd_lh")]]),
  optimizer("DCASGD", [
    ["momentum", drop(NUMBER, "is 0; the class fails on any other")],
    ["weight_previous", drop(EMPTY, "is never used")],
    ["lamda", hyper(NUMBER, "lamda")],
  ]),
  optimizer("Test", []),
  optimizer("Adam", [
    ["beta1", hyper(NUMBER, "beta1")],
    ["beta2", hyper(NUMBER, "beta2")],
    ["epsilon", hyper(NUMBER, "epsilon")],
    LAZY,
  ]),
  optimizer("Adamax", [
    ["beta1", hyper(NUMBER, "beta1")],
    ["beta2", hyper(NUMBER, "beta2")],
  ]),
  optimizer("FTML", [
    ["beta1", hyper(NUMBER, "beta1")],
    ["beta2", hyper(NUMBER, "beta2")],
    ["epsilon", hyper(NUMBER, "epsilon")],
  ]),
  optimizer("AdaGrad", [["float_stable_eps", hyper(NUMBER, "eps")]]),
  optimizer("AdaDelta", [
    ["rho", hyper(NUMBER, "rho")],
    ["epsilon", hyper(NUMBER, "epsilon")],
  ]),
  optimizer("Ftrl", [
    ["lamda1", hyper(NUMBER, "lamda1")],
    ["beta", hyper(NUMBER, "beta")],
  ]),
  optimizer("RMSProp", [
    ["gamma1", hyper(NUMBER, "gamma1")],
    ["gamma2", hyper(NUMBER, "gamma2")],
    ["centered", hyper(BOOLEAN, "centered")],
    ["epsilon", hyper(NUMBER, "epsilon")],
    ["clip_weights", hyper(NUMBER_OR_NONE, "clip_weights")],
  ]),
];

/** What every scheduler has. */
const SCHEDULER: readonly (readonly [string, Fate])[] = [
  ["base_lr", own(NUMBER)],
  ["warmup_steps", argument(COUNT, "warmup_steps")],
  ["warmup_final_lr", argument(NUMBER, "base_lr")],
  ["warmup_begin_lr", argument(NUMBER, "warmup_begin_lr")],
  ["warmup_mode", argument(WARMUP_MODE, "warmup_mode")],
];

const TO_MAX: readonly (readonly [string, Fate])[] = [
  ["base_lr_orig", own(NUMBER)],
  ["max_update", argument(COUNT, "max_update")],
  ["final_lr", argument(NUMBER, "final_lr")],
  ["max_steps", own(NUMBER)],
];

function scheduler(className: string, fields: readonly (readonly [string, Fate])[]): ForeignClass {
  return {
    modules: ["mxnet.lr_scheduler"],
    className,
    builtIn: className.toLowerCase(),
    fields: new Map([...SCHEDULER, ...fields]),
  };
}

export const SCHEDULERS: readonly ForeignClass[] = [
  scheduler("FactorScheduler", [
    ["step", argument(NUMBER, "step")],
    ["factor", argument(NUMBER, "factor")],
    ["stop_factor_lr", argument(NUMBER, "stop_factor_lr")],
    ["count", own(NUMBER)],
  ]),
  scheduler("MultiFactorScheduler", [
    ["step", argument(NUMBERS, "step")],
    ["cur_step_ind", own(COUNT)],
    ["factor", argument(NUMBER, "factor")],
    ["count", own(NUMBER)],
  ]),
  scheduler("PolyScheduler", [["power", argument(NUMBER, "pwr")], ...TO_MAX]),
  scheduler("CosineScheduler", TO_MAX),
];

/** The class of a module and name. */
export function findClass(
  classes: readonly ForeignClass[],
  module: string,
  name: string,
): ForeignClass | undefined {
  return classes.find((candidate) => candidate.className === name && candidate.modules.includes(module));
}
