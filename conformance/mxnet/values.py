"""Conformance, MXNet: random numbers that are awkward on purpose. In: a random generator. Out: Python numbers."""


def pick(rng, *choices):
    return choices[rng.randint(len(choices))]


def wild(rng, low, high):
    """A double between 10**low and 10**high: all its digits, or four of them (so that 3.217e-05 occurs)."""
    value = float(10.0 ** rng.uniform(low, high))
    return value if rng.rand() < 0.5 else float("%.4g" % value)


def awkward(rng):
    """A number that MXNet's own text-to-float parser often rounds wrongly: all digits, and an exponent or a whole part."""
    return float(10.0 ** (rng.uniform(-8, -4) if rng.rand() < 0.75 else rng.uniform(0, 2)))


def unit(rng, low=0.0, high=1.0):
    value = float(rng.uniform(low, high))
    return value if rng.rand() < 0.5 else float("%.3g" % value)


def maybe(rng, chance, args, name, draw):
    if rng.rand() < chance:
        args[name] = draw()


def draw_beta(rng, *usual):
    return pick(rng, *usual, unit(rng, 0.5, 0.9999), unit(rng, 0.9, 0.9999), unit(rng))
