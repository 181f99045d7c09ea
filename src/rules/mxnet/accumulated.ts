/**
 * rules: MXNet's optimizers that divide by accumulated squares, in all releases. Source: apache/mxnet 1.0.0 to 2.0.0.beta1,
 * python/mxnet/optimizer, and src/operator/optimizer_op-inl.h. A scalar that Python hands to a kernel as text is read there
 * correctly rounded up to 1.4 and by dmlc-core's ParseFloat from 1.5 on (`dmlc_f32`); the scalars of NDArray arithmetic are
 * rounded to binary32.
 */
import type { Era } from "./base-class.ts";
import {
  BASE,
  CLIPS_2,
  clips,
  GRADIENT_2,
  PYTHON_2,
  PYTHON_GRADIENT_2,
  pythonClips,
  read2,
  TO_1_4,
  TO_1_9,
} from "./base-class.ts";

const adagrad = (era: Era): string => `
rule mxnet-${era.release}/adagrad
# mxnet.optimizer.AdaGrad: ${era.source} (J. Duchi, E. Hazan, Y. Singer, JMLR 12, 2011)
# NDArray arithmetic in Python: a clip of 0 clips all; wd is neither clipped nor in the history
hyper  learning_rate = 0.01 scheduled   eps = 1e-7
       ${BASE}
state  history = 0
step   lr = learning_rate * lr_mult
       ${pythonClips(era)}
update g = grad * rescale_grad
       g = clip(g, bound) when not clip_gradient is null
       history = history + g * g
       weight = weight + (g / sqrt(history + eps) + weight * (wd * wd_mult)) * -lr
`;

const ADAGRAD_2 = `
rule mxnet-2.0/adagrad
# mxnet.optimizer.AdaGrad: mxnet/optimizer/adagrad.py, 2.0.0 (J. Duchi, E. Hazan, Y. Singer, JMLR 12, 2011)
# dense gradients go through Python, whether or not use_fused_step is set
hyper  learning_rate = 0.01 scheduled   epsilon = 1e-6
       ${BASE}
state  history = 0
step   ${PYTHON_2}
update ${PYTHON_GRADIENT_2}
       history = history + g * g
       weight = weight - g / (sqrt(history) + epsilon) * lr
`;

const groupAdagrad = (era: Era): string => `
rule mxnet-${era.release}/groupadagrad
# mxnet.optimizer.contrib.GroupAdaGrad: mxnet/optimizer/contrib.py, up to ${era.release}; one history for each row
hyper  learning_rate = 0.01 scheduled   eps = 0.00001
       ${BASE}
needs  rank == 2
needs  wd * wd_mult == 0
state  history: row = 0
step   ${pythonClips(era)}
update g = grad * rescale_grad
       g = clip(g, bound) when not clip_gradient is null
       history = history + row_sum(g * g) / cols
       weight = weight - g * (learning_rate * lr_mult) / sqrt(history + eps)
`;

const GROUP_ADAGRAD_2 = `
rule mxnet-2.0/groupadagrad
# mxnet.optimizer.contrib.GroupAdaGrad: mxnet/optimizer/contrib.py, 2.0.0; one history for each row
hyper  learning_rate = 0.01 scheduled   epsilon = 1e-6
       ${BASE}
needs  rank == 2
needs  wd * wd_mult == 0
state  history: row = 0
step   ${PYTHON_2}
update g = grad * rescale_grad
       g = clip(g, bound) when not clip_gradient is null
       history = history + row_sum(g * g) / cols
       weight = weight - g / (sqrt(history) + epsilon) * lr
`;

const RMSPROP_HYPER = `learning_rate = 0.001 scheduled   gamma1 = 0.9   gamma2 = 0.9   epsilon = 1e-8   centered = false
       clip_weights = null
       ${BASE}`;

const RMSPROP_1_9 = `
rule mxnet-1.9/rmsprop
# mxnet.optimizer.RMSProp: ${TO_1_9.source}; rmsprop_update (Tieleman, Hinton, 2012)
# centered: rmspropalex_update (A. Graves, arXiv:1308.0850)
hyper  ${RMSPROP_HYPER}
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

const rmsprop = (era: Era): string => `
rule mxnet-${era.release}/rmsprop
# mxnet.optimizer.RMSProp: ${era.source}; rmsprop_update (Tieleman, Hinton, 2012)
# centered: rmspropalex_update (A. Graves, arXiv:1308.0850); what is clipped is squared in another order
hyper  ${RMSPROP_HYPER}
state  n = 0   g_mean = 0 when centered   delta = 0 when centered
step   lr = ${era.read}(learning_rate * lr_mult)
       decay = ${era.read}(wd * wd_mult)
       rescale = ${era.read}(rescale_grad)
       r1 = ${era.read}(gamma1)   r2 = ${era.read}(gamma2)   eps = ${era.read}(epsilon)
       ${clips(era)}
       bounds = not clip_weights is null and clip_weights > 0
update g = rescale * grad + decay * weight
       g = clip(g, bound) when clips
       n = f32(1 - r1) * g * g + r1 * n when clips
       n = f32(1 - r1) * (g * g) + r1 * n when not clips
       weight = weight - lr * (g / sqrt(n + eps)) when not centered
       g_mean = f32(1 - r1) * g + r1 * g_mean when centered
       delta = r2 * delta - lr * (g / sqrt(n - g_mean * g_mean + eps)) when centered
       weight = weight + delta when centered
       weight = clip(weight, ${era.read}(clip_weights)) when bounds
