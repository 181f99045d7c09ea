"""Conformance, PyTorch: draws random set-ups of torch.optim.

In: a random generator and a rule's name. Out: plain data that run.py turns into a real optimizer: arguments under the names
that optseal's rules give them (betas is beta1 and beta2), and a group that overrides some. Arguments left out of a dict are
left out of the constructor's call too, so that defaults are exercised.
"""

import numpy as np

# Small, so that a difference can be read.
SMALL = [(5,), (7,), (3, 4), (2, 3), (9,), (1,), (), (2, 2, 3), (2, 1, 4), (5, 3)]
LARGE = [(16,), (33,), (7, 9), (64,), (4, 31), (3, 5, 7), (130,), (2, 40, 3)]
# Muon takes matrices alone.
SMALL_MATRICES = [(3, 4), (5, 3), (2, 7), (1, 4), (4, 1), (3, 3), (2, 2), (7, 2)]
LARGE_MATRICES = [(16, 16), (4, 24), (24, 4), (9, 31), (40, 33)]


def pick(rng, *choices):
    return choices[rng.randint(len(choices))]


def wild(rng, low, high):
    """A double between 10**low and 10**high: all its digits, or four of them."""
    value = float(10.0 ** rng.uniform(low, high))
    return value if rng.rand() < 0.5 else float("%.4g" % value)


def unit(rng, low=0.0, high=1.0):
    value = float(rng.uniform(low, high))
    return value if rng.rand() < 0.5 else float("%.3g" % value)


def flip(rng):
    return bool(rng.rand() < 0.5)


def rate(rng):
    return pick(rng, 0.1, 0.01, 0.001, 0.5, wild(rng, -4, 0), wild(rng, -3, 0.3))


def decay(rng):
    return pick(rng, 0.0, 0.0001, 0.01, 0.1, wild(rng, -5, -0.5), unit(rng))


def beta(rng, *usual):
    return pick(rng, *usual, unit(rng, 0.5, 0.999), unit(rng))


def epsilon(rng):
    return pick(rng, 1e-8, 1e-6, 1e-3, wild(rng, -10, -1), wild(rng, -6, 0))


SHARED = {"lr": rate, "weight_decay": decay, "maximize": flip}
MOMENTS = {
    **SHARED,
    "beta1": lambda rng: beta(rng, 0.9, 0.5, 0.0, 0.95),
    "beta2": lambda rng: beta(rng, 0.999, 0.99, 0.9, 0.0),
    "eps": epsilon,
}

# How each argument of each rule is drawn.
ARGUMENTS = {
    "sgd": {
        **SHARED,
        "momentum": lambda rng: pick(rng, 0.9, 0.5, 0.99, 1.25, unit(rng), unit(rng)),
        "dampening": lambda rng: pick(rng, 0.0, 0.5, 1.0, unit(rng), -unit(rng)),
        "nesterov": flip,
    },
    "adam": {**MOMENTS, "amsgrad": flip, "decoupled_weight_decay": flip},
    "adamw": {**MOMENTS, "amsgrad": flip},
    "adamax": MOMENTS,
    "nadam": {
        **MOMENTS,
        "momentum_decay": lambda rng: pick(rng, 0.004, 0.0, 1.0, wild(rng, -4, 1)),
        "decoupled_weight_decay": flip,
    },
    "radam": {
        **MOMENTS,
        "beta2": lambda rng: beta(rng, 0.999, 0.99, 0.9, 0.9999, 0.5),
        "decoupled_weight_decay": flip,
    },
    "adagrad": {
        **SHARED,
        "lr_decay": lambda rng: pick(rng, 0.0, 0.01, 0.5, wild(rng, -3, 1)),
        "initial_accumulator_value": lambda rng: pick(rng, 0.0, 0.1, 1.0, wild(rng, -4, 1)),
        "eps": epsilon,
    },
    "adadelta": {
        **SHARED,
        "lr": lambda rng: pick(rng, 1.0, 0.5, rate(rng), unit(rng, 0, 2)),
        "rho": lambda rng: beta(rng, 0.9, 0.95, 0.0, 1.0),
        "eps": epsilon,
    },
    "rmsprop": {
        **SHARED,
        "alpha": lambda rng: beta(rng, 0.99, 0.9, 0.0, 0.3),
        "eps": epsilon,
        "momentum": lambda rng: pick(rng, 0.0, 0.9, 0.5, unit(rng)),
        "centered": flip,
    },
    "rprop": {
        "lr": rate,
        "eta_minus": lambda rng: pick(rng, 0.5, 0.9, unit(rng, 0.05, 0.95)),
        "eta_plus": lambda rng: pick(rng, 1.2, 2.0, unit(rng, 1.01, 3)),
        "step_size_min": lambda rng: pick(rng, 1e-6, 0.0, wild(rng, -6, -2)),
        "step_size_max": lambda rng: pick(rng, 50.0, 1.0, wild(rng, -2, 0)),
        "maximize": flip,
    },
    "asgd": {
        **SHARED,
        "lambd": lambda rng: pick(rng, 0.0001, 0.01, wild(rng, -4, 0)),
        "alpha": lambda rng: pick(rng, 0.75, 0.5, 1.0, unit(rng)),
        "t0": lambda rng: pick(rng, 1e6, 0.0, 1.0, 3.0, 2.5),
    },
    "sparseadam": {name: MOMENTS[name] for name in ("lr", "beta1", "beta2", "eps", "maximize")},
    "adafactor": {
        **SHARED,
        "beta2_decay": lambda rng: pick(rng, -0.8, -0.5, 0.0, -unit(rng), -wild(rng, -1, 0.3)),
        "eps1": lambda rng: pick(rng, None, 1e-30, 1e-3, wild(rng, -12, -2)),
        "eps2": lambda rng: pick(rng, 1e-3, 0.0, wild(rng, -5, 0)),
        "d": lambda rng: pick(rng, 1.0, 2.0, unit(rng, 1, 4)),
    },
    "muon": {
        "lr": rate,
        "weight_decay": decay,
        "momentum": lambda rng: pick(rng, 0.95, 0.9, 0.4, 0.0, unit(rng)),
        "nesterov": flip,
        "ns_coefficients": lambda rng: [pick(rng, 3.4445, unit(rng, 1.5, 3.5)), -unit(rng, 1, 4.7), unit(rng, 0.3, 2)],
        "eps": lambda rng: pick(rng, 1e-7, 1e-3, wild(rng, -10, 1)),
        "ns_steps": lambda rng: pick(rng, 5, 1, 2, 3, 0, 8),
        "adjust_lr_fn": lambda rng: pick(rng, None, "original", "match_rms_adamw"),
    },
}
RULES = list(ARGUMENTS)

