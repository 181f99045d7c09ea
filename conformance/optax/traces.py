"""Conformance, optax: golden traces of the real gradient transformations and schedules.

In: --out DIR [--only RULE] for the committed set, or --cases N --seed S [--only RULE] [--schedules] for fresh cases. Out: JSON, one file per rule,
or one document on stdout; ../README.md says what each field is. The committed set is made with the environment PLAIN and one
operation after the other; --settings chooses what else to hold optseal against.
"""

import argparse
import base64
import json
import os
import sys

import numpy as np

from draw import RULES, draw_setup

# XLA kept to instructions in which each operation rounds once, and 1 / sqrt(x) is not an approximation of its own.
PLAIN = {"XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2", "JAX_PLATFORMS": "cpu"}
# Environment, and whether each update is jitted as a whole. `native-jit` is what a user's training step does on this machine.
SETTINGS = {
    "default": (PLAIN, False),
    "jit": (PLAIN, True),
    "native": ({"JAX_PLATFORMS": "cpu"}, False),
    "native-jit": ({"JAX_PLATFORMS": "cpu"}, True),
}
RELEASE = "optax-0.2/"
GOLDEN_SEED = 208
GOLDEN_CASES = 14
GOLDEN_SCHEDULES = 5


def text64(array):
    """Base64 of the little-endian binary32 values, in C order."""
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode("ascii")


def texts(arrays):
    return {key: text64(array) for key, array in arrays.items()}


def spec_of(setup):
    """The same set-up as a spec: numbers of a tuple apart, a mask as a group."""
    hyper = dict(setup["args"])
    if "init_step" in hyper:
        hyper["init_step_type"], hyper["init_step_value"] = hyper.pop("init_step")
    spec = {"rule": RELEASE + setup["rule"], "hyper": hyper}
    if setup["schedule"] is not None:
        kind, args = setup["schedule"]
        spec["schedule"] = {"name": RELEASE + kind, "hyper": args}
    if setup["mask"] is not None:
        spec["groups"] = [{"match": {"name": ["b"]}, "hyper": RULES[setup["rule"]].masks[setup["mask"]]}]
    return spec


def draw_case(seed, number, rule, fresh, jitted=False):
    """Case `number` of a rule: the first draw that optax accepts and keeps finite. Depends on its arguments alone."""
    from run import run

    for attempt in range(100):
        rng = np.random.RandomState([seed, number, attempt, *rule.encode("ascii")])
        setup = draw_setup(rng, rule, scheduled=number % 4 == 3, bare=number == 0)
        each = run(setup, jitted)
        if each is None:
            continue
        case = {
            "name": "%s %d" % (rule, number),
            "spec": spec_of(setup),
            "params": [{"key": key, "shape": list(start.shape), "before": text64(start), "after": text64(each[-1][key])}
                       for key, start in setup["weights"].items()],
            "steps": [texts(gradients) for gradients in setup["steps"]],
        }
        return {**case, "each": [texts(arrays) for arrays in each]} if fresh else case
    raise RuntimeError("no accepted draw for %s" % rule)


def document(cases, made_by, settings):
    """The JSON text: a head, then one line per case."""
    import optax

    head = {"framework": "optax", "release": optax.__version__, "made_by": made_by, "settings": {**SETTINGS[settings][0], "name": settings}}
    lines = ",\n".join(json.dumps(case, allow_nan=False, separators=(",", ":")) for case in cases)
    return "%s,\"cases\":[\n%s\n]}\n" % (json.dumps(head)[:-1], lines)


def golden(folder, only):
    from schedules import SCHEDULES, draw_schedule_case

    os.makedirs(folder, exist_ok=True)
    files = {rule: (draw_case, [rule], GOLDEN_CASES) for rule in RULES}
    files["schedules"] = (draw_schedule_case, list(SCHEDULES), GOLDEN_SCHEDULES)
    for file_name, (draw, names, count) in files.items():
        if only is not None and file_name not in only:
            continue
        cases = [draw(GOLDEN_SEED, number, name, False) for name in names for number in range(count)]
        with open(os.path.join(folder, file_name + ".json"), "w", newline="\n") as file:
            file.write(document(cases, "conformance/optax/traces.py, seed %d" % GOLDEN_SEED, "default"))


def fresh(count, seed, only, schedules, settings):
    """`count` cases, spread evenly over the rules or the schedules."""
    from schedules import SCHEDULES, draw_schedule_case

    jitted = SETTINGS[settings][1]
    names = [name for name in (SCHEDULES if schedules else RULES) if only is None or name in only]
    draw = draw_schedule_case if schedules else draw_case
    cases = [draw(seed, index // len(names), names[index % len(names)], True, jitted) for index in range(count)]
    return document(cases, "conformance/optax/traces.py, fresh, seed %d" % seed, settings)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="DIR", help="write the committed set into this folder")
    parser.add_argument("--cases", type=int, metavar="N", help="draw N fresh cases instead")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--only", metavar="RULE", action="append", help="only this rule or schedule; may be repeated")
    parser.add_argument("--schedules", action="store_true", help="schedules instead of rules")
    parser.add_argument("--settings", choices=sorted(SETTINGS), default="default")
    args = parser.parse_args()
    if (args.out is None) == (args.cases is None):
        parser.error("one of --out and --cases is needed")
    # XLA reads its flags when it is first loaded.
    os.environ.pop("XLA_FLAGS", None)
    os.environ.update(SETTINGS[args.settings][0])
    if args.out is not None:
        golden(args.out, args.only)
    else:
        sys.stdout.write(fresh(args.cases, args.seed, args.only, args.schedules, args.settings))


if __name__ == "__main__":
    main()
