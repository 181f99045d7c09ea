"""Conformance, Keras 3: draws random training set-ups.

In: a random generator, a class and a case's number. Out: plain data that run.py turns into real objects. The number decides which
of the base class's arguments are there, so that every one and every pair of them comes up; the generator decides the rest.
Arguments left out of a dict are left out of the constructor's call too, so that defaults are exercised.
"""

from collections import namedtuple

import numpy as np

# kwargs: the constructor's; schedule: (class, kwargs) in place of a learning rate, or None; excluded: keys without weight decay;
# with_adam: keys that Muon is told to exclude; starts: weights by key; steps: gradients by key, one dict for each call.
Setup = namedtuple("Setup", "kwargs schedule excluded with_adam starts steps")

STEPS = 6
# torch's square root goes through another library from 16 elements on.
SHAPES = [(5,), (7,), (3,), (2, 3), (3, 2), (4, 1)]
ALL_SHAPES = [(), (1,), (5,), (3, 4), (4, 2), (3, 3), (1, 6), (2, 3, 2), (1, 4, 3)]
# Where the processor's widest instructions come in.
LARGE_SHAPES = [(40,), (131,), (9, 20), (33, 7), (3, 6, 8)]
# Rules that look at shapes.
BY_SHAPE = {"Adafactor", "Muon", "Lamb"}


def pick(rng, *choices):
    return choices[rng.randint(len(choices))]


def wild(rng, low, high):
    """A double between 10**low and 10**high: all its digits, or four of them."""
    value = float(10.0 ** rng.uniform(low, high))
    return value if rng.rand() < 0.5 else float("%.4g" % value)


def unit(rng, low=0.0, high=1.0):
    value = float(rng.uniform(low, high))
    return value if rng.rand() < 0.5 else float("%.3g" % value)


def maybe(rng, chance, args, name, draw):
    if rng.rand() < chance:
        args[name] = draw()


def beta(rng, *usual):
    return pick(rng, *usual, unit(rng, 0.5, 0.9999), unit(rng, 0.9, 0.9999), unit(rng, 0.05, 1))


def epsilon(rng):
    return pick(rng, 1e-7, 1e-8, 1e-5, 0.001, wild(rng, -10, -5), wild(rng, -5, 0))


def draw_rate(rng):
    return pick(rng, 0.1, 0.05, 0.01, 0.001, 0.5, wild(rng, -4, 0), wild(rng, -3, 0))


def draw_base(rng, number):
    """Arguments that all optimizers have. Three kinds of clipping and none, decay, EMA and accumulation go round at different paces."""
    args = {}
    maybe(rng, 0.8, args, "learning_rate", lambda: draw_rate(rng))
    clip = [None, "clipnorm", "clipvalue", "global_clipnorm"][number % 4]
    if clip is not None:
        args[clip] = pick(rng, 1.0, 0.5, 5.0, unit(rng, 0.05, 3), wild(rng, -2, 2))
    maybe(rng, 0.6, args, "weight_decay", lambda: pick(rng, 0.004, 0.01, 0.1, 0.0, wild(rng, -4, 0)))
    if number % 3 == 1:
        args["use_ema"] = True
        maybe(rng, 0.7, args, "ema_momentum", lambda: pick(rng, 0.9, 0.5, 0.0, 1.0, unit(rng)))
        maybe(rng, 0.6, args, "ema_overwrite_frequency", lambda: int(rng.randint(1, 4)))
    if number % 5 in (2, 3):
        args["gradient_accumulation_steps"] = int(rng.randint(2, 4))
    maybe(rng, 0.4, args, "loss_scale_factor", lambda: pick(rng, 1024.0, 128.0, 0.5, unit(rng, 0.1, 10)))
    return args


def own_sgd(rng):
    args = {}
    maybe(rng, 0.7, args, "momentum", lambda: pick(rng, 0.9, 0.99, 0.5, 0.0, 1.0, unit(rng)))
    maybe(rng, 0.6, args, "nesterov", lambda: pick(rng, True, True, False))
    return args


def own_rmsprop(rng):
    args = {"centered": pick(rng, True, False)}
    maybe(rng, 0.7, args, "rho", lambda: beta(rng, 0.9, 0.95))
    maybe(rng, 0.6, args, "momentum", lambda: pick(rng, 0.9, 0.5, 0.0, unit(rng)))
    maybe(rng, 0.6, args, "epsilon", lambda: epsilon(rng))
    return args


def own_moments(rng):
    args = {}
    maybe(rng, 0.6, args, "beta_1", lambda: beta(rng, 0.9, 0.5))
    maybe(rng, 0.6, args, "beta_2", lambda: beta(rng, 0.999, 0.99))
    maybe(rng, 0.6, args, "epsilon", lambda: epsilon(rng))
    return args


def own_adam(rng):
    return {**own_moments(rng), **({"amsgrad": pick(rng, True, False)} if rng.rand() < 0.7 else {})}


def own_adadelta(rng):
    args = {}
    maybe(rng, 0.6, args, "rho", lambda: beta(rng, 0.95, 0.9))
    maybe(rng, 0.6, args, "epsilon", lambda: epsilon(rng))
    return args


