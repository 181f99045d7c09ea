/** author: names that frameworks have for what no rule can say, with the reason and what to take instead. */

/** Why a name stands for nothing here, and what to write instead. */
export interface Refusal {
  readonly why: string;
  readonly instead: string;
}

const CODE: Refusal = {
  why: "its rate is a function in the program, which no document carries",
  instead: "write the function as schedule text: `rate = base * ...`, with `t` counted from 1",
};

const METRIC: Refusal = {
  why: "its rate follows a metric, and a server has gradients alone",
  instead: "watch the metric in the trainer, and send an amendment of the learning rate",
};

const LINE_SEARCH: Refusal = {
  why: "it asks for the loss again inside each step, and a server has gradients alone",
  instead: "take adam or sgd of the same framework, or keep L-BFGS in the worker",
};

const COMPRESSED: Refusal = {
  why: "it is bound to its compressed communication, and is no update rule of one worker",
  instead: "take deepspeed-0.19/fusedadam, deepspeed-0.19/fusedlamb, or a rule text of your own",
};

const JOINED: Refusal = {
  why: "it joins schedules, and is none",
  instead:
    "compose them: `schedule: { sequential: [{ name: ..., hyper: ... }, ...], milestones: [...] }`, or `{ chained: [...] }`",
};

const RELATIVE: Refusal = {
  why: "it only shows the rate that Adafactor finds by itself",
  instead: "take transformers-5/adafactor without a schedule",
};

const IN_ZERO: Refusal = {
  why: "it orthogonalizes inside ZeRO, in 16 bits of which the processor decides the kind",
  instead: "take torch-2.13/muon for matrices, and a group or a spec of its own for all other parameters",
};

const BY_WIDTH: Refusal = {
  why: "it is of the package mup, which divides the rate by each parameter's width",
  instead: "take torch-2.13/adam, torch-2.13/adamw or torch-2.13/sgd with a group for each width",
};

const QUANTIZED: Refusal = {
  why: "its state is quantized in blocks by a library that is not one of the six frameworks",
  instead: "take the rule with 32-bit state: torch-2.13/adamw, deepspeed-0.19/fusedlion",
};

const WRAPPER: Refusal = {
  why: "it wraps other optimizers, and is no update rule",
  instead: "take the inner optimizer's rule; for several optimizers write groups, or one spec for each",
};

const FOREIGN: Refusal = {
  why: "it comes from a package that is not one of the six frameworks",
  instead: "write its update as rule text; docs/writing-a-rule.md shows how",
};

const each = (refusal: Refusal, prefix: string, names: string): readonly (readonly [string, Refusal])[] =>
  names.split(" ").map((name) => [prefix + name, refusal] as const);

