/**
 * rules: MXNet's SGD and NAG, in all releases. Source: apache/mxnet 1.0.0 to 2.0.0.beta1, python/mxnet/optimizer, and
 * src/operator/optimizer_op-inl.h. A scalar that Python hands to a kernel as text is read there correctly rounded up to 1.4 and
 * by dmlc-core's ParseFloat from 1.5 on (`dmlc_f32`); the lists of multi_sgd and the scalars of NDArray arithmetic are rounded to
 * binary32 (`f32`).
 */
import { BASE, CLIPS_2, clips, GRADIENT_2, read2, TO_1_4, TO_1_9 } from "./base-class.ts";

const HYPER = `learning_rate = 0.01 scheduled   momentum = 0
       ${BASE}`;

/** SGD's own: whether rows without a gradient are left as they are. */
const SGD_HYPER = `learning_rate = 0.01 scheduled   momentum = 0   lazy_update = true
       ${BASE}`;

const sgdUpdate = (rule: string, cites: string): string => `
rule ${rule}
# ${cites}
hyper  ${SGD_HYPER}
state  mom = 0 when momentum != 0
step   lr = f32(learning_rate * lr_mult)
       decay = f32(lr * f32(wd * wd_mult))
       rescale = f32(rescale_grad)
       mu = select(momentum > 0, f32(momentum), 0)
       ${clips(TO_1_4)}
       scale = f32(lr * rescale) when not clips
update g = lr * clip(rescale * grad, bound) when clips
       g = scale * grad when not clips
       mom = mu * mom - decay * weight - g when momentum != 0
       weight = weight + mom when momentum != 0
       weight = f32(1 - decay) * weight - g when momentum == 0
`;

const multiSgd = (name: string, className: string): string => `
rule mxnet-1.9/${name}
# mxnet.optimizer.${className}: ${TO_1_9.source}; multi_sgd(_mom)_update
# the buffer is negative and holds the rate; wd is not clipped
hyper  ${SGD_HYPER}
state  mom = 0 when momentum != 0
step   lr = f32(learning_rate * lr_mult)
       decay = f32(lr * f32(wd * wd_mult))
       rescale = dmlc_f32(rescale_grad)
       mu = select(momentum > 0, dmlc_f32(momentum), 0)
       ${clips(TO_1_9)}
       scale = f32(lr * rescale) when not clips
update g = lr * clip(rescale * grad, bound) when clips
       g = scale * grad when not clips
       mom = mu * mom - decay * weight - g when momentum != 0
       weight = weight + mom when momentum != 0
       weight = weight + (0 - decay * weight - g) when momentum == 0
`;

const SGD_2 = `
rule mxnet-2.0/sgd
# mxnet.optimizer.SGD: mxnet/optimizer/sgd.py, 2.0.0; sgd(_mom)_update
# it reads the rates as text, multi_sgd(_mom)_update as lists
hyper  learning_rate = 0.1 scheduled   momentum = 0   lazy_update = false
       use_fused_step = true   aggregate_num = 1
       ${BASE}
needs  use_fused_step or not lazy_update
state  mom = 0 when momentum != 0
step   reads = use_fused_step and aggregate_num <= 1
       lr = select(reads, dmlc_f32(learning_rate * lr_mult), learning_rate * lr_mult)
       decay = select(reads, dmlc_f32(wd * wd_mult), wd * wd_mult)
       rescale = ${read2("rescale_grad")}
       mu = select(use_fused_step, select(momentum > 0, dmlc_f32(momentum), 0), momentum)
       ${CLIPS_2}
update ${GRADIENT_2}
       mom = mom * mu - g * lr when momentum != 0
       weight = weight + mom when momentum != 0
       weight = weight - g * lr when momentum == 0
`;

