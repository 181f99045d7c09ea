"""Conformance, optax: random set-ups. In: a rule's name and a random generator. Out: arguments, schedule, mask, weights, gradients.

RULES is the table of what is drawn for each argument. An argument that may be left out is left out in a quarter of the cases.
"""

from collections import namedtuple

import numpy as np

# The rule's arguments: those always given, those that may be left out; ranks of its parameters; the arguments that are masks, each
# with the group that says the same; whether a schedule may stand for the rate.
Rule = namedtuple("Rule", "needed args ranks masks scheduled")
SHAPES = [(5,), (7,), (3, 4), (4, 3), (2, 3), (9,), (2, 5), (2, 2, 3), (15,), (1, 6)]
ONE_ELEMENT = [(1,), (), (1, 1)]


def short(x):
    """Three digits: a case is read by people too."""
    return float("%.3g" % x)


def power_of_ten(low, high):
    return lambda rng: short(10.0 ** rng.uniform(low, high))


def one_of(*values):
    return lambda rng: values[rng.randint(len(values))]


def between(low, high):
    return lambda rng: short(rng.uniform(low, high))


def mix(*draws):
    return lambda rng: draws[rng.randint(len(draws))](rng)


RATE = power_of_ten(-3, -0.3)
FLAG = one_of(False, True)
BETA = mix(one_of(0.9, 0.5, 0.95, 0.8), between(0, 0.99))
BETA2 = mix(one_of(0.999, 0.99, 0.95), between(0.3, 0.9999))
EPS = power_of_ten(-9, -2)
EPS_ROOT = mix(one_of(0.0), power_of_ten(-12, -3))
DECAY = mix(one_of(0.0), power_of_ten(-4, -0.5))
MOMENTUM = mix(one_of(None, 0.9, 0.0), between(0.1, 0.99))
DTYPE = one_of(None, "float32", "bfloat16")

LEARNING = {"learning_rate": RATE}
BETAS = {"b1": BETA, "b2": BETA2}
ADAM = {**BETAS, "eps": EPS, "eps_root": EPS_ROOT, "mu_dtype": DTYPE}
NESTEROV = {"nesterov": FLAG}


def rule(args, needed=LEARNING, ranks=None, masks=None, scheduled=True):
    return Rule(needed, args, ranks, masks or {}, scheduled)


def free(args, **more):
    """A rule whose rate may be left out."""
    return rule({**LEARNING, **args}, needed={}, **more)


DECAYED = {"masks": {"mask": {"weight_decay": 0}}}
DECAYED_L2 = {"masks": {"weight_decay_mask": {"weight_decay": 0}}}
WARM = {"warmup_steps": one_of(None, 1, 3, 5, 20), "b1": between(0.5, 0.98), "weight_lr_power": mix(one_of(2.0, 1.0, 0.0), between(0, 3))}
BETA_PAIR = {"beta1": BETA, "beta2": BETA2}
COEFFS = one_of([3.4445, -4.775, 2.0315], [2.0, -1.5, 0.5], [3.0, -3.2, 1.2])

