"""Conformance, DeepSpeed: how the arguments of its schedules are drawn, and the real schedules made of them.

In: a random generator. Out: cases as plain data. The schedules are the library's own Python; the engine is not run, but they are
stepped where it steps them, after each optimizer step.
"""

import deepspeed
import torch
from deepspeed.runtime import lr_schedules
from deepspeed.utils import logger

import schedules as torch_schedules
from schedules import UPDATES, draw_count, draw_rate, optional

RELEASE = "deepspeed-0.19/"
logger.setLevel("ERROR")


def draw_ramp(rng, kwargs):
    optional(rng, kwargs, "warmup_num_steps", rng.choice([1, 2, draw_count(rng, 3, 5000)]))
    optional(rng, kwargs, "warmup_type", rng.choice(["log", "linear"]))
    return kwargs.get("warmup_num_steps", 1000)


def draw_warmup(rng, base):
    kwargs = {}
    optional(rng, kwargs, "warmup_min_lr", rng.choice([0.0, base * rng.uniform(0, 0.3)]))
    optional(rng, kwargs, "warmup_max_lr", rng.choice([None, draw_rate(rng)]))
    return kwargs, [draw_ramp(rng, kwargs) + 1]


def draw_decay(rng, base):
    kwargs, bounds = draw_warmup(rng, base)
    kwargs["total_num_steps"] = rng.choice([UPDATES, UPDATES + 500, draw_count(rng, 3, UPDATES)])
    return kwargs, bounds + [kwargs["total_num_steps"] + 1]


def draw_cosine(rng, base):
    kwargs = {"total_num_steps": rng.choice([UPDATES, UPDATES + 500, draw_count(rng, 3, UPDATES)])}
    optional(rng, kwargs, "warmup_min_ratio", rng.uniform(0, 0.5))
    optional(rng, kwargs, "cos_min_ratio", rng.choice([0.0, rng.uniform(0, 0.2)]))
    return kwargs, [draw_ramp(rng, kwargs) + 1, kwargs["total_num_steps"] + 1]


def draw_range_test(rng, base):
    kwargs = {}
    optional(rng, kwargs, "lr_range_test_min_lr", base)
    optional(rng, kwargs, "lr_range_test_step_size", draw_count(rng))
    optional(rng, kwargs, "lr_range_test_step_rate", rng.uniform(0.1, 10))
    optional(rng, kwargs, "lr_range_test_staircase", rng.random() < 0.5)
    return kwargs, [kwargs.get("lr_range_test_step_size", 2000)]


def draw_one_cycle(rng, base):
    kwargs = {"cycle_min_lr": base, "cycle_max_lr": base * rng.uniform(1, 20)}
    optional(rng, kwargs, "decay_lr_rate", 10 ** rng.uniform(-4, 0))
    optional(rng, kwargs, "cycle_first_step_size", draw_count(rng, 5, 4000))
    optional(rng, kwargs, "cycle_second_step_size", rng.choice([None, draw_count(rng, 5, 4000)]))
    optional(rng, kwargs, "cycle_first_stair_count", rng.choice([0, rng.randint(1, 12)]))
    optional(rng, kwargs, "cycle_second_stair_count", rng.choice([None, 0, rng.randint(1, 12)]))
    optional(rng, kwargs, "decay_step_size", rng.choice([0, draw_count(rng, 1, 1000)]))
    kwargs["cycle_momentum"] = rng.random() < 0.6
    if kwargs["cycle_momentum"]:
        optional(rng, kwargs, "cycle_min_mom", rng.uniform(0.5, 0.85))
        optional(rng, kwargs, "cycle_max_mom", rng.uniform(0.85, 0.99))
        optional(rng, kwargs, "decay_mom_rate", rng.choice([0.0, 10 ** rng.uniform(-6, -4)]))
    first = kwargs.get("cycle_first_step_size", 2000)
    return kwargs, [first, first + (kwargs.get("cycle_second_step_size") or first)]


SCHEDULES = {
    "warmuplr": (lr_schedules.WarmupLR, draw_warmup),
    "warmupdecaylr": (lr_schedules.WarmupDecayLR, draw_decay),
    "warmupcosinelr": (lr_schedules.WarmupCosineLR, draw_cosine),
    "onecycle": (lr_schedules.OneCycle, draw_one_cycle),
    "lrrangetest": (lr_schedules.LRRangeTest, draw_range_test),
}


def adam(base):
    return torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))], lr=base)


def case(rng, name, number, whole):
    """One case; None where the class refuses the arguments."""
    made, draw = SCHEDULES[name]
    base = draw_rate(rng)
    kwargs, bounds = draw(rng, base)
    schedule = {"name": RELEASE + name, "hyper": kwargs}

    def make(optimizer):
        return made(optimizer, **kwargs)

    return torch_schedules.trace("%s %d" % (name, number), schedule, make, base, bounds, whole, adam)


def release():
    return deepspeed.__version__
