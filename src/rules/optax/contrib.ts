/** rules: optax.contrib's optimizers that look at one parameter at a time. Source: google-deepmind/optax 0.2.8, optax/contrib. */
import type { Alias } from "./rule-text.ts";
import { bias, dtype, kept, moment, ruleText } from "./rule-text.ts";
import { ADD_DECAYED_WEIGHTS, SCALE_BY_LEARNING_RATE } from "./transforms.ts";

const cite = (name: string, file: string, from: string): string =>
  `optax.contrib.${name}: optax/contrib/${file}.py, 0.2.8 ${from}`;

const ROOT = "eps = 1e-8   eps_root = 0   weight_decay = 0";

const ADEMAMIX: Alias = {
  name: "ademamix",
  source: cite(
    "ademamix",
    "_ademamix",
    "(M. Pagliardini et al., arXiv:2409.03137); mu_dtype has no effect there",
  ),
  hyper: [`learning_rate scheduled   b1 = 0.9   b2 = 0.999   b3 = 0.9999   alpha = 5   ${ROOT}`],
  chain: [
    {
      state: ["m1 = 0   m2 = 0   nu = 0"],
      step: [bias("bias1", "b1"), bias("bias2", "b2")],
      update: [
        moment("m1", "b1", "u"),
        moment("m2", "b3", "u"),
        moment("nu", "b2", "(u * u)"),
        "u = (m1 / bias1 + alpha * m2) / (sqrt(nu / bias2 + eps_root) + eps)",
      ],
    },
    ADD_DECAYED_WEIGHTS,
    SCALE_BY_LEARNING_RATE,
  ],
};

const SIMPLIFIED_ADEMAMIX: Alias = {
  name: "simplified_ademamix",
  source: cite("simplified_ademamix", "_ademamix", "(D. Morwani et al., arXiv:2502.02431)"),
  hyper: [`learning_rate scheduled   b1 = 0.99   b2 = 0.95   alpha = 0   ${ROOT}`],
  chain: [
    {
      state: ["m = 0   n = 0"],
      step: [bias("bias2", "b2")],
      update: [
        "m = u + b1 * m",
        "n = u * u + b2 * (n - u * u)",
        "u = (m + alpha * u) / (sqrt(n / bias2 + eps_root) + eps)",
      ],
    },
    ADD_DECAYED_WEIGHTS,
    SCALE_BY_LEARNING_RATE,
  ],
};

const ADOPT: Alias = {
  name: "adopt",
  source: cite(
    "adopt",
    "_adopt",
    "(S. Taniguchi et al., arXiv:2411.02853); clip_value_fn: the fourth root of the count",
  ),
  hyper: [
    "learning_rate scheduled   b1 = 0.9   b2 = 0.9999   eps = 0.000001",
    `${dtype("mu_dtype")}   nesterov = false   use_clipping = true`,
  ],
  chain: [
    {
      state: ["mu = 0   nu = 0"],
      step: [
        "c1 = select(t == 1, 1, f32(b1))   c2 = select(t == 1, 0, f32(b2))",
        "clip_value = powf(t - 1, 0.25) when use_clipping",
      ],
      update: [
        "given = u / max(sqrt(nu), eps)",
        "given = clip(given, clip_value) when use_clipping",
        moment("nu", "c2", "(u * u)"),
        `mu = (1 - c1) * given + ${kept("mu", "c1", "mu_dtype")}`,
        "u = select(nesterov, (1 - c1) * given + c1 * mu, mu)",
        "mu = bf16(mu) when mu_dtype is bfloat16",
      ],
    },
    SCALE_BY_LEARNING_RATE,
  ],
};

/** The power of a rounded third is up to eight units off; one step of Newton's method leaves one at the most. */
const CUBE_ROOT = (x: string): readonly string[] => [
  `root = ${x}^(1 / 3)`,
  `root = select(root > 0 and root < 2^64, root - (root - ${x} / (root * root)) / 3, root)`,
];

const MADGRAD: Alias = {
  name: "madgrad",
  source: cite("madgrad", "_madgrad", "(A. Defazio, S. Jelassi, arXiv:2101.11075)"),
  hyper: ["learning_rate scheduled   momentum = 0.9   weight_decay = 0   eps = 0.000001"],
  chain: [
    ADD_DECAYED_WEIGHTS,
    {
      state: ["grad_sum_sq = 0   s = 0   x0 = weight"],
      step: ["lamb = f32(f32(learning_rate + eps) * f32(sqrt(t)))"],
      update: [
        "grad_sum_sq = grad_sum_sq + lamb * (u * u)",
        "s = s + lamb * u",
        ...CUBE_ROOT("grad_sum_sq"),
        "z = x0 - s / (root + eps)",
        "u = (1 - momentum) * z + momentum * weight - weight",
      ],
    },
  ],
};

const ACPROP: Alias = {
  name: "acprop",
  source: cite(
    "acprop",
    "_acprop",
    "(J. Zhuang et al., arXiv:2110.05454); divides by the moment of the step before",
  ),
  hyper: [
    "learning_rate scheduled   b1 = 0.9   b2 = 0.999   eps = 1e-16   eps_root = 1e-16   weight_decay = 0",
  ],
  chain: [
    {
      state: ["mu = 0   nu = 0"],
      step: [bias("bias2", "b2", "max(t - 1, 1)")],
      update: [
        "e = u - mu",
        moment("mu", "b1", "u"),
        "last = select(t == 1, 1, nu / bias2)",
        `${moment("nu", "b2", "(e * e)")} + eps_root`,
        "u = u / (sqrt(last) + eps)",
      ],
    },
    ADD_DECAYED_WEIGHTS,
    SCALE_BY_LEARNING_RATE,
  ],
};

const COCOB: Alias = {
  name: "cocob",
  source: cite("cocob", "_cocob", "(F. Orabona, T. Tommasi, arXiv:1705.07795)"),
  hyper: ["learning_rate = 1 scheduled   alpha = 100   eps = 1e-8   weight_decay = 0"],
  chain: [
    ADD_DECAYED_WEIGHTS,
    { update: ["u = learning_rate * u"] },
    {
      state: ["particle = weight   gradients = 0   scale = eps   subgradients = 0   reward = 0"],
      update: [
        "scale = max(scale, abs(u))",
        "subgradients = subgradients + abs(u)",
        "reward = max(reward - u * (weight - particle), 0)",
        "gradients = gradients - u",
        "below = scale * max(subgradients + scale, alpha * scale)",
        "u = -weight + (particle + gradients / below * (scale + reward))",
      ],
    },
  ],
};

/** One text for each optimizer. */
export const OPTAX_CONTRIB: readonly string[] = [
  ADEMAMIX,
  SIMPLIFIED_ADEMAMIX,
  ADOPT,
  MADGRAD,
  ACPROP,
  COCOB,
].map(ruleText);
