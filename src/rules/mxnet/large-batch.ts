/**
 * rules: MXNet's optimizers for large batches, which look at norms, in all releases: LARS, LAMB, LANS, LBSGD. Source: apache/mxnet
 * 1.3.0 to 2.0.0.beta1, python/mxnet/optimizer, src/operator/optimizer_op-inl.h and src/operator/contrib. Its kernels add
 * squares one after the other in binary32, its operator `norm` scales them; here sums are in binary64, so that norms may
 * differ in their last bits.
 */
import type { Era } from "./base-class.ts";
import { BASE, CLIPS_2, clips, GRADIENT_2, read2, TO_1_4, TO_1_9 } from "./base-class.ts";

const LARS_1_9 = `
rule mxnet-1.9/lars
# mxnet.optimizer.LARS: ${TO_1_9.source} (Y. You et al., arXiv:1708.03888); multi_lars, preloaded_multi_sgd_update
# the momentum is corrected at the first update alone that meets a new rate; names in gamma, beta, bias are not scaled
hyper  learning_rate = 0.01 scheduled   momentum = 0   eta = 0.001   eps = 0   momentum_correction = true   scaled = true
       cur_lr = null
       ${BASE}
state  mom = 0 when momentum != 0   seen: shared = select(cur_lr is null, 0, cur_lr)
step   corrects = momentum_correction and seen != 0
       mu = select(momentum > 0, dmlc_f32(momentum * select(corrects, learning_rate / seen, 1)), 0)
       own = f32(learning_rate * lr_mult)
       decay = f32(wd * wd_mult)
       rescale = dmlc_f32(rescale_grad)
       ${clips(TO_1_9)}
update seen = learning_rate
       w = f32(sqrt(f32(sum(weight * weight)))) when scaled
       v = f32(sum(grad * grad)) when scaled
       low = f32(f32(f32(f32(sqrt(v)) * rescale) + f32(decay * w)) + dmlc_f32(eps)) when scaled
       lr = select(w > 0 and v > 0, f32(f32(f32(own * dmlc_f32(eta)) * w) / low), own) when scaled
       lr = own when not scaled
       g = lr * clip(rescale * grad, bound) when clips
       g = f32(lr * rescale) * grad when not clips
       mom = mu * mom - f32(lr * decay) * weight - g when momentum != 0
       weight = weight + mom when momentum != 0
       weight = weight + (0 - f32(lr * decay) * weight - g) when momentum == 0
`;

const LARS_2 = `
rule mxnet-2.0/lars
# mxnet.optimizer.LARS: mxnet/optimizer/lars.py, 2.0.0 (Y. You, I. Gitman, B. Ginsburg, arXiv:1708.03888)
# names in gamma, beta, bias are not scaled
hyper  learning_rate = 0.1 scheduled   momentum = 0   eta = 0.001   epsilon = 1e-8   scaled = true   use_fused_step = true
       ${BASE}
state  mom = 0 when momentum != 0
step   decay = ${read2("wd * wd_mult")}
       rescale = ${read2("rescale_grad")}
       mu = select(use_fused_step, select(momentum > 0, dmlc_f32(momentum), 0), momentum)
       clips = not clip_gradient is null and (clip_gradient >= 0 or not use_fused_step)
       bound = dmlc_f32(clip_gradient) when clips
update w = f32(norm(weight)) when scaled
       v = f32(norm(grad * rescale_grad)) when scaled
       low = f32(f32(v + f32(f32(wd * wd_mult) * w)) + f32(epsilon)) when scaled
       fits = f32(w / v) > 0 and f32(w / v) < 3.5e38 when scaled
       trust = select(fits, f32(f32(f32(eta) * w) / low), 1) when scaled
       trust = 1 when not scaled
       lr = ${read2("learning_rate * lr_mult * trust")}
       ${GRADIENT_2}
       mom = mom * mu - g * lr when momentum != 0
       weight = weight + mom when momentum != 0
       weight = weight - g * lr when momentum == 0
`;

/** A bound counts where Python finds it true and the kernel finds it positive. */
const BOUNDS = `least = select(lower_bound is null or lower_bound <= 0, 0, dmlc_f32(lower_bound))
       most = select(upper_bound is null or upper_bound <= 0, 1e308, dmlc_f32(upper_bound))`;

const LAMB_HYPER = `learning_rate = 0.001 scheduled   beta1 = 0.9   beta2 = 0.999   epsilon = 1e-6
       lower_bound = null   upper_bound = null   bias_correction = true`;

