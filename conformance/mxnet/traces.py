"""Conformance, MXNet: golden traces of the real optimizers, along a parameter server's path.

In: --out DIR for the committed set, or --cases N --seed S for fresh cases. Out: JSON, one file per optimizer or one in all
(stdout by default); ../README.md says what each field is. A case: an optimizer made as a training script makes it, pickled as
KVStore.set_optimizer pickles it, loaded again, and run by mxnet.optimizer.get_updater over a few parameters with int keys.
"""

import argparse
import base64
import contextlib
import json
import os
import pickle
import sys
import warnings

os.environ.pop("MXNET_OPTIMIZER_AGGREGATION_SIZE", None)
os.environ["OMP_NUM_THREADS"] = "1"
warnings.simplefilter("ignore")

import mxnet as mx
import numpy as np

from draw import OPTIMIZERS, SCHEDULERS, draw_setup

ROUNDS = 8
SHAPES = [(5,), (7,), (3, 4), (1,), (2, 3), (9,)]
GOLDEN_SEED = 1910
# Golden cases of each variant: without a scheduler, and with each scheduler.
GOLDEN_CASES = {
    "sgd": (10, 10), "nag": (10, 10), "adam": (10, 10), "adagrad": (10, 10), "rmsprop": (10, 10),
    "signum": (4, 4), "ftml": (4, 4), "adadelta": (4, 4), "ftrl": (4, 4), "adamax": (4, 4), "dcasgd": (4, 4),
    "test": (4, 1), "ccsgd": (4, 4),
}
# Classes that divide 0 by 0 where a parameter's first gradient is 0.
NO_ZERO_START = {"Adamax"}


def text64(array):
    """Base64 of the little-endian binary32 values, in C order."""
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode("ascii")


def show(args):
    return ", ".join("%s=%r" % item for item in args.items())


def build(setup):
    """The real optimizer of a set-up.

    Raises what the real classes raise for arguments that they refuse.
    """
    kwargs = dict(setup.kwargs)
    if setup.scheduler:
        kwargs["lr_scheduler"] = getattr(mx.lr_scheduler, setup.scheduler)(**setup.scheduler_kwargs)
    optimizer = getattr(mx.optimizer, setup.optimizer)(**kwargs)
    if setup.lr_mult is not None:
        optimizer.set_lr_mult(setup.lr_mult)
    if setup.wd_mult is not None:
        optimizer.set_wd_mult(setup.wd_mult)
    return optimizer


def draw_gradient(rng, shape, zeros=True):
    """Gradients of mixed size: some zero, some large enough to be clipped, a few so small that their squares are subnormal."""
    scale = 10.0 ** (rng.uniform(-4, 1) if rng.rand() < 0.95 else rng.uniform(-24, -18))
    grad = rng.normal(size=shape) * scale
    grad = np.where(rng.rand(*shape) < (0.08 if zeros else 0), 0, grad)
    grad = np.where(rng.rand(*shape) < 0.06, grad * 1000, grad)
    return grad.astype(np.float32)


def draw_weight(rng, shape):
    """Weights near one, or so small that the last bit of a small step shows in them."""
    scale = 1.0 if rng.rand() < 0.4 else 10.0 ** rng.uniform(-8, -1)
    return (rng.normal(size=shape) * scale).astype(np.float32)


def draw_calls(rng, rounds, shapes, zero_start):
    """(key, gradient) for each call of the updater, in order: every key in every round, or with gaps.

    zero_start: whether a key's first gradient may have zeros.
    """
    gap = 0.3 if rng.rand() < 0.35 else 0.0
    calls, seen = [], set()
    for _ in range(rounds):
        for key, shape in enumerate(shapes):
            if rng.rand() >= gap:
                calls.append((key, draw_gradient(rng, shape, zero_start or key in seen)))
                seen.add(key)
    return calls


def run(updater, calls, weights):
    """Runs the calls on NDArrays in place; gives each key's weight after its own first update."""
    first = {}
    for key, grad in calls:
        updater(key, mx.nd.array(grad, dtype="float32"), weights[key])
        first.setdefault(key, weights[key].asnumpy().copy())
    return first


def observe(optimizer):
    """Notes the effective rate (scheduler and multiplier) of each update, and the last decay of each key.

    The scheduler is not asked a second time: asking changes it.
    """
    rates, decays = [], {}
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


