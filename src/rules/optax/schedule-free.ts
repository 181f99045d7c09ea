/** rules: optax.contrib's schedule-free optimizers. Source: google-deepmind/optax 0.2.8, optax/contrib/_schedule_free.py. */
import type { Alias, Transform } from "./rule-text.ts";
import { bias, moment, ruleText } from "./rule-text.ts";
import { ADD_DECAYED_WEIGHTS } from "./transforms.ts";

const cite = (name: string): string =>
  `optax.contrib.${name}: optax/contrib/_schedule_free.py, 0.2.8 (A. Defazio et al., arXiv:2405.15682)`;

/** The rate as warmup_constant_schedule leaves it at a count; `top` is the rate that is given. */
const warmed = (name: string, count: string): readonly string[] => [
  `${name} = top`,
  `${name} = f32(f32(-top * f32(1 - f32(min(${count}, warmup_steps) / warmup_steps))) + top) when not warmup_steps is null`,
];

/** Around another optimizer, which leaves its update in `u`; counts from 1 where that one counts from 0. */
const SCHEDULE_FREE: Transform = {
  state: ["weight_sum: scalar = 0   max_lr: scalar = 0   z = weight"],
  step: [
    ...warmed("next_lr", "t"),
    "max_lr = max(max_lr, next_lr)",
    "share = powf(max_lr, weight_lr_power)   weight_sum = f32(weight_sum + share)",
    "ck = select(weight_sum == 0, 0, f32(share / weight_sum))",
  ],
  update: [
    "x = (weight - (1 - b1) * z) * (1 / f32(b1))",
    "z = z + u",
    "x = (1 - ck) * x + ck * z",
    "u = b1 * x + (1 - b1) * z - weight",
  ],
};

const WARM_RATE: Transform = {
  step: ["top = f32(learning_rate)", ...warmed("lr", "(t - 1)")],
  update: ["u = -lr * u"],
};

const SCHEDULE_FREE_SGD: Alias = {
  name: "schedule_free_sgd",
  source: cite("schedule_free_sgd"),
  hyper: [
    "learning_rate = 1 scheduled   warmup_steps = null   b1 = 0.9   weight_decay = null   weight_lr_power = 2",
  ],
  chain: [
    { update: ["u = u + weight_decay * weight when not weight_decay is null"] },
    WARM_RATE,
    SCHEDULE_FREE,
  ],
};

const SCHEDULE_FREE_ADAMW: Alias = {
  name: "schedule_free_adamw",
  source: cite("schedule_free_adamw"),
  hyper: [
    "learning_rate = 0.0025 scheduled   warmup_steps = null   b1 = 0.9   b2 = 0.999   eps = 1e-8",
    "weight_decay = 0   weight_lr_power = 2",
  ],
  chain: [
    {
      state: ["nu = 0"],
      step: [bias("bias2", "b2")],
      update: [moment("nu", "b2", "(u * u)"), "u = 1 / (sqrt(nu / bias2) + eps) * u"],
    },
    ADD_DECAYED_WEIGHTS,
    WARM_RATE,
    SCHEDULE_FREE,
  ],
};

/** One text for each optimizer. */
export const OPTAX_SCHEDULE_FREE: readonly string[] = [SCHEDULE_FREE_SGD, SCHEDULE_FREE_ADAMW].map(ruleText);
