/** rules: PyTorch's optimizers that look at a parameter's shape. Source: pytorch/pytorch 2.13.0, torch/optim, the loop over single tensors. */
import { lerp, lerpBetween } from "./rounding.ts";

const ADAFACTOR = `
rule torch-2.13/adafactor
# torch.optim.Adafactor: torch/optim/_adafactor.py, 2.13.0 (N. Shazeer, M. Stern, arXiv:1804.04235); eps1 of null is binary32's
hyper  lr = 0.01 in [0,) scheduled   beta2_decay = -0.8 in (,0]   eps1 = null in [0,)   eps2 = 0.001 in [0,)
       d = 1 in [1,)   weight_decay = 0 in [0,)   maximize = false
state  row_var: row = 0 when rank > 1   col_var: col = 0 when rank > 1   variance = 0 when not rank > 1
step   w = f32(t^beta2_decay)
       floor_at = select(eps1 is null, 2^-23, eps1)
update g = select(maximize, -grad, grad)
       alpha = max(eps2, f32(norm(weight)) / sqrt(size)) * min(lr, 1 / sqrt(t))
       weight = weight * (1 - lr * weight_decay) when weight_decay != 0
       r = sqrt(row_sum(g * g)) when rank > 1
       c = sqrt(col_sum(g * g)) when rank > 1
       row_var = ${lerpBetween("row_var", "r * r / cols", "w")} when rank > 1
       col_var = ${lerpBetween("col_var", "c * c / rows", "w")} when rank > 1
       v = row_var * col_var / max(col_mean(row_var), floor_at) when rank > 1
       variance = ${lerpBetween("variance", "g * g", "w")} when not rank > 1
       v = variance when not rank > 1
       u = 1 / sqrt(max(v, floor_at * floor_at)) * g
       weight = weight - alpha / max(1, f32(norm(u)) / (sqrt(size) * d)) * u
`;

const MUON = `
rule torch-2.13/muon
# torch.optim.Muon: torch/optim/_muon.py, 2.13.0 (K. Jordan, kellerjordan.github.io/posts/muon; J. Liu et al., arXiv:2502.16982)
hyper  lr = 0.001 in [0,) scheduled   weight_decay = 0.1 in [0,)   momentum = 0.95 in [0,) scheduled as momentum
       nesterov = true   ns_coefficients: list = [3.4445, -4.775, 2.0315]   eps = 1e-7   ns_steps = 5 in [0,64]
       adjust_lr_fn = null of original|match_rms_adamw
needs  rank == 2
needs  count_below(ns_coefficients, 1e300) == 3
state  momentum_buffer = 0
step   w = f32(1 - momentum)
       look = f32(momentum)
       a = item(ns_coefficients, 0)   b = item(ns_coefficients, 1)   c = item(ns_coefficients, 2)
       ratio = select(adjust_lr_fn is match_rms_adamw, 0.2 * sqrt(max(rows, cols)), sqrt(max(1, rows / cols)))
update momentum_buffer = ${lerp("momentum_buffer", "grad", "w")}
       u = momentum_buffer
       u = ${lerp("grad", "momentum_buffer", "look")} when nesterov
       x = bf16(transpose(u)) when rows > cols
       x = bf16(u) when not rows > cols
       x = bf16(x / max(bf16(norm(x)), bf16(eps)))
       repeat ns_steps { gram = bf16(matmul(x, transpose(x)))
         poly = bf16(b * gram + c * matmul(gram, gram))
         x = bf16(a * x + matmul(poly, x)) }
       x = transpose(x) when rows > cols
       weight = weight * (1 - lr * weight_decay) - lr * ratio * x
`;

/** One text for each rule. */
export const TORCH_MATRICES: readonly string[] = [ADAFACTOR, MUON];
