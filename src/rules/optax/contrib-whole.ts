/**
 * rules: optax.contrib's optimizers that look at all parameters of a step, or at a parameter as a matrix. Source:
 * google-deepmind/optax 0.2.8, optax/contrib. What optax keeps once for all is kept by each parameter here, and is the same in all.
 */
import type { Alias, Transform } from "./rule-text.ts";
import { bias, moment, ruleText } from "./rule-text.ts";
import { SCALE_BY_LEARNING_RATE } from "./transforms.ts";

const cite = (name: string, file: string, from: string): string =>
  `optax.contrib.${name}: optax/contrib/${file}.py, 0.2.8 ${from}`;

const root = (x: string): string => `f32(sqrt(${x}))`;

const BIAS = [
  `bc = f32(${root("f32(1 - powf(beta2, t))")} / f32(1 - powf(beta1, t)))`,
  "dlr = f32(f32(estim_lr * f32(learning_rate)) * bc)",
];

const PRODIGY: Alias = {
  name: "prodigy",
  source: cite("prodigy", "_prodigy", "(K. Mishchenko, A. Defazio, arXiv:2306.06101); betas: beta1, beta2"),
  hyper: [
    "learning_rate = 1 scheduled   beta1 = 0.9   beta2 = 0.999   beta3 = null   eps = 1e-8   estim_lr0 = 0.000001",
    "estim_lr_coef = 1   weight_decay = 0   safeguard_warmup = false",
  ],
  chain: [
    {
      state: [
        "exp_avg = 0   exp_avg_sq = 0   grad_sum = 0   params0 = weight",
        "estim_lr: scalar = f32(estim_lr0)   numerator: scalar = 0",
      ],
      step: ["b3 = select(beta3 is null, beta2^0.5, beta3)   lr0 = f32(estim_lr0)", ...BIAS],
      update: [
        "dg = estim_lr * u",
        "acum = total(sum(u * (params0 - weight)))",
        "exp_avg = beta1 * exp_avg + (1 - beta1) * dg",
        "exp_avg_sq = beta2 * exp_avg_sq + (1 - beta2) * dg * dg",
        "grad_sum = b3 * grad_sum + select(safeguard_warmup, estim_lr, dlr) * dg * (1 / lr0)",
        "numerator = f32(f32(f32(b3) * numerator) + f32(f32(f32(estim_lr / lr0) * dlr) * f32(acum)))",
        "denominator = total(sum(abs(grad_sum)))",
        "estim_lr = max(estim_lr, f32(f32(f32(estim_lr_coef) * numerator) / f32(denominator)))",
        "u = -f32(f32(weight_decay) * dlr) * weight - dlr * exp_avg / (sqrt(exp_avg_sq) + f32(estim_lr * f32(eps)))",
      ],
    },
  ],
};

const DADAPT_ADAMW: Alias = {
  name: "dadapt_adamw",
  source: cite(
    "dadapt_adamw",
    "_dadapt_adamw",
    "(A. Defazio, K. Mishchenko, arXiv:2301.07733); betas: beta1, beta2",
  ),
  hyper: [
    "learning_rate = 1 scheduled   beta1 = 0.9   beta2 = 0.999   eps = 1e-8   estim_lr0 = 0.000001   weight_decay = 0",
  ],
  chain: [
    {
      state: [
        "exp_avg = 0   exp_avg_sq = 0   grad_sum = 0   estim_lr: scalar = f32(estim_lr0)   numerator: scalar = 0",
      ],
      step: ["sb2 = beta2^0.5", ...BIAS, "part = f32(f32(1 - sb2) * dlr)"],
      update: [
        "acum = total(sum(u * (grad_sum / (sqrt(exp_avg_sq) + eps))))",
        "exp_avg = beta1 * exp_avg + f32(f32(1 - beta1) * dlr) * u",
        "exp_avg_sq = beta2 * exp_avg_sq + (1 - beta2) * u * u",
        "grad_sum = sb2 * grad_sum + part * u",
        "l1 = total(sum(abs(grad_sum)))",
        "numerator = f32(f32(f32(sb2) * numerator) + f32(part * f32(acum)))",
        "estim_lr = max(estim_lr, f32(numerator / f32(f32(1 - sb2) * f32(l1))))",
        "u = -f32(f32(weight_decay) * dlr) * weight - exp_avg / (sqrt(exp_avg_sq) + eps)",
      ],
    },
  ],
};

const DECAY: Transform = { update: ["u = u + weight_decay * weight when not weight_decay is null"] };

