"""Conformance, MXNet: draws random training set-ups.

In: a random generator, a release, and which optimizer and scheduler. Out: a Setup, plain data that traces.py turns into real
objects. Arguments left out of a dict are left out of the constructor's call too, so that defaults are exercised.
"""

from collections import namedtuple

from arguments import own_arguments
from classes import FIRST_WARMUP, has
from values import awkward, maybe, pick, unit, wild

# What a training script would write: constructor arguments, then calls of set_lr_mult / set_wd_mult (None: not called).
Setup = namedtuple("Setup", "optimizer kwargs scheduler scheduler_kwargs lr_mult wd_mult")

NAMES = ["fc1_weight", "fc1_bias", "bn1_gamma", "bn1_beta", "conv0_weight", "embed", "bn1_moving_mean", "out_bias"]


def draw_rate(rng):
    return pick(rng, 0.1, 0.05, 0.01, 0.001, 0.5, 5e-05, wild(rng, -5.5, 0.3), wild(rng, -8, -4), wild(rng, -3, 0),
                awkward(rng), awkward(rng))


def draw_base(rng):
    """Arguments of the base class Optimizer, but for the scheduler."""
    args = {}
    maybe(rng, 0.6, args, "learning_rate", lambda: draw_rate(rng))
    maybe(rng, 0.7, args, "rescale_grad",
          lambda: pick(rng, 1, 1.0 / 32, 1.0 / pick(rng, 3, 7, 100, 128, 1000), unit(rng, 0, 3), awkward(rng), awkward(rng)))
    maybe(rng, 0.75, args, "wd", lambda: pick(rng, 0, 0.0001, 0.0005, 0.01, wild(rng, -6, -1), wild(rng, -3, -0.5), awkward(rng)))
    maybe(rng, 0.75, args, "clip_gradient",
          lambda: pick(rng, None, 0, 0.0, 1.0, 5, 10.0, 0.5, unit(rng, 0.05, 3), wild(rng, -2, 2), awkward(rng)))
    maybe(rng, 0.4, args, "begin_num_update", lambda: pick(rng, 0, 1, 3, 5, 20, int(rng.randint(1, 40))))
    if rng.rand() < 0.6:
        names = [str(name) for name in rng.choice(NAMES, 3, replace=False)]
        args["param_idx2name"] = {key: names[key] for key in range(3) if rng.rand() < 0.9}
    return args


def draw_multipliers(rng, names):
    """For set_lr_mult or set_wd_mult: None, or multipliers by index and by name."""
    if rng.rand() < 0.5:
        return None
    keys = [key for key in [0, 1, 2, *names, "nowhere_weight"] if rng.rand() < 0.35]
    return {key: pick(rng, 0.0, 0, 0.1, 2, 10.0, unit(rng, 0, 2), wild(rng, -3, 1)) for key in keys}


def draw_scheduler(rng, name):
    args = {}
    maybe(rng, 0.7, args, "base_lr", lambda: draw_rate(rng))
    base = args.get("base_lr", 0.01)
    if rng.rand() < 0.5:
        args["warmup_steps"] = int(rng.randint(1, 7))
        maybe(rng, 0.5, args, "warmup_begin_lr", lambda: pick(rng, 0, base / 10, base * unit(rng), base))
        maybe(rng, 0.6, args, "warmup_mode", lambda: pick(rng, "linear", "constant"))
    factor = lambda: pick(rng, 0.5, 0.1, 0.9, 1, unit(rng, 0.1, 1))
    if name == "FactorScheduler":
        args["step"] = int(rng.randint(1, 5))
        maybe(rng, 0.85, args, "factor", factor)
        maybe(rng, 0.4, args, "stop_factor_lr", lambda: pick(rng, base / 2, base * unit(rng), base / 10, 2 * base))
    elif name == "MultiFactorScheduler":
        args["step"] = [int(step) for step in sorted(rng.choice(range(1, 12), rng.randint(1, 5), replace=False))]
        maybe(rng, 0.9, args, "factor", factor)
    else:
        # Mostly within reach of eight updates; the rest never ends, or ends before the warm-up does.
        args["max_update"] = args.get("warmup_steps", 0) + int(pick(rng, *range(2, 9), 20, 1000))
        maybe(rng, 0.1, args, "max_update", lambda: int(rng.randint(1, 5)))
        maybe(rng, 0.5, args, "final_lr", lambda: pick(rng, base / 10, base * unit(rng), 1e-05, 0.0))
        if name == "PolyScheduler":
            maybe(rng, 0.7, args, "pwr", lambda: pick(rng, 1, 2, 3, 0.5, 0.9, 2.0, unit(rng, 0.1, 4)))
    return args


def known_arguments(release, name, args):
    """Those that the release's scheduler takes: warm-ups came in 1.4, and with them the base rate and the final one."""
    if has(release, FIRST_WARMUP):
        return args
    kept = {"FactorScheduler": ["step", "factor", "stop_factor_lr"], "MultiFactorScheduler": ["step", "factor"]}
    return {key: args[key] for key in kept.get(name, ["max_update", "base_lr", "pwr"]) if key in args}


def fitted(optimizer, kwargs):
    """The arguments such that the class takes them: GroupAdaGrad has no decay, and SVRG's optimizer looks every name up."""
    if optimizer == "GroupAdaGrad":
        return {**kwargs, "wd": 0}
    if optimizer == "_SVRGOptimizer":
        return {**kwargs, "param_idx2name": {0: "fc1_weight", 1: "fc1_bias", 2: "fc1_weight_full"}}
    return kwargs


def draw_setup(rng, release, optimizer, fixed, scheduler):
    """One set-up of the class `optimizer` with the arguments `fixed`, under `scheduler` (a class name, or None)."""
    kwargs = fitted(optimizer, {**draw_base(rng), **own_arguments(rng, release, optimizer), **fixed})
    names = list(kwargs.get("param_idx2name", {}).values())
    lr_mult, wd_mult = draw_multipliers(rng, names), draw_multipliers(rng, names)
    if optimizer == "GroupAdaGrad" and wd_mult is not None:
        wd_mult = None
    scheduler_kwargs = known_arguments(release, scheduler, draw_scheduler(rng, scheduler)) if scheduler else None
    return Setup(optimizer, kwargs, scheduler, scheduler_kwargs, lr_mult, wd_mult)
