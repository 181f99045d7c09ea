/**
 * rules: Hugging Face's schedules that keep a least rate. Source: transformers 5.18.0, src/transformers/optimization.py; as
 * in `schedules.ts` beside this file.
 */

const COSINE_WITH_MIN_LR = `
schedule transformers-5/get_cosine_with_min_lr_schedule_with_warmup
# transformers.get_cosine_with_min_lr_schedule_with_warmup: src/transformers/optimization.py, 5.18.0; lr_scheduler_type
# cosine_with_min_lr
hyper  num_warmup_steps in [0,)   num_training_steps in [0,)   num_cycles = 0.5   min_lr = null   min_lr_rate = null
needs  min_lr is null and not min_lr_rate is null or not min_lr is null and min_lr_rate is null
step   least = select(min_lr is null, min_lr_rate, min_lr / base)
       warm = (t - 1) / max(1, num_warmup_steps)
       part = (t - 1 - num_warmup_steps) / max(1, num_training_steps - num_warmup_steps)
       factor = 0.5 * (1 + cos(pi * num_cycles * 2 * part)) * (1 - least) + least
       rate = base * select(t - 1 < num_warmup_steps, warm, max(0, factor))
`;

const COSINE_WARMUP_WITH_MIN_LR = `
schedule transformers-5/get_cosine_with_min_lr_schedule_with_warmup_lr_rate
# transformers.get_cosine_with_min_lr_schedule_with_warmup_lr_rate: src/transformers/optimization.py, 5.18.0; lr_scheduler_type
# cosine_warmup_with_min_lr
hyper  num_warmup_steps in [0,)   num_training_steps in [0,)   num_cycles = 0.5   min_lr = null   min_lr_rate = null
       warmup_lr_rate = null
needs  min_lr is null and not min_lr_rate is null or not min_lr is null and min_lr_rate is null
step   least = select(min_lr is null, min_lr_rate, min_lr / base)
       rise = (1 - warmup_lr_rate) * (t - 1) / max(1, num_warmup_steps - 1) when not warmup_lr_rate is null
       warm = select(warmup_lr_rate is null, t / max(1, num_warmup_steps), warmup_lr_rate + rise)
       part = (t - 1 - num_warmup_steps + 1) / max(1, num_training_steps - num_warmup_steps)
       factor = 0.5 * (1 + cos(pi * num_cycles * 2 * part)) * (1 - least) + least
       rate = base * select(t - 1 < num_warmup_steps, warm, max(0, factor))
`;

const WARMUP_STABLE_DECAY = `
schedule transformers-5/get_wsd_schedule
# transformers.get_wsd_schedule: src/transformers/optimization.py, 5.18.0; lr_scheduler_type warmup_stable_decay. Its "1-sqrt" is
# one_minus_sqrt here
hyper  num_warmup_steps in [0,)   num_decay_steps in [0,)   num_training_steps = null in [0,)   num_stable_steps = null
       warmup_type = linear of linear|cosine|one_minus_sqrt   decay_type = cosine of linear|cosine|one_minus_sqrt
       min_lr_ratio = 0   num_cycles = 0.5
needs  not num_training_steps is null or not num_stable_steps is null
step   falls = num_warmup_steps + select(num_stable_steps is null,
                                         num_training_steps - num_warmup_steps - num_decay_steps, num_stable_steps)
       part = select(t - 1 < num_warmup_steps, (t - 1) / max(1, num_warmup_steps), (t - 1 - falls) / max(1, num_decay_steps))
       warm_root = select(warmup_type is one_minus_sqrt, 1 - sqrt(1 - part), part)
       warm = select(warmup_type is cosine, 0.5 * (1 - cos(pi * part)), warm_root)
       root = select(decay_type is one_minus_sqrt, 1 - sqrt(part), 1 - part)
       fall = select(decay_type is cosine, 0.5 * (1 + cos(pi * num_cycles * 2 * part)), root)
       factor = max(0, select(t - 1 < num_warmup_steps, warm, fall) * (1 - min_lr_ratio) + min_lr_ratio)
       ended = select(t - 1 < falls + num_decay_steps, factor, min_lr_ratio)
       rate = base * select(t - 1 < num_warmup_steps, factor, select(t - 1 < falls, 1, ended))
`;

/** One text for each schedule. */
export const FLOOR_SCHEDULES: readonly string[] = [
  COSINE_WITH_MIN_LR,
  COSINE_WARMUP_WITH_MIN_LR,
  WARMUP_STABLE_DECAY,
];
