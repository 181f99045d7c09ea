"""Conformance, optax: runs a set-up in the real optax. In: what draw.py drew. Out: the weights after each step, or None if refused.

One operation after the other, as Python reads them; or the whole update as one jitted function. Always jitted, as training runs, is
what goes another way there: radam, prodigy and dadapt_adamw, whose powers of a count are another function in a jitted step, and
slots in bfloat16, whose products are rounded once more outside of one.
"""

import warnings

import jax
import jax.numpy as jnp
import numpy as np
import optax
import optax.contrib

from draw import RULES

warnings.simplefilter("ignore")

ALWAYS_JITTED = {"radam", "prodigy", "dadapt_adamw"}
# How each of these schedules calls the rate that it starts from.
RATE_OF = {"warmup_cosine_decay_schedule": "peak_value"}


def build(setup):
    """The real gradient transformation of a set-up."""
    name, args = setup["rule"], dict(setup["args"])
    if "beta1" in RULES[name].args:
        args["betas"] = (args.pop("beta1", 0.9), args.pop("beta2", 0.999))
    if "ns_coeffs" in args:
        args["ns_coeffs"] = tuple(args["ns_coeffs"])
    if setup["schedule"] is not None:
        kind, schedule_args = setup["schedule"]
        args["learning_rate"] = getattr(optax, kind)(**{RATE_OF.get(kind, "init_value"): args["learning_rate"], **schedule_args})
    if setup["mask"] is not None:
        args[setup["mask"]] = {key: key != "b" for key in setup["weights"]}
    return getattr(optax if hasattr(optax, name) else optax.contrib, name)(**args)


def is_always_jitted(setup):
    return setup["rule"] in ALWAYS_JITTED or "bfloat16" in setup["args"].values()


def run(setup, jitted):
    """The weights after each step, by key; None where optax refuses the arguments or a weight stops being finite."""
    try:
        optimizer = build(setup)
        params = {key: jnp.asarray(weight) for key, weight in setup["weights"].items()}
        state = optimizer.init(params)

        def step(gradients, state, params):
            updates, state = optimizer.update(gradients, state, params)
            return optax.apply_updates(params, updates), state

        if jitted or is_always_jitted(setup):
            step = jax.jit(step)
        each = []
        for gradients in setup["steps"]:
            params, state = step({key: jnp.asarray(g) for key, g in gradients.items()}, state, params)
            each.append({key: np.asarray(array) for key, array in params.items()})
    except (ValueError, TypeError, IndexError):
        return None
    return each if all(np.isfinite(array).all() for arrays in each for array in arrays.values()) else None
