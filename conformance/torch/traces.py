"""Conformance, PyTorch: golden traces of the real torch.optim.

In: --out DIR for the committed set, or --cases N --seed S for fresh cases. Out: JSON, one file per rule, or one document on
stdout; ../README.md says what each field is. The committed set is made in the environment PLAIN, with tensors of at most 15
elements and the loop over single tensors; --settings chooses what else to hold optseal against. --schedules: see schedules.py.
"""

import argparse
import base64
import json
import os
import sys

import numpy as np

from draw import RULES, draw_setup

RELEASE = "torch-2.13/"
GOLDEN_SEED = 213
GOLDEN_CASES = 14
# Without AVX2 and AVX-512 kernels PyTorch fuses no multiplication with an addition. Its square root is Intel MKL's, which takes
# the processor's own instruction, correctly rounded, in its AVX kernels alone; of others the last bit depends on the machine.
PLAIN = {"ATEN_CPU_CAPABILITY": "default", "MKL_VML_DEBUG_CPU_TYPE": "3"}
# Environment, implementation, and whether tensors have 16 elements and more. `native` is what a user's process does.
SETTINGS = {
    "default": (PLAIN, "loop", False),
    "large": (PLAIN, "loop", True),
    "foreach": (PLAIN, "foreach", False),
    "fused": (PLAIN, "fused", False),
    "sqrt": ({"ATEN_CPU_CAPABILITY": "default"}, "loop", False),
    "native": ({}, "loop", True),
    "native-foreach": ({}, "foreach", True),
    "native-fused": ({}, "fused", True),
}


def text64(array):
    """Base64 of the little-endian binary32 values, in C order."""
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode("ascii")


def texts(arrays):
    return {key: text64(array) for key, array in arrays.items()}


def spec_of(setup):
    spec = {"rule": RELEASE + setup["rule"], "hyper": setup["hyper"]}
    if setup["schedule"] is not None:
        name, args = setup["schedule"]
        spec["schedule"] = {"name": RELEASE + name.lower(), "hyper": args}
    if setup["group"] is not None:
        spec["groups"] = [{"match": {"name": ["b"]}, "hyper": setup["group"]}]
    return spec


def draw_case(seed, number, rule, settings, fresh):
    """Case `number` of a rule: the first draw that PyTorch accepts and keeps finite. Depends on its arguments alone."""
    from run import run

    _, kind, large = SETTINGS[settings]
    for attempt in range(100):
        rng = np.random.RandomState([seed, number, attempt, *rule.encode("ascii")])
        setup = draw_setup(rng, rule, large, scheduled=number % 4 == 3)
        found = run(setup, kind)
        if found is None:
            continue
        each, averages = found
        case = {
            "name": "%s %d" % (rule, number),
            "spec": spec_of(setup),
            "params": [{"key": key, "shape": list(start.shape), "before": text64(start), "after": text64(each[-1][key])}
                       for key, start in setup["weights"].items()],
            "steps": [texts(gradients) for gradients in setup["steps"]],
            **({} if averages is None else {"averages": texts(averages)}),
        }
        return {**case, "each": [texts(arrays) for arrays in each]} if fresh else case
    raise RuntimeError("no accepted draw for %s" % rule)


def document(cases, made_by, settings):
    """The JSON text: a head, then one line per case."""
    import torch

    environment, kind, _ = SETTINGS[settings]
    head = {
        "framework": "torch",
        "release": torch.__version__.split("+")[0],
        "made_by": made_by,
        "settings": {**environment, "implementation": kind},
    }
    lines = ",\n".join(json.dumps(case, allow_nan=False, separators=(",", ":")) for case in cases)
    return "%s,\"cases\":[\n%s\n]}\n" % (json.dumps(head)[:-1], lines)


def golden(folder):
    os.makedirs(folder, exist_ok=True)
    for rule in RULES:
        cases = [draw_case(GOLDEN_SEED, number, rule, "default", fresh=False) for number in range(GOLDEN_CASES)]
        with open(os.path.join(folder, rule + ".json"), "w", newline="\n") as file:
            file.write(document(cases, "conformance/torch/traces.py, seed %d" % GOLDEN_SEED, "default"))


def fresh(count, seed, rules, settings):
    """`count` cases, spread evenly over the rules that have the implementation."""
    from run import implementation

    kind = SETTINGS[settings][1]
    having = [rule for rule in rules if implementation(rule, kind) is not None]
    if not having:
        raise SystemExit("none of %s has the implementation %s" % (", ".join(rules), kind))
    cases = [draw_case(seed, index // len(having), having[index % len(having)], settings, fresh=True)
             for index in range(count)]
    return document(cases, "conformance/torch/traces.py, fresh, seed %d" % seed, settings)


def main():
    if "--schedules" in sys.argv:
        sys.argv.remove("--schedules")
        from schedules import main as main_of_schedules

        return main_of_schedules()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="DIR", help="write the committed set into this folder")
    parser.add_argument("--cases", type=int, metavar="N", help="draw N fresh cases instead")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--only", metavar="RULE", choices=RULES, action="append", help="only this rule; may be repeated")
    parser.add_argument("--settings", choices=list(SETTINGS), default="default", help="how PyTorch computes")
    parser.add_argument("--schedules", action="store_true", help="schedules.py in place of this: its arguments follow")
    args = parser.parse_args()
    if (args.out is None) == (args.cases is None):
        parser.error("one of --out and --cases is needed")
    for name in PLAIN:
        os.environ.pop(name, None)
    os.environ.update(SETTINGS[args.settings][0])
    if args.out is not None:
        return golden(args.out)
    sys.stdout.write(fresh(args.cases, args.seed, args.only or RULES, args.settings))


if __name__ == "__main__":
    main()