const NAG_1_4 = `
rule mxnet-1.4/nag
# mxnet.optimizer.NAG: mxnet/optimizer.py, 1.2 to 1.4
# NDArray arithmetic: the buffer is positive and does not hold the rate
hyper  ${HYPER}
state  mom = 0 when momentum != 0
step   bound = f32(clip_gradient) when not clip_gradient is null
update g = grad * rescale_grad
       g = clip(g, bound) when not clip_gradient is null
       g = g + weight * (wd * wd_mult)
       mom = mom * momentum + g when momentum != 0
       g = g + mom * momentum when momentum != 0
       weight = weight + g * -(learning_rate * lr_mult)
`;

const KERNEL = `lr = dmlc_f32(learning_rate * lr_mult)
       decay = dmlc_f32(wd * wd_mult)
       rescale = dmlc_f32(rescale_grad)
       mu = select(momentum > 0, dmlc_f32(momentum), 0)
       ${clips(TO_1_9)}
       keep = f32(1 - f32(lr * decay))
       scale = f32(lr * rescale)`;

const PLAIN = `weight = keep * weight - lr * g when momentum == 0 and clips
       weight = keep * weight - scale * grad when momentum == 0 and not clips`;

const NAG_1_5 = `
rule mxnet-1.5/nag
# mxnet.optimizer.NAG: mxnet/optimizer/optimizer.py, 1.5; nag_mom_update leaves the decay out of the step beyond the buffer
hyper  ${HYPER}
state  mom = 0 when momentum != 0
step   ${KERNEL}
update g = rescale * grad when momentum != 0 or clips
       g = clip(g, bound) when clips
       mom = mu * mom + g + decay * weight when momentum != 0
       weight = weight - lr * (mu * mom + g) when momentum != 0
       ${PLAIN}
`;

const NAG_1_9 = `
rule mxnet-1.9/nag
# mxnet.optimizer.NAG: ${TO_1_9.source}; nag_mom_update
# it writes the weight before it reads it again for the buffer
hyper  ${HYPER}
state  mom = 0 when momentum != 0
step   ${KERNEL}
update g = rescale * grad when momentum != 0 or clips
       g = clip(g, bound) when clips
       look = mu * mom when momentum != 0
       weight = weight - look + f32(mu + 1) * (look - lr * (g + decay * weight)) when momentum != 0
       mom = look - lr * (g + decay * weight) when momentum != 0
       ${PLAIN}
`;

const NAG_2 = `
rule mxnet-2.0/nag
# mxnet.optimizer.NAG: mxnet/optimizer/nag.py, 2.0.0; nag_mom_update and Python add the two parts in another order
hyper  learning_rate = 0.1 scheduled   momentum = 0.9   use_fused_step = true
       ${BASE}
state  mom = 0 when momentum != 0
step   lr = ${read2("learning_rate * lr_mult")}
       decay = ${read2("wd * wd_mult")}
       rescale = ${read2("rescale_grad")}
       mu = select(use_fused_step, select(momentum > 0, dmlc_f32(momentum), 0), momentum)
       ${CLIPS_2}
update ${GRADIENT_2}
       mom = mom * mu - g * lr when momentum != 0
       weight = weight + mom * mu - g * lr when momentum != 0 and use_fused_step
       weight = weight + (mom * mu - g * lr) when momentum != 0 and not use_fused_step
       weight = weight - g * lr when momentum == 0
`;

/** ccSGD is a subclass of SGD that changes nothing; NAG was one too up to 1.1, whose own formula no updater ever called. */
export const MOMENTUM_RULES: readonly string[] = [
  sgdUpdate("mxnet-1.4/sgd", `mxnet.optimizer.SGD: ${TO_1_4.source}; sgd(_mom)_update: wd is not clipped`),
  sgdUpdate("mxnet-1.4/ccsgd", `mxnet.optimizer.ccSGD: ${TO_1_4.source}; SGD under another name`),
  sgdUpdate(
    "mxnet-1.1/nag",
    "mxnet.optimizer.NAG: mxnet/optimizer.py, 1.0 and 1.1; an updater calls SGD's update_multi_precision",
  ),
  multiSgd("sgd", "SGD"),
  multiSgd("ccsgd", "ccSGD"),
  SGD_2,
  NAG_1_4,
  NAG_1_5,
  NAG_1_9,
  NAG_2,
];
