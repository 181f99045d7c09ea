/**
 * rules: DeepSpeed's schedules. Source: DeepSpeed 0.19.6, deepspeed/runtime/lr_schedules.py; all in Python's floats, binary64. The
 * engine steps the scheduler after the optimizer, so the first update has the constructor's rate; from the second on the
 * source's last_batch_iteration is `t - 2`.
 */

const WARM = `w = max(2, warmup_num_steps)
       ramp = select(warmup_type is log, 1 / log(w) * log(t - 1), (t - 2) / w)`;

const WARMUP = `
schedule deepspeed-0.19/warmuplr
# deepspeed.runtime.lr_schedules.WarmupLR: deepspeed/runtime/lr_schedules.py, 0.19.6; the first two updates have warmup_min_lr
hyper  warmup_min_lr = 0   warmup_max_lr = null   warmup_num_steps = 1000 in [1,)   warmup_type = log of log|linear
step   ${WARM}
       rise = select(warmup_max_lr is null, base, warmup_max_lr) - warmup_min_lr
       rate = select(t == 1, warmup_min_lr, warmup_min_lr + rise * select(t - 2 < w, ramp, 1))
`;

const WARMUP_DECAY = `
schedule deepspeed-0.19/warmupdecaylr
# deepspeed.runtime.lr_schedules.WarmupDecayLR: deepspeed/runtime/lr_schedules.py, 0.19.6
hyper  total_num_steps   warmup_min_lr = 0   warmup_max_lr = 0.001 or null   warmup_num_steps = 1000 in [1,)
       warmup_type = log of log|linear
step   ${WARM}
       rise = select(warmup_max_lr is null, base, warmup_max_lr) - warmup_min_lr
       left = max(0, (total_num_steps - (t - 2)) / max(1, total_num_steps - w))
       rate = select(t == 1, warmup_min_lr, warmup_min_lr + rise * select(t - 2 < w, ramp, left))
`;

const WARMUP_COSINE = `
schedule deepspeed-0.19/warmupcosinelr
# deepspeed.runtime.lr_schedules.WarmupCosineLR: deepspeed/runtime/lr_schedules.py, 0.19.6; the first update has a rate of 0
hyper  total_num_steps   warmup_min_ratio = 0   warmup_num_steps = 1000 in [1,)   cos_min_ratio = 0.0001
       warmup_type = log of log|linear
step   ${WARM}
       warm = warmup_min_ratio + ramp * (1 - warmup_min_ratio)
       part = min(1, (t - 2 - w + 1) / max(1, total_num_steps - w))
       fall = max(0, cos_min_ratio + (1 - cos_min_ratio) * ((1 + cos(pi * part)) / 2))
       rate = select(t == 1, 0, base * select(t - 2 < w, warm, fall))
`;

const RANGE_TEST = `
schedule deepspeed-0.19/lrrangetest
# deepspeed.runtime.lr_schedules.LRRangeTest: deepspeed/runtime/lr_schedules.py, 0.19.6 (L. Smith, arXiv:1803.09820)
hyper  lr_range_test_min_lr = 0.001   lr_range_test_step_size = 2000 in [1,)   lr_range_test_step_rate = 1
       lr_range_test_staircase = false
step   passed = (t - 1) / lr_range_test_step_size
       rate = lr_range_test_min_lr * (1 + lr_range_test_step_rate * select(lr_range_test_staircase, floor(passed), passed))
`;

const ONE_CYCLE = `
schedule deepspeed-0.19/onecycle
# deepspeed.runtime.lr_schedules.OneCycle: deepspeed/runtime/lr_schedules.py, 0.19.6 (L. Smith, arXiv:1803.09820). The class also
# sets the second beta to 0.99, which is for the spec's own hyper to say; the first update has cycle_min_mom, the second about the max
hyper  cycle_min_lr   cycle_max_lr   decay_lr_rate = 0   cycle_first_step_size = 2000 in (0,)   cycle_second_step_size = null in [0,)
       cycle_first_stair_count = 0   cycle_second_stair_count = null   decay_step_size = 0   cycle_momentum = true
       cycle_min_mom = 0.8   cycle_max_mom = 0.9   decay_mom_rate = 0
step   second = select(cycle_second_step_size is null, cycle_first_step_size, cycle_second_step_size)
       total = cycle_first_step_size + second
       ratio = cycle_first_step_size / total
       x = 1 + (t - 1) / total - floor(1 + (t - 1) / total)
       smooth = select(x <= ratio, x / ratio, (x - 1) / (ratio - 1))
       stairs_down = select(cycle_second_stair_count is null, cycle_first_stair_count, cycle_second_stair_count)
       stairs = select(x <= ratio, cycle_first_stair_count, stairs_down)
       i = t - 1 - total * floor((t - 1) / total)
       stair = select(i <= cycle_first_step_size, i * stairs / cycle_first_step_size, (total - i) * stairs / second)
       height = select(stairs > 0, floor(stair) / stairs, smooth)
       ended = t - 2 >= total
       decay = select(decay_step_size == 0, 0, (t - 2 - total + 1) / decay_step_size)
       rate = select(ended, cycle_min_lr / (1 + decay_lr_rate * decay), cycle_min_lr + (cycle_max_lr - cycle_min_lr) * height)
       cycled = select(ended, cycle_max_mom * (1 + decay_mom_rate * decay), cycle_max_mom - (cycle_max_mom - cycle_min_mom) * height)
       momentum = select(t == 1, cycle_min_mom, cycled) when cycle_momentum
`;

/** One text for each schedule. */
export const DEEPSPEED_SCHEDULES: readonly string[] = [
  WARMUP,
  WARMUP_DECAY,
  WARMUP_COSINE,
  RANGE_TEST,
  ONE_CYCLE,
];
