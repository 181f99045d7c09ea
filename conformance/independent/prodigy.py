"""Conformance, independent: Prodigy as its paper writes it, in NumPy, and traces of it.

K. Mishchenko, A. Defazio, "Prodigy: an expeditiously adaptive parameter-free learner", arXiv:2306.06101, the version for Adam.
In: --out DIR for the committed set, or --cases N --seed S for fresh cases. Out: JSON. Written from the paper alone: nothing
here knows how optseal does it. The paper's x is one vector; here it is in parts, and its inner product and its norm are
sums over all of them. Vectors are binary32, numbers binary64, as training has them.
"""

import argparse
import base64
import json
import math
import os
import sys

import numpy as np

RULE = "arxiv-2306.06101/prodigy"
GOLDEN_CASES, GOLDEN_SEED = 14, 2306
STEPS = 12
SHAPES = [(5,), (2, 3), (), (3, 4), (2, 2, 3), (1,)]
HARMONIC = "schedule harmonic\nstep rate = base / t\n"


def prodigy(xs, gradients, gamma, d0, beta1, beta2, epsilon):
    """The vector's parts after each step; gradients(xs) gives the next step's, gamma(k) its rate for k from 0.

    Also gives d after each step.
    """
    x0 = [x.copy() for x in xs]
    m = [np.zeros_like(x) for x in xs]
    v = [np.zeros_like(x) for x in xs]
    s = [np.zeros_like(x) for x in xs]
    r, d = 0.0, d0
    root = math.sqrt(beta2)
    for k in range(STEPS):
        g = gradients(xs)
        rate = gamma(k)
        inner = math.fsum(float(e) for i, x in enumerate(xs) for e in np.nditer(g[i] * (x0[i] - x)))
        r = root * r + (1 - root) * rate * d ** 2 * inner
        for i in range(len(xs)):
            m[i] = beta1 * m[i] + (1 - beta1) * d * g[i]
            v[i] = beta2 * v[i] + (1 - beta2) * d ** 2 * g[i] ** 2
            s[i] = root * s[i] + (1 - root) * rate * d ** 2 * g[i]
        norm = math.fsum(float(e) for part in s for e in np.nditer(np.abs(part)))
        xs = [x - rate * d * m[i] / (np.sqrt(v[i]) + d * epsilon) for i, x in enumerate(xs)]
        if norm > 0:
            d = max(d, r / norm)
        yield xs, g, d


def draw_hyper(rng, number):
    """Arguments: each given in most cases, left to its default in some."""
    drawn = {
        "gamma": float(10.0 ** rng.uniform(-1, 1)),
        "d0": float(10.0 ** rng.uniform(-6, -1)),
        "beta1": float(rng.choice([0.0, 0.5, 0.9, 0.95])),
        "beta2": float(rng.choice([0.0, 0.9, 0.99, 0.999])),
        "epsilon": float(10.0 ** rng.uniform(-10, -2)),
    }
    return {name: value for i, (name, value) in enumerate(drawn.items()) if (number + i) % 5 != 0}


def draw_gradients(rng, shapes):
    """Gradients of sum(a (x - c)^2) / 2 and noise, so that d grows; some elements never have one, some are tiny."""
    rounded = lambda array: np.asarray(array, dtype=np.float32)
    a = [rounded(10.0 ** rng.uniform(-2, 1) * (rng.rand(*shape) > 0.1)) for shape in shapes]
    c = [rounded(rng.normal(size=shape)) for shape in shapes]
    noise = 10.0 ** rng.uniform(-6, -1)

    def gradients(xs):
        return [
            rounded(a[i] * (x - c[i]) + (a[i] > 0) * noise * rng.normal(size=x.shape)) for i, x in enumerate(xs)
        ]

    return gradients


def text64(array):
    """Base64 of the little-endian binary32 values, in C order."""
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode("ascii")


def case(seed, number):
    """One case as plain data; it depends on the seed and its number only."""
    rng = np.random.RandomState([seed, number])
    hyper = draw_hyper(rng, number)
    shapes = [SHAPES[i] for i in rng.choice(len(SHAPES), size=int(rng.randint(1, 4)), replace=False)]
    keys = ["abc"[i] for i in range(len(shapes))]
    scale = 10.0 ** rng.uniform(-3, 0)
    starts = [np.asarray(rng.normal(size=shape) * scale, dtype=np.float32) for shape in shapes]
    base = hyper.get("gamma", 1.0)
    scheduled = number % 4 == 3
    gamma = (lambda k: base / (k + 1)) if scheduled else (lambda k: base)
    arguments = {"d0": 1e-6, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, **hyper, "gamma": gamma}
    steps = list(prodigy(starts, draw_gradients(rng, shapes), **arguments))
    named = lambda parts: dict(zip(keys, (text64(part) for part in parts)))
    return {
        "name": "prodigy %d" % number,
        "spec": {"rule": RULE, "hyper": hyper, **({"schedule": {"rule": HARMONIC}} if scheduled else {})},
        "params": [
            {"key": key, "shape": list(x.shape), "before": text64(x), "after": text64(last)}
            for key, x, last in zip(keys, starts, steps[-1][0])
        ],
        "steps": [named(g) for _, g, _ in steps],
        "each": [named(xs) for xs, _, _ in steps],
        "d": [d for _, _, d in steps],
    }


def document(cases, made_by, fresh):
    """The file of a set of cases; the committed ones without what only a search for a difference needs."""
    kept = [{key: value for key, value in one.items() if fresh or key != "each"} for one in cases]
    head = {"framework": "arxiv", "release": "2306.06101", "made_by": made_by, "settings": {}}
    lines = ",\n".join(json.dumps(one) for one in kept)
    return json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", help="folder for the committed set")
    parser.add_argument("--cases", type=int, default=GOLDEN_CASES)
    parser.add_argument("--seed", type=int, default=GOLDEN_SEED)
    args = parser.parse_args()
    cases = [case(args.seed, number) for number in range(args.cases)]
    made_by = "conformance/independent/prodigy.py, NumPy %s, seed %d" % (np.__version__, args.seed)
    text = document(cases, made_by, fresh=args.out is None)
    if args.out is None:
        sys.stdout.write(text)
        return
    os.makedirs(args.out, exist_ok=True)
    with open(os.path.join(args.out, "prodigy.json"), "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
