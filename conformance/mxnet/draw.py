"""Conformance, MXNet: draws random training set-ups.

In: a random generator and which optimizer and scheduler. Out: a Setup, plain data that traces.py turns into real objects.
Arguments left out of a dict are left out of the constructor's call too, so that defaults are exercised.
"""

from collections import namedtuple

# What a training script would write: constructor arguments, then calls of set_lr_mult / set_wd_mult (None: not called).
Setup = namedtuple("Setup", "optimizer kwargs scheduler scheduler_kwargs lr_mult wd_mult")

# The variants drawn for each golden file: (MXNet class, arguments that are fixed for the variant).
OPTIMIZERS = {
    "sgd": [("SGD", {})],
    "nag": [("NAG", {})],
    "adam": [("Adam", {})],
    "adagrad": [("AdaGrad", {})],
    "rmsprop": [("RMSProp", {"centered": False}), ("RMSProp", {"centered": True})],
    "signum": [("Signum", {})],
    "ftml": [("FTML", {})],
    "adadelta": [("AdaDelta", {})],
    "ftrl": [("Ftrl", {})],
    "adamax": [("Adamax", {})],
    "dcasgd": [("DCASGD", {})],
    "test": [("Test", {})],
    "ccsgd": [("ccSGD", {})],
}
SCHEDULERS = [None, "FactorScheduler", "MultiFactorScheduler", "PolyScheduler", "CosineScheduler"]

NAMES = ["fc1_weight", "fc1_bias", "bn1_gamma", "bn1_beta", "conv0_weight", "embed", "bn1_moving_mean", "out_bias"]


def pick(rng, *choices):
    return choices[rng.randint(len(choices))]


def wild(rng, low, high):
    """A double between 10**low and 10**high: all its digits, or four of them (so that 3.217e-05 occurs)."""
    value = float(10.0 ** rng.uniform(low, high))
    return value if rng.rand() < 0.5 else float("%.4g" % value)


def awkward(rng):
    """A number that MXNet's own text-to-float parser often rounds wrongly: all digits, and an exponent or a whole part."""
    return float(10.0 ** (rng.uniform(-8, -4) if rng.rand() < 0.75 else rng.uniform(0, 2)))


def unit(rng, low=0.0, high=1.0):
    value = float(rng.uniform(low, high))
    return value if rng.rand() < 0.5 else float("%.3g" % value)


def maybe(rng, chance, args, name, draw):
    if rng.rand() < chance:
        args[name] = draw()


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


def draw_beta(rng, *usual):
    return pick(rng, *usual, unit(rng, 0.5, 0.9999), unit(rng, 0.9, 0.9999), unit(rng))


def own_sgd(rng):
    args = {}
    maybe(rng, 0.7, args, "momentum", lambda: pick(rng, 0.9, 0.99, 0.5, 0, unit(rng), unit(rng), wild(rng, -5, -1)))
    return args


def own_adam(rng):
    args = {}
    maybe(rng, 0.6, args, "beta1", lambda: draw_beta(rng, 0.9, 0.5, 0))
    maybe(rng, 0.6, args, "beta2", lambda: draw_beta(rng, 0.999, 0.99, 0.9))
    maybe(rng, 0.6, args, "epsilon", lambda: pick(rng, 1e-8, 1e-6, 0.001, wild(rng, -10, -5), wild(rng, -5, 0), awkward(rng)))
    return args


def own_adagrad(rng):
    args = {}
    maybe(rng, 0.6, args, "eps", lambda: pick(rng, 1e-8, 1e-6, 0.001, 1, wild(rng, -10, -5), awkward(rng)))
    return args


def own_rmsprop(rng):
    args = {}
    maybe(rng, 0.6, args, "gamma1", lambda: draw_beta(rng, 0.9, 0.95, 0.99))
    maybe(rng, 0.6, args, "gamma2", lambda: draw_beta(rng, 0.9, 0.5, 0))
    maybe(rng, 0.6, args, "epsilon", lambda: pick(rng, 1e-8, 1e-6, 0.001, wild(rng, -8, -5), wild(rng, -5, 0), awkward(rng)))
    maybe(rng, 0.5, args, "clip_weights", lambda: pick(rng, None, 0, 1.0, 0.5, unit(rng, 0.1, 2), awkward(rng)))
    return args