def own_adagrad(rng):
    args = {}
    maybe(rng, 0.6, args, "initial_accumulator_value", lambda: pick(rng, 0.1, 0.0, 1.0, unit(rng, 0, 2)))
    maybe(rng, 0.6, args, "epsilon", lambda: epsilon(rng))
    return args


def own_adafactor(rng):
    args = {}
    maybe(rng, 0.6, args, "beta_2_decay", lambda: pick(rng, -0.8, -0.5, -1.0, -unit(rng, 0.2, 1.5)))
    maybe(rng, 0.5, args, "epsilon_1", lambda: pick(rng, 1e-30, 1e-10, wild(rng, -20, -3)))
    maybe(rng, 0.5, args, "epsilon_2", lambda: pick(rng, 0.001, 0.1, wild(rng, -5, 0)))
    maybe(rng, 0.6, args, "clip_threshold", lambda: pick(rng, 1.0, 0.5, 2.0, unit(rng, 0.1, 3)))
    maybe(rng, 0.6, args, "relative_step", lambda: pick(rng, True, False))
    return args


def own_ftrl(rng):
    args = {}
    maybe(rng, 0.6, args, "learning_rate_power", lambda: pick(rng, -0.5, 0.0, -1.0, -unit(rng)))
    maybe(rng, 0.6, args, "initial_accumulator_value", lambda: pick(rng, 0.1, 1.0, unit(rng, 0.01, 2)))
    maybe(rng, 0.6, args, "l1_regularization_strength", lambda: pick(rng, 0.0, 0.001, unit(rng), wild(rng, -4, 0)))
    maybe(rng, 0.6, args, "l2_regularization_strength", lambda: pick(rng, 0.0, 0.01, unit(rng), wild(rng, -4, 0)))
    maybe(rng, 0.6, args, "l2_shrinkage_regularization_strength", lambda: pick(rng, 0.0, 0.01, unit(rng)))
    maybe(rng, 0.6, args, "beta", lambda: pick(rng, 0.0, 1.0, unit(rng, 0, 3)))
    return args


def own_lion(rng):
    args = {}
    maybe(rng, 0.6, args, "beta_1", lambda: pick(rng, 0.9, 0.95, 1.0, unit(rng, 0.05, 1)))
    maybe(rng, 0.6, args, "beta_2", lambda: beta(rng, 0.99, 0.9))
    return args


def own_muon(rng):
    args = {}
    maybe(rng, 0.5, args, "adam_beta_1", lambda: beta(rng, 0.9, 0.5))
    maybe(rng, 0.5, args, "adam_beta_2", lambda: beta(rng, 0.999, 0.99))
    maybe(rng, 0.5, args, "adam_weight_decay", lambda: pick(rng, 0.004, None, 0.1, wild(rng, -4, 0)))
    maybe(rng, 0.4, args, "weight_decay", lambda: pick(rng, 0.004, None, 0.1, wild(rng, -4, 0)))
    maybe(rng, 0.5, args, "adam_lr_ratio", lambda: pick(rng, 1, 0.1, unit(rng, 0.1, 3)))
    maybe(rng, 0.5, args, "epsilon", lambda: epsilon(rng))
    maybe(rng, 0.6, args, "momentum", lambda: pick(rng, 0.95, 0.9, 0.0, unit(rng)))
    maybe(rng, 0.6, args, "nesterov", lambda: pick(rng, True, False))
    maybe(rng, 0.5, args, "ns_steps", lambda: int(rng.randint(1, 7)))
    maybe(rng, 0.6, args, "rms_rate", lambda: pick(rng, 0.2, None, unit(rng, 0.05, 1)))
    # The iteration runs away from other polynomials.
    maybe(rng, 0.3, args, "muon_a", lambda: 3.4445 * unit(rng, 0.97, 1.01))
    maybe(rng, 0.3, args, "muon_b", lambda: -4.775 * unit(rng, 0.97, 1.01))
    maybe(rng, 0.3, args, "muon_c", lambda: 2.0315 * unit(rng, 0.97, 1.01))
    return args


def own_schedule_free(rng):
    args = {}
    maybe(rng, 0.6, args, "beta_1", lambda: beta(rng, 0.9, 0.5))
    maybe(rng, 0.6, args, "beta_2", lambda: beta(rng, 0.999, 0.99))
    maybe(rng, 0.6, args, "epsilon", lambda: epsilon(rng))
    maybe(rng, 0.6, args, "warmup_steps", lambda: int(rng.randint(0, 9)))
    return args


OWN = {
    "SGD": own_sgd,
    "RMSprop": own_rmsprop,
    "Adam": own_adam,
    "AdamW": own_adam,
    "Adamax": own_moments,
    "Nadam": own_moments,
    "Adadelta": own_adadelta,
    "Adagrad": own_adagrad,
    "Adafactor": own_adafactor,
    "Ftrl": own_ftrl,
    "Lion": own_lion,
    "Lamb": own_moments,
    "Muon": own_muon,
    "ScheduleFreeAdamW": own_schedule_free,
}


