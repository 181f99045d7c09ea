/**
 * rules: MXNet's Adamax, Nadam and FTML, in all releases. Source: apache/mxnet 1.0.0 to 2.0.0.beta1, python/mxnet/optimizer, and
 * src/operator/optimizer_op-inl.h. A scalar that Python hands to a kernel as text is read there correctly rounded up to 1.4 and
 * by dmlc-core's ParseFloat from 1.5 on (`dmlc_f32`); the scalars of NDArray arithmetic are rounded to binary32.
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

const adamax = (era: Era): string => `
rule mxnet-${era.release}/adamax
# mxnet.optimizer.Adamax: ${era.source} (D. Kingma, J. Ba, arXiv:1412.6980, section 7.1)
# no epsilon: 0 / 0 where no gradient has been
hyper  learning_rate = 0.002 scheduled   beta1 = 0.9   beta2 = 0.999
       ${BASE}
state  mean = 0   norm_inf = 0
step   lr = learning_rate * lr_mult / (1 - beta1^t)
       ${pythonClips(era)}
update g = grad * rescale_grad + weight * (wd * wd_mult)
       g = clip(g, bound) when not clip_gradient is null
       mean = mean * beta1 + g * (1 - beta1)
       norm_inf = max(norm_inf * beta2, abs(g))
       weight = weight - mean * lr / norm_inf
`;

const ADAMAX_2 = `
rule mxnet-2.0/adamax
# mxnet.optimizer.Adamax: mxnet/optimizer/adamax.py, 2.0.0 (D. Kingma, J. Ba, arXiv:1412.6980, section 7.1)
hyper  learning_rate = 0.002 scheduled   beta1 = 0.9   beta2 = 0.999   epsilon = 1e-8
       ${BASE}
state  mean = 0   norm_inf = 0
step   ${PYTHON_2}
update ${PYTHON_GRADIENT_2}
       mean = mean * beta1 + g * (1 - beta1)
       norm_inf = max(norm_inf * beta2, abs(g))
       weight = weight - mean / (norm_inf + epsilon) * (lr / (1 - beta1^t))
`;

const NADAM_HYPER = `learning_rate = 0.001 scheduled   beta1 = 0.9   beta2 = 0.999   epsilon = 1e-8
       schedule_decay = 0.004   m_schedule = 1
       ${BASE}`;

const NADAM_MOMENTA = `now = beta1 * (1 - 0.5 * 0.96^(t * schedule_decay))
       next = beta1 * (1 - 0.5 * 0.96^((t + 1) * schedule_decay))`;

const nadam = (era: Era, gradient: string): string => `
rule mxnet-${era.release}/nadam
# mxnet.optimizer.Nadam: ${era.source} (T. Dozat, ICLR 2016 workshop)
# the product of momenta belongs to the optimizer, and each parameter's update multiplies it
hyper  ${NADAM_HYPER}
state  mean = 0   var = 0   product: shared = m_schedule
step   ${NADAM_MOMENTA}
       ${pythonClips(era)}
update g = ${gradient}
       g = clip(g, bound) when not clip_gradient is null
       product = product * now
       mean = mean * beta1 + g * (1 - beta1)
       var = var * beta2 + g * (1 - beta2) * g
       bar = g / (1 - product) * (1 - now) + mean / (1 - product * next) * next
       weight = weight - bar * (learning_rate * lr_mult) / (sqrt(var / (1 - beta2^t)) + epsilon)
`;

const NADAM_2 = `
rule mxnet-2.0/nadam
# mxnet.optimizer.Nadam: mxnet/optimizer/nadam.py, 2.0.0 (T. Dozat, ICLR 2016 workshop)
# the product of momenta belongs to the optimizer, and each parameter's update multiplies it
hyper  ${NADAM_HYPER}
state  mean = 0   var = 0   product: shared = m_schedule
step   ${PYTHON_2}
       ${NADAM_MOMENTA}
update ${PYTHON_GRADIENT_2}
       product = product * now
       mean = mean * beta1 + g * (1 - beta1)
       var = var * beta2 + g * g * (1 - beta2)
       bar = mean / (1 - product * next) * next + g / (1 - product) * (1 - now)
       weight = weight - bar / (sqrt(var / (1 - beta2^t)) + epsilon) * lr
`;

/** Two of Nadam's releases had their own gradient. */
const ONLY_1_0: Era = { ...TO_1_4, release: "1.0", source: "mxnet/optimizer.py, 1.0" };
const DECAYED = "grad * rescale_grad + weight * (wd * wd_mult)";

const ftml = (era: Era): string => `
rule mxnet-${era.release}/ftml
# mxnet.optimizer.FTML: ${era.source} (S. Zheng, J. Kwok, ICML 2017); ftml_update
hyper  learning_rate = 0.01 scheduled   beta1 = 0.6   beta2 = 0.999   epsilon = 1e-8
       ${BASE}
state  d = 0   v = 0   z = 0
step   lr = ${era.read}(learning_rate * lr_mult)
       decay = ${era.read}(wd * wd_mult)
       rescale = ${era.read}(rescale_grad)
       b1 = ${era.read}(beta1)   b2 = ${era.read}(beta2)
       ${clips(era)}
       scale = f32(f32(1 - powf(b1, t)) / lr)
       left = f32(1 - powf(b2, t))
update g = rescale * grad + decay * weight
       g = clip(g, bound) when clips
       v = b2 * v + f32(1 - b2) * (g * g)
       d_t = scale * (sqrt(v / left) + epsilon)
       z = b1 * z + f32(1 - b1) * g - (d_t - b1 * d) * weight
       d = d_t
       weight = -z / d_t
`;

const FTML_2 = `
rule mxnet-2.0/ftml
# mxnet.optimizer.FTML: mxnet/optimizer/ftml.py, 2.0.0 (S. Zheng, J. Kwok, ICML 2017)
hyper  learning_rate = 0.0025 scheduled   beta1 = 0.6   beta2 = 0.999   epsilon = 1e-8   use_fused_step = true
       ${BASE}
state  d = 0   v = 0   z = 0
step   lr = ${read2("learning_rate * lr_mult")}
       decay = ${read2("wd * wd_mult")}
       rescale = ${read2("rescale_grad")}
       b1 = ${read2("beta1")}
       b2 = ${read2("beta2")}
       ${CLIPS_2}
       scale = select(use_fused_step, f32(f32(1 - powf(b1, t)) / lr), (1 - b1^t) / lr)
       left = select(use_fused_step, f32(1 - powf(b2, t)), 1 - b2^t)
update ${GRADIENT_2}
       v = v * b2 + g * g * (1 - b2)
       d_t = (sqrt(v / left) + epsilon) * scale
       z = z * b1 + g * (1 - b1) - (d_t - d * b1) * weight
       d = d_t
       weight = -z / d_t
`;

/** One text for each rule. */
export const MOMENT_RULES: readonly string[] = [
  ...[TO_1_4, TO_1_9].flatMap((era) => [adamax(era), nadam(era, DECAYED), ftml(era)]),
  nadam(ONLY_1_0, "grad * (weight * (wd * wd_mult) + rescale_grad)"),
  ADAMAX_2,
  NADAM_2,
  FTML_2,
];
