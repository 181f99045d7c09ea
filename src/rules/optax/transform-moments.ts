/**
 * rules: optax's transformations that keep moments of the gradient, as pieces of rule text. Source: google-deepmind/optax 0.2.8,
 * optax/_src/transform.py. Each takes the update in `u` and leaves it there.
 */
import type { Transform } from "./rule-text.ts";
import { bias, kept, moment } from "./rule-text.ts";

const MU = `mu = (1 - b1) * u + ${kept("mu", "b1", "mu_dtype")}`;

const STORE_MU = "mu = bf16(mu) when mu_dtype is bfloat16";

/** The first moment with its bias taken out, with the next gradient's part if `nesterov`. */
export const NESTEROV_MU_HAT: readonly string[] = [
  "mu_hat = mu / bias1 when not nesterov",
  "mu_hat = b1 * (mu / bias1_next) + (1 - b1) * (u / bias1) when nesterov",
];

export const NESTEROV_BIAS: readonly string[] = [
  bias("bias1", "b1"),
  `${bias("bias1_next", "b1", "t + 1")} when nesterov`,
];

export const SCALE_BY_ADAM: Transform = {
  state: ["mu = 0   nu = 0"],
  step: [...NESTEROV_BIAS, bias("bias2", "b2")],
  update: [
    MU,
    moment("nu", "b2", "(u * u)"),
    ...NESTEROV_MU_HAT,
    "u = mu_hat / (sqrt(nu / bias2 + eps_root) + eps)",
    STORE_MU,
  ],
};

/** The one of lamb, which has neither `mu_dtype` nor `nesterov`. */
export const SCALE_BY_ADAM_WIDE: Transform = {
  state: ["mu = 0   nu = 0"],
  step: [bias("bias1", "b1"), bias("bias2", "b2")],
  update: [
    moment("mu", "b1", "u"),
    moment("nu", "b2", "(u * u)"),
    "u = mu / bias1 / (sqrt(nu / bias2 + eps_root) + eps)",
  ],
};

export const SCALE_BY_AMSGRAD: Transform = {
  state: ["mu = 0   nu = 0   nu_max = 0"],
  step: [`${bias("bias1", "b1")} when bias_correction_mu`, `${bias("bias2", "b2")} when bias_correction_nu`],
  update: [
    MU,
    moment("nu", "b2", "(u * u)"),
    "nu_max = max(nu_max, select(bias_correction_nu, nu / bias2, nu))",
    "u = select(bias_correction_mu, mu / bias1, mu) / (sqrt(nu_max + eps_root) + eps)",
    STORE_MU,
  ],
};

export const SCALE_BY_ADAMAX: Transform = {
  state: ["mu = 0   nu = 0"],
  step: [bias("bias1", "b1")],
  update: [moment("mu", "b1", "u"), "nu = max(abs(u) + eps, b2 * nu)", "u = mu / bias1 / nu"],
};

export const SCALE_BY_BELIEF: Transform = {
  state: ["mu = 0   nu = 0"],
  step: [...NESTEROV_BIAS, bias("bias2", "b2")],
  update: [
    moment("mu", "b1", "u"),
    "e = u - mu",
    `${moment("nu", "b2", "(e * e)")} + eps_root`,
    ...NESTEROV_MU_HAT,
    "u = mu_hat / (sqrt(nu / bias2) + eps)",
  ],
};

export const SCALE_BY_YOGI: Transform = {
  state: ["mu = 0.000001   nu = 0.000001"],
  step: [bias("bias1", "b1"), bias("bias2", "b2")],
  update: [
    moment("mu", "b1", "u"),
    "nu = nu - (1 - b2) * sign(nu - u * u) * (u * u)",
    "u = mu / bias1 / (sqrt(nu / bias2) + eps)",
  ],
};

export const SCALE_BY_RADAM: Transform = {
  state: ["mu = 0   nu = 0"],
  step: [
    ...NESTEROV_BIAS,
    bias("bias2", "b2"),
    "ro_inf = 2 / (1 - b2) - 1",
    "b2t = powf(b2, t)",
    "ro = f32(f32(ro_inf) - f32(f32(2 * t * b2t) / f32(1 - b2t)))",
    "above = f32(f32(f32(ro - 4) * f32(ro - 2)) * f32(ro_inf))",
    "r = f32(sqrt(f32(above / f32(f32((ro_inf - 4) * (ro_inf - 2)) * ro))))",
  ],
  update: [
    moment("mu", "b1", "u"),
    moment("nu", "b2", "(u * u)"),
    ...NESTEROV_MU_HAT,
    "u = select(ro >= threshold, r * mu_hat / (sqrt(nu / bias2 + eps_root) + eps), mu_hat)",
  ],
};

export const SCALE_BY_ADAN: Transform = {
  state: ["m = 0   v = 0   n = 0   g = 0"],
  step: [bias("bias1", "b1"), bias("bias2", "b2"), bias("bias3", "b3")],
  update: [
    "diff = select(t == 1, 0, u - g)",
    moment("m", "b1", "u"),
    moment("v", "b2", "diff"),
    "ahead = u + (1 - b2) * diff",
    moment("n", "b3", "(ahead * ahead)"),
    "g = u",
    "u = (m / bias1 + (1 - b2) * (v / bias2)) / (sqrt(n / bias3 + eps_root) + eps)",
  ],
};

export const SCALE_BY_LION: Transform = {
  state: ["mu = 0"],
  update: [
    `x = (1 - b1) * u + ${kept("mu", "b1", "mu_dtype")}`,
    `mu = (1 - b2) * u + ${kept("mu", "b2", "mu_dtype")}`,
    STORE_MU,
    "u = sign(x)",
  ],
};
