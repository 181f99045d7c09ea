/**
 * rules: PyTorch's optimizers that keep moments of the gradient. Source: pytorch/pytorch 2.13.0, torch/optim, the loop over single
 * tensors. Bias corrections are Python's binary64.
 */
import { lerpBetween } from "./rounding.ts";

const hyper = (lr: number, decay: number, more = ""): string =>
  `hyper  lr = ${lr} in [0,) scheduled   beta1 = 0.9 in [0,1) scheduled as momentum   beta2 = 0.999 in [0,1)
       eps = 1e-8 in [0,)   weight_decay = ${decay} in [0,)   maximize = false${more}`;

const GRADIENT = "g = select(maximize, -grad, grad)";

/** Decay that is a part of the gradient, or a factor of the weight. */
const DECAY = `${GRADIENT}
       weight = weight * (1 - lr * weight_decay) when weight_decay != 0 and decoupled_weight_decay
       g = g + weight_decay * weight when weight_decay != 0 and not decoupled_weight_decay`;

const FIRST = `exp_avg = ${lerpBetween("exp_avg", "g", "w")}`;
const SECOND = "exp_avg_sq = exp_avg_sq * beta2 + (1 - beta2) * g * g";

const adam = (name: string, decoupled: boolean, source: string): string => `
rule torch-2.13/${name}
# torch.optim.${source}
${hyper(0.001, decoupled ? 0.01 : 0, `   amsgrad = false${decoupled ? "" : "   decoupled_weight_decay = false"}`)}
state  exp_avg = 0   exp_avg_sq = 0   max_exp_avg_sq = 0 when amsgrad
step   w = f32(1 - beta1)
       step_size = lr / (1 - beta1^t)
       root = sqrt(1 - beta2^t)
update ${decoupled ? `${GRADIENT}\n       weight = weight * (1 - lr * weight_decay) when weight_decay != 0` : DECAY}
       ${FIRST}
       ${SECOND}
       max_exp_avg_sq = max(exp_avg_sq, max_exp_avg_sq) when amsgrad
       denom = sqrt(select(amsgrad, max_exp_avg_sq, exp_avg_sq)) / root + eps
       weight = weight - step_size * exp_avg / denom
`;

const ADAM = adam(
  "adam",
  false,
  "Adam: torch/optim/adam.py, 2.13.0 (D. Kingma, J. Ba, arXiv:1412.6980; amsgrad: S. Reddi et al., arXiv:1904.09237)",
);
const ADAMW = adam(
  "adamw",
  true,
  "AdamW: torch/optim/adam.py, 2.13.0 (I. Loshchilov, F. Hutter, arXiv:1711.05101)",
);

const ADAMAX = `
rule torch-2.13/adamax
# torch.optim.Adamax: torch/optim/adamax.py, 2.13.0 (D. Kingma, J. Ba, arXiv:1412.6980); eps is inside the maximum
${hyper(0.002, 0)}
state  exp_avg = 0   exp_inf = 0
step   w = f32(1 - beta1)
       step_size = lr / (1 - beta1^t)
update ${GRADIENT}
       g = g + weight_decay * weight when weight_decay != 0
       ${FIRST}
       exp_inf = max(abs(g) + eps, exp_inf * beta2)
       weight = weight - step_size * exp_avg / exp_inf
`;

const NADAM = `
rule torch-2.13/nadam
# torch.optim.NAdam: torch/optim/nadam.py, 2.13.0 (T. Dozat, "Incorporating Nesterov momentum into Adam", 2016); mu_product is binary32
${hyper(0.002, 0, "   momentum_decay = 0.004 in [0,)   decoupled_weight_decay = false")}
state  mu_product: scalar = 1   exp_avg = 0   exp_avg_sq = 0
step   w = f32(1 - beta1)
       mu = beta1 * (1 - 0.5 * 0.96^(t * momentum_decay))
       mu_next = beta1 * (1 - 0.5 * 0.96^((t + 1) * momentum_decay))
       mu_product = f32(mu_product * f32(mu))
       left = 1 - beta2^t
update ${DECAY}
       ${FIRST}
       ${SECOND}
       denom = sqrt(exp_avg_sq / left) + eps
       weight = weight - lr * (1 - mu) / (1 - mu_product) * g / denom
       weight = weight - lr * mu_next / (1 - mu_product * mu_next) * exp_avg / denom
`;

const RADAM = `
rule torch-2.13/radam
# torch.optim.RAdam: torch/optim/radam.py, 2.13.0 (L. Liu et al., arXiv:1908.03265); eps joins the uncorrected root
${hyper(0.001, 0, "   decoupled_weight_decay = false")}
state  exp_avg = 0   exp_avg_sq = 0
step   w = f32(1 - beta1)
       left = 1 - beta2^t
       rho_inf = 2 / (1 - beta2) - 1
       rho = rho_inf - 2 * t * beta2^t / left
       rect = sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
update ${DECAY}
       ${FIRST}
       ${SECOND}
       mean = exp_avg / (1 - beta1^t) * lr
       adapted = mean * (1 / (sqrt(exp_avg_sq) + eps) * sqrt(left)) * rect
       weight = weight - select(rho > 5, adapted, mean)
`;

const SPARSE_ADAM = `
rule torch-2.13/sparseadam
# torch.optim.SparseAdam: torch/optim/sparse_adam.py, 2.13.0 (D. Kingma, J. Ba, arXiv:1412.6980); rows without a gradient stay
hyper  lr = 0.001 in (0,) scheduled   beta1 = 0.9 in [0,1) scheduled as momentum   beta2 = 0.999 in [0,1)
       eps = 1e-8 in (0,)   maximize = false   lazy_update = true
needs  lazy_update
state  exp_avg = 0   exp_avg_sq = 0
step   step_size = lr * sqrt(1 - beta2^t) / (1 - beta1^t)
update ${GRADIENT}
       exp_avg = (g - exp_avg) * (1 - beta1) + exp_avg
       exp_avg_sq = (g * g - exp_avg_sq) * (1 - beta2) + exp_avg_sq
       weight = weight - exp_avg / (sqrt(exp_avg_sq) + eps) * step_size
`;

/** One text for each rule. */
export const TORCH_ADAM: readonly string[] = [ADAM, ADAMW, ADAMAX, NADAM, RADAM, SPARSE_ADAM];
