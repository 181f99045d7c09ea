/**
 * author: names that frameworks have for what stands in the library under another, and names of what no rule can say, with the
 * reason and what to take instead.
 */

const TRANSFORMERS_SCHEDULES: { readonly [type: string]: string } = {
  constant: "get_constant_schedule",
  constant_with_warmup: "get_constant_schedule_with_warmup",
  linear: "get_linear_schedule_with_warmup",
  cosine: "get_cosine_schedule_with_warmup",
  cosine_with_restarts: "get_cosine_with_hard_restarts_schedule_with_warmup",
  polynomial: "get_polynomial_decay_schedule_with_warmup",
  inverse_sqrt: "get_inverse_sqrt_schedule",
  cosine_with_min_lr: "get_cosine_with_min_lr_schedule_with_warmup",
  cosine_warmup_with_min_lr: "get_cosine_with_min_lr_schedule_with_warmup_lr_rate",
  warmup_stable_decay: "get_wsd_schedule",
};

/** `lr_scheduler_type` and `optim` of TrainingArguments (transformers 5.18), `type` of DeepSpeed's JSON (0.19.6). */
export const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(TRANSFORMERS_SCHEDULES).map(
    ([type, name]) => [`transformers-5/${type}`, `transformers-5/${name}`] as const,
  ),
  ["transformers-5/adamw_torch", "torch-2.13/adamw"],
  ["transformers-5/adamw_torch_fused", "torch-2.13/adamw"],
  ["transformers-5/sgd", "torch-2.13/sgd"],
  ["transformers-5/adagrad", "torch-2.13/adagrad"],
  ["transformers-5/rmsprop", "torch-2.13/rmsprop"],
  ["deepspeed-0.19/adam", "deepspeed-0.19/fusedadam"],
  ["deepspeed-0.19/adamw", "deepspeed-0.19/fusedadam"],
  ["deepspeed-0.19/adagrad", "deepspeed-0.19/deepspeedcpuadagrad"],
  ["deepspeed-0.19/lamb", "deepspeed-0.19/fusedlamb"],
  ["deepspeed-0.19/lion", "deepspeed-0.19/fusedlion"],
]);

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

/** Names that frameworks have, and no text of the language. */
export const REFUSED_NAMES: ReadonlyMap<string, Refusal> = new Map([
  ...each(CODE, "torch-2.13/", "lambdalr multiplicativelr"),
  ...each(METRIC, "torch-2.13/", "reducelronplateau"),
  ...each(LINE_SEARCH, "torch-2.13/", "lbfgs"),
  ...each(METRIC, "transformers-5/", "get_reduce_on_plateau_schedule reduce_lr_on_plateau greedy"),
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
  ...each(COMPRESSED, "deepspeed-0.19/", "onebitadam zerooneadam onebitlamb"),
  ...each(WRAPPER, "keras-3/", "lossscaleoptimizer multioptimizer"),
  ...each(CODE, "keras-3/", "learningrateschedule"),
  ...each(LINE_SEARCH, "optax-0.2/", "lbfgs"),
  [
    "optax-0.2/polyak_sgd",
    {
      why: "its step follows the loss, and a server has gradients alone",
      instead: "take optax-0.2/sgd with a schedule",
    },
  ],
  [
    "mxnet-1.9/_svrgoptimizer",
    { why: "it wraps two other optimizers", instead: "`optseal convert` makes one rule of its pickle" },
  ],
]);
