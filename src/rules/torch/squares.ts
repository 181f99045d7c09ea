/** rules: PyTorch's optimizers that keep squares alone. Source: pytorch/pytorch 2.13.0, torch/optim, the loop over single tensors. */
import { lerp } from "./rounding.ts";

const GRADIENT = `g = select(maximize, -grad, grad)
       g = g + weight_decay * weight when weight_decay != 0`;

const ADAGRAD = `
rule torch-2.13/adagrad
# torch.optim.Adagrad: torch/optim/adagrad.py, 2.13.0 (J. Duchi et al., JMLR 12, 2011)
hyper  lr = 0.01 in [0,) scheduled   lr_decay = 0 in [0,)   weight_decay = 0 in [0,)
       initial_accumulator_value = 0 in [0,)   eps = 1e-10 in [0,)   maximize = false
state  state_sum = initial_accumulator_value
step   rate_now = lr / (1 + (t - 1) * lr_decay)
update ${GRADIENT}
       state_sum = state_sum + g * g
       weight = weight - rate_now * g / (sqrt(state_sum) + eps)
`;

const ADADELTA = `
rule torch-2.13/adadelta
# torch.optim.Adadelta: torch/optim/adadelta.py, 2.13.0 (M. Zeiler, arXiv:1212.5701)
hyper  lr = 1 in [0,) scheduled   rho = 0.9 in [0,1]   eps = 0.000001 in [0,)   weight_decay = 0 in [0,)
       maximize = false
state  square_avg = 0   acc_delta = 0
update ${GRADIENT}
       square_avg = square_avg * rho + (1 - rho) * g * g
       delta = sqrt(acc_delta + eps) / sqrt(square_avg + eps) * g
       acc_delta = acc_delta * rho + (1 - rho) * delta * delta
       weight = weight - lr * delta
`;

const RMSPROP = `
rule torch-2.13/rmsprop
# torch.optim.RMSprop: torch/optim/rmsprop.py, 2.13.0 (G. Hinton's lecture 6, 2012; centered: A. Graves, arXiv:1308.0850); eps joins the root
hyper  lr = 0.01 in [0,) scheduled   alpha = 0.99 in [0,)   eps = 1e-8 in [0,)   weight_decay = 0 in [0,)
       momentum = 0 in [0,) scheduled as momentum   centered = false   maximize = false
state  square_avg = 0   grad_avg = 0 when centered   momentum_buffer = 0 when momentum > 0
step   w = f32(1 - alpha)
update ${GRADIENT}
       square_avg = square_avg * alpha + (1 - alpha) * g * g
       grad_avg = ${lerp("grad_avg", "g", "w")} when centered
       avg = sqrt(select(centered, square_avg - grad_avg * grad_avg, square_avg)) + eps
       momentum_buffer = momentum_buffer * momentum + g / avg when momentum > 0
       weight = weight - lr * momentum_buffer when momentum > 0
       weight = weight - lr * g / avg when not momentum > 0
`;

/** One text for each rule. */
export const TORCH_SQUARES: readonly string[] = [ADAGRAD, ADADELTA, RMSPROP];
