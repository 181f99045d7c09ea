"""Conformance, PyTorch: rates of the real learning-rate schedulers, alone and in compositions.

In: --out DIR writes schedules.json for the committed set; --cases N --seed S draws N fresh cases instead, spread over all
schedules, on stdout (--only NAME: of one). Out: JSON; ../README.md says what each field is. A case: a scheduler on an SGD of one
parameter, stepped once after each optimizer step, 10,000 times; the rate (and momentum) that each optimizer step would use.
"""

import argparse
import base64
import json
import os
import random
import sys
import warnings

import numpy as np
import torch
from torch.optim import lr_scheduler, swa_utils

warnings.simplefilter("ignore")

UPDATES = 10000
STORED = 150
GOLDEN_SEED = 2130
GOLDEN_CASES = 5
GOLDEN_COMPOSITIONS = 8
RELEASE = "torch-2.13/"
SCRIPT = "conformance/torch/schedules.py"


def text64(values):
    """Base64 of little-endian binary64 values."""
    return base64.b64encode(np.asarray(values, dtype="<f8").tobytes()).decode("ascii")


def significant(value, digits):
    return float("%.*g" % (digits, value))


def draw_rate(rng):
    """Rates as people write them, and rates of all 53 bits."""
    rate = 10 ** rng.uniform(-5, 0)
    return significant(rate, rng.choice([1, 2])) if rng.random() < 0.6 else rate


def draw_count(rng, low=1, high=UPDATES):
    """Whole numbers of all sizes."""
    return int(round(low * (high / low) ** rng.random()))


def optional(rng, kwargs, name, value, share=0.7):
    """Gives the argument in most cases, so that defaults are met too."""
    if rng.random() < share:
        kwargs[name] = value


def draw_step(rng):
    kwargs = {"step_size": draw_count(rng)}
    optional(rng, kwargs, "gamma", rng.choice([0.5, 0.97, rng.uniform(0.2, 1.1)]))
    return kwargs, [kwargs["step_size"], 2 * kwargs["step_size"]]


def draw_multi_step(rng):
    milestones = sorted(draw_count(rng) for _ in range(rng.randint(1, 6)))
    milestones += rng.choices(milestones, k=rng.randint(0, 2)) + ([0] if rng.random() < 0.2 else [])
    kwargs = {"milestones": milestones}
    optional(rng, kwargs, "gamma", rng.uniform(0.05, 1.2))
    return kwargs, milestones


def draw_constant(rng):
    kwargs = {}
    optional(rng, kwargs, "factor", rng.choice([0.1, 1.0, rng.uniform(0.01, 1)]))
    optional(rng, kwargs, "total_iters", rng.choice([0, draw_count(rng), draw_count(rng)]))
    return kwargs, [kwargs.get("total_iters", 5)]


def draw_linear(rng):
    kwargs = {}
    optional(rng, kwargs, "start_factor", rng.choice([0.001, 1.0, rng.uniform(0.001, 1)]))
    optional(rng, kwargs, "end_factor", rng.choice([0.0, 1.0, rng.uniform(0, 1)]))
    optional(rng, kwargs, "total_iters", rng.choice([0, draw_count(rng), draw_count(rng, 100)]))
    return kwargs, [kwargs.get("total_iters", 5)]


def draw_exponential(rng):
    return {"gamma": 1 - 10 ** rng.uniform(-5, -2)}, []


def draw_polynomial(rng):
    kwargs = {}
    optional(rng, kwargs, "total_iters", rng.choice([0, draw_count(rng), draw_count(rng, 1000), UPDATES + 5]), 0.9)
    optional(rng, kwargs, "power", rng.choice([0.0, 0.5, 0.9, 2.0, 3.0, rng.uniform(0.1, 4)]), 0.8)
    return kwargs, [kwargs.get("total_iters", 5)]


def draw_cosine(rng):
    period = rng.choice([draw_count(rng, 1, 30), draw_count(rng, 30, UPDATES), UPDATES])
    kwargs = {"T_max": period}
    optional(rng, kwargs, "eta_min", rng.choice([0.0, 10 ** rng.uniform(-7, -5)]))
    return kwargs, [period * n for n in range(1, 5)]


def draw_restarts(rng):
    kwargs = {"T_0": draw_count(rng, 1, 4000)}
    optional(rng, kwargs, "T_mult", rng.randint(1, 3))
    optional(rng, kwargs, "eta_min", 10 ** rng.uniform(-7, -4))
    bounds = [kwargs["T_0"]]
    while len(bounds) < 6:
        bounds.append(bounds[-1] + kwargs["T_0"] * kwargs.get("T_mult", 1) ** len(bounds))
    return kwargs, bounds


def draw_momenta(rng, kwargs):
    kwargs["cycle_momentum"] = rng.random() < 0.6
    if kwargs["cycle_momentum"]:
        optional(rng, kwargs, "base_momentum", rng.uniform(0.5, 0.85))
        optional(rng, kwargs, "max_momentum", rng.uniform(0.85, 0.99))


