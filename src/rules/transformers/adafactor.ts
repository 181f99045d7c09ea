/**
 * rules: Hugging Face's own optimizer. Source: transformers 5.18.0, src/transformers/optimization.py; tensors in binary32, a rate
 * that is scaled by the parameter too. The source adds its means and norms up in binary32, here they are binary64, rounded once.
 */

const ADAFACTOR = `
rule transformers-5/adafactor
# transformers.Adafactor: src/transformers/optimization.py, 5.18.0 (N. Shazeer, M. Stern, arXiv:1804.04235)
hyper  lr = null scheduled   eps1 = 1e-30   eps2 = 0.001   clip_threshold = 1   decay_rate = -0.8   beta1 = null
       weight_decay = 0   scale_parameter = true   relative_step = true   warmup_init = false
needs  not lr is null and not relative_step or lr is null and relative_step
needs  relative_step or not warmup_init
state  exp_avg = 0 when not beta1 is null   exp_avg_sq = 0 when not rank >= 2
       exp_avg_sq_row: row = 0 when rank >= 2   exp_avg_sq_col: col = 0 when rank >= 2
step   beta2 = 1 - t^decay_rate
       pace = select(relative_step, min(select(warmup_init, 0.000001 * t, 0.01), 1 / sqrt(t)), lr)
update rms = f32(f32(norm(weight)) / f32(sqrt(size)))
       scaled = f32(rms * f32(pace))
       speed = select(not scale_parameter, pace, select(rms > f32(eps2), scaled, eps2 * pace))
       decay = select(scale_parameter and rms > f32(eps2), f32(f32(-weight_decay) * speed), -weight_decay * speed)
       square = grad * grad + eps1
       exp_avg_sq_row = exp_avg_sq_row * beta2 + (1 - beta2) * row_mean(square) when rank >= 2
       exp_avg_sq_col = exp_avg_sq_col * beta2 + (1 - beta2) * col_mean(square) when rank >= 2
       exp_avg_sq = exp_avg_sq * beta2 + (1 - beta2) * square when not rank >= 2
       u = 1 / sqrt(exp_avg_sq_row / col_mean(exp_avg_sq_row)) * (1 / sqrt(exp_avg_sq_col)) * grad when rank >= 2
       u = 1 / sqrt(exp_avg_sq) * grad when not rank >= 2
       u = u / max(f32(f32(f32(norm(u)) / f32(sqrt(size))) / f32(clip_threshold)), 1) * speed
       exp_avg = exp_avg * beta1 + (1 - beta1) * u when not beta1 is null
       u = exp_avg when not beta1 is null
       weight = weight + decay * weight when weight_decay != 0
       weight = weight - u
`;

/** One text for each rule. */
export const ADAFACTOR_RULES: readonly string[] = [ADAFACTOR];
