/**
 * rules: MXNet's Adam, AdamW and AdaBelief, in all releases. Source: apache/mxnet 1.0.0 to 2.0.0.beta1, python/mxnet/optimizer,
 * src/operator/optimizer_op-inl.h and src/operator/contrib. A scalar that Python hands to a kernel as text is read there
 * correctly rounded up to 1.4 and by dmlc-core's ParseFloat from 1.5 on (`dmlc_f32`); lists and the scalars of NDArray arithmetic
 * are rounded to binary32.
 */
import type { Era } from "./base-class.ts";
import { BASE, CLIPS_2, clips, GRADIENT_2, read2, TO_1_4, TO_1_9 } from "./base-class.ts";

const CORRECTED = "learning_rate * lr_mult * (sqrt(1 - beta2^t) / (1 - beta1^t))";

const adam = (era: Era, square: string): string => `
rule mxnet-${era.release}/adam
# mxnet.optimizer.Adam: ${era.source}; adam_update
# the bias correction is in the rate, and epsilon outside the root (D. Kingma, J. Ba, arXiv:1412.6980, end of section 2)
hyper  learning_rate = 0.001 scheduled   beta1 = 0.9   beta2 = 0.999   epsilon = 1e-8   lazy_update = true
       ${BASE}
state  mean = 0   var = 0
step   lr = ${era.read}(${CORRECTED})
       decay = ${era.read}(wd * wd_mult)
       rescale = ${era.read}(rescale_grad)
       b1 = ${era.read}(beta1)   b2 = ${era.read}(beta2)   eps = ${era.read}(epsilon)
       ${clips(era)}
update g = grad * rescale + weight * decay
       g = clip(g, bound) when clips
       mean = b1 * mean + f32(1 - b1) * g
       var = b2 * var + f32(1 - b2) * ${square}
       weight = weight - lr * mean / (sqrt(var) + eps)
`;

const ONLY_1_5: Era = { ...TO_1_9, release: "1.5", source: "mxnet/optimizer/optimizer.py, 1.5" };

const ADAM_2 = `
rule mxnet-2.0/adam
# mxnet.optimizer.Adam: mxnet/optimizer/adam.py, 2.0.0 (D. Kingma, J. Ba, arXiv:1412.6980, end of section 2)
hyper  learning_rate = 0.001 scheduled   beta1 = 0.9   beta2 = 0.999   epsilon = 1e-8   lazy_update = false
       use_fused_step = true
       ${BASE}
needs  use_fused_step or not lazy_update
state  mean = 0   var = 0
step   own = ${CORRECTED}
       lr = ${read2("own")}
       decay = ${read2("wd * wd_mult")}
       rescale = ${read2("rescale_grad")}
       b1 = ${read2("beta1")}
       b2 = ${read2("beta2")}
       eps = ${read2("epsilon")}
       ${CLIPS_2}
update ${GRADIENT_2}
       mean = mean * b1 + g * (1 - b1)
       var = var * b2 + g * (1 - b2) * g when use_fused_step
       var = var * b2 + g * g * (1 - b2) when not use_fused_step
       weight = weight - lr * mean / (sqrt(var) + eps) when use_fused_step
       weight = weight - mean / (sqrt(var) + eps) * lr when not use_fused_step
`;

const ADAMW_HYPER = `learning_rate = 0.001 scheduled   beta1 = 0.9   beta2 = 0.999   epsilon = 1e-6   correct_bias = true
       use_fused_step = true
       ${BASE}`;

/** The kernel divides last; Python multiplies the rate by the quotient. The rates are lists, the rescaling an array. */
const ADAMW_STEP = `own = learning_rate * lr_mult
       lr = own when not correct_bias
       lr = own * sqrt(1 - beta2^t) / (1 - beta1^t) when correct_bias and use_fused_step
       lr = own * (sqrt(1 - beta2^t) / (1 - beta1^t)) when correct_bias and not use_fused_step
       b1 = ${read2("beta1")}
       b2 = ${read2("beta2")}
       eps = ${read2("epsilon")}
       ${CLIPS_2}`;

const ADAMW = `
rule mxnet-2.0/adamw
# mxnet.optimizer.AdamW: mxnet/optimizer/adamW.py, 2.0.0 (I. Loshchilov, F. Hutter, arXiv:1711.05101); multi_adamw_update
hyper  ${ADAMW_HYPER}
state  mean = 0   var = 0
step   ${ADAMW_STEP}
update stop when use_fused_step and f32(rescale_grad) == 0
       g = grad * rescale_grad
       g = clip(g, bound) when clips
       mean = (mean - g) * b1 + g when use_fused_step
       var = (var - g * g) * b2 + g * g when use_fused_step
       weight = weight - (mean / (sqrt(var) + eps) + weight * (wd * wd_mult)) * lr when use_fused_step
       mean = mean * b1 + g * (1 - b1) when not use_fused_step
       var = var * b2 + g * g * (1 - b2) when not use_fused_step
       weight = weight - mean / (sqrt(var) + eps) * lr when not use_fused_step
       weight = weight - weight * (lr * (wd * wd_mult)) when not use_fused_step
`;

const ADABELIEF = `
rule mxnet-2.0/adabelief
# mxnet.optimizer.AdaBelief: mxnet/optimizer/adabelief.py, 2.0.0 (J. Zhuang et al., arXiv:2010.07468); multi_adabelief_update
hyper  ${ADAMW_HYPER}
state  mean = 0   var = 0
step   ${ADAMW_STEP}
update stop when use_fused_step and f32(rescale_grad) == 0
       g = grad * rescale_grad + weight * (wd * wd_mult)
       g = clip(g, bound) when clips
       mean = (mean - g) * b1 + g when use_fused_step
       mean = mean * b1 + g * (1 - b1) when not use_fused_step
       off = (mean - g) * (mean - g)
       var = (var - off) * b2 + off + eps when use_fused_step
       var = var * b2 + off * (1 - b2) + eps when not use_fused_step
       weight = weight - mean / (sqrt(var) + eps) * lr
`;

/** One text for each rule. */
export const ADAM_RULES: readonly string[] = [
  adam(TO_1_4, "(g * g)"),
  adam(ONLY_1_5, "(g * g)"),
  adam(TO_1_9, "g * g"),
  ADAM_2,
  ADAMW,
  ADABELIEF,
];