def draw_cyclic(rng):
    low = draw_rate(rng)
    kwargs = {"base_lr": low, "max_lr": low * rng.uniform(1, 30)}
    optional(rng, kwargs, "step_size_up", draw_count(rng, 1, 5000))
    optional(rng, kwargs, "step_size_down", rng.choice([None, draw_count(rng, 1, 5000)]))
    mode = rng.choice(["triangular", "triangular2", "exp_range"])
    optional(rng, kwargs, "mode", mode, 0.9)
    optional(rng, kwargs, "gamma", 1 - 10 ** rng.uniform(-6, -3), 0.9 if mode == "exp_range" else 0.2)
    draw_momenta(rng, kwargs)
    up = kwargs.get("step_size_up", 2000)
    total = up + (kwargs.get("step_size_down") or up)
    return kwargs, [up, total, total + up, 2 * total]


def draw_one_cycle(rng):
    kwargs = {"max_lr": draw_rate(rng)}
    total = rng.choice([UPDATES - 1, UPDATES + 500, draw_count(rng, 40, UPDATES)])
    if rng.random() < 0.5:
        kwargs["total_steps"] = total
    else:
        kwargs["epochs"] = rng.randint(1, 20)
        kwargs["steps_per_epoch"] = total // kwargs["epochs"]
        total = kwargs["epochs"] * kwargs["steps_per_epoch"]
    optional(rng, kwargs, "pct_start", rng.choice([0.0, 0.1, 0.25, rng.uniform(0.05, 0.95)]))
    optional(rng, kwargs, "anneal_strategy", rng.choice(["cos", "linear"]))
    optional(rng, kwargs, "div_factor", rng.uniform(1, 100))
    optional(rng, kwargs, "final_div_factor", 10 ** rng.uniform(0, 5))
    optional(rng, kwargs, "three_phase", rng.random() < 0.5)
    draw_momenta(rng, kwargs)
    start = kwargs.get("pct_start", 0.3) * total
    return kwargs, [int(start), int(2 * start), total - 1]


def draw_swa(rng):
    kwargs = {"swa_lr": draw_rate(rng)}
    optional(rng, kwargs, "anneal_epochs", rng.choice([0, draw_count(rng), draw_count(rng, 100)]))
    optional(rng, kwargs, "anneal_strategy", rng.choice(["cos", "linear"]))
    return kwargs, [kwargs.get("anneal_epochs", 10)]


# Class, and how its arguments are drawn, with the counts at which its rate turns.
SCHEDULERS = {
    "steplr": (lr_scheduler.StepLR, draw_step),
    "multisteplr": (lr_scheduler.MultiStepLR, draw_multi_step),
    "constantlr": (lr_scheduler.ConstantLR, draw_constant),
    "linearlr": (lr_scheduler.LinearLR, draw_linear),
    "exponentiallr": (lr_scheduler.ExponentialLR, draw_exponential),
    "polynomiallr": (lr_scheduler.PolynomialLR, draw_polynomial),
    "cosineannealinglr": (lr_scheduler.CosineAnnealingLR, draw_cosine),
    "cosineannealingwarmrestarts": (lr_scheduler.CosineAnnealingWarmRestarts, draw_restarts),
    "cycliclr": (lr_scheduler.CyclicLR, draw_cyclic),
    "onecyclelr": (lr_scheduler.OneCycleLR, draw_one_cycle),
    "swalr": (swa_utils.SWALR, draw_swa),
}
# OneCycleLR and CyclicLR put rates of their own in the place of `initial_lr`, from which later children start.
COMPOSITIONS = ("sequential", "chained", "nested")
CHILDREN = [name for name in SCHEDULERS if name not in ("onecyclelr", "cycliclr")]


