/**
 * rules: MXNet's optimizers as its CPU kernels compute them. Source: apache/mxnet 1.9.1, python/mxnet/optimizer/optimizer.py and
 * src/operator/optimizer_op-inl.h. A scalar that Python hands to a kernel as text is read there by dmlc-core's ParseFloat
 * (`dmlc_f32`); the lists of multi_sgd and the scalars of NDArray arithmetic are rounded to binary32 (`f32`).
 */

const SGD = `
rule mxnet-1.9/sgd
# multi_sgd(_mom)_update: the buffer is negative and holds the rate; wd is not clipped
hyper  learning_rate = 0.01 scheduled   momentum = 0   wd = 0   lr_mult = 1   wd_mult = 1
       rescale_grad = 1   clip_gradient = null
state  mom = 0 when momentum != 0
step   lr = f32(learning_rate * lr_mult)
       decay = f32(lr * f32(wd * wd_mult))
       rescale = dmlc_f32(rescale_grad)
       mu = select(momentum > 0, dmlc_f32(momentum), 0)
       clips = not clip_gradient is null and clip_gradient > 0
       bound = dmlc_f32(clip_gradient) when clips
       scale = f32(lr * rescale) when not clips
update g = lr * clip(rescale * grad, bound) when clips
       g = scale * grad when not clips
       mom = mu * mom - decay * weight - g when momentum != 0
       weight = weight + mom when momentum != 0
       weight = weight + (0 - decay * weight - g) when momentum == 0
`;

const NAG = `
rule mxnet-1.9/nag
# nag_mom_update writes the weight before it reads it again for the buffer; without momentum sgd_update
hyper  learning_rate = 0.01 scheduled   momentum = 0   wd = 0   lr_mult = 1   wd_mult = 1
       rescale_grad = 1   clip_gradient = null
state  mom = 0 when momentum != 0
step   lr = dmlc_f32(learning_rate * lr_mult)
       decay = dmlc_f32(wd * wd_mult)
       rescale = dmlc_f32(rescale_grad)
       mu = select(momentum > 0, dmlc_f32(momentum), 0)
       clips = not clip_gradient is null and clip_gradient > 0
       bound = dmlc_f32(clip_gradient) when clips
       keep = f32(1 - f32(lr * decay))
       scale = f32(lr * rescale)
update g = rescale * grad when momentum != 0 or clips
       g = clip(g, bound) when clips
       look = mu * mom when momentum != 0
       weight = weight - look + f32(mu + 1) * (look - lr * (g + decay * weight)) when momentum != 0
       mom = look - lr * (g + decay * weight) when momentum != 0
       weight = keep * weight - lr * g when momentum == 0 and clips
       weight = keep * weight - scale * grad when momentum == 0 and not clips
`;

const ADAM = `
rule mxnet-1.9/adam
# adam_update; the bias correction is in the rate, and epsilon outside the root (D. Kingma, J. Ba, arXiv:1412.6980, end of section 2)
hyper  learning_rate = 0.001 scheduled   beta1 = 0.9   beta2 = 0.999   epsilon = 1e-8   wd = 0   lr_mult = 1   wd_mult = 1
       rescale_grad = 1   clip_gradient = null
state  mean = 0   var = 0
step   lr = dmlc_f32(learning_rate * lr_mult * (sqrt(1 - beta2^t) / (1 - beta1^t)))
       decay = dmlc_f32(wd * wd_mult)
       rescale = dmlc_f32(rescale_grad)
       b1 = dmlc_f32(beta1)   b2 = dmlc_f32(beta2)   eps = dmlc_f32(epsilon)
       clips = not clip_gradient is null and clip_gradient > 0
       bound = dmlc_f32(clip_gradient) when clips
update g = grad * rescale + weight * decay
       g = clip(g, bound) when clips
       mean = b1 * mean + f32(1 - b1) * g
       var = b2 * var + f32(1 - b2) * g * g
       weight = weight - lr * mean / (sqrt(var) + eps)
`;

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

/** One text for each rule. */
export const MXNET_RULES: readonly string[] = [SGD, NAG, ADAM, ADAGRAD, RMSPROP];
