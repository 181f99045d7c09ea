"""Conformance, MXNet: golden traces of the real optimizers of one release, along a parameter server's path.

In: --out DIR for the committed set, or --cases N --seed S for fresh cases. Out: JSON, one file per optimizer or one in all
(stdout by default); ../README.md says what each field is. A case: an optimizer made as a training script makes it, pickled as
KVStore.set_optimizer pickles it, loaded again, and run by mxnet.optimizer.get_updater over a few parameters with int keys.
"""

import argparse
import base64
import contextlib
import importlib
import json
import os
import pickle
import sys

from library import RELEASE, mx, np

from classes import has, optimizers, schedulers
from draw import draw_setup
from wide import widen

SHAPES = [(5,), (7,), (3, 4), (1,), (2, 3), (9,)]
MATRICES = [(3, 4), (2, 3), (4, 1), (1, 5)]
GOLDEN_SEED = 1910
# Golden cases of each variant, without a scheduler and with each, and how many rounds they run: the files that 1.9 had first.
FIRST_OF_1_9 = {
    "sgd": (10, 10), "nag": (10, 10), "adam": (10, 10), "adagrad": (10, 10), "rmsprop": (10, 10),
    "signum": (4, 4), "ftml": (4, 4), "adadelta": (4, 4), "ftrl": (4, 4), "adamax": (4, 4), "dcasgd": (4, 4),
    "test": (4, 1), "ccsgd": (4, 4),
}
FIRST_ROUNDS, ROUNDS = 8, 5
CASES_PER_CLASS = 10
# Of a release beside which others stand that compute alike, only what they do not have yet.
COMMITTED = {"1.1": [], "1.4": ["groupadagrad", "_svrgoptimizer", "_assignmentoptimizer"], "1.8": []}
# Classes that divide 0 by 0 where a parameter's first gradient is 0.
NO_ZERO_START = {"Adamax"}
# The assigned weights of SVRG are not counted; where they are pushed more often than all others, nothing else tells.
NO_GAPS = {"_SVRGOptimizer"}
# 2.0's wheel counts subnormal numbers as zero; where LANS and LAMB divide by a norm of such squares, all of their step is another one.
NO_TINY = {"LANS", "LAMB"} if RELEASE == "2.0" else set()
# Classes that keep arrays in themselves, which a sender that has made updates would pickle too.
NO_LATE = {"LBSGD", "AdamW", "AdaBelief"}


def text64(array):
    """Base64 of the little-endian binary32 values, in C order."""
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode("ascii")


def show(args):
    return ", ".join("%s=%r" % item for item in args.items())


def class_named(name):
    """The class, wherever the release keeps it."""
    if name == "GroupAdaGrad":
        return importlib.import_module("mxnet.optimizer.contrib").GroupAdaGrad
    if name.startswith("_"):
        return getattr(importlib.import_module("mxnet.contrib.svrg_optimization.svrg_optimizer"), name)
    return getattr(mx.optimizer, name)


def build(setup):
    """The real optimizer of a set-up.

    Raises what the real classes raise for arguments that they refuse.
    """
    kwargs = dict(setup.kwargs)
    if setup.scheduler:
        kwargs["lr_scheduler"] = getattr(mx.lr_scheduler, setup.scheduler)(**setup.scheduler_kwargs)
    optimizer = class_named(setup.optimizer)(**kwargs)
    if setup.lr_mult is not None:
        optimizer.set_lr_mult(setup.lr_mult)
    if setup.wd_mult is not None:
        optimizer.set_wd_mult(setup.wd_mult)
    return optimizer


def silence_noise():
    """SGLD's noise cannot be repeated elsewhere: its sampler gives zeros, and what is held is the rest of the formula."""
    module = sys.modules[mx.optimizer.SGLD.__module__]
    module.normal = lambda loc, scale, shape, dtype, ctx: mx.nd.zeros(shape, dtype=dtype, ctx=ctx)


def draw_gradient(rng, shape, zeros=True, tiny=True):
    """Gradients of mixed size: some zero, some large enough to be clipped, a few so small that their squares are subnormal."""
    scale = 10.0 ** (rng.uniform(-4, 1) if rng.rand() < 0.95 or not tiny else rng.uniform(-24, -18))
    grad = rng.normal(size=shape) * scale
    grad = np.where(rng.rand(*shape) < (0.08 if zeros else 0), 0, grad)
    grad = np.where(rng.rand(*shape) < 0.06, grad * 1000, grad)
    return grad.astype(np.float32)


