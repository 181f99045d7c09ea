/**
 * rules: PyTorch's schedules that set the rate anew at each step, whatever it was, and SWALR. Source: pytorch 2.13.0,
 * torch/optim/lr_scheduler.py and swa_utils.py; all in Python's floats, binary64. `t` is last_epoch + 1. CyclicLR and OneCycleLR
 * do not read the group's own rate. By convention the slot `running` is the rate in force, whichever schedule left it.
 */

const WARM_RESTARTS = `
schedule torch-2.13/cosineannealingwarmrestarts
# torch.optim.lr_scheduler.CosineAnnealingWarmRestarts: torch/optim/lr_scheduler.py, 2.13.0 (I. Loshchilov, F. Hutter,
# arXiv:1608.03983)
hyper  T_0 in [1,)   T_mult = 1 in [1,)   eta_min = 0
needs  T_0 == floor(T_0) and T_mult == floor(T_mult)
state  cur = -1   span = T_0
step   ends = cur + 1 >= span
       cur = select(ends, cur + 1 - span, cur + 1)
       span = select(ends, span * T_mult, span)
       rate = eta_min + (base - eta_min) * (1 + cos(pi * cur / span)) / 2
`;

const CYCLIC = `
schedule torch-2.13/cycliclr
# torch.optim.lr_scheduler.CyclicLR: torch/optim/lr_scheduler.py, 2.13.0 (L. Smith, arXiv:1506.01186); no scale_fn, and so no
# scale_mode, which the class settles from the mode where there is none
hyper  base_lr   max_lr   step_size_up = 2000 in (0,)   step_size_down = null in [0,)
       mode = triangular of triangular|triangular2|exp_range   gamma = 1
       cycle_momentum = true   base_momentum = 0.8   max_momentum = 0.9
step   total = step_size_up + select(step_size_down is null, step_size_up, step_size_down)
       ratio = step_size_up / total
       cycle = floor(1 + (t - 1) / total)
       x = 1 + (t - 1) / total - cycle
       height = select(x <= ratio, x / ratio, (x - 1) / (ratio - 1))
       scale = select(mode is triangular2, 1 / 2^(cycle - 1), select(mode is exp_range, gamma^(t - 1), 1))
       rate = base_lr + (max_lr - base_lr) * height * scale
       momentum = max_momentum - (max_momentum - base_momentum) * height * scale when cycle_momentum
`;

const ONE_CYCLE = `
schedule torch-2.13/onecyclelr
# torch.optim.lr_scheduler.OneCycleLR: torch/optim/lr_scheduler.py, 2.13.0 (L. Smith, N. Topin, arXiv:1708.07120); beyond the
# total the class raises: here the last value is held. A pct_start of 1, or one step up, divides by 0 there
hyper  max_lr   total_steps = null in [1,)   epochs = null in [1,)   steps_per_epoch = null in [1,)   pct_start = 0.3 in [0,1)
       anneal_strategy = cos of cos|linear   cycle_momentum = true   base_momentum = 0.85   max_momentum = 0.95
       div_factor = 25   final_div_factor = 10000   three_phase = false
needs  not total_steps is null or not epochs is null and not steps_per_epoch is null
needs  pct_start * select(total_steps is null, epochs * steps_per_epoch, total_steps) != 1
step   total = select(total_steps is null, epochs * steps_per_epoch, total_steps)
       k = min(t - 1, total)
       top = pct_start * total - 1
       bottom = select(three_phase, 2 * pct_start * total - 2, top)
       rises = k <= top
       falls = not rises and k <= bottom
       start = select(rises, 0, select(falls, top, bottom))
       part = (k - start) / (select(rises, top, select(falls, bottom, total - 1)) - start)
       initial = max_lr / div_factor
       least = initial / final_div_factor
       a = select(rises or three_phase and not falls, initial, max_lr)
       b = select(rises, max_lr, select(falls, initial, least))
       rate = select(anneal_strategy is cos, b + (a - b) / 2 * (cos(pi * part) + 1), (b - a) * part + a)
       from = select(rises or three_phase and not falls, max_momentum, base_momentum) when cycle_momentum
       to = select(rises, base_momentum, max_momentum) when cycle_momentum
       momentum = select(anneal_strategy is cos, to + (from - to) / 2 * (cos(pi * part) + 1), (to - from) * part + from)
                  when cycle_momentum
`;

const SWA = `
schedule torch-2.13/swalr
# torch.optim.swa_utils.SWALR: torch/optim/swa_utils.py, 2.13.0 (P. Izmailov et al., arXiv:1803.05407); finds the rate without
# it from the rate in force
hyper  swa_lr   anneal_epochs = 10 in [0,)   anneal_strategy = cos of cos|linear
state  running = base
step   k = select(anneal_epochs == 0, max(1, t - 1), t - 1)
       was = max(0, min(1, (k - 1) / max(1, anneal_epochs)))
       is_now = max(0, min(1, k / max(1, anneal_epochs)))
       a = select(anneal_strategy is cos, (1 - cos(pi * was)) / 2, was)
       b = select(anneal_strategy is cos, (1 - cos(pi * is_now)) / 2, is_now)
       without = select(a == 1, swa_lr, (running - a * swa_lr) / (1 - a))
       rate = swa_lr * b + without * (1 - b)
       running = rate
`;

/** One text for each schedule. */
export const CYCLIC_SCHEDULES: readonly string[] = [WARM_RESTARTS, CYCLIC, ONE_CYCLE, SWA];
