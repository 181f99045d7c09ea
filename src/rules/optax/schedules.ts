/**
 * rules: optax's schedules. Source: google-deepmind/optax 0.2.8, optax/schedules/_schedule.py, in binary32 as a jnp count gives it;
 * the powers and cosines are the C library's. `count` is from 0. The argument that is the rate at the start or at the peak may
 * be left to `base`. `boundaries_and_scales` is two lists, boundaries in ascending order.
 */

const FILE = "optax/schedules/_schedule.py, 0.2.8";

/** The text of a schedule; `about` is its own name and what there is to say. */
const schedule = (name: string, note: string, hyper: string, rest: string): string => `
schedule optax-0.2/${name}
# optax.${name}: ${FILE}${note}
hyper  ${hyper}
${rest}
`;

const or = (name: string): string => `select(${name} is null, base, ${name})`;

/** Leaves in `name` what lies between two values, by a power of what is left; the first where there are no steps to go. */
const polynomial = (
  name: string,
  from: string,
  to: string,
  [count, steps, power]: readonly [string, string, string?],
): string =>
  `left = f32(1 - f32(min(max(${count}, 0), ${steps}) / ${steps}))
       ${power === undefined ? "" : `left = powf(left, ${power})\n       `}${name} = select(${steps} <= 0, ${from}, f32(f32(f32(${from} - ${to}) * left) + f32(${to})))`;

/** init_value times a cosine that ends at `alpha`. */
const cosineDecay = (init: string, count: string, steps: string, power = "exponent"): string =>
  `turn = cosf(f32(f32(f32(pi) * min(${count}, ${steps})) / f32(${steps})))
       half = powf(f32(0.5 * f32(1 + turn)), ${power})
       decayed = f32(f32(${init}) * f32(f32(f32(1 - alpha) * half) + f32(alpha)))`;

/** XLA takes numbers that are too small to be normal for zero. */
const exponential = (init: string, count: string): string =>
  `late = ${count} - max(transition_begin, 0)
       p = f32(late / transition_steps)
       p = floor(p) when staircase
       still = transition_steps <= 0 or decay_rate == 0
       left = powf(decay_rate, p)
       left = f32(f32(${init}) * select(left < 2^(-126), 0, left))
       moving = select(late <= 0, f32(${init}), select(abs(left) < 2^(-126), 0, left))
       moving = select(decay_rate < 1, max(moving, f32(end_value)), min(moving, f32(end_value))) when not end_value is null
       decayed = select(still, ${init}, moving)`;

const CONSTANT = schedule("constant_schedule", "", "value = null", `step   rate = ${or("value")}`);

const POLYNOMIAL = schedule(
  "polynomial_schedule",
  "",
  "init_value = null   end_value   power   transition_steps   transition_begin = 0",
  `step   init = ${or("init_value")}
       late = t - 1 - max(transition_begin, 0)
       ${polynomial("rate", "init", "end_value", ["late", "transition_steps", "power"])}`,
);

const LINEAR = schedule(
  "linear_schedule",
  "",
  "init_value = null   end_value   transition_steps   transition_begin = 0",
  `step   init = ${or("init_value")}
       late = t - 1 - max(transition_begin, 0)
       ${polynomial("rate", "init", "end_value", ["late", "transition_steps"])}`,
);

const EXPONENTIAL = schedule(
  "exponential_decay",
  "",
  "init_value = null   transition_steps   decay_rate   transition_begin = 0   staircase = false   end_value = null",
  `step   init = ${or("init_value")}
       ${exponential("init", "t - 1")}
       rate = decayed`,
);

const COSINE = schedule(
  "cosine_decay_schedule",
  " (I. Loshchilov, F. Hutter, arXiv:1608.03983)",
  "init_value = null   decay_steps in (0,)   alpha = 0   exponent = 1",
  `step   init = ${or("init_value")}
       ${cosineDecay("init", "(t - 1)", "decay_steps")}
       rate = decayed`,
);

const SCALES = "boundaries: list = [] in [0,)   scales: list = [] in [0,)";

const PIECEWISE_CONSTANT = schedule(
  "piecewise_constant_schedule",
  "",
  `init_value = null   ${SCALES}`,
  `state  v = f32(${or("init_value")})   passed = 0
step   due = count_below(boundaries, t) > passed
       v = select(due, f32(v * f32(item(scales, passed))), v)
       passed = select(due, passed + 1, passed)
       rate = v`,
);

/** Between the values at two boundaries: `now` and `next`, `share` of the way. */
const BETWEEN_LINEAR = "f32(f32(f32(next - now) * share) + now)";
const BETWEEN_COSINE = "f32(next + f32(f32(f32(now - next) / 2) * f32(cosf(f32(f32(pi) * share)) + 1)))";

const PIECEWISE_INTERPOLATE = schedule(
  "piecewise_interpolate_schedule",
  "; boundaries_and_scales of null: no lists",
  `interpolate_type of linear|cosine   init_value = null   ${SCALES}`,
  `state  now = f32(${or("init_value")})   begin = 0   passed = 0
step   due = count_below(boundaries, t) > passed
       now = select(due, f32(now * f32(item(scales, passed))), now)
       begin = select(due, item(boundaries, passed), begin)
       passed = select(due, passed + 1, passed)
       next = f32(now * f32(item(scales, passed)))
       share = f32((t - 1 - begin) / max(item(boundaries, passed) - begin, 1))
       between = ${BETWEEN_LINEAR} when interpolate_type is linear
       between = ${BETWEEN_COSINE} when interpolate_type is cosine
       rate = select(next == next, between, now)`,
);

