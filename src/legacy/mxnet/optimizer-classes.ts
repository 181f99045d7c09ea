/**
 * legacy: MXNet's optimizers. Source: apache/mxnet 1.0 to 2.0, python/mxnet/optimizer.py (to 1.3), optimizer/optimizer.py and
 * optimizer/contrib.py (to 1.9), a file for each class (2.0).
 */
import type { ForeignClass, Home } from "./classes.ts";
import type { FieldRow } from "./fates.ts";
import { drop, fixed, hyper, hypers, own, rowsOf } from "./fates.ts";
import {
  ANYTHING,
  BOOLEAN,
  COUNT,
  COUNTS,
  CUMULATED,
  DEVICE_COUNTS,
  EMPTY,
  INDEX_NAMES,
  MULTIPLIERS,
  NUMBER,
  NUMBER_OR_NONE,
  PARAMETERS,
  RESCALE,
  STRATEGY,
  SYMBOL,
} from "./fields.ts";
import type { Era, ReleaseNumber } from "./releases.ts";
import { era } from "./releases.ts";

const TO_1_9 = era("1.0", "1.9");
const ONLY_2_0 = era("2.0");

const CHUNKS = "says how many tensors one kernel call takes, which changes no number";
const FUSED = "changes no number: this class has one formula";

/** What every optimizer has. */
export const OPTIMIZER: readonly FieldRow[] = [
  ...rowsOf("rescale_grad", hyper(RESCALE, "rescale_grad", "is not read by this class")),
  ...rowsOf("lr_scheduler", { is: "object", of: "scheduler" }),
  ...rowsOf("lr", own(NUMBER_OR_NONE)),
  ...rowsOf("wd", hyper(NUMBER, "wd", "is not read by this class")),
  ...rowsOf("lr_mult wd_mult", own(MULTIPLIERS)),
  ...rowsOf("idx2name", own(INDEX_NAMES)),
  ...rowsOf("begin_num_update num_update", own(COUNT)),
  ...rowsOf("_all_index_update_counts", own(DEVICE_COUNTS), era("1.5")),
  ...rowsOf("_index_update_count", own(COUNTS)),
  ...rowsOf("clip_gradient", hyper(NUMBER_OR_NONE, "clip_gradient", "is not read by this class")),
  ...rowsOf("multi_precision", own(BOOLEAN)),
  ...rowsOf("aggregate_num", hyper(NUMBER, "aggregate_num", CHUNKS), era("1.5")),
  ...rowsOf(
    "sym_info",
    drop(SYMBOL, "is read only when multipliers are set anew; theirs stand in lr_mult and wd_mult"),
  ),
  ...rowsOf("allow_np_array", drop(BOOLEAN, "chooses the array class, not the arithmetic"), era("1.6")),
  ...rowsOf("use_fused_step", hyper(BOOLEAN, "use_fused_step", FUSED), ONLY_2_0),
  // From 1.3 on pickles leave it out.
  ...rowsOf("param_dict", own(PARAMETERS), era("1.0", "1.2")),
  ...rowsOf("param_dict", drop(EMPTY, "is empty"), era("1.4")).map((row) => ({ ...row, optional: true })),
];

const LAZY = hyper(BOOLEAN, "lazy_update", "is for row-sparse gradients; dense ones are computed alike");
const EPS = hyper(NUMBER, "eps", "is none of the rule's hyperparameters");

const MOMENTUM = hypers("momentum", NUMBER);
const BETAS = hypers("beta1 beta2", NUMBER);
const ADAM = hypers("beta1 beta2 epsilon", NUMBER);
const BOUNDS = hypers("lower_bound upper_bound", NUMBER_OR_NONE);

/** Before 1.4 all stood in one module; 2.0 has one for each. */
function homesOf(since: ReleaseNumber, to: ReleaseNumber, module: string): readonly Home[] {
  const within = (from: ReleaseNumber, last: ReleaseNumber): Era => {
    const [outer, inner] = [era(since, to), era(from, last)];
    return { first: Math.max(outer.first, inner.first), last: Math.min(outer.last, inner.last) };
  };
  return [
    { module: "mxnet.optimizer", era: within("1.0", "1.3") },
    { module: "mxnet.optimizer.optimizer", era: within("1.4", "1.9") },
    { module, era: within("2.0", "2.0") },
  ].filter(({ era: { first, last } }) => first <= last);
}

interface Span {
  readonly since?: ReleaseNumber;
  readonly to?: ReleaseNumber;
  /** In 2.0. */
  readonly module?: string;
}

function optimizer(className: string, fields: readonly FieldRow[], span: Span = {}): ForeignClass {
  const builtIn = className.toLowerCase();
  const { since = "1.0", to = "2.0", module = `mxnet.optimizer.${builtIn}` } = span;
  return { className, builtIn, homes: homesOf(since, to, module), rows: [...OPTIMIZER, ...fields] };
}

/** A class that all releases keep in one module. */
function elsewhere(className: string, module: string, when: Era, fields: readonly FieldRow[]): ForeignClass {
  const rows = [...OPTIMIZER, ...fields];
  return { className, builtIn: className.toLowerCase(), homes: [{ module, era: when }], rows };
}