def exponential(rng):
    args = {"decay_steps": int(rng.randint(1, 2000)), "decay_rate": pick(rng, 0.96, 0.5, 0.9, unit(rng, 0.2, 1.1))}
    maybe(rng, 0.5, args, "staircase", lambda: pick(rng, True, False))
    return args


def polynomial(rng):
    args = {"decay_steps": int(rng.randint(2, 6000))}
    maybe(rng, 0.7, args, "end_learning_rate", lambda: pick(rng, 0.0001, 0.0, wild(rng, -5, -1)))
    maybe(rng, 0.7, args, "power", lambda: pick(rng, 1.0, 0.5, 2.0, 3.0, unit(rng, 0.3, 3)))
    maybe(rng, 0.6, args, "cycle", lambda: pick(rng, True, False))
    return args


def piecewise(rng):
    count = int(rng.randint(1, 6))
    boundaries = sorted(int(b) for b in rng.choice(range(1, 9000), count, replace=False))
    return {"boundaries": boundaries, "values": [draw_rate(rng) for _ in range(count + 1)]}


def cosine(rng):
    args = {"decay_steps": int(rng.randint(1, 9000))}
    maybe(rng, 0.6, args, "alpha", lambda: pick(rng, 0.0, 0.1, unit(rng)))
    if rng.rand() < 0.6:
        args["warmup_target"] = pick(rng, 0.1, 0.5, wild(rng, -2, 0))
        maybe(rng, 0.8, args, "warmup_steps", lambda: int(rng.randint(0, 1000)))
    return args


def restarts(rng):
    args = {"first_decay_steps": int(rng.randint(1, 3000))}
    maybe(rng, 0.7, args, "t_mul", lambda: pick(rng, 2.0, 1.0, 1.5, 3.0, unit(rng, 1.05, 3)))
    maybe(rng, 0.6, args, "m_mul", lambda: pick(rng, 1.0, 0.9, 0.5, unit(rng, 0.3, 1.1)))
    maybe(rng, 0.6, args, "alpha", lambda: pick(rng, 0.0, 0.1, unit(rng)))
    return args


SCHEDULES = {
    "ExponentialDecay": exponential,
    "InverseTimeDecay": exponential,
    "PolynomialDecay": polynomial,
    "PiecewiseConstantDecay": piecewise,
    "CosineDecay": cosine,
    "CosineDecayRestarts": restarts,
}


def draw_schedule(rng, name):
    """A schedule's arguments. All but PiecewiseConstantDecay have their own initial rate."""
    args = SCHEDULES[name](rng)
    return args if name == "PiecewiseConstantDecay" else {"initial_learning_rate": draw_rate(rng), **args}


def draw_array(rng, shape, low, high, zeros):
    """Of mixed sizes, some of them 0, some tiny; never so tiny that a square is subnormal, which XLA takes for 0."""
    sizes = 10.0 ** rng.uniform(low, high, shape)
    sizes = np.where(rng.rand(*shape) < 0.05, 1e-13, sizes)
    values = np.where(rng.rand(*shape) < zeros, 0, sizes * np.where(rng.rand(*shape) < 0.5, -1, 1))
    return values.astype(np.float32)


def draw_steps(rng, starts, missing, calls, low):
    """Gradients. The first parameter has one in each step, so that a count of the steps can be had from it. So have all in a call that
    ends an accumulation: backends differ in what becomes of the sums of a parameter that has none then."""
    keys = list(starts)
    steps = []
    for number in range(1, STEPS + 1):
        ends = calls > 1 and number % calls == 0
        there = [key for key in keys if key == keys[0] or not missing or ends or rng.rand() < 0.7]
        steps.append({key: draw_array(rng, starts[key].shape, low, 1.5, 0.1) for key in there})
    return steps


def draw_setup(rng, name, number, large=False):
    """One set-up of an optimizer class; `large`: with tensors of a hundred elements or so."""
    own = OWN[name](rng)
    kwargs = {**draw_base(rng, number), **own}
    schedule = None
    if number % 6 == 5:
        schedule_class = pick(rng, *SCHEDULES)
        schedule = (schedule_class, draw_schedule(rng, schedule_class))
        kwargs.pop("learning_rate", None)
    shapes = LARGE_SHAPES if large else ALL_SHAPES if name in BY_SHAPE else SHAPES
    keys = ["a", "b", "c"] if name in BY_SHAPE else ["a", "b"]
    starts = {key: draw_array(rng, shapes[rng.randint(len(shapes))], -2, 0.5, 0.05) for key in keys}
    # In Keras an average moves on without a gradient.
    missing = not kwargs.get("use_ema") and number % 2 == 0
    calls = kwargs.get("gradient_accumulation_steps", 1)
    # Muon multiplies what is next to nothing in a matrix by up to 3.4445^5, its rounding errors too.
    steps = draw_steps(rng, starts, missing, calls, low=0.5 if name == "Muon" else -3)
    excluded = ["b"] if rng.rand() < 0.3 and (name == "AdamW" or kwargs.get("weight_decay") is not None) else []
    with_adam = ["c"] if name == "Muon" and rng.rand() < 0.4 else []
    return Setup(kwargs, schedule, excluded, with_adam, starts, steps)
