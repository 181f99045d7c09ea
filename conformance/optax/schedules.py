"""Conformance, optax: the real schedules through 10,000 counts. In: a schedule's name and a seed. Out: cases with binary32 rates.

A count is a jnp int32, as inside an optimizer, and each operation is run by itself unless the schedule is jitted.
"""

import base64

import jax
import jax.numpy as jnp
import numpy as np
import optax

from draw import between, mix, one_of, power_of_ten, short

UPDATES = 10000
EARLY = 60


def steps(low, high):
    return lambda rng: int(10.0 ** rng.uniform(np.log10(low), np.log10(high)))


RATE = power_of_ten(-4, 0)
SCALE = between(0, 2)


def boundaries(rng):
    found = sorted({int(n) for n in 10.0 ** rng.uniform(0, 4, size=rng.randint(1, 5))})
    return ([0] if rng.rand() < 0.2 else []) + found


def pieces(rng):
    at = boundaries(rng)
    return {"boundaries_and_scales": {boundary: SCALE(rng) for boundary in at}}


def warm_cosine(rng):
    warmup = steps(1, 500)(rng)
    return {"warmup_steps": one_of(0, warmup, warmup)(rng), "decay_steps": warmup + steps(10, 20000)(rng)}


def cycles(rng):
    made = []
    for _ in range(rng.randint(1, 5)):
        made.append({"init_value": RATE(rng), "peak_value": RATE(rng), **warm_cosine(rng), "end_value": RATE(rng), "exponent": between(0.5, 3)(rng)})
    return {"cosine_kwargs": made}


def drawn(needed, **optional):
    """Arguments, those that may be left out in three of four cases."""

    def draw(rng):
        left = {name: make(rng) for name, make in optional.items() if rng.rand() < 0.75}
        return {**{name: make(rng) for name, make in needed.items()}, **left}

    return draw


POWER = mix(one_of(1, 2, 3, 0.5, 2.0), between(0.3, 4))
ENDS = {"end_value": RATE}
EXPONENTIAL = {"transition_steps": steps(1, 5000), "decay_rate": mix(between(0.5, 1), between(1, 1.5))}
LATE = {"transition_begin": mix(one_of(0, -5), steps(1, 2000)), "staircase": one_of(False, True), "end_value": power_of_ten(-6, 1)}
WARM = {"init_value": RATE, "warmup_steps": mix(one_of(0), steps(1, 3000))}

# What is drawn for a schedule but for its rate; the name of that argument, None where each part has its own.
SCHEDULES = {
    "constant_schedule": (drawn({}), "value"),
    "cosine_decay_schedule": (drawn({"decay_steps": steps(1, 20000)}, alpha=between(0, 0.5), exponent=POWER), "init_value"),
    "cosine_onecycle_schedule": (
        drawn({"transition_steps": steps(10, 12000)}, pct_start=between(0, 0.9), div_factor=between(2, 50), final_div_factor=power_of_ten(1, 5)),
        "peak_value"),
    "exponential_decay": (drawn(EXPONENTIAL, **LATE), "init_value"),
    "linear_onecycle_schedule": (
        drawn({"transition_steps": steps(50, 12000)}, pct_start=between(0, 0.5), pct_final=between(0.6, 0.99), div_factor=between(2, 50),
              final_div_factor=power_of_ten(1, 5)),
        "peak_value"),
    "linear_schedule": (drawn({**ENDS, "transition_steps": mix(one_of(0), steps(1, 12000))}, transition_begin=LATE["transition_begin"]), "init_value"),
    "piecewise_constant_schedule": (pieces, "init_value"),
    "piecewise_interpolate_schedule": (lambda rng: {"interpolate_type": one_of("linear", "cosine")(rng), **pieces(rng)}, "init_value"),
    "polynomial_schedule": (drawn({**ENDS, "power": POWER, "transition_steps": steps(1, 12000)}, transition_begin=LATE["transition_begin"]), "init_value"),
    "sgdr_schedule": (cycles, None),
    "warmup_constant_schedule": (drawn(WARM), "peak_value"),
    "warmup_cosine_decay_schedule": (
        lambda rng: {**drawn({"init_value": RATE}, end_value=RATE, exponent=POWER)(rng), **warm_cosine(rng)}, "peak_value"),
    "warmup_exponential_decay_schedule": (drawn({**WARM, **EXPONENTIAL}, **LATE), "peak_value"),
}


def hyper_of(args):
    """The same arguments as a spec has them: a dictionary as two lists, a list of dictionaries as a list for each key."""
    hyper = dict(args)
    if "boundaries_and_scales" in hyper:
        both = hyper.pop("boundaries_and_scales")
        hyper.update(boundaries=list(both), scales=list(both.values()))
    if "cosine_kwargs" in hyper:
        every = hyper.pop("cosine_kwargs")
        hyper.update({name: [kwargs[name] for kwargs in every] for name in every[0]})
    return hyper


def sampled(rates):
    """Updates worth keeping: the first, those around a change of course, some in between, the last."""
    second = np.abs(np.diff(rates.astype(np.float64), 2))
    turns = np.argsort(-second)[:12] + 2
    near = {int(turn) + off for turn in turns for off in (-1, 0, 1, 2)}
    some = {int(n) for n in np.geomspace(EARLY, UPDATES, 60)}
    return sorted(n for n in {*range(1, EARLY), *near, *some, UPDATES} if 1 <= n <= UPDATES)


def through(schedule, jitted):
    """All rates, binary32."""
    run = jax.jit(schedule) if jitted else schedule
    return np.array([np.float32(run(jnp.int32(count))) for count in range(UPDATES)], dtype="<f4")


def draw_schedule_case(seed, number, name, fresh, jitted=False):
    """Case `number` of a schedule: the first draw that stays finite. In every other case the rate is left to the spec's base."""
    draw, rate = SCHEDULES[name]
    for attempt in range(20):
        rng = np.random.RandomState([seed, number, attempt, *name.encode("ascii")])
        base, args = short(10.0 ** rng.uniform(-4, 0)), draw(rng)
        real = args if rate is None else {**args, rate: base}
        rates = through(getattr(optax, name)(**real), jitted)
        if not np.isfinite(rates).all():
            continue
        left_to_base = rate is not None and number % 2 == 0
        at = list(range(1, UPDATES + 1)) if fresh else sampled(rates)
        return {
            "name": "%s %d" % (name, number),
            "spec": {"schedule": {"name": "optax-0.2/" + name, "hyper": hyper_of(args if left_to_base else real)}},
            "base": base if left_to_base else 0.5,
            "at": at,
            "rates32": base64.b64encode(np.ascontiguousarray(rates[np.array(at) - 1]).tobytes()).decode("ascii"),
        }
    raise RuntimeError("no accepted draw for %s" % name)
