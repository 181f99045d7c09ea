"""Conformance, MXNet: draws the arguments that a class adds to those of the base class, in the release that runs.

In: a random generator, a release, a class. Out: constructor arguments. What a class takes and then fails on is not drawn.
"""

from classes import FUSED
from values import awkward, draw_beta, maybe, pick, unit, wild


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


def epsilon(rng):
    return pick(rng, 1e-8, 1e-6, 0.001, wild(rng, -10, -5), wild(rng, -5, 0), awkward(rng))


def own_nadam(rng):
    args = own_adam(rng)
    maybe(rng, 0.6, args, "schedule_decay", lambda: pick(rng, 0.004, 0, 0.1, unit(rng), wild(rng, -4, 0)))
    return args


def own_lars(rng):
    """eta is mostly so large that the weights move."""
    args = own_sgd(rng)
    maybe(rng, 0.8, args, "eta", lambda: pick(rng, 0.001, 1, unit(rng), wild(rng, -3, 1), awkward(rng)))
    return args


def own_lars_1(rng):
    args = own_lars(rng)
    maybe(rng, 0.5, args, "eps", lambda: pick(rng, 0, 1e-8, 0.001, wild(rng, -8, 0)))
    maybe(rng, 0.5, args, "momentum_correction", lambda: pick(rng, True, False))
    return args


def own_lars_2(rng):
    args = own_lars(rng)
    maybe(rng, 0.6, args, "epsilon", lambda: epsilon(rng))
    return args


def own_lans(rng):
    args = own_adam(rng)
    maybe(rng, 0.5, args, "lower_bound", lambda: pick(rng, None, 0, 0.1, unit(rng, 0, 2), wild(rng, -3, 1), awkward(rng)))
    maybe(rng, 0.5, args, "upper_bound", lambda: pick(rng, None, 10.0, unit(rng, 0.1, 2), wild(rng, -2, 1), awkward(rng)))
    return args


def own_lamb(rng):
    args = own_lans(rng)
    maybe(rng, 0.5, args, "bias_correction", lambda: pick(rng, True, False))
    return args


def own_lbsgd(rng):
    """Such that warm-ups end within the rounds that are run, or begin behind their end."""
    args = own_sgd(rng)
    maybe(rng, 0.8, args, "warmup_strategy", lambda: pick(rng, "linear", "power2", "sqrt", "lars", "lars", "none"))
    maybe(rng, 0.7, args, "warmup_epochs", lambda: int(rng.randint(0, 4)))
    maybe(rng, 0.7, args, "batch_scale", lambda: int(rng.randint(1, 4)))
    maybe(rng, 0.7, args, "updates_per_epoch", lambda: int(rng.randint(1, 5)))
    maybe(rng, 0.4, args, "begin_epoch", lambda: int(rng.randint(0, 4)))
    return args


def own_adamw(rng):
    args = own_adam(rng)
    maybe(rng, 0.5, args, "correct_bias", lambda: pick(rng, True, False))
    return args


def own_adagrad_2(rng):
    args = {}
    maybe(rng, 0.6, args, "epsilon", lambda: epsilon(rng))
    return args


def own_rmsprop_2(rng):
    args = own_rmsprop(rng)
    names = {"gamma1": "rho", "gamma2": "momentum"}
    return {names.get(name, name): value for name, value in args.items()}


def own_adamax_2(rng):
    args = own_adamax(rng)
    maybe(rng, 0.6, args, "epsilon", lambda: epsilon(rng))
    return args


def own_sgd_2(rng):
    args = own_sgd(rng)
    maybe(rng, 0.5, args, "aggregate_num", lambda: pick(rng, 1, 2, 4))
    return args


def own_dcasgd_2(rng):
    args = own_dcasgd(rng)
    args.update(own_sgd(rng))
    return args


def own_signum_2(rng):
    """Without momentum wd_lh is added to wd."""
    args = own_signum(rng)
    maybe(rng, 0.5, args, "wd_lh", lambda: wild(rng, -4, -1))
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
    "Nadam": own_nadam,
    "SGLD": lambda rng: {},
    "LBSGD": own_lbsgd,
    "GroupAdaGrad": own_adagrad,
    "_SVRGOptimizer": own_sgd,
    "_AssignmentOptimizer": lambda rng: {},
    "LARS": own_lars_1,
    "LAMB": own_lamb,
}
# Of 2.0, where they differ.
OWN_2 = {
    "SGD": own_sgd_2,
    "Signum": own_signum_2,
    "DCASGD": own_dcasgd_2,
    "AdaGrad": own_adagrad_2,
    "GroupAdaGrad": own_adagrad_2,
    "RMSProp": own_rmsprop_2,
    "Adamax": own_adamax_2,
    "LARS": own_lars_2,
    "LANS": own_lans,
    "AdamW": own_adamw,
    "AdaBelief": own_adamw,
}


def own_arguments(rng, release, optimizer):
    """The arguments that the class adds to those of the base class."""
    if release != "2.0":
        return OWN[optimizer](rng)
    args = {**OWN, **OWN_2}[optimizer](rng)
    if optimizer in FUSED:
        maybe(rng, 0.4, args, "use_fused_step", lambda: pick(rng, False, False, True))
    return args
