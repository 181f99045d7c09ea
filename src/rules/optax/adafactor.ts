/** rules: optax's adafactor. Source: google-deepmind/optax 0.2.8, optax/_src/alias.py and optax/_src/factorized.py. */
import type { Transform } from "./rule-text.ts";
import { dtype, ruleText } from "./rule-text.ts";
import { emaNarrow } from "./transforms.ts";

const FACTORED = "factored and rank >= 2 and min(rows, cols) >= min_dim_size_to_factor";

/** Factors over the last two dimensions: `needs` says where these are the two that optax takes, the largest. */
const SCALE_BY_FACTORED_RMS: Transform = {
  state: [
    `v_row: row = 0 when ${FACTORED}   v_col: col = 0 when ${FACTORED}`,
    `v = 0 when not (${FACTORED})`,
  ],
  step: ["old = f32(1 - powf(t - decay_offset, -decay_rate))   new = f32(1 - old)"],
  update: [
    "square = u * u + eps",
    `v_row = old * v_row + new * row_mean(square) when ${FACTORED}`,
    `v_col = old * v_col + new * col_mean(square) when ${FACTORED}`,
    `v = old * v + new * square when not (${FACTORED})`,
    `u = u * powf(v_row / col_mean(v_row), -0.5) * powf(v_col, -0.5) when ${FACTORED}`,
    `u = u * powf(v, -0.5) when not (${FACTORED})`,
  ],
};

const CLIP_BY_BLOCK_RMS: Transform = {
  update: [
    "u = u * (1 / max(1, f32(f32(sqrt(f32(mean(u * u)))) / f32(clipping_threshold)))) when not clipping_threshold is null",
  ],
};

const SCALE_BY_PARAM_BLOCK_RMS: Transform = {
  update: ["u = u * max(f32(sqrt(f32(mean(weight * weight)))), 0.001) when multiply_by_parameter_scale"],
};

const ADAFACTOR = ruleText({
  name: "adafactor",
  source: "optax.adafactor: optax/_src/alias.py, 0.2.8 (N. Shazeer, M. Stern, arXiv:1804.04235)",
  hyper: [
    "learning_rate = null scheduled   min_dim_size_to_factor = 128 in [1,)   decay_rate = 0.8   decay_offset = 0",
    "multiply_by_parameter_scale = true   clipping_threshold = 1 or null   momentum = null",
    `${dtype("dtype_momentum")}   weight_decay_rate = null   eps = 1e-30   factored = true`,
  ],
  needs: [
    "not factored or rank <= 2 or size / (rows * cols) <= max(min(rows, cols), min_dim_size_to_factor - 1)",
  ],
  chain: [
    SCALE_BY_FACTORED_RMS,
    CLIP_BY_BLOCK_RMS,
    { update: ["u = learning_rate * u when not learning_rate is null"] },
    SCALE_BY_PARAM_BLOCK_RMS,
    emaNarrow("momentum", "dtype_momentum", " when not momentum is null"),
    { update: ["u = u + weight_decay_rate * weight when not weight_decay_rate is null", "u = -u"] },
  ],
});

/** One text. */
export const OPTAX_ADAFACTOR: readonly string[] = [ADAFACTOR];