# Rules with a momentum (Adam's kin: beta1) that CyclicLR can drive beside the rate.
CYCLED = {"sgd": "momentum", "rmsprop": "momentum", "muon": "momentum",
          **{rule: "beta1" for rule in ("adam", "adamw", "adamax", "nadam", "radam", "sparseadam")}}

# Arguments that a group does not override: Adagrad reads this one from the constructor's call alone.
NOT_IN_GROUPS = {"initial_accumulator_value", "nesterov", "dampening", "momentum"}


def draw_hyper(rng, rule):
    """Constructor arguments: each one drawn with a chance of 0.7, within what the constructor takes."""
    hyper = {name: draw(rng) for name, draw in ARGUMENTS[rule].items() if rng.rand() < 0.7}
    if rule == "sgd" and hyper.get("nesterov"):
        hyper.pop("dampening", None)
        hyper["nesterov"] = "momentum" in hyper
    return hyper


def draw_group(rng, rule):
    """What the second parameter's group overrides: the rate, and some of the rest."""
    others = [name for name in ARGUMENTS[rule] if name not in NOT_IN_GROUPS and rng.rand() < 0.35]
    return {name: ARGUMENTS[rule][name](rng) for name in ["lr", *others]}


def draw_gradient(rng, shape):
    """Gradients of mixed size: some zero, some large, a few so small that their squares are subnormal."""
    scale = 10.0 ** (rng.uniform(-4, 1) if rng.rand() < 0.95 else rng.uniform(-24, -18))
    grad = rng.normal(size=shape) * scale
    grad = np.where(rng.rand(*shape) < 0.08, 0, grad)
    grad = np.where(rng.rand(*shape) < 0.06, grad * 1000, grad)
    return np.asarray(grad, np.float32)


def draw_weight(rng, shape):
    """Weights near one, or so small that the last bit of a small step shows in them."""
    scale = 1.0 if rng.rand() < 0.4 else 10.0 ** rng.uniform(-8, -1)
    return np.asarray(rng.normal(size=shape) * scale, np.float32)


def draw_schedule(rng, rule):
    """A scheduler's class and arguments: a warm-up, or a cycle that drives the momentum too."""
    if rule in CYCLED and rng.rand() < 0.7:
        low = wild(rng, -3, -1)
        momentum = unit(rng, 0.3, 0.9)
        return "CyclicLR", {"base_lr": low, "max_lr": low * unit(rng, 1.5, 8), "step_size_up": int(rng.randint(1, 5)),
                            "base_momentum": momentum, "max_momentum": momentum + unit(rng, 0, 0.09)}
    return "LinearLR", {"start_factor": unit(rng, 0.05, 0.9), "total_iters": int(rng.randint(2, 10))}


def draw_setup(rng, rule, large=False, scheduled=False):
    """A whole set-up: arguments, a group or none, weights, and the gradients of some steps (a key left out: no gradient).

    Schedulers count steps and optseal's schedules updates, so that under one the first parameter has a gradient in each step.
    """
    matrices = LARGE_MATRICES if large else SMALL_MATRICES
    shapes = matrices if rule == "muon" else LARGE if large else SMALL
    if rule == "sparseadam":
        shapes = [shape for shape in shapes if shape != ()]
    weights = {key: draw_weight(rng, pick(rng, *shapes)) for key in ("a", "b")}
    hyper = draw_hyper(rng, rule)
    group = draw_group(rng, rule) if rng.rand() < 0.35 else None
    schedule = draw_schedule(rng, rule) if scheduled else None
    if schedule is not None and schedule[0] == "CyclicLR":
        # The scheduler overwrites it at once, in each group.
        hyper[CYCLED[rule]] = hyper.get(CYCLED[rule]) or 0.9
        (group or {}).pop(CYCLED[rule], None)
    gap = 0.25 if rng.rand() < 0.4 else 0.0
    kept = {"a"} if scheduled else set()
    steps = [{key: draw_gradient(rng, weight.shape)
              for key, weight in weights.items() if key in kept or rng.rand() >= gap}
             for _ in range(int(rng.randint(6, 9)))]
    return {"rule": rule, "hyper": hyper, "group": group, "schedule": schedule, "weights": weights, "steps": steps}
