/**
 * rules: MXNet's optimizers that keep moments of the gradient. Source: apache/mxnet 1.9.1, python/mxnet/optimizer/optimizer.py
 * and src/operator/optimizer_op-inl.h. A scalar that Python hands to a kernel as text is read there by dmlc-core's ParseFloat
 * (`dmlc_f32`); the lists of multi_sgd and the scalars of NDArray arithmetic are rounded to binary32 (`f32`).
 */
import { BASE, CLIPS } from "./base-class.ts";

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

const ADAMAX = `
rule mxnet-1.9/adamax
# NDArray arithmetic in Python (D. Kingma, J. Ba, arXiv:1412.6980, section 7.1); no epsilon: 0 / 0 where no gradient has been
hyper  learning_rate = 0.002 scheduled   beta1 = 0.9   beta2 = 0.999   ${BASE}
state  mean = 0   norm_inf = 0
step   lr = learning_rate * lr_mult / (1 - beta1^t)
       bound = dmlc_f32(clip_gradient) when not clip_gradient is null
update g = grad * rescale_grad + weight * (wd * wd_mult)
       g = clip(g, bound) when not clip_gradient is null
       mean = mean * beta1 + g * (1 - beta1)
       norm_inf = max(norm_inf * beta2, abs(g))
       weight = weight - mean * lr / norm_inf
`;

const FTML = `
rule mxnet-1.9/ftml
# ftml_update (S. Zheng, J. Kwok, "Follow the moving leader", ICML 2017); the kernel's powers are the C library's powf, whose
# last bit differs from f32(pow) in one of some thousands
hyper  learning_rate = 0.01 scheduled   beta1 = 0.6   beta2 = 0.999   epsilon = 1e-8   ${BASE}
state  d = 0   v = 0   z = 0
step   lr = dmlc_f32(learning_rate * lr_mult)
       decay = dmlc_f32(wd * wd_mult)
       rescale = dmlc_f32(rescale_grad)
       b1 = dmlc_f32(beta1)   b2 = dmlc_f32(beta2)
       ${CLIPS}
       scale = f32(f32(1 - f32(b1^t)) / lr)
       left = f32(1 - f32(b2^t))
update g = rescale * grad + decay * weight
       g = clip(g, bound) when clips
       v = b2 * v + f32(1 - b2) * (g * g)
       d_t = scale * (sqrt(v / left) + epsilon)
       z = b1 * z + f32(1 - b1) * g - (d_t - b1 * d) * weight
       d = d_t
       weight = -z / d_t
`;

/** One text for each rule. */
export const MOMENT_RULES: readonly string[] = [ADAM, ADAMAX, FTML];
