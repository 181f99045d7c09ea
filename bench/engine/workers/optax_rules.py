"""optax's optimizers, each step compiled by jax.jit with its buffers donated, as a worker: `python optax_rules.py THREADS`.

XLA takes as many threads as it finds processors, so the process is held to as many.
"""

import os
import sys

THREADS = int(sys.argv[1])
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])
os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402
import numpy as np  # noqa: E402
import optax  # noqa: E402

from protocol import RATE, serve  # noqa: E402

RULES = {
    "lamb": lambda: optax.lamb(RATE, weight_decay=0.01),
    "lion": lambda: optax.lion(RATE),
    "adafactor-optax": lambda: optax.adafactor(RATE),
}


def filled(tensor, parts):
    out = np.empty(tensor.size, np.float32)
    for at, part in parts:
        out[at : at + len(part)] = part
    return jax.device_put(out.reshape(tensor.shape), may_alias=False)


def begin(rule, tensors):
    if rule not in RULES:
        return f"{rule} is not asked of optax"
    optimizer = RULES[rule]()
    gradients = [filled(tensor, tensor.gradients()) for tensor in tensors]
    weights = [filled(tensor, tensor.weights()) for tensor in tensors]
    held = {"weights": weights, "state": jax.jit(optimizer.init)(weights)}

    def update(gradients, weights, state):
        updates, state = optimizer.update(gradients, state, weights)
        return optax.apply_updates(weights, updates), state

    update = jax.jit(update, donate_argnums=(1, 2))

    def run(steps):
        weights, state = held["weights"], held["state"]
        for _ in range(steps):
            weights, state = update(gradients, weights, state)
        held["weights"], held["state"] = jax.block_until_ready((weights, state))

    return run, lambda: np.asarray(held["weights"][0]).flatten()


serve(begin)
