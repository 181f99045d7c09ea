/**
 * rules: Hugging Face's schedules. Source: transformers 5.18.0, src/transformers/optimization.py; all are torch's LambdaLR over a
 * factor of the base rate, in Python's floats, binary64. The step that the factor is a function of is `t - 1`. Where the source
 * takes the optimizer's default rate for a bound, the base rate is meant, which is the same unless a group has its own.
 */

const WARM = "warm = (t - 1) / max(1, num_warmup_steps)";
const PROGRESS = "part = (t - 1 - num_warmup_steps) / max(1, num_training_steps - num_warmup_steps)";

const CONSTANT = `
schedule transformers-5/get_constant_schedule
# transformers.get_constant_schedule: src/transformers/optimization.py, 5.18.0; lr_scheduler_type constant
step   rate = base
`;

const CONSTANT_WITH_WARMUP = `
schedule transformers-5/get_constant_schedule_with_warmup
# transformers.get_constant_schedule_with_warmup: src/transformers/optimization.py, 5.18.0; lr_scheduler_type constant_with_warmup
hyper  num_warmup_steps in [0,)
step   ${WARM}
       rate = base * select(t - 1 < num_warmup_steps, warm, 1)
`;

const LINEAR = `
schedule transformers-5/get_linear_schedule_with_warmup
# transformers.get_linear_schedule_with_warmup: src/transformers/optimization.py, 5.18.0; lr_scheduler_type linear
hyper  num_warmup_steps in [0,)   num_training_steps in [0,)
step   ${WARM}
       left = (num_training_steps - (t - 1)) / max(1, num_training_steps - num_warmup_steps)
       rate = base * select(t - 1 < num_warmup_steps, warm, max(0, left))
`;

const COSINE = `
schedule transformers-5/get_cosine_schedule_with_warmup
# transformers.get_cosine_schedule_with_warmup: src/transformers/optimization.py, 5.18.0; lr_scheduler_type cosine. Rises again
# after num_training_steps
hyper  num_warmup_steps in [0,)   num_training_steps in [0,)   num_cycles = 0.5
step   ${WARM}
       ${PROGRESS}
       factor = 0.5 * (1 + cos(pi * num_cycles * 2 * part))
       rate = base * select(t - 1 < num_warmup_steps, warm, max(0, factor))
`;

const COSINE_WITH_RESTARTS = `
schedule transformers-5/get_cosine_with_hard_restarts_schedule_with_warmup
# transformers.get_cosine_with_hard_restarts_schedule_with_warmup: src/transformers/optimization.py, 5.18.0; lr_scheduler_type
# cosine_with_restarts
hyper  num_warmup_steps in [0,)   num_training_steps in [0,)   num_cycles = 1
step   ${WARM}
       ${PROGRESS}
       turn = num_cycles * part - floor(num_cycles * part)
       factor = select(part >= 1, 0, max(0, 0.5 * (1 + cos(pi * turn))))
       rate = base * select(t - 1 < num_warmup_steps, warm, factor)
`;

const POLYNOMIAL = `
schedule transformers-5/get_polynomial_decay_schedule_with_warmup
# transformers.get_polynomial_decay_schedule_with_warmup: src/transformers/optimization.py, 5.18.0; lr_scheduler_type polynomial
hyper  num_warmup_steps in [0,)   num_training_steps in [0,)   lr_end = 1e-7   power = 1
needs  num_training_steps != num_warmup_steps
step   ${WARM}
       left = 1 - (t - 1 - num_warmup_steps) / (num_training_steps - num_warmup_steps)
       decay = ((base - lr_end) * left^power + lr_end) / base
       rate = base * select(t - 1 < num_warmup_steps, warm, select(t - 1 > num_training_steps, lr_end / base, decay))
`;

const INVERSE_SQRT = `
schedule transformers-5/get_inverse_sqrt_schedule
# transformers.get_inverse_sqrt_schedule: src/transformers/optimization.py, 5.18.0; lr_scheduler_type inverse_sqrt
hyper  num_warmup_steps in [0,)   timescale = null in (0,)
step   ${WARM}
       usual = select(num_warmup_steps == 0, 10000, num_warmup_steps)
       scale = select(timescale is null, usual, timescale)
       decay = 1 / sqrt((t - 1 + (scale - num_warmup_steps)) / scale)
       rate = base * select(t - 1 < num_warmup_steps, warm, decay)
`;

/** One text for each schedule. */
export const WARMUP_SCHEDULES: readonly string[] = [
  CONSTANT,
  CONSTANT_WITH_WARMUP,
  LINEAR,
  COSINE,
  COSINE_WITH_RESTARTS,
  POLYNOMIAL,
  INVERSE_SQRT,
];
