/**
 * rules: PyTorch's schedules that multiply the rate in force. Source: pytorch 2.13.0, torch/optim/lr_scheduler.py; all in
 * Python's floats, binary64. What `step()` computes is the recurrence, not the closed form: it drifts from it by some last
 * bits, and in a chain it goes on from what the others left. `t` is last_epoch + 1. By convention the slot `last` is the rate
 * in force; the local `first`, where it is there, is the closed form at epoch 0, with which SequentialLR starts a later child.
 */

const STEP = `
schedule torch-2.13/steplr
# torch.optim.lr_scheduler.StepLR: torch/optim/lr_scheduler.py, 2.13.0
hyper  step_size in [1,)   gamma = 0.1
state  last = base
step   passed = (t - 1) / step_size
       rate = select(t > 1 and passed == floor(passed), last * gamma, last)
       last = rate
`;

const MULTI_STEP = `
schedule torch-2.13/multisteplr
# torch.optim.lr_scheduler.MultiStepLR: torch/optim/lr_scheduler.py, 2.13.0; a milestone that is there n times counts n times
hyper  milestones: list   gamma = 0.1
state  last = base
step   met = count_below(milestones, t) - count_below(milestones, t - 1)
       rate = select(met > 0, last * gamma^met, last)
       last = rate
`;

const CONSTANT = `
schedule torch-2.13/constantlr
# torch.optim.lr_scheduler.ConstantLR: torch/optim/lr_scheduler.py, 2.13.0; the class takes a factor of 0 too, and divides by it
hyper  factor = 0.3333333333333333 in (0,1]   total_iters = 5 in [0,)
state  last = base
step   first = base * (factor + select(total_iters == 0, 1 - factor, 0))
       rate = select(t == 1, last * factor, select(t - 1 == total_iters, last * (1 / factor), last))
       last = rate
`;

const LINEAR = `
schedule torch-2.13/linearlr
# torch.optim.lr_scheduler.LinearLR: torch/optim/lr_scheduler.py, 2.13.0
hyper  start_factor = 0.3333333333333333 in (0,1]   end_factor = 1 in [0,1]   total_iters = 5 in [0,)
state  last = base
step   k = t - 1
       rise = end_factor - start_factor
       factor = 1 + rise / (total_iters * start_factor + (k - 1) * rise)
       rate = select(k == 0, last * start_factor, select(k > total_iters, last, last * factor))
       last = rate
`;

const EXPONENTIAL = `
schedule torch-2.13/exponentiallr
# torch.optim.lr_scheduler.ExponentialLR: torch/optim/lr_scheduler.py, 2.13.0
hyper  gamma
state  last = base
step   rate = select(t > 1, last * gamma, last)
       last = rate
`;

const POLYNOMIAL = `
schedule torch-2.13/polynomiallr
# torch.optim.lr_scheduler.PolynomialLR: torch/optim/lr_scheduler.py, 2.13.0
hyper  total_iters = 5 in [0,)   power = 1 in [0,)
state  last = base
step   k = t - 1
       decay = ((1 - k / total_iters) / (1 - (k - 1) / total_iters))^power
       rate = select(k == 0 or k > total_iters, last, last * decay)
       last = rate
`;

const COSINE_ANNEALING = `
schedule torch-2.13/cosineannealinglr
# torch.optim.lr_scheduler.CosineAnnealingLR: torch/optim/lr_scheduler.py, 2.13.0 (I. Loshchilov, F. Hutter, arXiv:1608.03983)
hyper  T_max in [1,)   eta_min = 0
state  last = base
step   first = eta_min + (base - eta_min) * 2 / 2
       k = t - 1
       turns = (k - 1 - T_max) / (2 * T_max)
       up = last + (base - eta_min) * (1 - cos(pi / T_max)) / 2
       on = (1 + cos(pi * k / T_max)) / (1 + cos(pi * (k - 1) / T_max)) * (last - eta_min) + eta_min
       rate = select(k == 0, last, select(turns == floor(turns), up, on))
       last = rate
`;

/** One text for each schedule. */
export const RECURRENT_SCHEDULES: readonly string[] = [
  STEP,
  MULTI_STEP,
  CONSTANT,
  LINEAR,
  EXPONENTIAL,
  POLYNOMIAL,
  COSINE_ANNEALING,
];
