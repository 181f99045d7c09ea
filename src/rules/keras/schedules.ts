/**
 * rules: Keras' schedules. Source: keras 3.15.1, src/optimizers/schedules/learning_rate_schedule.py, in float32 throughout: every
 * operation is under `f32`. Keras' step counts from 0. `initial_learning_rate` is the schedule's own there; null here: the
 * optimizer's.
 */

const INITIAL = "initial_learning_rate = null";
const STARTS = "starts = f32(select(initial_learning_rate is null, base, initial_learning_rate))";

/** How far the step is, in decay steps; whole ones only in a staircase. */
const PART = `part = f32((t - 1) / f32(decay_steps))
       p = select(staircase, floor(part), part)`;

const DECAY = `hyper  ${INITIAL}   decay_steps in (0,)   decay_rate   staircase = false
step   ${STARTS}
       ${PART}`;

const EXPONENTIAL = `
schedule keras-3/exponentialdecay
# keras.optimizers.schedules.ExponentialDecay: src/optimizers/schedules/learning_rate_schedule.py, 3.15.1
${DECAY}
       rate = f32(starts * powf(decay_rate, p))
`;

const INVERSE_TIME = `
schedule keras-3/inversetimedecay
# keras.optimizers.schedules.InverseTimeDecay: src/optimizers/schedules/learning_rate_schedule.py, 3.15.1
${DECAY}
       rate = f32(starts / f32(1 + f32(f32(decay_rate) * p)))
`;

const POLYNOMIAL = `
schedule keras-3/polynomialdecay
# keras.optimizers.schedules.PolynomialDecay: src/optimizers/schedules/learning_rate_schedule.py, 3.15.1
hyper  ${INITIAL}   decay_steps in (0,)   end_learning_rate = 0.0001   power = 1   cycle = false
step   ${STARTS}
       ends = f32(end_learning_rate)   length = f32(decay_steps)
       span = select(cycle, f32(length * max(1, -floor(-f32((t - 1) / length)))), length)
       p = f32(min(t - 1, span) / span)
       rate = f32(f32(f32(starts - ends) * powf(f32(1 - p), power)) + ends)
`;

const PIECEWISE = `
schedule keras-3/piecewiseconstantdecay
# keras.optimizers.schedules.PiecewiseConstantDecay: src/optimizers/schedules/learning_rate_schedule.py, 3.15.1; a boundary
# belongs to the piece before it
hyper  boundaries: list   values: list
step   last = count_below(values, 1e308) - 1
       rate = f32(item(values, min(count_below(boundaries, t - 1), last)))
`;

const COSINE = `
schedule keras-3/cosinedecay
# keras.optimizers.schedules.CosineDecay: src/optimizers/schedules/learning_rate_schedule.py, 3.15.1 (I. Loshchilov, F. Hutter,
# arXiv:1608.03983, without restarts)
hyper  ${INITIAL}   decay_steps in (0,)   alpha = 0   warmup_target = null   warmup_steps = 0
step   ${STARTS}
       peak = select(warmup_target is null, starts, f32(warmup_target))   warm = select(warmup_target is null, 0, warmup_steps)
       now = min(t - 1, f32(decay_steps + warm))
       turn = f32(0.5 * f32(1 + cosf(f32(f32(pi) * f32((now - warm) / f32(decay_steps))))))
       falling = f32(peak * f32(f32(f32(1 - alpha) * turn) + f32(alpha)))
       rate = select(now < warm, f32(f32(f32(peak - starts) * f32(now / warm)) + starts), falling)
`;

const COSINE_RESTARTS = `
schedule keras-3/cosinedecayrestarts
# keras.optimizers.schedules.CosineDecayRestarts: src/optimizers/schedules/learning_rate_schedule.py, 3.15.1 (I. Loshchilov,
# F. Hutter, arXiv:1608.03983)
hyper  ${INITIAL}   first_decay_steps in (0,)   t_mul = 2   m_mul = 1   alpha = 0
step   ${STARTS}
       past = f32((t - 1) / f32(first_decay_steps))   mul = f32(t_mul)   rest = f32(1 - mul)
       restarts = select(mul == 1, floor(past), floor(f32(f32(log(f32(1 - f32(past * rest)))) / f32(log(mul)))))
       length = powf(mul, restarts)
       p = select(mul == 1, f32(past - restarts), f32(f32(past - f32(f32(1 - length) / rest)) / length))
       turn = f32(f32(0.5 * powf(m_mul, restarts)) * f32(1 + cosf(f32(f32(pi) * p))))
       rate = f32(starts * f32(f32(f32(1 - f32(alpha)) * turn) + f32(alpha)))
`;

/** One text for each schedule. */
export const KERAS_SCHEDULES: readonly string[] = [
  EXPONENTIAL,
  INVERSE_TIME,
  POLYNOMIAL,
  PIECEWISE,
  COSINE,
  COSINE_RESTARTS,
];
