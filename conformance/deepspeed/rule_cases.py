"""Conformance, DeepSpeed: cases of its optimizers.

In: a random generator and a rule's name. Out: cases as plain data, or None where the class refuses the arguments or a number
stops being finite. The optimizers of the CPU are the real ones, their C++ built with real_ops.py; those of CUDA are those of
float32_kernels.py, which are NOT DeepSpeed: an independent writing of what its kernels' source says.
"""

import numpy as np
import torch
from deepspeed.runtime.lr_schedules import OneCycle
from draw import beta, decay, epsilon, flip, pick, rate, unit, wild
from optimizer_cases import case, draw_data, draw_hyper, follow, tuples

import float32_kernels
import real_ops

RELEASE = "deepspeed-0.19/"
TUPLES = {"betas": ("beta1", "beta2", (0.9, 0.999))}
MOMENTS = {
    "lr": rate,
    "beta1": lambda rng: beta(rng, 0.9, 0.5, 0.0, 0.95),
    "beta2": lambda rng: beta(rng, 0.999, 0.99, 0.9, 0.0),
    "weight_decay": decay,
}
ADAM = {**MOMENTS, "eps": epsilon, "bias_correction": flip}
ARGUMENTS = {
    "deepspeedcpuadam": {**ADAM, "adamw_mode": flip},
    "deepspeedcpuadagrad": {"lr": rate, "eps": epsilon, "weight_decay": decay},
    "deepspeedcpulion": MOMENTS,
    "fusedadam": {**ADAM, "adam_w_mode": flip},
    "fusedlamb": {
        **ADAM,
        "eps_inside_sqrt": flip,
        "max_coeff": lambda rng: pick(rng, 10.0, 1.0, unit(rng, 0.5, 5)),
        "min_coeff": lambda rng: pick(rng, 0.01, 0.0, unit(rng, 0, 0.4)),
    },
    "fusedlion": MOMENTS,
}
RULES = list(ARGUMENTS)
NOTES = {name: "not DeepSpeed itself, whose kernels need a GPU: conformance/deepspeed/float32_kernels.py"
         for name in float32_kernels.KERNELS}
# Not in groups: arguments of the whole optimizer, and powers that one optimizer keeps of one pair of betas.
WHOLE = {"adamw_mode", "adam_w_mode", "eps_inside_sqrt", "beta1", "beta2"}


def draw_group(rng, name):
    others = {key: draw for key, draw in ARGUMENTS[name].items() if key not in WHOLE}
    return {**draw_hyper(rng, others, 0.4), "lr": rate(rng)}


def draw_cycle(rng):
    """Arguments of OneCycle, which drives the first beta too and sets the second to 0.99."""
    low = wild(rng, -3, -1)
    momentum = unit(rng, 0.3, 0.9)
    return {"cycle_min_lr": low, "cycle_max_lr": low * unit(rng, 1.5, 8), "cycle_first_step_size": int(rng.randint(1, 5)),
            "cycle_min_mom": momentum, "cycle_max_mom": momentum + unit(rng, 0, 0.09), "decay_step_size": int(rng.randint(0, 3)),
            "decay_lr_rate": unit(rng), "decay_mom_rate": 0.0}


def driven(cycle, steps):
    """What the real OneCycle gives an optimizer for each step."""
    optimizer = torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))])
    group, scheduler, found = optimizer.param_groups[0], OneCycle(optimizer, **cycle), []
    for _ in range(steps):
        found.append({"lr": group["lr"], "beta1": group["betas"][0]})
        scheduler.step()
    return found


def follow_kernel(name, hyper, group, weights, steps, cycle):
    """The weights after each step of the independent writing; None where a number stops being finite."""
    per_key = {"a": hyper, "b": {**hyper, **group}}
    drives = [{}] * len(steps) if cycle is None else driven(cycle, len(steps))
    each, states, values = [], {key: {} for key in weights}, {key: start.copy() for key, start in weights.items()}
    with np.errstate(all="ignore"):
        for gradients, drive in zip(steps, drives):
            for key, grad in gradients.items():
                args = {**per_key[key], **drive}
                values[key] = float32_kernels.KERNELS[name](values[key], grad, states[key], **args)
            each.append({key: value.copy() for key, value in values.items()})
    return each if all(np.isfinite(value).all() for value in values.values()) else None


def draw_case(rng, name, number, fresh):
    weights, steps = draw_data(rng)
    hyper = draw_hyper(rng, ARGUMENTS[name])
    group = draw_group(rng, name) if rng.rand() < 0.35 else {}
    cycle = draw_cycle(rng) if number % 4 == 3 and "beta1" in ARGUMENTS[name] else None
    if cycle is not None:
        hyper.update(beta1=hyper.get("beta1") or 0.9, beta2=0.99)
        # Schedulers count steps, optseal's schedules updates: the first parameter is updated in each step.
        steps = [{"a": weights["a"] * np.float32(0.01), **gradients} for gradients in steps]
    if name in float32_kernels.KERNELS:
        each = follow_kernel(name, hyper, group, weights, steps, cycle)
    else:
        def make(params):
            groups = [{"params": [params["a"]]}, {"params": [params["b"]], **group}]
            return real_ops.CLASSES[name](groups, **tuples(hyper, {}, TUPLES))

        scheduler = None if cycle is None else lambda optimizer: OneCycle(optimizer, **cycle)
        each = follow(make, weights, steps, scheduler)
    spec = {"rule": RELEASE + name, "hyper": hyper}
    if group:
        spec["groups"] = [{"match": {"name": ["b"]}, "hyper": group}]
    if cycle is not None:
        spec["schedule"] = {"name": RELEASE + "onecycle", "hyper": cycle}
    return None if each is None else case("%s %d" % (name, number), spec, weights, steps, each, fresh)