def draw_weight(rng, shape):
    """Weights near one, or so small that the last bit of a small step shows in them."""
    scale = 1.0 if rng.rand() < 0.4 else 10.0 ** rng.uniform(-8, -1)
    return (rng.normal(size=shape) * scale).astype(np.float32)


def draw_calls(rng, rounds, shapes, zero_start, tiny, gaps):
    """(key, gradient) for each call of the updater, in order: every key in every round, or with gaps.

    zero_start: whether a key's first gradient may have zeros. tiny: whether gradients may have subnormal squares.
    """
    gap = 0.3 if rng.rand() < 0.35 and gaps else 0.0
    calls, seen = [], set()
    for _ in range(rounds):
        for key, shape in enumerate(shapes):
            if rng.rand() >= gap:
                calls.append((key, draw_gradient(rng, shape, zero_start or key in seen, tiny)))
                seen.add(key)
    return calls


def run(updater, calls, weights):
    """Runs the calls on NDArrays in place; gives the weight that each left."""
    left = []
    for key, grad in calls:
        updater(key, mx.nd.array(grad, dtype="float32"), weights[key])
        left.append((key, weights[key].asnumpy().copy()))
    return left


def observe(optimizer):
    """Notes the effective rate (scheduler and multiplier) of each update, and the last decay of each key.

    The scheduler is not asked a second time: asking changes it.
    """
    rates, decays = [], {}
    if has(RELEASE, "1.5"):
        get_lrs, get_wds = optimizer._get_lrs, optimizer._get_wds

        def lrs(indices):
            found = get_lrs(indices)
            rates.extend(found)
            return found

        def wds(indices):
            found = get_wds(indices)
            decays.update(zip(indices, found))
            return found

        optimizer._get_lrs, optimizer._get_wds = lrs, wds
        return rates, decays
    get_lr, get_wd = optimizer._get_lr, optimizer._get_wd

    def lr(index):
        rates.append(get_lr(index))
        return rates[-1]

    def wd(index):
        decays[index] = get_wd(index)
        return decays[index]

    optimizer._get_lr, optimizer._get_wd = lr, wd
    return rates, decays


def trace(rng, optimizer, fixed, scheduler, late, rounds):
    """One case as plain data; None where the real classes refuse the arguments or a weight stops being finite.

    late: whether the pickle is made after some updates on the sender's side, as when training is resumed.
    """
    setup = draw_setup(rng, RELEASE, optimizer, fixed, scheduler)
    known = MATRICES if optimizer == "GroupAdaGrad" else SHAPES
    shapes = [known[index] for index in rng.randint(len(known), size=int(rng.randint(2, 4)))]
    starts = [draw_weight(rng, shape) for shape in shapes]
    before = int(rng.randint(1, 6)) if late and optimizer not in NO_LATE else 0
    kind = (optimizer not in NO_ZERO_START, optimizer not in NO_TINY, optimizer not in NO_GAPS)
    calls_before, calls = (draw_calls(rng, count, shapes, *kind) for count in (before, rounds))
    try:
        sender = build(setup)
        run(mx.optimizer.get_updater(sender), calls_before, [mx.nd.array(w) for w in starts])
        sent = pickle.dumps(sender, protocol=0)
        received = pickle.loads(sent)
        if getattr(received.lr_scheduler, "max_steps", None) == 0:
            return None  # Raises at update max_update, which a run may not reach.
        rates, decays = observe(received)
        weights = [mx.nd.array(w) for w in starts]
        left = run(mx.optimizer.get_updater(received), calls, weights)
    except (ValueError, TypeError, ArithmeticError, AssertionError, mx.base.MXNetError):
        return None
    ends = [w.asnumpy() for w in weights]
    if not all(np.isfinite(w).all() for w in ends):
        return None
    first = dict(reversed(left))
    names = setup.kwargs.get("param_idx2name", {})
    return {
        "optimizer": setup.optimizer.lower(),
        "scheduler": scheduler.lower() if scheduler else None,
        "kwargs": show(setup.kwargs),
        "scheduler_kwargs": show(setup.scheduler_kwargs) if scheduler else None,
        "set_lr_mult": repr(setup.lr_mult) if setup.lr_mult is not None else None,
        "set_wd_mult": repr(setup.wd_mult) if setup.wd_mult is not None else None,
        "calls_before_pickle": len(calls_before),
        "pickle": base64.b64encode(sent).decode("ascii"),
        "params": [{
            "key": key,
            "name": names.get(key),
            "shape": list(start.shape),
            "wd": decays.get(key),
            "w0": text64(start),
            "w1": text64(first.get(key, start)),
            "w8": text64(end),
        } for key, (start, end) in enumerate(zip(starts, ends))],
        "lr": rates,
        "updates": [[key, text64(grad)] for key, grad in calls],
        "each": [{str(key): text64(weight)} for key, weight in left],
    }