const DOG: Alias = {
  name: "dog",
  source: cite("dog", "_dog", "(M. Ivgi et al., arXiv:2302.12022); init_step: its type and its value"),
  hyper: [
    "learning_rate = 1 scheduled   init_step_type = heuristic of heuristic|distance|learning_rate",
    "init_step_value = 0.000001   eps = 1e-8   weight_decay = null",
  ],
  chain: [
    DECAY,
    {
      state: ["init_params = weight   max_dist: scalar = 0   sum_sq: scalar = 0"],
      update: [
        "whole = total(sum(weight * weight)) when init_step_type is heuristic",
        `first = f32(f32(init_step_value) * f32(1 + ${root("whole")})) when init_step_type is heuristic`,
        "first = select(init_step_type is distance, f32(init_step_value), 0) when not init_step_type is heuristic",
        "moved = init_params - weight",
        "dist = total(sum(moved * moved))",
        `max_dist = max(select(t == 1, first, max_dist), ${root("dist")})`,
        "square = total(sum(u * u))",
        "sum_sq = f32(sum_sq + f32(square))",
        `pace = f32(max_dist / ${root("f32(sum_sq + f32(eps))")})`,
        "pace = select(t == 1, init_step_value, pace) when init_step_type is learning_rate",
        "u = pace * u",
      ],
    },
    SCALE_BY_LEARNING_RATE,
  ],
};

const DOWG: Alias = {
  name: "dowg",
  source: cite("dowg", "_dog", "(A. Khaled et al., arXiv:2305.16284)"),
  hyper: ["learning_rate = 1 scheduled   init_estim_sq_dist = null   eps = 0.0001   weight_decay = null"],
  chain: [
    DECAY,
    {
      state: [
        "init_params = weight   weighted: scalar = 0",
        "estim_sq_dist: scalar = f32(select(init_estim_sq_dist is null, eps, init_estim_sq_dist))",
      ],
      update: [
        "moved = init_params - weight",
        "dist = total(sum(moved * moved))",
        "estim_sq_dist = max(estim_sq_dist, f32(dist))",
        "square = total(sum(u * u))",
        "weighted = f32(f32(estim_sq_dist * f32(square)) + weighted)",
        `u = f32(estim_sq_dist / f32(${root("weighted")} + f32(eps))) * u`,
      ],
    },
    SCALE_BY_LEARNING_RATE,
  ],
};

const MUON: Alias = {
  name: "muon",
  source: cite("muon", "_muon", "(K. Jordan et al., 2024); matrices alone, the others as adamw"),
  hyper: [
    "learning_rate scheduled   ns_coeffs: list = [3.4445, -4.775, 2.0315]   ns_steps = 5   beta = 0.95   eps = 1e-8",
    "weight_decay = 0   nesterov = true   adaptive = false   adam_b1 = 0.9   adam_b2 = 0.999   adam_eps_root = 0",
    "adam_weight_decay = 0   adam_learning_rate = null   consistent_rms = null",
  ],
  chain: [
    {
      state: ["mu = 0   nu = 0 when not rank == 2"],
      step: [
        "b1 = select(rank == 2, beta, adam_b1)   wd = select(rank == 2, weight_decay, adam_weight_decay)",
        "lr = select(rank == 2 or adam_learning_rate is null, learning_rate, adam_learning_rate)",
        `${bias("bias", "b1")}   ${bias("next", "b1", "t + 1")}`,
        "shape = f32(sqrt(max(1, f32(cols / rows)))) when consistent_rms is null",
        "shape = f32(f32(sqrt(max(rows, cols))) * f32(consistent_rms)) when not consistent_rms is null",
      ],
      update: [
        moment("mu", "b1", "u"),
        `${moment("nu", "adam_b2", "(u * u)")} when not rank == 2`,
        "m = select(nesterov, b1 * (mu / next) + (1 - b1) * (u / bias), mu / bias)",
        "x = select(rows > cols, transpose(m), m) * (1 / f32(f32(norm(m)) + f32(eps))) when rank == 2",
        "repeat ns_steps {",
        "  a = matmul(x, transpose(x)) when rank == 2",
        "  x = item(ns_coeffs, 0) * x + matmul(item(ns_coeffs, 1) * a + matmul(item(ns_coeffs, 2) * a, a), x) when rank == 2 }",
        "y = select(rows > cols, transpose(x), x) when rank == 2",
        "x = shape * select(adaptive, f32(sum(m * y)) * y, y) when rank == 2",
        "x = m / (sqrt(nu / f32(1 - powf(adam_b2, t)) + adam_eps_root) + eps) when not rank == 2",
        "u = -lr * (x + wd * weight)",
      ],
    },
  ],
};

/** One text for each optimizer. */
export const OPTAX_WHOLE: readonly string[] = [PRODIGY, DADAPT_ADAMW, DOG, DOWG, MUON].map(ruleText);
