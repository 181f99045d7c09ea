/** rules: names that frameworks have for what stands in the library under another. */

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
  ["transformers-5/adamw_torch_xla", "torch-2.13/adamw"],
  ["transformers-5/adamw_torch_npu_fused", "torch-2.13/adamw"],
  ["transformers-5/sgd", "torch-2.13/sgd"],
  ["transformers-5/adagrad", "torch-2.13/adagrad"],
  ["transformers-5/rmsprop", "torch-2.13/rmsprop"],
  ["deepspeed-0.19/adam", "deepspeed-0.19/fusedadam"],
  ["deepspeed-0.19/adamw", "deepspeed-0.19/fusedadam"],
  ["deepspeed-0.19/adagrad", "torch-2.13/adagrad"],
  ["deepspeed-0.19/lamb", "deepspeed-0.19/fusedlamb"],
  ["deepspeed-0.19/lion", "deepspeed-0.19/fusedlion"],
]);