RULES = {
    "adabelief": rule({**BETAS, "eps": power_of_ten(-16, -3), "eps_root": power_of_ten(-16, -3), **NESTEROV}),
    "adadelta": free({"rho": BETA2, "eps": power_of_ten(-8, -2), "weight_decay": DECAY}, **DECAYED_L2),
    "adafactor": free(
        {"min_dim_size_to_factor": one_of(1, 2, 3, 4), "decay_rate": between(0.3, 1.2), "decay_offset": one_of(0, 0, -1, -10),
         "multiply_by_parameter_scale": FLAG, "clipping_threshold": mix(one_of(None, 1.0), between(0.3, 3)), "momentum": MOMENTUM,
         "dtype_momentum": one_of("float32", "bfloat16"), "weight_decay_rate": mix(one_of(None), power_of_ten(-4, -1)),
         "eps": power_of_ten(-30, -6), "factored": FLAG},
        masks={"weight_decay_mask": {"weight_decay_rate": None}},
    ),
    "adagrad": rule({"initial_accumulator_value": mix(one_of(0.0), power_of_ten(-6, 1)), "eps": EPS}),
    "adam": rule({**ADAM, **NESTEROV}),
    "adamax": rule({**BETAS, "eps": EPS}),
    "adamaxw": rule({**BETAS, "eps": EPS, "weight_decay": DECAY}, **DECAYED),
    "adamw": rule({**ADAM, "weight_decay": DECAY, **NESTEROV}, **DECAYED),
    "adan": rule({**BETAS, "b3": BETA2, "eps": EPS, "eps_root": EPS_ROOT, "weight_decay": DECAY}, **DECAYED),
    "amsgrad": rule({**ADAM, "bias_correction_mu": FLAG, "bias_correction_nu": FLAG}),
    "fromage": rule({"min_norm": power_of_ten(-8, 0)}),
    "lamb": rule({**BETAS, "eps": EPS, "eps_root": EPS_ROOT, "weight_decay": DECAY}, **DECAYED),
    "lars": rule(
        {"weight_decay": DECAY, "trust_coefficient": power_of_ten(-3, 0), "eps": mix(one_of(0.0), EPS), "momentum": BETA, **NESTEROV},
        masks={"weight_decay_mask": {"weight_decay_mask": False}, "trust_ratio_mask": {"trust_ratio_mask": False}},
    ),
    "lion": rule({**BETAS, "mu_dtype": DTYPE, "weight_decay": DECAY}, **DECAYED),
    "nadam": rule({**ADAM, **NESTEROV}),
    "nadamw": rule({**ADAM, "weight_decay": DECAY, **NESTEROV}, **DECAYED),
    # Without its noise: JAX's stream of random bits is not repeated.
    "noisy_sgd": rule({"gamma": between(0, 1), "key": one_of(1, 2, 3)}, needed={**LEARNING, "eta": one_of(0.0)}),
    "novograd": rule({**BETAS, "eps": EPS, "eps_root": EPS_ROOT, "weight_decay": DECAY}),
    "optimistic_adam": rule({**ADAM, "optimism": mix(one_of(None), RATE), **NESTEROV}, scheduled=False),
    "optimistic_adam_v2": rule({**ADAM, "alpha": between(0, 2), "beta": between(0, 2), **NESTEROV}),
    "optimistic_gradient_descent": rule({"alpha": between(0, 2), "beta": between(0, 2)}),
    "radam": rule({**BETAS, "eps": EPS, "eps_root": EPS_ROOT, "threshold": between(4.1, 6), **NESTEROV}),
    "rmsprop": rule(
        {"decay": BETA2, "eps": power_of_ten(-6, -1), "initial_scale": mix(one_of(0.0), power_of_ten(-3, 2)), "eps_in_sqrt": FLAG,
         "centered": FLAG, "momentum": MOMENTUM, **NESTEROV, "bias_correction": FLAG}),
    "rprop": rule(
        {"eta_minus": between(0.2, 0.9), "eta_plus": between(1.05, 2), "min_step_size": power_of_ten(-6, -2),
         "max_step_size": power_of_ten(-1, 2)},
        scheduled=False,
    ),
    "sgd": rule({"momentum": MOMENTUM, **NESTEROV, "accumulator_dtype": DTYPE}),
    "sign_sgd": rule({}),
    "signum": rule({"beta": BETA, "accumulator_dtype": DTYPE}),
    "sm3": rule({"momentum": BETA}, ranks=(1, 2), scheduled=False),
    "yogi": rule({**BETAS, "eps": power_of_ten(-5, -1)}),
    # optax.contrib
    "acprop": rule(
        {**BETAS, "eps": power_of_ten(-16, -3), "eps_root": power_of_ten(-16, -3), "weight_decay": DECAY}, **DECAYED),
    "ademamix": rule(
        {**BETAS, "b3": BETA2, "alpha": between(0, 8), "eps": EPS, "eps_root": EPS_ROOT, "weight_decay": DECAY}, **DECAYED),
    "adopt": rule({**BETAS, "eps": power_of_ten(-6, -2), "mu_dtype": DTYPE, **NESTEROV, "use_clipping": FLAG}),
    "cocob": free({"alpha": power_of_ten(0, 2), "eps": EPS, "weight_decay": DECAY}, **DECAYED),
    "dadapt_adamw": free(
        {**BETA_PAIR, "eps": EPS, "estim_lr0": power_of_ten(-6, -2), "weight_decay": DECAY}),
    "dog": free(
        {"init_step": lambda rng: (one_of("distance", "learning_rate", "heuristic")(rng), power_of_ten(-6, -1)(rng)), "eps": EPS,
         "weight_decay": mix(one_of(None), DECAY)},
        masks={"mask": {"weight_decay": None}},
    ),
    "dowg": free(
        {"init_estim_sq_dist": mix(one_of(None), power_of_ten(-6, -1)), "eps": power_of_ten(-6, -2), "weight_decay": mix(one_of(None), DECAY)},
        masks={"mask": {"weight_decay": None}},
    ),
    "madgrad": rule({"momentum": BETA, "weight_decay": DECAY, "eps": power_of_ten(-6, -2)}),
    "muon": rule(
        {"ns_coeffs": COEFFS, "ns_steps": one_of(1, 3, 5), "beta": BETA, "eps": EPS, "weight_decay": DECAY, **NESTEROV, "adaptive": FLAG,
         "adam_b1": BETA, "adam_b2": BETA2, "adam_eps_root": EPS_ROOT, "adam_weight_decay": DECAY, "adam_learning_rate": mix(one_of(None), RATE),
         "consistent_rms": mix(one_of(None), between(0.1, 0.5))},
        masks={"weight_decay_mask": {"weight_decay": 0}},
    ),
    "prodigy": free(
        {**BETA_PAIR, "beta3": mix(one_of(None), between(0.5, 0.999)), "eps": EPS, "estim_lr0": power_of_ten(-6, -2),
         "estim_lr_coef": between(0.3, 2), "weight_decay": DECAY, "safeguard_warmup": FLAG}),
    "schedule_free_adamw": free({**WARM, "b2": BETA2, "eps": EPS, "weight_decay": DECAY}, scheduled=False),
    "schedule_free_sgd": free({**WARM, "weight_decay": mix(one_of(None), DECAY)}, scheduled=False),
    "simplified_ademamix": rule(
        {**BETAS, "alpha": between(0, 8), "eps": EPS, "eps_root": EPS_ROOT, "weight_decay": DECAY}, **DECAYED),
}