def trace(rng, optimizer, fixed, scheduler, late):
    """One case as plain data; None where the real classes refuse the arguments or a weight stops being finite.

    late: whether the pickle is made after some updates on the sender's side, as when training is resumed.
    """
    setup = draw_setup(rng, optimizer, fixed, scheduler)
    shapes = [SHAPES[index] for index in rng.randint(len(SHAPES), size=int(rng.randint(2, 4)))]
    starts = [draw_weight(rng, shape) for shape in shapes]
    before = int(rng.randint(1, 6)) if late else 0
    zero_start = optimizer not in NO_ZERO_START
    calls_before, calls = (draw_calls(rng, rounds, shapes, zero_start) for rounds in (before, ROUNDS))
    try:
        sender = build(setup)
        run(mx.optimizer.get_updater(sender), calls_before, [mx.nd.array(w) for w in starts])
        sent = pickle.dumps(sender, protocol=0)
        received = pickle.loads(sent)
        rates, decays = observe(received)
        weights = [mx.nd.array(w) for w in starts]
        first = run(mx.optimizer.get_updater(received), calls, weights)
    except (ValueError, TypeError, ArithmeticError, AssertionError, mx.MXNetError):
        return None
    ends = [w.asnumpy() for w in weights]
    if not all(np.isfinite(w).all() for w in ends):
        return None
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
    }


def draw_case(seed, number, family, optimizer, fixed, scheduler):
    """Case `number` of a combination: the first draw that the real classes accept. Depends on its arguments alone."""
    for attempt in range(100):
        words = [seed, number, attempt, *("%s %s %s" % (optimizer, show(fixed), scheduler)).encode("ascii")]
        case = trace(np.random.RandomState(words), optimizer, fixed, scheduler, late=number % 4 == 3)
        if case is not None:
            variant = family + ("-centered" if fixed.get("centered") else "")
            return {"name": "%s %s %d" % (variant, case["scheduler"] or "constant", number), **case}
    raise RuntimeError("no accepted draw for %s with %s" % (optimizer, scheduler))


def combinations(families):
    return [(family, optimizer, fixed, scheduler)
            for scheduler in SCHEDULERS for family in families for optimizer, fixed in OPTIMIZERS[family]]


def document(cases, made_by):
    """The JSON text: a head, then one line per case."""
    head = {"framework": "mxnet", "release": mx.__version__, "made_by": made_by}
    lines = ",\n".join(json.dumps(case, allow_nan=False, separators=(",", ":")) for case in cases)
    return "%s,\"cases\":[\n%s\n]}\n" % (json.dumps(head)[:-1], lines)


def golden(folder):
    os.makedirs(folder, exist_ok=True)
    for family in OPTIMIZERS:
        alone, scheduled = GOLDEN_CASES[family]
        cases = [draw_case(GOLDEN_SEED, number, *combination) for combination in combinations([family])
                 for number in range(scheduled if combination[-1] else alone)]
        with open(os.path.join(folder, family + ".json"), "w", newline="\n") as file:
            file.write(document(cases, "conformance/mxnet/traces.py, seed %d" % GOLDEN_SEED))


def fresh(count, seed, families):
    """`count` cases, spread evenly over the combinations."""
    every = combinations(families)
    cases = [draw_case(seed, index // len(every), *every[index % len(every)]) for index in range(count)]
    return document(cases, "conformance/mxnet/traces.py, fresh, seed %d" % seed)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="DIR", help="write the committed set into this folder")
    parser.add_argument("--cases", type=int, metavar="N", help="draw N fresh cases instead")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--optimizer", choices=sorted(OPTIMIZERS), action="append", help="only this family; may be repeated")
    parser.add_argument("-o", "--output", metavar="FILE", default="-", help="where fresh cases go; - is stdout")
    args = parser.parse_args()
    if (args.out is None) == (args.cases is None):
        parser.error("one of --out and --cases is needed")
    with contextlib.redirect_stdout(sys.stderr if os.environ.get("VERBOSE") else open(os.devnull, "w")):
        # MXNet prints its warning about an overwritten base_lr on stdout.
        if args.out is not None:
            golden(args.out)
            return
        text = fresh(args.cases, args.seed, args.optimizer or list(OPTIMIZERS))
    if args.output == "-":
        sys.stdout.write(text)
    else:
        with open(args.output, "w", newline="\n") as file:
            file.write(text)


if __name__ == "__main__":
    main()
