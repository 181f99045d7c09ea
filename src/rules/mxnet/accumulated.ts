/**
 * rules: MXNet's optimizers that divide by accumulated squares. Source: apache/mxnet 1.9.1, python/mxnet/optimizer/optimizer.py
 * and src/operator/optimizer_op-inl.h. A scalar that Python hands to a kernel as text is read there by dmlc-core's ParseFloat
 * (`dmlc_f32`); the lists of multi_sgd and the scalars of NDArray arithmetic are rounded to binary32 (`f32`).
 */
import { BASE } from "./base-class.ts";

const ADAGRAD = `
rule mxnet-1.9/adagrad
# NDArray arithmetic in Python: a clip of 0 clips all; wd is neither clipped nor in the history
hyper  learning_rate = 0.01 scheduled   eps = 1e-7   wd = 0   lr_mult = 1   wd_mult = 1
       rescale_grad = 1   clip_gradient = null
state  history = 0
step   lr = learning_rate * lr_mult
       bound = dmlc_f32(clip_gradient) when not clip_gradient is null
update g = grad * rescale_grad
       g = clip(g, bound) when not clip_gradient is null
       history = history + g * g
       weight = weight + (g / sqrt(history + eps) + weight * (wd * wd_mult)) * -lr
`;

const RMSPROP = `
rule mxnet-1.9/rmsprop
# rmsprop_update (Tieleman, Hinton, 2012); centered: rmspropalex_update (A. Graves, arXiv:1308.0850)
hyper  learning_rate = 0.001 scheduled   gamma1 = 0.9   gamma2 = 0.9   epsilon = 1e-8   centered = false
       clip_weights = null   wd = 0   lr_mult = 1   wd_mult = 1   rescale_grad = 1   clip_gradient = null
state  n = 0   g_mean = 0 when centered   delta = 0 when centered
step   lr = dmlc_f32(learning_rate * lr_mult)
       decay = dmlc_f32(wd * wd_mult)
       rescale = dmlc_f32(rescale_grad)
       r1 = dmlc_f32(gamma1)   r2 = dmlc_f32(gamma2)   eps = dmlc_f32(epsilon)
       clips = not clip_gradient is null and clip_gradient > 0
       bounds = not clip_weights is null and clip_weights > 0
update g = rescale * grad + decay * weight
       g = clip(g, dmlc_f32(clip_gradient)) when clips
       n = f32(1 - r1) * (g * g) + r1 * n when not centered
       weight = weight - lr * (g / sqrt(n + eps)) when not centered
       n = f32(1 - r1) * g * g + r1 * n when centered
       g_mean = f32(1 - r1) * g + r1 * g_mean when centered
       delta = r2 * delta - lr * g / sqrt(n - g_mean * g_mean + eps) when centered
       weight = weight + delta when centered
       weight = clip(weight, dmlc_f32(clip_weights)) when bounds
`;

const ADADELTA = `
rule mxnet-1.9/adadelta
# NDArray arithmetic in Python (M. Zeiler, arXiv:1212.5701); the rate has no effect
hyper  rho = 0.9   epsilon = 0.00001   ${BASE}
state  squares = 0   steps = 0
step   bound = dmlc_f32(clip_gradient) when not clip_gradient is null
update g = grad * rescale_grad
       g = clip(g, bound) when not clip_gradient is null
       squares = squares * rho + g * (1 - rho) * g
       delta = sqrt(steps + epsilon) / sqrt(squares + epsilon) * g
       steps = steps * rho + delta * (1 - rho) * delta
       weight = weight - (delta + weight * (wd * wd_mult))
`;

const FTRL = `
rule mxnet-1.9/ftrl
# ftrl_update (H. B. McMahan et al., "Ad click prediction", KDD 2013)
hyper  learning_rate = 0.1 scheduled   lamda1 = 0.01   beta = 1   ${BASE}
state  z = 0   n = 0
step   lr = dmlc_f32(learning_rate * lr_mult)
       decay = dmlc_f32(wd * wd_mult)
       rescale = dmlc_f32(rescale_grad)
       l1 = dmlc_f32(lamda1)   b = dmlc_f32(beta)
       clips = not clip_gradient is null and clip_gradient > 0
update g = rescale * grad
       g = clip(g, dmlc_f32(clip_gradient)) when clips
       z = z + (g - (sqrt(n + g * g) - sqrt(n)) * weight / lr)
       n = n + g * g
       weight = (sign(z) * l1 - z) / ((b + sqrt(n)) / lr + decay) * select(abs(z) > l1, 1, 0)
`;

/** One text for each rule. */
export const ACCUMULATED_RULES: readonly string[] = [ADAGRAD, RMSPROP, ADADELTA, FTRL];
