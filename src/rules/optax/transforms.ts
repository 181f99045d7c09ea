/**
 * rules: optax's other transformations as pieces of rule text. Source: google-deepmind/optax 0.2.8, optax/_src/transform.py and
 * optax/transforms. Each takes the update in `u` and leaves it there.
 */
import type { Transform } from "./rule-text.ts";
import { bias, kept, moment, stored } from "./rule-text.ts";

export const ADD_DECAYED_WEIGHTS: Transform = {
  update: ["u = u + weight_decay * weight when weight_decay != 0"],
};

export const SCALE_BY_LEARNING_RATE: Transform = { update: ["u = -learning_rate * u"] };

export const SCALE_BY_SIGN: Transform = { update: ["u = sign(u)"] };

/** @param guard where the alias leaves it out */
export const trace = (guard: string): Transform => ({
  state: [`trace = 0${guard}`],
  update: [
    `trace = u + momentum * trace${guard}`,
    `u = select(nesterov, u + momentum * trace, trace)${guard}`,
  ],
});

export const SCALE_BY_ADADELTA: Transform = {
  state: ["e_g = 0   e_x = 0"],
  update: [
    moment("e_g", "rho", "(u * u)"),
    "u = sqrt(e_x + eps) / sqrt(e_g + eps) * u",
    moment("e_x", "rho", "(u * u)"),
  ],
};

export const SCALE_BY_RSS: Transform = {
  state: ["sum_of_squares = initial_accumulator_value"],
  update: [
    "sum_of_squares = u * u + sum_of_squares",
    "u = select(sum_of_squares > 0, 1 / sqrt(sum_of_squares + eps), 0) * u",
  ],
};

/** scale_by_rms, or scale_by_stddev if `centered`. */
export const SCALE_BY_RMS_OR_STDDEV: Transform = {
  state: ["mu = 0 when centered   nu = initial_scale"],
  step: [`${bias("bias", "decay")} when bias_correction`],
  update: [
    `${moment("mu", "decay", "u")} when centered`,
    moment("nu", "decay", "(u * u)"),
    "n = select(bias_correction, nu / bias, nu)",
    "m = select(bias_correction, mu / bias, mu) when centered",
    "n = n - m * m when centered",
    "u = select(eps_in_sqrt, 1 / sqrt(n + eps), 1 / (sqrt(n) + eps)) * u",
  ],
};

export const SCALE_BY_RPROP: Transform = {
  state: ["step_size = learning_rate   prev_update = 0"],
  update: [
    "s = u * prev_update",
    "moved = max(step_size * select(s > 0, eta_plus, eta_minus), min_step_size)",
    "step_size = select(s == 0, step_size, min(moved, max_step_size))",
    "given = select(s < 0, 0, prev_update)",
    "prev_update = select(s < 0, 0, step_size * sign(u))",
    "u = -given",
  ],
};

export const SCALE_BY_OPTIMISTIC_GRADIENT = (alpha: string, beta: string): Transform => ({
  state: ["previous = 0"],
  update: [
    "last = select(t == 1, u, previous)",
    "previous = u",
    `u = (${alpha} + ${beta}) * u - ${beta} * last`,
  ],
});

/** @param norms lines that leave `p_norm` and `u_norm`, binary32 */
const trustRatio = (norms: readonly string[], ratio: string, guard = ""): readonly string[] => [
  ...norms.map((line) => `${line}${guard}`),
  `ratio = ${ratio}${guard}`,
  `u = u * select(p_norm == 0 or u_norm == 0, 1, ratio)${guard}`,
];

/**
 * XLA takes squares that are too small to be normal for zero (of one number alone it takes none), and where it finds a norm of
 * zero, the ratio is left out.
 */
const norm = (name: string, of: string): readonly string[] => [
  `square = ${of} * ${of}`,
  `${name} = f32(select(size == 1, norm(${of}), sqrt(sum(select(square < 2^(-126), 0, square)))))`,
];

const NORMS: readonly string[] = [...norm("p_norm", "weight"), ...norm("u_norm", "u")];

export const SCALE_BY_TRUST_RATIO: Transform = { update: trustRatio(NORMS, "p_norm / u_norm") };

/** The one of fromage, whose norms are at least `min_norm`. */
export const SCALE_BY_TRUST_RATIO_SAFE: Transform = {
  update: trustRatio(
    ["p_norm = max(f32(norm(weight)), f32(min_norm))", "u_norm = max(f32(norm(u)), f32(min_norm))"],
    "p_norm / u_norm",
  ),
};

/** The one of lars, behind a mask. */
export const SCALE_BY_TRUST_RATIO_MASKED: Transform = {
  update: trustRatio(
    NORMS,
    "f32(f32(trust_coefficient) * p_norm) / f32(u_norm + f32(eps))",
    " when trust_ratio_mask",
  ),
};

export const SCALE_BY_NOVOGRAD: Transform = {
  state: ["mu = 0   nu: scalar = 0"],
  update: [
    "g_norm = f32(norm(u))",
    "square = f32(g_norm * g_norm)",
    "nu = select(t == 1, square, f32(f32(f32(1 - b2) * square) + f32(f32(b2) * nu)))",
    "below = f32(f32(sqrt(f32(nu + f32(eps_root)))) + f32(eps))",
    "mu = b1 * mu + (u * (1 / below) + weight_decay * weight)",
    "u = mu",
  ],
};

export const SCALE_BY_SM3: Transform = {
  state: ["row: row = 0   col: col = 0   nu = 0"],
  update: [
    "accum = u * u + min(row, col)",
    "row = row_max(accum)   col = col_max(accum)",
    `nu = (1 - momentum) * (u * select(accum > 0, 1 / sqrt(accum + 0.00000001), 0)) + momentum * nu`,
    "u = nu",
  ],
};

/** JAX's own stream of random bits is not repeated. */
export const ADD_NOISE: Transform = {
  step: ["deviation = f32(sqrt(f32(f32(eta) / powf(t, gamma))))"],
  update: ["u = u + deviation * normal(key, t) when eta != 0"],
};

/** The trace of sgd, whose slot may be narrow. */
export const TRACE_NARROW: Transform = {
  state: ["trace = 0 when not momentum is null"],
  update: [
    `now = u + ${kept("trace", "momentum", "accumulator_dtype")} when not momentum is null`,
    "u = select(nesterov, u + momentum * now, now) when not momentum is null",
    `${stored("trace", "now", "accumulator_dtype")} when not momentum is null`,
  ],
};

/** An average without bias correction, whose slot may be narrow. */
export const emaNarrow = (decay: string, type: string, guard = ""): Transform => ({
  state: [`ema = 0${guard}`],
  update: [
    `u = (1 - ${decay}) * u + ${kept("ema", decay, type)}${guard}`,
    `${stored("ema", "u", type)}${guard}`,
  ],
});
