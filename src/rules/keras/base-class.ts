/**
 * rules: what all of Keras' optimizers have in common. Source: keras 3.15.1, src/optimizers/base_optimizer.py, in the order of
 * `apply`: unscale, accumulate, clip, decay, update, average. `n` is Keras' `iterations` + 1. The arithmetic is that of the jax
 * backend, one operation at a time: Python's numbers are binary64 until they meet a float32; what comes of it is under `f32`.
 */

/** The base class's arguments but the decay, whose default is the optimizer's. */
export const BASE = `clipnorm = null   clipvalue = null   global_clipnorm = null   use_ema = false   ema_momentum = 0.99 in [0,1]
       ema_overwrite_frequency = null in [1,)   loss_scale_factor = null   gradient_accumulation_steps = null in [2,)`;

const ONE_CLIP =
  "clipnorm is null and (clipvalue is null or global_clipnorm is null) or clipvalue is null and global_clipnorm is null";

/** At most one way of clipping; and the slots, the optimizer's own first. */
export const needsAndState = (own: string): string => `needs  ${ONE_CLIP}
state  ${own}   ema = 0 when use_ema   sums = 0 when not gradient_accumulation_steps is null`;

/** How many calls make an update, which the optimizer's own scalars follow. */
export const STEP = `step   calls = select(gradient_accumulation_steps is null, 1, gradient_accumulation_steps)   lr = f32(learning_rate)
       n = floor((steps - 1) / calls) + 1`;

const UNSCALED = "select(loss_scale_factor is null, grad, grad / loss_scale_factor)";

/** In the first iteration the average starts anew. */
const AVERAGE = "select(n > 1, f32(ema_momentum) * ema + f32(1 - f32(ema_momentum)) * weight, weight)";
const OVERWRITES = "use_ema and not ema_overwrite_frequency is null";
const OVER = "n / ema_overwrite_frequency == floor(n / ema_overwrite_frequency)";

/** The scale to a global norm makes all NaN of a norm that is not finite. */
const SCALE =
  "f32(f32(global_clipnorm) * min(f32(1 / f32(sqrt(f32(squares)))), f32(1 / global_clipnorm)) + (squares - squares))";
const BY_NORM = "g * clipnorm / max(norm(g), clipnorm)";
const CLIPPED = `select(not clipnorm is null, ${BY_NORM}, select(clipvalue is null, g * ${SCALE}, clip(g, clipvalue)))`;
const CLIPS = ["clipnorm", "clipvalue", "global_clipnorm"]
  .map((by) => `not ${by} is null and ${by} > 0`)
  .join(" or ");

/** From `grad` to `g`, which the optimizer's own lines take. An idle call only adds to the sums, and moves the average on. */
export const BEFORE = `update g = select(calls > 1, (sums + ${UNSCALED}) / calls, ${UNSCALED})
       sums = select(steps < n * calls, sums + ${UNSCALED}, 0) when calls > 1
       ema = select(steps < n * calls, ${AVERAGE}, ema) when use_ema and calls > 1
       weight = select(steps < n * calls and ${OVER}, ema, weight) when ${OVERWRITES} and calls > 1
       stop when calls > 1 and steps < n * calls
       squares = total(sum(g * g)) when not global_clipnorm is null
       g = ${CLIPPED} when ${CLIPS}`;

/** The decayed weight. */
export const DECAYED = "select(weight_decay is null, weight, weight - weight * weight_decay * lr)";

export const AFTER = `ema = ${AVERAGE} when use_ema
       weight = select(${OVER}, ema, weight) when ${OVERWRITES}`;
