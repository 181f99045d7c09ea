/**
 * rules: MXNet's optimizers of the plain gradient, or of its sign, in all releases: Signum, DCASGD, SGLD, and what serves
 * tests. Source: apache/mxnet 1.0.0 to 2.0.0.beta1, python/mxnet/optimizer, and src/operator/optimizer_op-inl.h.
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

const signum = (era: Era): string => `
rule mxnet-${era.release}/signum
# mxnet.optimizer.Signum: ${era.source} (J. Bernstein et al., arXiv:1802.04434); signum_update
# without momentum signsgd_update, which neither rescales nor clips
hyper  learning_rate = 0.01 scheduled   momentum = 0.9   wd_lh = 0
       ${BASE}
state  mom = 0 when momentum != 0
step   lr = ${era.read}(learning_rate * lr_mult)
       decay = ${era.read}(wd * wd_mult)
       rescale = ${era.read}(rescale_grad)
       mu = select(momentum > 0, ${era.read}(momentum), 0)
       rest = f32(1 - mu)
       ${clips(era)}
update g = rest * clip(rescale * grad, bound) when clips
       g = f32(rest * rescale) * grad when not clips
       mom = mu * mom - f32(rest * decay) * weight - g when momentum != 0
       weight = f32(1 - f32(lr * ${era.read}(wd_lh))) * weight + lr * sign(mom) when momentum != 0
       weight = f32(1 - f32(lr * decay)) * weight - lr * sign(grad) when momentum == 0
`;

const SIGNUM_2 = `
rule mxnet-2.0/signum
# mxnet.optimizer.Signum: mxnet/optimizer/signum.py, 2.0.0 (J. Bernstein et al., arXiv:1802.04434)
# without momentum no rescaling and no clipping, and wd_lh is added to wd
hyper  learning_rate = 0.01 scheduled   momentum = 0.9   wd_lh = 0   use_fused_step = true
       ${BASE}
state  mom = 0 when momentum != 0
step   lr = ${read2("learning_rate * lr_mult")}
       decay = ${read2("wd * wd_mult")} when momentum != 0
       decay = ${read2("wd * wd_mult + wd_lh")} when momentum == 0
       other = ${read2("wd_lh")}
       rescale = ${read2("rescale_grad")}
       mu = select(use_fused_step, select(momentum > 0, dmlc_f32(momentum), 0), momentum)
       shrink = select(momentum != 0, other, decay)
       keep = 1 - select(use_fused_step, f32(lr * shrink), lr * shrink)
       ${CLIPS_2}
update ${GRADIENT_2}
       mom = mom * mu - g * (1 - mu) when momentum != 0
       weight = weight * keep + sign(mom) * lr when momentum != 0
       weight = weight * keep - sign(grad) * lr when momentum == 0
`;

const dcasgd = (era: Era): string => `
rule mxnet-${era.release}/dcasgd
# mxnet.optimizer.DCASGD: ${era.source} (S. Zheng et al., arXiv:1609.08326)
# with a momentum the class raises
hyper  learning_rate = 0.01 scheduled   lamda = 0.04
       ${BASE}
state  previous = weight
step   ${pythonClips(era)}
update g = grad * rescale_grad
       g = clip(g, bound) when not clip_gradient is null
       delta = (g + weight * (wd * wd_mult) + g * lamda * g * (weight - previous)) * -(learning_rate * lr_mult)
       previous = weight
       weight = weight + delta
`;

const DCASGD_2 = `
rule mxnet-2.0/dcasgd
# mxnet.optimizer.DCASGD: mxnet/optimizer/dcasgd.py, 2.0.0 (S. Zheng et al., arXiv:1609.08326); the decay is in the square
hyper  learning_rate = 0.1 scheduled   momentum = 0   lamda = 0.04
       ${BASE}
state  mom = 0 when momentum != 0   previous = weight
step   ${PYTHON_2}
update ${PYTHON_GRADIENT_2}
       g = g * g * (weight - previous) * lamda + g
       mom = mom * momentum - g * lr when momentum != 0
       previous = weight
       weight = weight + mom when momentum != 0
       weight = weight + g * -lr when momentum == 0
`;

const SEED = `# the library's own noise cannot be repeated: its generator is the process's, and the C++ library's`;

const SGLD_1_4 = `
rule mxnet-1.4/sgld
# mxnet.optimizer.SGLD: mxnet/optimizer.py, 1.2 to 1.4 (M. Welling, Y. W. Teh, ICML 2011)
${SEED}
hyper  learning_rate = 0.01 scheduled   seed = 0
       ${BASE}
step   lr = learning_rate * lr_mult
       ${pythonClips(TO_1_4)}
update g = grad * rescale_grad
       g = clip(g, bound) when not clip_gradient is null
       weight = weight + ((g + weight * (wd * wd_mult)) * (-lr / 2) + normal(seed, t) * sqrt(lr))
`;

const SGLD_1_9 = `
rule mxnet-1.9/sgld
# mxnet.optimizer.SGLD: ${TO_1_9.source} (M. Welling, Y. W. Teh, ICML 2011)
${SEED}
hyper  learning_rate = 0.01 scheduled   seed = 0
       ${BASE}
step   lr = learning_rate * lr_mult
       ${pythonClips(TO_1_9)}
update g = grad * rescale_grad
       g = clip(g, bound) when not clip_gradient is null
       weight = weight + (g + weight * (wd * wd_mult)) * (-lr / 2)
       weight = weight + normal(seed, t) * sqrt(lr)
`;

const SGLD_2 = `
rule mxnet-2.0/sgld
# mxnet.optimizer.SGLD: mxnet/optimizer/sgld.py, 2.0.0 (M. Welling, Y. W. Teh, ICML 2011)
${SEED}
hyper  learning_rate = 0.1 scheduled   seed = 0
       ${BASE}
step   ${PYTHON_2}
update ${PYTHON_GRADIENT_2}
       weight = weight - g * (lr / 2)
       weight = weight + normal(seed, t) * sqrt(lr)
`;

const TEST_1_9 = `
rule mxnet-1.9/test
# mxnet.optimizer.Test: ${TO_1_9.source}; for MXNet's own tests: no rate, no decay
hyper  ${BASE}
state  last = 0
update weight = weight + grad * rescale_grad
       last = weight
`;

const TEST_2 = `
rule mxnet-2.0/test
# mxnet.optimizer.Test: mxnet/optimizer/optimizer.py, 2.0.0; for MXNet's own tests: no clipping
hyper  learning_rate = 0.01 scheduled
       ${BASE}
update weight = weight - (grad * rescale_grad + weight * (wd * wd_mult)) * (learning_rate * lr_mult)
`;

const ASSIGNMENT = `
rule mxnet-1.9/_assignmentoptimizer
# mxnet.contrib.svrg_optimization.svrg_optimizer._AssignmentOptimizer: 1.4 to 1.9; what is pushed takes the place of what is there
hyper  ${BASE}
update weight = grad
`;

/** One text for each rule. */
export const PLAIN_RULES: readonly string[] = [
  ...[TO_1_4, TO_1_9].flatMap((era) => [signum(era), dcasgd(era)]),
  SIGNUM_2,
  DCASGD_2,
  SGLD_1_4,
  SGLD_1_9,
  SGLD_2,
  TEST_1_9,
  TEST_2,
  ASSIGNMENT,
];
