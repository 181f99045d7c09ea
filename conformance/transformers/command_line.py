"""Conformance: the command line of a library's traces, rules and schedules alike.

In: a library's modules that draw cases; NOTES of a module is what a rule's file says of itself. Out: the committed set in a folder, or fresh cases on stdout.
"""

import argparse
import json
import os
import random
import sys

import numpy as np

GOLDEN_RULES = 12
GOLDEN_SCHEDULES = 5


def draw_rule(module, seed, name, number, fresh):
    """Draws until the library accepts; the case depends on the seed and its own name alone."""
    for attempt in range(200):
        rng = np.random.RandomState([seed, number, attempt, *name.encode("ascii")])
        found = module.draw_case(rng, name, number, fresh)
        if found is not None:
            return found
    raise RuntimeError("no arguments that %s accepts" % name)


def draw_schedule(module, seed, name, number, whole):
    for attempt in range(200):
        rng = random.Random("%d %s %d %d" % (seed, name, number, attempt))
        found = module.case(rng, name, number, whole)
        if found is not None:
            return found
    raise RuntimeError("no arguments that %s accepts" % name)


def document(head, made_by, cases):
    """One JSON document with one line for each case."""
    lines = ",\n".join(json.dumps(case, allow_nan=False, separators=(",", ":")) for case in cases)
    return "%s,\"cases\":[\n%s\n]}\n" % (json.dumps({**head, "made_by": made_by})[:-1], lines)


def write(folder, name, text):
    with open(os.path.join(folder, name + ".json"), "w", newline="\n") as file:
        file.write(text)


def golden(folder, script, head, seed, rules, schedules):
    os.makedirs(folder, exist_ok=True)
    made_by = "%s, seed %d" % (script, seed)
    for name in rules.RULES:
        cases = [draw_rule(rules, seed, name, number, False) for number in range(GOLDEN_RULES)]
        note = getattr(rules, "NOTES", {}).get(name)
        write(folder, name, document(head if note is None else {**head, "note": note}, made_by, cases))
    cases = [draw_schedule(schedules, seed, name, number, False)
             for name in schedules.SCHEDULES for number in range(GOLDEN_SCHEDULES)]
    write(folder, "schedules", document(head, made_by, cases))


def main(description, script, head, seed, rules, schedules, output):
    """The whole command. head: framework, release and settings. output: where fresh cases go."""
    names = [*rules.RULES, *schedules.SCHEDULES]
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="DIR", help="write the committed set into this folder")
    parser.add_argument("--cases", type=int, metavar="N", help="draw N fresh cases instead, spread over the rules")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--only", metavar="NAME", choices=names, action="append", help="only this; may be repeated")
    parser.add_argument("--schedules", action="store_true", help="schedules in place of rules")
    args = parser.parse_args()
    if (args.out is None) == (args.cases is None):
        parser.error("one of --out and --cases is needed")
    if args.out is not None:
        golden(args.out, script, head, seed, rules, schedules)
        return
    of_kind = list(schedules.SCHEDULES if args.schedules else rules.RULES)
    chosen = [name for name in of_kind if name in (args.only or of_kind)]
    draw, module = (draw_schedule, schedules) if args.schedules else (draw_rule, rules)
    cases = [draw(module, args.seed, chosen[i % len(chosen)], i // len(chosen), True) for i in range(args.cases)]
    output.write(document(head, "%s, fresh, seed %d" % (script, args.seed), cases))
