/** rules: PyTorch's optimizers that keep no squares. Source: pytorch/pytorch 2.13.0, torch/optim, the loop over single tensors. */

const SGD = `
rule torch-2.13/sgd
# torch.optim.SGD: torch/optim/sgd.py, 2.13.0 (I. Sutskever et al., ICML 2013); the first gradient is copied, undampened
hyper  lr = 0.001 in [0,) scheduled   momentum = 0 in [0,) scheduled as momentum   dampening = 0
       weight_decay = 0 in [0,)   nesterov = false   maximize = false
needs  not nesterov or momentum > 0
needs  not nesterov or dampening == 0
state  momentum_buffer = 0 when momentum != 0
update g = select(maximize, -grad, grad)
       g = g + weight_decay * weight when weight_decay != 0
       momentum_buffer = select(t == 1, g, momentum_buffer * momentum + (1 - dampening) * g) when momentum != 0
       g = select(nesterov, g + momentum * momentum_buffer, momentum_buffer) when momentum != 0
       weight = weight - lr * g
`;

const ASGD = `
rule torch-2.13/asgd
# torch.optim.ASGD: torch/optim/asgd.py, 2.13.0 (B. Polyak, A. Juditsky, 1992); eta and mu are binary32, and a step late
hyper  lr = 0.01 in [0,) scheduled   lambd = 0.0001   alpha = 0.75   t0 = 1000000   weight_decay = 0 in [0,)
       maximize = false
state  eta: scalar = lr   mu: scalar = 1   ax = 0
step   rate_now = f32(select(t == 1, lr, eta))
       mu_now = mu
       eta = f32(lr / (1 + lambd * lr * t)^alpha)
       mu = f32(1 / max(1, t - t0))
update g = select(maximize, -grad, grad)
       g = g + weight_decay * weight when weight_decay != 0
       weight = weight * (1 - lambd * rate_now) - rate_now * g
       ax = select(mu_now == 1, weight, ax + (weight - ax) * mu_now)
`;

const RPROP = `
rule torch-2.13/rprop
# torch.optim.Rprop: torch/optim/rprop.py, 2.13.0 (M. Riedmiller, H. Braun, ICNN 1993); after the first update the rate has no effect
hyper  lr = 0.01 in [0,) scheduled   eta_minus = 0.5 in (0,1)   eta_plus = 1.2 in (1,)
       step_size_min = 0.000001   step_size_max = 50   maximize = false
state  prev = 0   step_size = lr
update g = select(maximize, -grad, grad)
       turn = sign(g * prev)
       factor = select(turn > 0, eta_plus, select(turn < 0, eta_minus, 1))
       step_size = select(t == 1, lr, step_size) * factor
       step_size = min(max(step_size, step_size_min), step_size_max)
       prev = select(factor == eta_minus, 0, g)
       weight = weight - sign(prev) * step_size
`;

/** One text for each rule. */
export const TORCH_SGD: readonly string[] = [SGD, ASGD, RPROP];
