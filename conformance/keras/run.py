"""Conformance, Keras 3: runs set-ups of draw.py in the real classes, on the backend of this process.

In: set-ups. Out: cases as plain data.
"""

import base64
from contextlib import nullcontext
from unittest.mock import patch

import keras
import numpy as np
from keras import ops
from keras.optimizers import schedules

from draw import draw_schedule, draw_setup

FIRST_STEPS = 40
LAST_STEP = 10000
# Classes that compute something else on torch; their rules have a hyperparameter for it.
BY_BACKEND = {"Nadam", "ScheduleFreeAdamW"}


def text64(array):
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode("ascii")


def rule_of(name):
    return "keras-3/" + name.lower()


def build(name, setup):
    """The optimizer as a training script would make it."""
    kwargs = dict(setup.kwargs)
    if setup.schedule is not None:
        schedule, arguments = setup.schedule
        kwargs["learning_rate"] = getattr(schedules, schedule)(**arguments)
    if setup.with_adam:
        kwargs["exclude_layers"] = ["^%s$" % key for key in setup.with_adam]
    optimizer = getattr(keras.optimizers, name)(**kwargs)
    if setup.excluded:
        optimizer.exclude_from_weight_decay(var_names=["^%s$" % key for key in setup.excluded])
    return optimizer


def spec_of(name, setup):
    """What an author writes for the same optimizer."""
    on_torch = name in BY_BACKEND and keras.backend.backend() == "torch"
    spec = {"rule": rule_of(name), "hyper": {**setup.kwargs, **({"backend": "torch"} if on_torch else {})}}
    if setup.schedule is not None:
        schedule, arguments = setup.schedule
        spec["schedule"] = {"name": rule_of(schedule), "hyper": arguments}
    without = {"weight_decay": 0 if name == "AdamW" else None}
    groups = {}
    for key in setup.excluded:
        groups.setdefault(key, {}).update(without)
        if name == "Muon":
            groups[key]["adam_weight_decay"] = None
    for key in setup.with_adam:
        groups.setdefault(key, {})["use_adam"] = True
    if groups:
        spec["groups"] = [{"match": {"name": [key]}, "hyper": hyper} for key, hyper in groups.items()]
    return spec


def weights_of(variables):
    return {key: np.array(ops.convert_to_numpy(variable)) for key, variable in variables.items()}


def take(pred, true_fun, false_fun):
    """What `jax.lax.cond` does, without a program of its own, which jax would compile anew at each call."""
    return true_fun() if bool(pred) else false_fun()


def one_by_one():
    """Within it all runs one operation at a time."""
    return patch("jax.lax.cond", take) if keras.backend.backend() == "jax" else nullcontext()


def apply_compiled(optimizer):
    """What `fit` makes of a step on jax: all of it one program. Gives back a function like `optimizer.apply`."""
    import jax

    @jax.jit
    def update(states, gradients, weights):
        return optimizer.stateless_apply(states, gradients, weights)

    def apply(gradients, variables):
        states = [variable.value for variable in optimizer.variables]
        weights, states = update(states, gradients, [variable.value for variable in variables])
        for variable, value in [*zip(variables, weights), *zip(optimizer.variables, states)]:
            variable.assign(value)

    return apply


def trace(name, setup, compiled):
    """One case; None where the real class refuses the arguments or a weight stops being finite."""
    try:
        optimizer = build(name, setup)
    except (ValueError, TypeError):
        return None
    variables = {key: keras.Variable(start, name=key) for key, start in setup.starts.items()}
    optimizer.build(list(variables.values()))
    apply = apply_compiled(optimizer) if compiled else optimizer.apply
    each = []
    for step in setup.steps:
        gradients = [ops.convert_to_tensor(step[key]) if key in step else None for key in variables]
        with nullcontext() if compiled else one_by_one():
            apply(gradients, list(variables.values()))
        each.append(weights_of(variables))
    if not all(np.isfinite(weight).all() for weight in each[-1].values()):
        return None
    moved = max(np.abs(each[-1][key] - start).max(initial=0) for key, start in setup.starts.items())
    if moved == 0:
        return None
    return {
        "spec": spec_of(name, setup),
        "params": [{
            "key": key,
            "shape": list(start.shape),
            "before": text64(start),
            "after": text64(each[-1][key]),
        } for key, start in setup.starts.items()],
        "steps": [{key: text64(gradient) for key, gradient in step.items()} for step in setup.steps],
        "each": [{key: text64(weight) for key, weight in weights.items()} for weights in each],
    }


def random_state(seed, number, attempt, name):
    return np.random.RandomState([seed, number, attempt, *name.encode("ascii")])


def rule_case(seed, name, number, compiled, large):
    """Case `number` of a class: the first draw that it accepts. Depends on its arguments and the surroundings alone."""
    for attempt in range(100):
        case = trace(name, draw_setup(random_state(seed, number, attempt, name), name, number, large), compiled)
        if case is not None:
            return {"name": "%s %s %d" % (name.lower(), keras.backend.backend(), number), **case}
    raise RuntimeError("no accepted draw for %s" % name)


def boundaries_of(arguments):
    """Steps at which a schedule may turn, counted from 0."""
    turns = list(arguments.get("boundaries", []))
    warm = arguments.get("warmup_steps", 0)
    for name in ("decay_steps", "first_decay_steps"):
        if name in arguments:
            turns += [warm + count * arguments[name] for count in range(8)]
    length, end = arguments.get("first_decay_steps", 0), 0
    for _ in range(8):
        end += length
        length *= arguments.get("t_mul", 2.0)
        turns += [int(end)]
    return turns


def sample(rng, arguments):
    """About 150 steps counted from 0: the first, those around each turn, some others."""
    near = {turn + by for turn in boundaries_of(arguments) for by in (-2, -1, 0, 1, 2)}
    wanted = {*range(FIRST_STEPS), LAST_STEP - 1, *near}
    inside = {step for step in wanted if 0 <= step < LAST_STEP}
    rest = sorted(set(range(LAST_STEP)) - inside)
    return sorted(inside | {int(step) for step in rng.choice(rest, 50, replace=False)})


def rates_at(schedule, steps, compiled):
    """The schedule's values at these steps, counted from 0, in binary32."""
    if compiled:
        import jax

        return jax.jit(lambda all_steps: jax.lax.map(schedule, all_steps))(np.array(steps, np.int32))
    with one_by_one():
        return [ops.convert_to_numpy(schedule(ops.convert_to_tensor(step, dtype="int32"))) for step in steps]


def schedule_case(seed, name, number, whole, compiled):
    """Case `number` of a schedule class, at each of 10,000 steps or at a sample of them. `at` counts updates from 1."""
    rng = random_state(seed, number, 0, name)
    arguments = draw_schedule(rng, name)
    steps = range(LAST_STEP) if whole else sample(rng, arguments)
    rates = rates_at(getattr(schedules, name)(**arguments), steps, compiled)
    return {
        "name": "%s %s %d" % (name.lower(), keras.backend.backend(), number),
        "spec": {"schedule": {"name": rule_of(name), "hyper": arguments}},
        "base": 0.1,
        "at": [step + 1 for step in steps],
        "rates32": text64(np.array(rates, np.float32)),
    }
