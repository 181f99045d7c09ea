"""Conformance, MXNet: rates of the real schedulers of one release, through 10,000 updates each.

In: --out DIR writes schedules.json for the committed set; --cases N --seed S draws N fresh cases instead, spread over the schedulers,
on stdout (--only NAME: of one). Out: JSON; ../README.md says what each field is. A case: a scheduler that an SGD was made with, asked for
the rate of each update in order, as Optimizer._get_lr asks.
"""

import argparse
import base64
import contextlib
import json
import os
import sys

from library import RELEASE, mx, np

from classes import FIRST_WARMUP, has, schedulers
from draw import draw_rate, known_arguments
from values import maybe, pick, unit

UPDATES = 10000
STORED = 120
GOLDEN_CASES, GOLDEN_SEED = 4, 1911
# The releases whose schedulers are not line by line those of another one here.
COMMITTED = ["1.0", "1.3", "1.9", "2.0"]


def text64(values):
    """Base64 of the little-endian binary64 values."""
    return base64.b64encode(np.asarray(values, dtype="<f8").tobytes()).decode("ascii")


def draw_count(rng, low=1, high=UPDATES):
    """A number of updates, as often small as large."""
    return int(round(np.exp(rng.uniform(np.log(low), np.log(high)))))


def draw_arguments(rng, name):
    """Constructor arguments, and the counts at which the rate turns."""
    args = {}
    maybe(rng, 0.7, args, "base_lr", lambda: draw_rate(rng))
    base = args.get("base_lr", 0.01)
    maybe(rng, 0.6, args, "warmup_steps", lambda: draw_count(rng, 1, 2000))
    if "warmup_steps" in args:
        maybe(rng, 0.5, args, "warmup_begin_lr", lambda: pick(rng, 0, base / 10, base * unit(rng), base))
        maybe(rng, 0.6, args, "warmup_mode", lambda: pick(rng, "linear", "constant"))
    warm = args.get("warmup_steps", 0)
    if name == "FactorScheduler":
        args["step"] = draw_count(rng)
        maybe(rng, 0.85, args, "factor", lambda: pick(rng, 0.5, 0.1, 0.9, 1, unit(rng, 0.5, 1)))
        maybe(rng, 0.4, args, "stop_factor_lr", lambda: pick(rng, base / 2, base * unit(rng), 1e-6))
        return args, [warm] + [args["step"] * count for count in range(1, 4)]
    if name == "MultiFactorScheduler":
        args["step"] = sorted({draw_count(rng) for _ in range(rng.randint(1, 6))})
        maybe(rng, 0.9, args, "factor", lambda: pick(rng, 0.5, 0.1, 0.9, 1, unit(rng, 0.1, 1)))
        return args, [warm] + args["step"]
    args["max_update"] = warm + draw_count(rng, 2, 12000)
    maybe(rng, 0.5, args, "final_lr", lambda: pick(rng, base / 10, base * unit(rng), 1e-05, 0.0))
    if name == "PolyScheduler":
        maybe(rng, 0.7, args, "pwr", lambda: pick(rng, 1, 2, 3, 0.5, 0.9, 2.0, unit(rng, 0.1, 4)))
    return args, [warm, args["max_update"]]


def points(bounds):
    """About STORED update numbers: all of the first, those about each bound, and others evenly between."""
    wanted = set(range(1, 11)) | {UPDATES} | {bound + offset for bound in bounds for offset in (-1, 0, 1, 2)}
    wanted = {update for update in wanted if 1 <= update <= UPDATES}
    spread = max(1, STORED - len(wanted))
    return sorted(wanted | {1 + (UPDATES - 1) * index // spread for index in range(spread)})


def hyper_of(name, args):
    """The same under the rule's names. The scheduler's own rate says where a warm-up ends, and polynomials and cosines begin."""
    takes = has(RELEASE, FIRST_WARMUP) or name == "PolyScheduler"
    return {**args, "base_lr": args.get("base_lr", 0.01)} if takes else args


def trace(rng, name, number, whole):
    """One case; None where the real class refuses the arguments."""
    drawn, bounds = draw_arguments(rng, name)
    args, base = known_arguments(RELEASE, name, drawn), draw_rate(rng)
    try:
        scheduler = getattr(mx.lr_scheduler, name)(**args)
        optimizer = mx.optimizer.SGD(learning_rate=base, lr_scheduler=scheduler)
        rates = [float(optimizer.lr_scheduler(update)) for update in range(1, UPDATES + 1)]
    except (ValueError, ArithmeticError, AssertionError):
        return None
    at = list(range(1, UPDATES + 1)) if whole else points(bounds)
    return {
        "name": "%s %d" % (name.lower(), number),
        "spec": {"schedule": {"name": "mxnet-%s/%s" % (RELEASE, name.lower()), "hyper": hyper_of(name, args)}},
        "base": base,
        "at": at,
        "rates": text64([rates[update - 1] for update in at]),
    }


def draw_case(seed, name, number, whole):
    """The first draw that the real class accepts; depends on its arguments alone."""
    for attempt in range(100):
        rng = np.random.RandomState([seed, number, attempt, *name.encode("ascii")])
        case = trace(rng, name, number, whole)
        if case is not None:
            return case
    raise RuntimeError("no arguments that %s accepts" % name)


def document(cases, made_by):
    """The JSON text: a head, then one line per case."""
    head = {"framework": "mxnet", "release": mx.__version__, "made_by": made_by}
    lines = ",\n".join(json.dumps(case, allow_nan=False, separators=(",", ":")) for case in cases)
    return "%s,\"cases\":[\n%s\n]}\n" % (json.dumps(head)[:-1], lines)


def draw_all(seed, numbered, whole):
    """A case for each name and number, without what MXNet prints about an overwritten rate."""
    with contextlib.redirect_stdout(open(os.devnull, "w")):
        return [draw_case(seed, name, number, whole) for name, number in numbered]


def main():
    every = {name.lower(): name for name in schedulers(RELEASE) if name is not None}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="DIR", help="write the committed set into this folder")
    parser.add_argument("--cases", type=int, metavar="N", help="draw N fresh cases instead, spread over the schedulers")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--only", metavar="NAME", choices=sorted(every))
    args = parser.parse_args()
    if (args.out is None) == (args.cases is None):
        parser.error("one of --out and --cases is needed")
    script = "conformance/mxnet/schedules.py"
    if args.cases is not None:
        names = [every[args.only]] if args.only else list(every.values())
        numbered = [(names[index % len(names)], index // len(names)) for index in range(args.cases)]
        cases = draw_all(args.seed, numbered, True)
        sys.stdout.write(document(cases, "%s, fresh, seed %d" % (script, args.seed)))
    elif RELEASE in COMMITTED:
        cases = draw_all(GOLDEN_SEED, [(name, number) for name in every.values() for number in range(GOLDEN_CASES)], False)
        os.makedirs(args.out, exist_ok=True)
        with open(os.path.join(args.out, "schedules.json"), "w", newline="\n") as file:
            file.write(document(cases, "%s, seed %d" % (script, GOLDEN_SEED)))


if __name__ == "__main__":
    main()
