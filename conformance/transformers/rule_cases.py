"""Conformance, transformers: cases of its own optimizer, Adafactor.

In: a random generator. Out: cases as plain data, or None where the class refuses the arguments.
"""

import numpy as np
import torch
from draw import decay, flip, pick, rate, unit, wild
from optimizer_cases import case, draw_data, draw_hyper, follow, tuples
from transformers.optimization import Adafactor

RELEASE = "transformers-5/"
TUPLES = {"eps": ("eps1", "eps2", (1e-30, 1e-3))}
ARGUMENTS = {
    "eps1": lambda rng: pick(rng, 1e-30, 1e-8, 1e-3, wild(rng, -12, -2)),
    "eps2": lambda rng: pick(rng, 1e-3, 0.0, wild(rng, -5, 0)),
    "clip_threshold": lambda rng: pick(rng, 1.0, 2.0, unit(rng, 0.2, 3)),
    "decay_rate": lambda rng: pick(rng, -0.8, -0.5, -unit(rng, 0.1, 1)),
    "beta1": lambda rng: pick(rng, None, 0.9, 0.0, unit(rng)),
    "weight_decay": decay,
    "scale_parameter": flip,
    "relative_step": flip,
    "warmup_init": flip,
}
RULES = ["adafactor"]


def draw_arguments(rng):
    """Arguments that go together: a rate of one's own, or steps that depend on the count."""
    hyper = draw_hyper(rng, ARGUMENTS)
    if not hyper.get("relative_step", True):
        hyper["lr"] = rate(rng)
        if hyper.get("warmup_init"):
            hyper["warmup_init"] = False
    return hyper


def draw_group(rng, hyper):
    """What the second parameter's group overrides."""
    names = ("eps1", "eps2", "clip_threshold", "decay_rate", "weight_decay", "scale_parameter")
    group = draw_hyper(rng, {name: ARGUMENTS[name] for name in names}, 0.4)
    return {**group, "lr": rate(rng)} if "lr" in hyper else group


def draw_case(rng, name, number, fresh):
    weights, steps = draw_data(rng)
    hyper = draw_arguments(rng)
    group = draw_group(rng, hyper) if rng.rand() < 0.35 else {}
    scheduled = number % 4 == 3 and "lr" in hyper
    schedule = {"start_factor": unit(rng, 0.05, 0.9), "total_iters": int(rng.randint(2, 10))} if scheduled else None
    if scheduled:
        # Schedulers count steps, optseal's schedules updates: the first parameter is updated in each step.
        steps = [{"a": weights["a"] * np.float32(0.01), **gradients} for gradients in steps]

    def make(params):
        groups = [{"params": [params["a"]]}, {"params": [params["b"]], **tuples(group, hyper, TUPLES)}]
        return Adafactor(groups, **tuples(hyper, {}, TUPLES))

    def scheduler(optimizer):
        return torch.optim.lr_scheduler.LinearLR(optimizer, **schedule)

    each = follow(make, weights, steps, scheduler if scheduled else None)
    spec = {"rule": RELEASE + name, "hyper": hyper}
    if group:
        spec["groups"] = [{"match": {"name": ["b"]}, "hyper": group}]
    if scheduled:
        spec["schedule"] = {"name": "torch-2.13/linearlr", "hyper": schedule}
    return None if each is None else case("%s %d" % (name, number), spec, weights, steps, each, fresh)