def draw_case(seed, number, family, optimizer, fixed, scheduler, late, rounds):
    """Case `number` of a combination: the first draw that the real classes accept. Depends on its arguments alone."""
    for attempt in range(100):
        words = [seed, number, attempt, *("%s %s %s" % (optimizer, show(fixed), scheduler)).encode("ascii")]
        case = trace(np.random.RandomState(words), optimizer, fixed, scheduler, late, rounds)
        if case is not None:
            variant = family + ("-centered" if fixed.get("centered") else "")
            head = {} if RELEASE == "1.9" and family in FIRST_OF_1_9 else {"release": RELEASE}
            noise = {"noise": "none"} if family == "sgld" else {}
            return {"name": "%s %s %d" % (variant, case["scheduler"] or "constant", number), **head, **noise, **case}
    raise RuntimeError("no accepted draw for %s with %s" % (optimizer, scheduler))


def combinations(families):
    every = optimizers(RELEASE)
    return [(family, optimizer, fixed, scheduler)
            for scheduler in schedulers(RELEASE) for family in families for optimizer, fixed in every[family]]


def document(cases, made_by):
    """The JSON text: a head, then one line per case."""
    head = {"framework": "mxnet", "release": mx.__version__, "made_by": made_by}
    lines = ",\n".join(json.dumps(case, allow_nan=False, separators=(",", ":")) for case in cases)
    return "%s,\"cases\":[\n%s\n]}\n" % (json.dumps(head)[:-1], lines)


def golden_cases(family):
    """Without the weights after each update, which only serve to find the first that differs."""
    first = RELEASE == "1.9" and family in FIRST_OF_1_9
    spread = combinations([family])
    alone, scheduled = FIRST_OF_1_9.get(family, (0, 0))
    if not first:
        variants = len(optimizers(RELEASE)[family])
        scheduled = 2 // variants
        alone = CASES_PER_CLASS // variants - scheduled * (len(schedulers(RELEASE)) - 1)
    for combination in spread:
        for number in range(scheduled if combination[-1] else alone):
            late = number % 4 == 3 if first else number % 2 == 1
            case = draw_case(GOLDEN_SEED, number, *combination, late, FIRST_ROUNDS if first else ROUNDS)
            yield {field: value for field, value in case.items() if field != "each"}


def golden(folder):
    for family in COMMITTED.get(RELEASE, optimizers(RELEASE)):
        text = document(golden_cases(family), "conformance/mxnet/traces.py, seed %d" % GOLDEN_SEED)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, family + ".json"), "w", newline="\n") as file:
            file.write(text)


def fresh(count, seed, families):
    """`count` cases, spread evenly over the combinations."""
    every = combinations(families)
    cases = []
    for index in range(count):
        number, combination = index // len(every), every[index % len(every)]
        cases.append(draw_case(seed, number, *combination, number % 4 == 3, FIRST_ROUNDS))
    return document(cases, "conformance/mxnet/traces.py, fresh, seed %d" % seed)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="DIR", help="write the committed set into this folder")
    parser.add_argument("--cases", type=int, metavar="N", help="draw N fresh cases instead")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--only", "--optimizer", choices=sorted(optimizers(RELEASE)), action="append",
                        help="only this family; may be repeated")
    parser.add_argument("-o", "--output", metavar="FILE", default="-", help="where fresh cases go; - is stdout")
    parser.add_argument("--settings", choices=["wide"], help="wide: sums that Python asks for are taken in binary64")
    args = parser.parse_args()
    if (args.out is None) == (args.cases is None):
        parser.error("one of --out and --cases is needed")
    silence_noise()
    if args.settings:
        widen()
    with contextlib.redirect_stdout(sys.stderr if os.environ.get("VERBOSE") else open(os.devnull, "w")):
        # MXNet prints its warning about an overwritten base_lr on stdout.
        if args.out is not None:
            golden(args.out)
            return
        text = fresh(args.cases, args.seed, args.only or list(optimizers(RELEASE)))
    if args.output == "-":
        sys.stdout.write(text)
    else:
        with open(args.output, "w", newline="\n") as file:
            file.write(text)


if __name__ == "__main__":
    main()
