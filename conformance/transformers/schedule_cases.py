"""Conformance, transformers: how the arguments of its named schedules are drawn, and the real schedules made of them.

In: a random generator. Out: cases as plain data, run by ../torch/schedules.py, since all of them are torch's LambdaLR.
"""

import transformers
from transformers import get_scheduler

import schedules as torch_schedules
from schedules import UPDATES, draw_count, draw_rate, optional

RELEASE = "transformers-5/"
WARMUP_TYPES = ["linear", "cosine", "1-sqrt"]
# The language has no choice that is not a word.
WORDS = {"1-sqrt": "one_minus_sqrt"}


def draw_steps(rng):
    """Warm-up and total; now and then no warm-up, or a total that ends within the run or before the warm-up does."""
    warmup = rng.choice([0, draw_count(rng, 1, 3000), draw_count(rng, 1, 3000)])
    total = rng.choice([UPDATES, UPDATES + 500, draw_count(rng, max(2, warmup + 2), UPDATES), draw_count(rng)])
    return {"num_warmup_steps": warmup, "num_training_steps": total}, [warmup, total]


def draw_constant(rng, base):
    return {}, []


def draw_warmup(rng, base):
    steps, bounds = draw_steps(rng)
    return {"num_warmup_steps": steps["num_warmup_steps"]}, bounds[:1]


def draw_linear(rng, base):
    return draw_steps(rng)


def draw_cosine(rng, base):
    kwargs, bounds = draw_steps(rng)
    optional(rng, kwargs, "num_cycles", rng.choice([0.25, 1.0, rng.uniform(0.1, 4)]))
    return kwargs, bounds


def draw_restarts(rng, base):
    kwargs, bounds = draw_steps(rng)
    optional(rng, kwargs, "num_cycles", rng.randint(1, 6))
    return kwargs, bounds


def draw_polynomial(rng, base):
    kwargs, bounds = draw_steps(rng)
    optional(rng, kwargs, "lr_end", rng.choice([0.0, base * rng.uniform(0, 0.5)]))
    optional(rng, kwargs, "power", rng.choice([2.0, 0.5, rng.uniform(0.1, 3)]))
    return kwargs, bounds


def draw_inverse_sqrt(rng, base):
    kwargs, bounds = draw_warmup(rng, base)
    optional(rng, kwargs, "timescale", draw_count(rng), 0.6)
    return kwargs, bounds


def draw_floor(rng, base):
    kwargs, bounds = draw_cosine(rng, base)
    if rng.random() < 0.5:
        kwargs["min_lr"] = base * rng.uniform(0, 0.6)
    else:
        kwargs["min_lr_rate"] = rng.choice([0.1, rng.uniform(0, 1)])
    return kwargs, bounds


def draw_floor_warmup(rng, base):
    kwargs, bounds = draw_floor(rng, base)
    optional(rng, kwargs, "warmup_lr_rate", rng.choice([0.0, 0.1, rng.uniform(0, 1)]), 0.6)
    return kwargs, bounds


def draw_stable(rng, base):
    warmup, decay = (rng.choice([0, draw_count(rng, 1, 3000), draw_count(rng, 10, 3000)]) for _ in range(2))
    kwargs = {"num_warmup_steps": warmup, "num_decay_steps": decay}
    stable = draw_count(rng, 1, 4000)
    if rng.random() < 0.5:
        kwargs["num_stable_steps"] = stable
    else:
        kwargs["num_training_steps"] = warmup + stable + decay
    optional(rng, kwargs, "warmup_type", rng.choice(WARMUP_TYPES))
    optional(rng, kwargs, "decay_type", rng.choice(WARMUP_TYPES))
    optional(rng, kwargs, "min_lr_ratio", rng.uniform(0, 0.5))
    optional(rng, kwargs, "num_cycles", rng.choice([0.25, rng.uniform(0.1, 2)]))
    return kwargs, [warmup, warmup + stable, warmup + stable + decay]


# The name that the Trainer's lr_scheduler_type gives it, its function's name, and how its arguments are drawn.
SCHEDULES = {
    "get_constant_schedule": ("constant", draw_constant),
    "get_constant_schedule_with_warmup": ("constant_with_warmup", draw_warmup),
    "get_linear_schedule_with_warmup": ("linear", draw_linear),
    "get_cosine_schedule_with_warmup": ("cosine", draw_cosine),
    "get_cosine_with_hard_restarts_schedule_with_warmup": ("cosine_with_restarts", draw_restarts),
    "get_polynomial_decay_schedule_with_warmup": ("polynomial", draw_polynomial),
    "get_inverse_sqrt_schedule": ("inverse_sqrt", draw_inverse_sqrt),
    "get_cosine_with_min_lr_schedule_with_warmup": ("cosine_with_min_lr", draw_floor),
    "get_cosine_with_min_lr_schedule_with_warmup_lr_rate": ("cosine_warmup_with_min_lr", draw_floor_warmup),
    "get_wsd_schedule": ("warmup_stable_decay", draw_stable),
}
STEPS = ("num_warmup_steps", "num_training_steps")


def case(rng, name, number, whole):
    """One case, made as the Trainer makes it, from the type's name; None where the source refuses the arguments."""
    kind, draw = SCHEDULES[name]
    base = draw_rate(rng)
    kwargs, bounds = draw(rng, base)
    steps = {key: kwargs.get(key) for key in STEPS}
    rest = {key: value for key, value in kwargs.items() if key not in STEPS}
    schedule = {"name": RELEASE + name, "hyper": {key: WORDS.get(value, value) for key, value in kwargs.items()}}

    def make(optimizer):
        return get_scheduler(kind, optimizer, scheduler_specific_kwargs=rest, **steps)

    return torch_schedules.trace("%s %d" % (name, number), schedule, make, base, bounds, whole)


def release():
    return transformers.__version__