`;

const ONLY_1_5: Era = { ...TO_1_9, release: "1.5", source: "mxnet/optimizer/optimizer.py, 1.5" };

const RMSPROP_2 = `
rule mxnet-2.0/rmsprop
# mxnet.optimizer.RMSProp: mxnet/optimizer/rmsprop.py, 2.0.0; epsilon is inside the root only where it is centered
hyper  learning_rate = 0.001 scheduled   rho = 0.9   momentum = 0.9   epsilon = 1e-8   centered = false   clip_weights = null
       use_fused_step = true
       ${BASE}
state  var = 0   mean = 0 when centered   mom = 0 when centered
step   lr = ${read2("learning_rate * lr_mult")}
       decay = ${read2("wd * wd_mult")}
       rescale = ${read2("rescale_grad")}
       r = ${read2("rho")}
       mu = ${read2("momentum")}
       eps = ${read2("epsilon")}
       ${CLIPS_2}
       bounds = not clip_weights is null and (clip_weights > 0 or not use_fused_step and clip_weights != 0)
update ${GRADIENT_2}
       var = var * r + g * g * (1 - r)
       weight = weight - g * lr / (sqrt(var) + eps) when not centered and use_fused_step
       weight = weight - g / (sqrt(var) + eps) * lr when not centered and not use_fused_step
       mean = mean * r + g * (1 - r) when centered
       mom = mom * mu - g * lr / sqrt(var - mean * mean + eps) when centered
       weight = weight + mom when centered
       weight = clip(weight, dmlc_f32(clip_weights)) when bounds
`;

const adadelta = (era: Era): string => `
rule mxnet-${era.release}/adadelta
# mxnet.optimizer.AdaDelta: ${era.source} (M. Zeiler, arXiv:1212.5701); the rate has no effect
hyper  rho = 0.9   epsilon = 0.00001
       ${BASE}
state  squares = 0   deltas = 0
step   ${pythonClips(era)}
update g = grad * rescale_grad
       g = clip(g, bound) when not clip_gradient is null
       squares = squares * rho + g * (1 - rho) * g
       delta = sqrt(deltas + epsilon) / sqrt(squares + epsilon) * g
       deltas = deltas * rho + delta * (1 - rho) * delta
       weight = weight - (delta + weight * (wd * wd_mult))
`;

const ADADELTA_2 = `
rule mxnet-2.0/adadelta
# mxnet.optimizer.AdaDelta: mxnet/optimizer/adadelta.py, 2.0.0 (M. Zeiler, arXiv:1212.5701)
hyper  learning_rate = 1 scheduled   rho = 0.9   epsilon = 1e-6
       ${BASE}
state  squares = 0   deltas = 0
step   ${PYTHON_2}
update ${PYTHON_GRADIENT_2}
       squares = squares * rho + g * g * (1 - rho)
       delta = sqrt(deltas + epsilon) / sqrt(squares + epsilon) * g
       deltas = deltas * rho + delta * delta * (1 - rho)
       weight = weight - delta * lr
`;

const ftrl = (era: Era): string => `
rule mxnet-${era.release}/ftrl
# mxnet.optimizer.Ftrl: ${era.source} (H. B. McMahan et al., KDD 2013); ftrl_update
hyper  learning_rate = 0.1 scheduled   lamda1 = 0.01   beta = 1
       ${BASE}
state  z = 0   n = 0
step   lr = ${era.read}(learning_rate * lr_mult)
       decay = ${era.read}(wd * wd_mult)
       rescale = ${era.read}(rescale_grad)
       l1 = ${era.read}(lamda1)   b = ${era.read}(beta)
       clips = not clip_gradient is null and clip_gradient > 0
update g = rescale * grad
       g = clip(g, ${era.read}(clip_gradient)) when clips
       z = z + (g - (sqrt(n + g * g) - sqrt(n)) * weight / lr)
       n = n + g * g
       weight = (sign(z) * l1 - z) / ((b + sqrt(n)) / lr + decay) * select(abs(z) > l1, 1, 0)
`;

const FTRL_2 = `
rule mxnet-2.0/ftrl
# mxnet.optimizer.Ftrl: mxnet/optimizer/ftrl.py, 2.0.0 (H. B. McMahan et al., KDD 2013)
hyper  learning_rate = 0.1 scheduled   lamda1 = 0.01   beta = 1   use_fused_step = true
       ${BASE}
state  z = 0   n = 0
step   lr = ${read2("learning_rate * lr_mult")}
       decay = ${read2("wd * wd_mult")}
       rescale = ${read2("rescale_grad")}
       l1 = ${read2("lamda1")}
       b = ${read2("beta")}
       ${CLIPS_2}
update g = grad * rescale
       g = clip(g, bound) when clips
       z = z + (g - (sqrt(n + g * g) - sqrt(n)) * weight / lr) when use_fused_step
       z = z + (g - (sqrt(n + g * g) - sqrt(n)) / lr * weight) when not use_fused_step
       n = n + g * g
       weight = -sign(z) * max(abs(z) - l1, 0) / ((b + sqrt(n)) / lr + decay)
`;

/** One text for each rule. */
export const ACCUMULATED_RULES: readonly string[] = [
  ...[TO_1_4, TO_1_9].flatMap((era) => [adagrad(era), groupAdagrad(era), adadelta(era), ftrl(era)]),
  rmsprop(TO_1_4),
  rmsprop(ONLY_1_5),
  RMSPROP_1_9,
  ADAGRAD_2,
  GROUP_ADAGRAD_2,
  RMSPROP_2,
  ADADELTA_2,
  FTRL_2,
];