/** Of the three phases of a one-cycle schedule, the one that a count is in. */
const LINEAR_ONECYCLE = schedule(
  "linear_onecycle_schedule",
  "; phases that are empty or out of order are refused",
  `transition_steps in [1,)   peak_value = null   pct_start = 0.3 in [0,1)   pct_final = 0.85 in [0,1)   div_factor = 25
       final_div_factor = 10000`,
  `needs  floor(pct_start * transition_steps) < floor(pct_final * transition_steps)
step   peak = ${or("peak_value")}
       up = floor(pct_start * transition_steps)   down = floor(pct_final * transition_steps)
       low = f32(peak / div_factor)
       top = f32(low * f32(div_factor))
       back = f32(top * f32(1 / div_factor))
       last = f32(back * f32(1 / final_div_factor))
       count = t - 1
       now = select(count < up, low, select(count < down, top, back))
       next = select(count < up, top, select(count < down, back, last))
       begin = select(count < up, 0, select(count < down, up, down))
       end = select(count < up, up, select(count < down, down, transition_steps))
       share = f32((count - begin) / max(end - begin, 1))
       between = ${BETWEEN_LINEAR}
       rate = select(count < transition_steps, between, last)`,
);

const COSINE_ONECYCLE = schedule(
  "cosine_onecycle_schedule",
  " (L. Smith, N. Topin, arXiv:1708.07120)",
  `transition_steps in [1,)   peak_value = null   pct_start = 0.3 in [0,1)   div_factor = 25
       final_div_factor = 10000`,
  `step   peak = ${or("peak_value")}
       up = floor(pct_start * transition_steps)
       low = f32(peak / div_factor)
       top = f32(low * f32(div_factor))
       last = f32(top * f32(1 / (div_factor * final_div_factor)))
       count = t - 1
       now = select(count < up, low, top)
       next = select(count < up, top, last)
       share = f32(select(count < up, count, count - up) / max(select(count < up, up, transition_steps - up), 1))
       between = ${BETWEEN_COSINE}
       rate = select(count < transition_steps, between, last)`,
);

const WARMUP_CONSTANT = schedule(
  "warmup_constant_schedule",
  "",
  "init_value   peak_value = null   warmup_steps",
  `step   peak = ${or("peak_value")}
       ${polynomial("rate", "init_value", "peak", ["(t - 1)", "warmup_steps"])}`,
);

const ALPHA = "alpha = select(peak == 0, 0, end / peak)";

const WARMUP_COSINE = schedule(
  "warmup_cosine_decay_schedule",
  " (I. Loshchilov, F. Hutter, arXiv:1608.03983); decay_steps: warm-up included",
  "init_value   peak_value = null   warmup_steps   decay_steps   end_value = 0   exponent = 1",
  `needs  decay_steps > warmup_steps
step   peak = ${or("peak_value")}   end = end_value
       ${ALPHA}
       ${polynomial("warm", "init_value", "peak", ["(t - 1)", "warmup_steps"])}
       ${cosineDecay("peak", "(t - 1 - warmup_steps)", "(decay_steps - warmup_steps)")}
       rate = select(t - 1 < warmup_steps, warm, decayed)`,
);

const WARMUP_EXPONENTIAL = schedule(
  "warmup_exponential_decay_schedule",
  "",
  `init_value   peak_value = null   warmup_steps   transition_steps   decay_rate   transition_begin = 0
       staircase = false   end_value = null`,
  `step   peak = ${or("peak_value")}
       ${polynomial("warm", "init_value", "peak", ["(t - 1)", "warmup_steps"])}
       ${exponential("peak", "t - 1 - warmup_steps")}
       rate = select(t - 1 < warmup_steps, warm, decayed)`,
);

const SGDR = schedule(
  "sgdr_schedule",
  " (I. Loshchilov, F. Hutter, arXiv:1608.03983); cosine_kwargs: a list for each argument",
  `init_value: list   peak_value: list   warmup_steps: list   decay_steps: list in [1,)   end_value: list = []
       exponent: list = []`,
  `state  begin = 0   k = 0
step   due = t - 1 - begin >= item(decay_steps, k) and item(decay_steps, k + 1) > 0
       begin = select(due, begin + item(decay_steps, k), begin)
       k = select(due, k + 1, k)
       count = t - 1 - begin   init = item(init_value, k)   peak = item(peak_value, k)   ahead = item(warmup_steps, k)
       end = select(item(end_value, k) == item(end_value, k), item(end_value, k), 0)
       power = select(item(exponent, k) == item(exponent, k), item(exponent, k), 1)
       ${ALPHA}
       ${polynomial("warm", "init", "peak", ["count", "ahead"])}
       ${cosineDecay("peak", "(count - ahead)", "(item(decay_steps, k) - ahead)", "power")}
       rate = select(count < ahead, warm, decayed)`,
);

/** One text for each schedule. */
export const OPTAX_SCHEDULES: readonly string[] = [
  CONSTANT,
  POLYNOMIAL,
  LINEAR,
  EXPONENTIAL,
  COSINE,
  PIECEWISE_CONSTANT,
  PIECEWISE_INTERPOLATE,
  LINEAR_ONECYCLE,
  COSINE_ONECYCLE,
  WARMUP_CONSTANT,
  WARMUP_COSINE,
  WARMUP_EXPONENTIAL,
  SGDR,
];