const LAMB_MOMENTS = `g = grad * rescale
       g = clip(g, bound) when clips
       mean = b1 * mean + f32(1 - b1) * g
       var = b2 * var + f32(1 - b2) * g * g`;

const LAMB_DIRECTION = `u = mean / left1 / (sqrt(var / left2) + eps) + decay * weight when bias_correction
       u = mean / (sqrt(var) + eps) + decay * weight when not bias_correction`;

const LAMB_1_6 = `
rule mxnet-1.6/lamb
# mxnet.optimizer.LAMB: mxnet/optimizer/optimizer.py, 1.6 (Y. You et al., arXiv:1904.00962); lamb_update_phase1, phase2
hyper  ${LAMB_HYPER}
       ${BASE}
state  mean = 0   var = 0
step   lr = dmlc_f32(learning_rate * lr_mult)   decay = dmlc_f32(wd * wd_mult)   rescale = dmlc_f32(rescale_grad)
       b1 = dmlc_f32(beta1)   b2 = dmlc_f32(beta2)   eps = dmlc_f32(epsilon)
       ${clips(TO_1_9)}
       left1 = 1 - f32(b1^t)   left2 = f32(1 - f32(b2^t))
       ${BOUNDS}
update ${LAMB_MOMENTS}
       ${LAMB_DIRECTION}
       r1 = min(max(f32(norm(weight)), least), most)
       r2 = f32(norm(u))
       weight = weight - select(r1 == 0 or r2 == 0, lr, f32(f32(lr * r1) / r2)) * u
`;

const LAMB_1_9 = `
rule mxnet-1.9/lamb
# mxnet.optimizer.LAMB: mxnet/optimizer/optimizer.py, 1.7 to 1.9 (Y. You et al., arXiv:1904.00962); multi_lamb_update
hyper  ${LAMB_HYPER}
       ${BASE}
state  mean = 0   var = 0
step   lr = f32(learning_rate * lr_mult)   decay = f32(wd * wd_mult)   rescale = dmlc_f32(rescale_grad)
       b1 = dmlc_f32(beta1)   b2 = dmlc_f32(beta2)   eps = dmlc_f32(epsilon)
       ${clips(TO_1_9)}
       left1 = f32(1 - powf(b1, t))   left2 = f32(1 - powf(b2, t))
       ${BOUNDS}
update ${LAMB_MOMENTS}
       ${LAMB_DIRECTION}
       r1 = min(max(f32(sqrt(f32(sum(weight * weight)))), least), most)
       r2 = f32(sqrt(f32(sum(u * u))))
       weight = weight - f32(lr * select(r1 == 0 or r2 == 0, 1, f32(r1 / r2))) * u
`;

/** In Python a bound of 0 counts too. */
const BOUNDS_2 = `least = select(lower_bound is null or lower_bound <= 0, 0, dmlc_f32(lower_bound))
       most = select(upper_bound is null or use_fused_step and upper_bound <= 0, 1e308, dmlc_f32(upper_bound))`;

/** A kernel adds squares; Python's `norm` scales them, so that they neither vanish nor overflow. */
const size2 = (a: string): string =>
  `select(use_fused_step, f32(sqrt(f32(sum(${a} * ${a})))), f32(norm(${a})))`;

const left2 = (beta: string): string => `select(use_fused_step, f32(1 - powf(${beta}, t)), 1 - ${beta}^t)`;

const LAMB_2 = `
rule mxnet-2.0/lamb
# mxnet.optimizer.LAMB: mxnet/optimizer/lamb.py, 2.0.0 (Y. You et al., arXiv:1904.00962); multi_lamb_update
hyper  ${LAMB_HYPER}   use_fused_step = true
       ${BASE}
state  mean = 0   var = 0
step   lr = f32(learning_rate * lr_mult)   decay = f32(wd * wd_mult)   rescale = ${read2("rescale_grad")}
       b1 = ${read2("beta1")}   b2 = ${read2("beta2")}
       left1 = ${left2("b1")}
       left2 = ${left2("b2")}
       eps = ${read2("epsilon")}
       ${CLIPS_2}
       ${BOUNDS_2}
update g = grad * rescale
       g = clip(g, bound) when clips
       mean = mean * b1 + g * (1 - b1)
       var = var * b2 + select(use_fused_step, g * (1 - b2) * g, g * g * (1 - b2))
       ${LAMB_DIRECTION}
       r1 = min(max(${size2("weight")}, least), most)
       r2 = ${size2("u")}
       weight = weight - f32(lr * select(r1 == 0 or r2 == 0, 1, f32(r1 / r2))) * u
`;