def points(bounds, updates):
    """About STORED update numbers: all of the first, those about each bound (counted from 0), and others evenly between."""
    wanted = set(range(1, 25)) | {updates}
    for bound in bounds:
        wanted |= {bound + offset for offset in (-1, 0, 1, 2, 3)}
    wanted = {update for update in wanted if 1 <= update <= updates}
    spread = max(1, STORED - len(wanted))
    return sorted(wanted | {1 + (updates - 1) * i // spread for i in range(spread)})


def sgd(base):
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=base, momentum=0.9)


def follow(make, optimizer, updates=UPDATES):
    """Rates and momenta of the updates, until the scheduler raises."""
    group = optimizer.param_groups[0]
    rates, momenta = [], []
    try:
        scheduler = make(optimizer)
        for _ in range(updates):
            rates.append(float(group["lr"]))
            momenta.append(float(group["momentum"] if "momentum" in group else group["betas"][0]))
            optimizer.step()
            scheduler.step()
    except (ValueError, ArithmeticError):
        # Arguments that the class refuses; or, later, a count that it does not go to.
        pass
    return rates, momenta


def trace(name, schedule, make, base, bounds, whole, make_optimizer=sgd):
    """One case as plain data; None where the real class refuses the arguments or its rates do not stay finite.

    make: the scheduler of an optimizer. bounds: counts from 0 at which the rate turns. whole: whether all updates are kept.
    """
    rates, momenta = follow(make, make_optimizer(base))
    if len(rates) < 2 or not np.isfinite(rates).all():
        return None
    at = list(range(1, len(rates) + 1)) if whole else points(bounds, len(rates))
    case = {
        "name": name,
        "spec": {"schedule": schedule},
        "base": base,
        "at": at,
        "rates": text64([rates[update - 1] for update in at]),
    }
    if schedule.get("hyper", {}).get("cycle_momentum"):
        case["momenta"] = text64([momenta[update - 1] for update in at])
    return case


def single(rng, name, number, whole):
    kwargs, bounds = SCHEDULERS[name][1](rng)
    schedule = {"name": RELEASE + name, "hyper": kwargs}
    make = lambda optimizer: build(optimizer, schedule)
    return trace("%s %d" % (name, number), schedule, make, draw_rate(rng), bounds, whole)


def draw_child(rng, used):
    """One child of a composition. Two SWALR would share the one `swa_lr` of the group."""
    name = rng.choice([name for name in CHILDREN if name != "swalr" or name not in used])
    used.append(name)
    kwargs, bounds = SCHEDULERS[name][1](rng)
    return {"name": RELEASE + name, "hyper": kwargs}, bounds


def draw_composition(rng, kind, used):
    """A composition as a spec says it, and the counts at which its rate turns."""
    drawn = [draw_child(rng, used) for _ in range(rng.randint(2, 4))]
    if kind == "nested":
        drawn[0] = draw_composition(rng, "sequential", used)
    schedules = [schedule for schedule, _ in drawn]
    if kind != "sequential":
        return {"chained": schedules}, [bound for _, bounds in drawn for bound in bounds]
    milestones = sorted(draw_count(rng, 2, UPDATES) for _ in schedules[1:])
    starts = [0] + milestones
    bounds = [start + bound for start, (_, own) in zip(starts, drawn) for bound in own]
    return {"sequential": schedules, "milestones": milestones}, milestones + bounds


def build(optimizer, schedule):
    """The real scheduler of what a spec says."""
    if "name" in schedule:
        return SCHEDULERS[schedule["name"].removeprefix(RELEASE)][0](optimizer, **schedule["hyper"])
    children = [build(optimizer, child) for child in schedule.get("chained") or schedule["sequential"]]
    if "chained" in schedule:
        return lr_scheduler.ChainedScheduler(children)
    return lr_scheduler.SequentialLR(optimizer, children, schedule["milestones"])


def composition(rng, kind, number, whole):
    schedule, bounds = draw_composition(rng, kind, [])
    make = lambda optimizer: build(optimizer, schedule)
    return trace("%s %d" % (kind, number), schedule, make, draw_rate(rng), bounds[:20], whole)


def draw_case(seed, name, number, whole):
    """Draws until the real class accepts; the case depends on the seed and its own name alone."""
    for attempt in range(200):
        rng = random.Random("%d %s %d %d" % (seed, name, number, attempt))
        draw = composition if name in COMPOSITIONS else single
        case = draw(rng, name, number, whole)
        if case is not None:
            return case
    raise RuntimeError("no arguments that %s accepts" % name)


def document(framework, release, made_by, cases, settings={}):
    """One JSON document with one line for each case."""
    head = {"framework": framework, "release": release, "made_by": made_by, "settings": settings}
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    return json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="DIR", help="write the committed set into this folder")
    parser.add_argument("--cases", type=int, metavar="N", help="draw N fresh cases instead, spread over all")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--only", metavar="NAME", choices=[*SCHEDULERS, *COMPOSITIONS])
    args = parser.parse_args()
    if (args.out is None) == (args.cases is None):
        parser.error("one of --out and --cases is needed")
    release = torch.__version__.split("+")[0]
    names = [args.only] if args.only else [*SCHEDULERS, *COMPOSITIONS]
    if args.cases is not None:
        cases = [draw_case(args.seed, names[i % len(names)], i // len(names), True) for i in range(args.cases)]
        sys.stdout.write(document("torch", release, "%s, fresh, seed %d" % (SCRIPT, args.seed), cases))
        return
    counts = {name: GOLDEN_CASES if name in SCHEDULERS else GOLDEN_COMPOSITIONS for name in names}
    cases = [draw_case(GOLDEN_SEED, name, number, False) for name in names for number in range(counts[name])]
    os.makedirs(args.out, exist_ok=True)
    with open(os.path.join(args.out, "schedules.json"), "w", newline="\n") as file:
        file.write(document("torch", release, "%s, seed %d" % (SCRIPT, GOLDEN_SEED), cases))


if __name__ == "__main__":
    main()