const SVRG = "mxnet.contrib.svrg_optimization.svrg_optimizer";

export const OPTIMIZERS: readonly ForeignClass[] = [
  optimizer("SGD", [...MOMENTUM, ...rowsOf("lazy_update", LAZY, era("1.1"))]),
  optimizer("ccSGD", [...MOMENTUM, ...rowsOf("lazy_update", LAZY, era("1.1"))], { to: "1.9" }),
  // In 1.1 a subclass of SGD that takes its arguments.
  optimizer("NAG", [...MOMENTUM, ...rowsOf("lazy_update", LAZY, era("1.1", "1.1"))]),
  optimizer("Signum", [...MOMENTUM, ...hypers("wd_lh", NUMBER)], { since: "1.1" }),
  optimizer("FTML", ADAM, { since: "1.1" }),
  optimizer(
    "LARS",
    [
      ...MOMENTUM,
      ...rowsOf("lazy_update", LAZY),
      ...hypers("eta", NUMBER),
      ...hypers("epsilon", NUMBER, ONLY_2_0),
      ...hypers("eps", NUMBER, TO_1_9),
      ...hypers("momentum_correction", BOOLEAN, TO_1_9),
      ...rowsOf("skip", drop(NUMBER, "is never used"), TO_1_9),
      ...rowsOf("last_lr", drop(NUMBER_OR_NONE, "takes the value of cur_lr before it is read"), TO_1_9),
      ...rowsOf(
        "cur_lr",
        fixed(NUMBER_OR_NONE, "cur_lr", null, "is None: no rate has been asked for"),
        TO_1_9,
      ),
    ],
    { since: "1.6" },
  ),
  optimizer(
    "LBSGD",
    [
      ...MOMENTUM,
      ...hypers("warmup_strategy", STRATEGY),
      ...hypers("warmup_epochs batch_scale updates_per_epoch", NUMBER),
      ...rowsOf("init_updates", fixed(NUMBER, "init_updates", 0, "is 0, where counting starts anyway")),
      ...rowsOf("num_epochs adaptive lbmult admult", drop(ANYTHING, "is never used")),
      ...rowsOf("cumgrads", own(CUMULATED)),
    ],
    // The constructor of 1.2's raises.
    { since: "1.3", to: "1.9" },
  ),
  optimizer("LAMB", [...ADAM, ...BOUNDS, ...hypers("bias_correction", BOOLEAN)], { since: "1.6" }),
  optimizer("LANS", [...ADAM, ...BOUNDS], { since: "2.0" }),
  optimizer("DCASGD", [
    ...rowsOf("momentum", hyper(NUMBER, "momentum", "is 0; the class fails on any other")),
    ...rowsOf("weight_previous", drop(EMPTY, "is never used")),
    ...hypers("lamda", NUMBER),
  ]),
  optimizer("SGLD", []),
  optimizer("Adam", [...ADAM, ...rowsOf("lazy_update", LAZY, era("1.1"))]),
  optimizer("AdamW", [...ADAM, ...hypers("correct_bias", BOOLEAN)], {
    since: "2.0",
    module: "mxnet.optimizer.adamW",
  }),
  optimizer("AdaBelief", [...ADAM, ...hypers("correct_bias", BOOLEAN)], { since: "2.0" }),
  optimizer("AdaGrad", [...rowsOf("float_stable_eps", EPS, TO_1_9), ...hypers("epsilon", NUMBER, ONLY_2_0)]),
  elsewhere("GroupAdaGrad", "mxnet.optimizer.contrib", era("1.4"), [
    ...rowsOf("float_stable_eps", EPS, TO_1_9),
    ...hypers("epsilon", NUMBER, ONLY_2_0),
  ]),
  optimizer("AdaDelta", hypers("rho epsilon", NUMBER)),
  optimizer("RMSProp", [
    ...hypers("gamma1 gamma2", NUMBER, TO_1_9),
    ...hypers("rho momentum", NUMBER, ONLY_2_0),
    ...hypers("centered", BOOLEAN),
    ...hypers("epsilon", NUMBER),
    ...hypers("clip_weights", NUMBER_OR_NONE),
  ]),
  optimizer("Ftrl", hypers("lamda1 beta", NUMBER)),
  optimizer("Adamax", [...BETAS, ...hypers("epsilon", NUMBER, ONLY_2_0)]),
  optimizer("Nadam", [
    ...ADAM,
    ...hypers("schedule_decay", NUMBER),
    ...rowsOf("m_schedule", fixed(NUMBER, "m_schedule", 1, "is 1, where it starts anyway")),
  ]),
  optimizer("Test", [], { module: "mxnet.optimizer.optimizer" }),
  elsewhere("_AssignmentOptimizer", SVRG, era("1.4", "1.9"), []),
  elsewhere("_SVRGOptimizer", SVRG, era("1.4", "1.9"), [
    ...rowsOf("default_opt aux_opt", { is: "object", of: "optimizer" }),
  ]),
];
