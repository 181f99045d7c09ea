"""Conformance: golden traces of optimizers with torch's interface, for libraries that bring their own.

In: how arguments are drawn, and how the real optimizer is made of them. Out: cases as plain data; ../README.md says what each field
is. Weights, gradients and shapes are drawn as for torch itself, by ../torch/draw.py.
"""

import base64

import numpy as np
import torch
from draw import SMALL, draw_gradient, draw_weight, pick

torch.set_num_threads(1)
STEPS = (6, 7, 8)


def text64(array):
    """Base64 of the little-endian binary32 values, in C order."""
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode("ascii")


def texts(arrays):
    return {key: text64(array) for key, array in arrays.items()}


def tuples(hyper, outer, names):
    """Arguments with optseal's numbers put together to the source's tuples; `outer` has the parts that `hyper` leaves out."""
    args = dict(hyper)
    for name, (first, second, default) in names.items():
        if first in args or second in args:
            usual = [outer.get(part, value) for part, value in zip((first, second), default)]
            args[name] = (args.pop(first, usual[0]), args.pop(second, usual[1]))
    return args


def draw_hyper(rng, arguments, share=0.7):
    return {name: draw(rng) for name, draw in arguments.items() if rng.rand() < share}


def draw_data(rng, shapes=SMALL, gap=0.3, zeros=True):
    """Weights of two parameters, and the gradients of some steps; in a third of the cases with gaps."""
    weights = {key: draw_weight(rng, pick(rng, *shapes)) for key in ("a", "b")}
    gap = gap if rng.rand() < 0.35 else 0.0
    steps = []
    for _ in range(pick(rng, *STEPS)):
        drawn = {key: draw_gradient(rng, start.shape) for key, start in weights.items()}
        if not zeros:
            drawn = {key: np.where(grad == 0, np.float32(0.5), grad) for key, grad in drawn.items()}
        steps.append({key: grad for key, grad in drawn.items() if rng.rand() >= gap})
    return weights, steps


def follow(make, weights, steps, schedule=None):
    """The weights after each step of the real optimizer; None where it refuses, or a number stops being finite.

    make: the optimizer of a dict of torch parameters. schedule: the scheduler of an optimizer.
    """
    params = {key: torch.nn.Parameter(torch.from_numpy(start.copy())) for key, start in weights.items()}
    try:
        optimizer = make(params)
        scheduler = None if schedule is None else schedule(optimizer)
        each = []
        for gradients in steps:
            for key, param in params.items():
                param.grad = torch.from_numpy(gradients[key].copy()) if key in gradients else None
            optimizer.step()
            if scheduler is not None:
                scheduler.step()
            each.append({key: param.detach().numpy().copy() for key, param in params.items()})
    except (ValueError, TypeError, ArithmeticError):
        return None
    finite = all(np.isfinite(array).all() for array in each[-1].values())
    return each if finite else None


def case(name, spec, weights, steps, each, fresh):
    """One case as plain data."""
    made = {
        "name": name,
        "spec": spec,
        "params": [{"key": key, "shape": list(start.shape), "before": text64(start), "after": text64(each[-1][key])}
                   for key, start in weights.items()],
        "steps": [texts(gradients) for gradients in steps],
    }
    return {**made, "each": [texts(arrays) for arrays in each]} if fresh else made
