"""Conformance, Keras 3: golden traces from the real optimizers and schedules, on the jax and the torch backend.

    python traces.py --out DIR                                       the committed set, from a fixed seed
    python traces.py --cases N --seed S [--only RULE] [--schedules]  fresh cases on stdout (--settings: other surroundings)

A backend is chosen when Keras is imported, so each runs in a process of its own (`--serve` is how this script calls itself).
All get the same set-ups.
"""

import argparse
import json
import os
import subprocess
import sys

from draw import OWN, SCHEDULES

SEED = 3
# How many committed cases each rule and each schedule has, by surroundings.
RULE_CASES = {"default": 14, "torch": 10}
SCHEDULE_CASES = {"default": 4, "torch": 2}
# Each operation rounds once: XLA's simplifier turns a division by a number into a product, and later instructions fuse two
# roundings into one.
PLAIN = {
    "XLA_FLAGS": "--xla_disable_hlo_passes=algsimp --xla_cpu_max_isa=SSE4_2",
    "ATEN_CPU_CAPABILITY": "default",
    "MKL_VML_DEBUG_CPU_TYPE": "3",
}
# Surroundings by the word for them: the backend, the environment, and whether a step is compiled as a whole, as `fit` does on jax.
# With all instructions of the processor, tensors are larger, so that the widest come in.
SETTINGS = {
    "default": ("jax", PLAIN, False),
    "jit": ("jax", PLAIN, True),
    "native-jit": ("jax", {}, True),
    "torch": ("torch", PLAIN, False),
    "native-torch": ("torch", {}, False),
}


def work(settings, jobs):
    """Cases of some surroundings, in a process that has them. A job is (kind, class, number, seed)."""
    backend, own, compiled = SETTINGS[settings]
    inherited = {name: value for name, value in os.environ.items() if name not in PLAIN}
    environment = {**inherited, **own, "JAX_PLATFORMS": "cpu", "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    orders = json.dumps({"compiled": compiled, "large": own is not PLAIN, "jobs": jobs})
    process = subprocess.run([sys.executable, __file__, "--serve"], input=orders, env=environment, stdout=subprocess.PIPE,
                             check=True, text=True)
    return json.loads(process.stdout)


def serve():
    """The inner process: jobs on stdin, cases on stdout."""
    import warnings

    from run import rule_case, schedule_case

    # A missing gradient is drawn on purpose.
    warnings.filterwarnings("ignore", message="Gradients do not exist")
    cases = []
    orders = json.load(sys.stdin)
    for kind, name, number, seed in orders["jobs"]:
        if kind == "rule":
            cases.append(rule_case(seed, name, number, orders["compiled"], orders["large"]))
        else:
            cases.append(schedule_case(seed, name, number, kind == "whole schedule", orders["compiled"]))
    json.dump(cases, sys.stdout)


def document(cases, made_by, settings="default"):
    """The JSON text: a head, then one line per case."""
    from importlib.metadata import version

    releases = ["%s %s" % (name, version(name)) for name in ("jax", "torch")]
    head = {"framework": "keras", "release": version("keras"), "made_by": "%s, on %s" % (made_by, " and ".join(releases)),
            "settings": {**SETTINGS[settings][1], "name": settings}}
    lines = ",\n".join(json.dumps(case, allow_nan=False, separators=(",", ":")) for case in cases)
    return "%s,\"cases\":[\n%s\n]}\n" % (json.dumps(head)[:-1], lines)


def golden(folder):
    os.makedirs(folder, exist_ok=True)
    made_by = "conformance/keras/traces.py, seed %d" % SEED
    rules = {settings: work(settings, [("rule", name, number, SEED) for name in OWN for number in range(count)])
             for settings, count in RULE_CASES.items()}
    for place, name in enumerate(OWN):
        cases = [case for settings, count in RULE_CASES.items() for case in rules[settings][place * count:][:count]]
        compact = [{key: value for key, value in case.items() if key != "each"} for case in cases]
        write(os.path.join(folder, name.lower() + ".json"), document(compact, made_by))
    every = [work(settings, [("schedule", name, number, SEED) for name in SCHEDULES for number in range(count)])
             for settings, count in SCHEDULE_CASES.items()]
    write(os.path.join(folder, "schedules.json"), document(sum(every, []), made_by))


def write(path, text):
    with open(path, "w", newline="\n") as file:
        file.write(text)


def fresh(count, seed, only, schedules, settings):
    """`count` cases, spread evenly over the classes."""
    kind, classes = ("whole schedule", SCHEDULES) if schedules else ("rule", OWN)
    names = [name for name in classes if only in (None, name.lower(), "keras-3/" + name.lower())]
    if not names:
        raise SystemExit("no class is called %s" % only)
    jobs = [(kind, names[index % len(names)], index // len(names), seed) for index in range(count)]
    made_by = "conformance/keras/traces.py, fresh, seed %d" % seed
    return document(work(settings, jobs), made_by, settings)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="DIR", help="write the committed set into this folder")
    parser.add_argument("--cases", type=int, metavar="N", help="draw N fresh cases instead")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--only", metavar="RULE", help="only this class, in lower case")
    parser.add_argument("--schedules", action="store_true", help="schedules instead of rules")
    parser.add_argument("--settings", choices=list(SETTINGS), default="default", help="which backend computes, and how")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        serve()
    elif (args.out is None) == (args.cases is None):
        parser.error("one of --out and --cases is needed")
    elif args.out is not None:
        golden(args.out)
    else:
        sys.stdout.write(fresh(args.cases, args.seed, args.only, args.schedules, args.settings))


if __name__ == "__main__":
    main()