/** What optax 0.2.8 and its contrib export beside the optimizers and schedules that are here. */
const OPTAX: readonly (readonly [Refusal, string])[] = [
  [
    {
      why: "its step follows the loss, and a server has gradients alone",
      instead: "take optax-0.2/sgd or optax-0.2/adam with a schedule",
    },
    "polyak_sgd scale_by_polyak momo momo_adam",
  ],
  [
    {
      why: "it asks for gradients at a second point inside each step, and a server has those of one",
      instead:
        "perturb the weights in the worker, and take the rule of the outer optimizer, such as optax-0.2/sgd",
    },
    "sam",
  ],
  [
    {
      why: "it clips the gradient of each example, and a server has their sum; a seed that a document carries hides nothing",
      instead: "clip and add the noise in the worker, and take optax-0.2/sgd",
    },
    "dpsgd differentially_private_aggregate",
  ],
  [
    {
      why: "it projects gradients on their singular vectors, and the language has no singular value decomposition",
      instead: "take optax-0.2/adam with whole moments, or optax-0.2/muon",
    },
    "galore scale_by_galore",
  ],
  [
    {
      why: "it asks for the loss function's second derivatives, and a server has gradients alone",
      instead: "take optax-0.2/lion or optax-0.2/adamw",
    },
    "sophia scale_by_sophia hutchinson_estimator_diag_hessian",
  ],
  [METRIC, "reduce_on_plateau"],
  [
    {
      why: "it wraps another optimizer, and is no update rule",
      instead:
        "take a rule that finds its own rate: optax-0.2/prodigy, optax-0.2/dadapt_adamw, optax-0.2/dog, optax-0.2/dowg",
    },
    "mechanize",
  ],
  [
    {
      why: "it wraps another optimizer, and is no update rule",
      instead: "take optax-0.2/schedule_free_sgd or optax-0.2/schedule_free_adamw",
    },
    "schedule_free",
  ],
  [
    {
      why: "it joins schedules, and is none",
      instead:
        "compose them: `schedule: { sequential: [{ name: ..., hyper: ... }, ...], milestones: [...] }`",
    },
    "join_schedules",
  ],
  [
    {
      why: "it wraps other transformations, and is no update rule",
      instead:
        "take the inner optimizer's rule; masks and partitions are groups, rates that change a schedule",
    },
    "apply_every apply_if_finite chain conditionally_mask conditionally_transform flatten freeze inject_hyperparams inject_stateful_hyperparams lookahead masked multi_transform multisteps named_chain partition selective_transform split_real_and_imaginary",
  ],
  [
    {
      why: "it is one step of a chain, and no optimizer",
      instead:
        "take the alias that has it, `gradient: { clip_norm: ... }` for clipping, or write the chain as rule text",
    },
    "adaptive_grad_clip add_decayed_weights add_noise centralize clip clip_by_block_rms clip_by_global_norm ema identity keep_params_nonnegative normalize normalize_by_update_norm scale scale_by_acprop scale_by_adadelta scale_by_adam scale_by_adamax scale_by_adan scale_by_ademamix scale_by_adopt scale_by_amsgrad scale_by_belief scale_by_cocob scale_by_distance_over_gradients scale_by_factored_rms scale_by_learning_rate scale_by_lion scale_by_madgrad scale_by_muon scale_by_novograd scale_by_optimistic_gradient scale_by_param_block_norm scale_by_param_block_rms scale_by_radam scale_by_rms scale_by_rprop scale_by_rss scale_by_schedule scale_by_sign scale_by_simplified_ademamix scale_by_sm3 scale_by_stddev scale_by_trust_ratio scale_by_yogi set_to_zero stateless trace zero_nans",
  ],
  [LINE_SEARCH, "scale_by_backtracking_linesearch scale_by_lbfgs scale_by_zoom_linesearch"],
];

/** Names that frameworks have, and no text of the language. */
export const REFUSED_NAMES: ReadonlyMap<string, Refusal> = new Map([
  ...each(CODE, "torch-2.13/", "lambdalr multiplicativelr"),
  ...each(METRIC, "torch-2.13/", "reducelronplateau"),
  ...each(JOINED, "torch-2.13/", "sequentiallr chainedscheduler"),
  ...each(LINE_SEARCH, "torch-2.13/", "lbfgs"),
  ...each(
    METRIC,
    "transformers-5/",
    "get_reduce_on_plateau_schedule reduce_lr_on_plateau get_greedy_schedule greedylr greedy",
  ),
  ...each(
    QUANTIZED,
    "transformers-5/",
    "adamw_bnb_8bit adamw_8bit lion_8bit lion_32bit ademamix ademamix_8bit paged_adamw_32bit paged_adamw_8bit paged_ademamix_32bit paged_ademamix_8bit paged_lion_32bit paged_lion_8bit rmsprop_bnb rmsprop_bnb_8bit rmsprop_bnb_32bit adamw_torch_4bit adamw_torch_8bit",
  ),
  ...each(
    FOREIGN,
    "transformers-5/",
    "galore_adamw galore_adamw_8bit galore_adafactor galore_adamw_layerwise galore_adamw_8bit_layerwise galore_adafactor_layerwise lomo adalomo grokadamw schedule_free_radam schedule_free_adamw schedule_free_sgd apollo_adamw apollo_adamw_layerwise stable_adamw adamw_anyprecision",
  ),
  ...each(RELATIVE, "transformers-5/", "get_adafactor_schedule adafactorschedule"),
  ...each(IN_ZERO, "deepspeed-0.19/", "muon"),
  ...each(BY_WIDTH, "deepspeed-0.19/", "muadam muadamw musgd"),
  ...each(COMPRESSED, "deepspeed-0.19/", "onebitadam zerooneadam onebitlamb"),
  ...each(WRAPPER, "keras-3/", "lossscaleoptimizer multioptimizer"),
  ...each(CODE, "keras-3/", "learningrateschedule"),
  ...each(LINE_SEARCH, "optax-0.2/", "lbfgs"),
  ...OPTAX.flatMap(([refusal, names]) => each(refusal, "optax-0.2/", names)),
  [
    "mxnet-1.9/_svrgoptimizer",
    { why: "it wraps two other optimizers", instead: "`optseal convert` makes one rule of its pickle" },
  ],
]);
