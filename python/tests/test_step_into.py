"""Steps that take gradients from arrays elsewhere, and give weights to others, do what copies and a step in place do."""

import numpy as np
import pytest

f32 = np.float32


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("size", [0, 1, 1000, 65535, 65536, 65537, 98_304, 200_001])
@pytest.mark.parametrize("name", ["adam", "counting", "grouped", "halving", "guarded", "waiting", "summed"])
@pytest.mark.usefixtures("sharing")
def test_the_same_bits(module, name, size, threads):
    draw = np.random.default_rng(size)
    weights = draw.standard_normal(size).astype(f32)
    inside, given, into = (module(name).attach({3: weights}, threads=threads) for _ in range(3))
    out = np.zeros(size, f32)
    for _ in range(3):
        gradient = draw.standard_normal(size).astype(f32)
        inside.gradients[3][...] = gradient
        inside.step()
        given.step({3: gradient})
        into.step_into(3, gradient, out)
        bits = [one.weights[3].tobytes() for one in (inside, given, into)]
        assert bits == [out.tobytes()] * 3
    inside.step()
    into.step({3: gradient})
    assert inside.weights[3].tobytes() == into.weights[3].tobytes() and repr(inside.state()) == repr(into.state())


def test_arrays_may_be_one_or_the_memory_itself(module):
    size = 70_000
    one, other = (module("adam").attach({3: np.ones(size, f32)}) for _ in range(2))
    both = np.arange(size, dtype=f32) + 1
    one.step({3: both})
    other.step_into(3, both, both)
    assert both.tobytes() == one.weights[3].tobytes()
    one.step({3: one.weights[3]})
    other.step_into(3, other.weights[3], both)
    assert both.tobytes() == one.weights[3].tobytes()
    one.step({3: both})
    other.step_into(3, both, other.gradients[3])
    assert other.gradients[3].tobytes() == one.weights[3].tobytes()


def test_what_does_not_fit(module, refused):
    optimizer = module("plain").attach({3: np.ones(2, f32)})
    good, frozen = np.ones(2, f32), np.ones(2, f32)
    frozen.flags.writeable = False
    refused("unknown-parameter", lambda: optimizer.step_into(4, good, good))
    refused("gradient-shape", lambda: optimizer.step_into(3, np.ones(3, f32), good))
    refused("gradient-type", lambda: optimizer.step_into(3, np.ones(2), good))
    for out in (np.ones(3, f32), np.ones(2), frozen, np.ones(4, f32)[::2], None):
        refused("parameter", lambda out=out: optimizer.step_into(3, good, out))
    assert optimizer.updates == 0 and optimizer.weights[3].tolist() == [1, 1]