# Schedules that drive the rate, as their arguments without the rate itself, which is the spec's base.
SCHEDULES = {
    "cosine_decay_schedule": lambda rng: {"decay_steps": int(rng.randint(2, 12)), "alpha": short(rng.uniform(0, 0.3))},
    "exponential_decay": lambda rng: {"transition_steps": int(rng.randint(1, 6)), "decay_rate": short(rng.uniform(0.3, 1.2))},
    "linear_schedule": lambda rng: {"end_value": 0.001, "transition_steps": int(rng.randint(1, 12))},
    "polynomial_schedule": lambda rng: {"end_value": 0.0, "power": short(rng.uniform(0.5, 3)), "transition_steps": int(rng.randint(1, 12))},
    "warmup_cosine_decay_schedule": lambda rng: {
        "init_value": 0.0001, "warmup_steps": int(rng.randint(1, 5)), "decay_steps": int(rng.randint(6, 20))},
}


def draw_gradient(rng, shape):
    """Gradients of mixed size: some zero, some a thousand times larger, a few so small that their squares are no normal numbers."""
    scale = 10.0 ** (rng.uniform(-4, 1) if rng.rand() < 0.95 else rng.uniform(-24, -18))
    grad = rng.normal(size=shape) * scale
    grad = np.where(rng.rand(*shape) < 0.08, 0, grad)
    grad = np.where(rng.rand(*shape) < 0.06, grad * 1000, grad)
    return np.asarray(grad, dtype=np.float32)


def draw_weight(rng, shape):
    """Weights near one, or so small that the last bit of a small step shows in them."""
    scale = 1.0 if rng.rand() < 0.4 else 10.0 ** rng.uniform(-8, -1)
    return np.asarray(rng.normal(size=shape) * scale, dtype=np.float32)


def draw_shape(rng, ranks):
    shapes = ONE_ELEMENT if rng.rand() < 0.08 else SHAPES
    fitting = [shape for shape in shapes if ranks is None or len(shape) in ranks]
    return fitting[rng.randint(len(fitting))]


def draw_setup(rng, name, scheduled, bare):
    """Plain data: `args`, `schedule` as (name, arguments) or None, `mask` as the argument that masks "b" or None, `weights`, `steps`.

    scheduled: whether a schedule drives the rate, where the rule may have one. bare: whether all is left out that may be.
    """
    needed, args, ranks, masks, may = RULES[name]
    given = {arg: draw(rng) for arg, draw in args.items() if not bare and rng.rand() < 0.75}
    given = {**{arg: draw(rng) for arg, draw in needed.items()}, **given}
    schedule = None
    if scheduled and may:
        given.setdefault("learning_rate", RATE(rng))
        kind = sorted(SCHEDULES)[rng.randint(len(SCHEDULES))]
        schedule = (kind, SCHEDULES[kind](rng))
    weights = {key: draw_weight(rng, draw_shape(rng, ranks)) for key in "abc"[: rng.randint(2, 4)]}
    steps = [{key: draw_gradient(rng, weight.shape) for key, weight in weights.items()} for _ in range(rng.randint(6, 9))]
    masked = bool(masks) and rng.rand() < 0.35
    mask = sorted(masks)[rng.randint(len(masks))] if masked else None
    return {"rule": name, "args": given, "schedule": schedule, "mask": mask, "weights": weights, "steps": steps}