const LANS = `
rule mxnet-2.0/lans
# mxnet.optimizer.LANS: mxnet/optimizer/lans.py, 2.0.0 (S. Zheng et al., arXiv:2006.13484); multi_lans_update
# in Python the second part decays the weight that the first has left
hyper  learning_rate = 0.001 scheduled   beta1 = 0.9   beta2 = 0.999   epsilon = 1e-6   lower_bound = null
       upper_bound = null   use_fused_step = true   ${BASE}
state  mean = 0   var = 0
step   lr = f32(learning_rate * lr_mult)   decay = f32(wd * wd_mult)   b1 = ${read2("beta1")}
       b2 = ${read2("beta2")}
       bound = select(clip_gradient is null or use_fused_step and clip_gradient <= 0, 1e308, dmlc_f32(clip_gradient))
       ${BOUNDS_2}
update g = grad * ${read2("rescale_grad")}
       g = clip(g / ${size2("g")}, bound)
       mean = mean * b1 + g * (1 - b1)
       var = var * b2 + select(use_fused_step, g * (1 - b2) * g, g * g * (1 - b2))
       low = sqrt(var / ${left2("b2")}) + ${read2("epsilon")}
       u = mean / ${left2("b1")} / low + weight * decay
       r1 = min(max(${size2("weight")}, least), most)   r2 = ${size2("u")}
       k = select(r1 == 0 or r2 == 0, 1, f32(r1 / r2))
       part = u * select(use_fused_step, f32(lr * f32(k * b1)), f32(f32(lr * k) * f32(b1)))
       u = g / low + select(use_fused_step, weight, weight - part) * decay
       r2 = ${size2("u")}   k = select(r1 == 0 or r2 == 0, 1, f32(r1 / r2))
       rest = u * select(use_fused_step, f32(lr * f32(k * (1 - b1))), f32(f32(lr * k) * f32(1 - b1)))
       weight = select(use_fused_step, weight - (part + rest), weight - part - rest)
`;

const lbsgd = (era: Era): string => `
rule mxnet-${era.release}/lbsgd
# mxnet.optimizer.LBSGD: ${era.source}; it asks the scheduler before it counts: \`last\` is what it was told before
hyper  learning_rate = 0.01 scheduled   momentum = 0   warmup_strategy = linear of linear|power2|sqrt|lars|none
       warmup_epochs = 5   batch_scale = 1   updates_per_epoch = 32   init_updates = 0   first_rate = null
       ${BASE}
state  mom = 0 when momentum != 0   cum = 0   number: scalar = init_updates
       last: shared = select(first_rate is null, learning_rate, first_rate)
step   n = number + 1   ends = warmup_epochs * updates_per_epoch   told = last * lr_mult
       up = select(warmup_strategy is power2, n * n, select(warmup_strategy is sqrt, sqrt(n / ends), n))
       per = select(warmup_strategy is power2, ends * ends, select(warmup_strategy is sqrt, 1, ends))
       mult = select(n >= ends, batch_scale, select(ends <= 1 or warmup_strategy is none, 1, 1 + (batch_scale - 1) * up / per))
       ${clips(era)}
update cum = select(number == batch_scale * floor(number / batch_scale), grad, cum + grad)
       number = n   last = learning_rate
       stop when n != batch_scale * floor(n / batch_scale)
       g = cum / batch_scale   w = f32(sum(weight * weight)) when warmup_strategy is lars
       mult = min(max(sqrt(w / (f32(sum(g * g)) + wd * wd_mult * w + 1e-18)), 0.01), 100) when warmup_strategy is lars
       lr = ${era.read}(told * mult)   decay = f32(lr * ${era.read}(wd * wd_mult))
       g = lr * clip(${era.read}(rescale_grad) * g, bound) when clips
       g = f32(lr * ${era.read}(rescale_grad)) * g when not clips
       mom = select(momentum > 0, ${era.read}(momentum), 0) * mom - decay * weight - g when momentum != 0
       weight = weight + mom when momentum != 0
       weight = f32(1 - decay) * weight - g when momentum == 0
`;

/** One text for each rule. */
export const LARGE_BATCH_RULES: readonly string[] = [
  LARS_1_9,
  LARS_2,
  LAMB_1_6,
  LAMB_1_9,
  LAMB_2,
  LANS,
  lbsgd(TO_1_4),
  lbsgd(TO_1_9),
];
