/**
 * rules: MXNet's optimizers with one buffer, or none. Source: apache/mxnet 1.9.1, python/mxnet/optimizer/optimizer.py
 * and src/operator/optimizer_op-inl.h. A scalar that Python hands to a kernel as text is read there by dmlc-core's ParseFloat
 * (`dmlc_f32`); the lists of multi_sgd and the scalars of NDArray arithmetic are rounded to binary32 (`f32`).
 */
import { BASE, CLIPS } from "./base-class.ts";

const sgd = (name: string): string => `
rule mxnet-1.9/${name}
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

const SIGNUM = `
rule mxnet-1.9/signum
# signum_update (J. Bernstein et al., arXiv:1802.04434); without momentum signsgd_update, which neither rescales nor clips
hyper  learning_rate = 0.01 scheduled   momentum = 0.9   wd_lh = 0   ${BASE}
state  mom = 0 when momentum != 0
step   lr = dmlc_f32(learning_rate * lr_mult)
       decay = dmlc_f32(wd * wd_mult)
       rescale = dmlc_f32(rescale_grad)
       mu = select(momentum > 0, dmlc_f32(momentum), 0)
       rest = f32(1 - mu)
       ${CLIPS}
update g = rest * clip(rescale * grad, bound) when clips
       g = f32(rest * rescale) * grad when not clips
       mom = mu * mom - f32(rest * decay) * weight - g when momentum != 0
       weight = f32(1 - f32(lr * dmlc_f32(wd_lh))) * weight + lr * sign(mom) when momentum != 0
       weight = f32(1 - f32(lr * decay)) * weight - lr * sign(grad) when momentum == 0
`;

const DCASGD = `
rule mxnet-1.9/dcasgd
# delay compensation (S. Zheng et al., arXiv:1609.08326); the class raises where it has a momentum
hyper  learning_rate = 0.01 scheduled   lamda = 0.04   ${BASE}
state  previous = weight
step   bound = dmlc_f32(clip_gradient) when not clip_gradient is null
update g = grad * rescale_grad
       g = clip(g, bound) when not clip_gradient is null
       delta = (g + weight * (wd * wd_mult) + g * lamda * g * (weight - previous)) * -(learning_rate * lr_mult)
       previous = weight
       weight = weight + delta
`;

const TEST = `
rule mxnet-1.9/test
# for MXNet's own tests: no rate, no decay
hyper  ${BASE}
state  last = 0
update weight = weight + grad * rescale_grad
       last = weight
`;

/** One text for each rule. ccSGD is a subclass of SGD that changes nothing. */
export const MOMENTUM_RULES: readonly string[] = [sgd("sgd"), sgd("ccsgd"), NAG, SIGNUM, DCASGD, TEST];