def own_signum(rng):
    """Without momentum MXNet 1.9 refuses any wd_lh but 0, so that combination is not drawn."""
    args = {}
    maybe(rng, 0.75, args, "momentum",
          lambda: pick(rng, 0.9, 0.99, 0.5, 0, 0.0, 0, unit(rng), unit(rng, 0.9, 0.9999), wild(rng, -5, -1)))
    wd_lh = lambda: pick(rng, 0, 0.0001, 0.01, wild(rng, -6, -1), wild(rng, -3, -0.5), awkward(rng))
    maybe(rng, 0.7, args, "wd_lh", wd_lh if args.get("momentum", 0.9) else lambda: 0.0)
    return args


def own_ftml(rng):
    args = {}
    maybe(rng, 0.6, args, "beta1", lambda: draw_beta(rng, 0.6, 0.5, 0))
    maybe(rng, 0.6, args, "beta2", lambda: draw_beta(rng, 0.999, 0.99, 0.9))
    maybe(rng, 0.6, args, "epsilon", lambda: pick(rng, 1e-8, 1e-6, 0.001, wild(rng, -10, -5), wild(rng, -5, 0), awkward(rng)))
    return args


def own_adadelta(rng):
    args = {}
    maybe(rng, 0.6, args, "rho", lambda: draw_beta(rng, 0.9, 0.95, 0))
    maybe(rng, 0.6, args, "epsilon", lambda: pick(rng, 1e-5, 1e-6, 1e-8, 0.001, 1, wild(rng, -10, -3), awkward(rng)))
    return args


def own_ftrl(rng):
    """lamda1 is mostly small beside the gradients: a large one sets every weight to 0."""
    args = {}
    maybe(rng, 0.8, args, "lamda1", lambda: pick(rng, 0.01, 0, 0.001, 1, wild(rng, -6, -2), wild(rng, -4, -1), awkward(rng)))
    maybe(rng, 0.6, args, "beta", lambda: pick(rng, 1, 0, 0.5, unit(rng, 0, 3), wild(rng, -3, 1), awkward(rng)))
    return args


def own_adamax(rng):
    args = {}
    maybe(rng, 0.6, args, "beta1", lambda: draw_beta(rng, 0.9, 0.5, 0))
    maybe(rng, 0.6, args, "beta2", lambda: draw_beta(rng, 0.999, 0.99, 0.9))
    return args


def own_dcasgd(rng):
    """With a momentum the class raises at the first update."""
    args = {}
    maybe(rng, 0.3, args, "momentum", lambda: pick(rng, 0, 0.0))
    maybe(rng, 0.7, args, "lamda", lambda: pick(rng, 0.04, 0, 1, 2.0, unit(rng), wild(rng, -3, 1), wild(rng, 0, 3), awkward(rng)))
    return args


OWN = {
    "SGD": own_sgd,
    "NAG": own_sgd,
    "Adam": own_adam,
    "AdaGrad": own_adagrad,
    "RMSProp": own_rmsprop,
    "Signum": own_signum,
    "FTML": own_ftml,
    "AdaDelta": own_adadelta,
    "Ftrl": own_ftrl,
    "Adamax": own_adamax,
    "DCASGD": own_dcasgd,
    "Test": lambda rng: {},
    "ccSGD": own_sgd,
}


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


def draw_setup(rng, optimizer, fixed, scheduler):
    """One set-up of the class `optimizer` with the arguments `fixed`, under `scheduler` (a class name, or None)."""
    kwargs = {**draw_base(rng), **OWN[optimizer](rng), **fixed}
    names = list(kwargs.get("param_idx2name", {}).values())
    lr_mult, wd_mult = draw_multipliers(rng, names), draw_multipliers(rng, names)
    scheduler_kwargs = draw_scheduler(rng, scheduler) if scheduler else None
    return Setup(optimizer, kwargs, scheduler, scheduler_kwargs, lr_mult, wd_mult)
