/**
 * rules: MXNet's schedules, in all releases. Source: apache/mxnet 1.0.0 to 2.0.0.beta1, python/mxnet/lr_scheduler.py; all in
 * Python's floats, binary64. `t` is the update count that the optimizer calls the scheduler with, from 1. `base_lr` is the rate
 * that the scheduler was made with, null for the optimizer's own; `base` is the optimizer's, which overwrites the scheduler's
 * running one. There is no warm-up before 1.4; 2.0 has the texts of 1.9.
 */

const WARMUP = "warmup_steps = 0 in [0,)   warmup_begin_lr = 0   warmup_mode = linear of linear|constant";

const WARMUP_STEP = `ends = select(base_lr is null, base, base_lr)
       warm = select(warmup_mode is constant, warmup_begin_lr,
                     warmup_begin_lr + (ends - warmup_begin_lr) * t / warmup_steps)`;

const FACTOR = `
schedule mxnet-1.9/factorscheduler
# mxnet.lr_scheduler.FactorScheduler: mxnet/lr_scheduler.py, 1.4 to 2.0.0; decays after each \`step\` updates, counted from the first update, warm-up included
hyper  step in [1,)   factor = 1 in (,1]   stop_factor_lr = 1e-8   base_lr = null   ${WARMUP}
state  base_now = base   count = 0
step   ${WARMUP_STEP}
       due = t > count + step
       count = select(due, count + step, count)
       base_now = select(due, max(base_now * factor, stop_factor_lr), base_now)
       rate = select(t < warmup_steps, warm, base_now)
`;

const MULTI_FACTOR = `
schedule mxnet-1.9/multifactorscheduler
# mxnet.lr_scheduler.MultiFactorScheduler: mxnet/lr_scheduler.py, 1.4 to 2.0.0; decays when the count has passed the next number of the list
hyper  step: list in [1,)   factor = 1 in (,1]   base_lr = null   ${WARMUP}
state  base_now = base   passed = 0
step   ${WARMUP_STEP}
       due = count_below(step, t) > passed
       passed = select(due, passed + 1, passed)
       base_now = select(due, base_now * factor, base_now)
       rate = select(t < warmup_steps, warm, base_now)
`;

const POLY = `
schedule mxnet-1.9/polyscheduler
# mxnet.lr_scheduler.PolyScheduler: mxnet/lr_scheduler.py, 1.4 to 2.0.0
hyper  max_update in [1,)   pwr = 2   final_lr = 0   base_lr = null   ${WARMUP}
state  base_now = base
step   ${WARMUP_STEP}
       left = 1 - (t - warmup_steps) / (max_update - warmup_steps)
       moves = t <= max_update and t >= warmup_steps
       base_now = select(moves, final_lr + (ends - final_lr) * left^pwr, base_now)
       rate = select(t < warmup_steps, warm, base_now)
`;

const COSINE = `
schedule mxnet-1.9/cosinescheduler
# mxnet.lr_scheduler.CosineScheduler: mxnet/lr_scheduler.py, 1.4 to 2.0.0
hyper  max_update in [1,)   final_lr = 0   base_lr = null   ${WARMUP}
state  base_now = base
step   ${WARMUP_STEP}
       turn = cos(pi * (t - warmup_steps) / (max_update - warmup_steps))
       moves = t <= max_update and t >= warmup_steps
       base_now = select(moves, final_lr + (ends - final_lr) * (1 + turn) / 2, base_now)
       rate = select(t < warmup_steps, warm, base_now)
`;

const FACTOR_1_3 = `
schedule mxnet-1.3/factorscheduler
# mxnet.lr_scheduler.FactorScheduler: mxnet/lr_scheduler.py, 1.0 to 1.3
hyper  step in [1,)   factor = 1 in (,1]   stop_factor_lr = 1e-8
state  base_now = base   count = 0
step   due = t > count + step
       count = select(due, count + step, count)
       base_now = select(due, max(base_now * factor, stop_factor_lr), base_now)
       rate = base_now
`;

const MULTI_FACTOR_1_3 = `
schedule mxnet-1.3/multifactorscheduler
# mxnet.lr_scheduler.MultiFactorScheduler: mxnet/lr_scheduler.py, 1.0 to 1.3
hyper  step: list in [1,)   factor = 1 in (,1]
state  base_now = base   passed = 0
step   due = count_below(step, t) > passed
       passed = select(due, passed + 1, passed)
       base_now = select(due, base_now * factor, base_now)
       rate = base_now
`;

const POLY_1_3 = `
schedule mxnet-1.3/polyscheduler
# mxnet.lr_scheduler.PolyScheduler: mxnet/lr_scheduler.py, 1.2 and 1.3
hyper  max_update in [1,)   pwr = 2   base_lr = null
state  base_now = base
step   start = select(base_lr is null, base, base_lr)
       base_now = select(t <= max_update, start * (1 - t / max_update)^pwr, base_now)
       rate = base_now
`;

/** One text for each schedule. */
export const SCHEDULES: readonly string[] = [
  FACTOR,
  MULTI_FACTOR,
  POLY,
  COSINE,
  FACTOR_1_3,
  MULTI_FACTOR_1_3,
  POLY_1_3,
];
