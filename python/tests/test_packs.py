"""Parameters that stand side by side are stepped as one, and come to the bits of each by itself."""

import numpy as np
import pytest

f32 = np.float32
SIZES = {"one": (1,), "none": (0,), "few": (3, 5), "odd": (70_001,), "blocks": (1024, 130), "five": (5,)}
SIZES["last"] = (2**17 + 7,)

pytestmark = pytest.mark.usefixtures("sharing")


def numbers(draw, sizes=SIZES):
    return {key: draw.standard_normal(shape, f32) for key, shape in sizes.items()}


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("name", ["adam", "grouped", "halving"])
def test_any_of_them_step_together_from_any_place(module, name, threads):
    draw = np.random.default_rng(5)
    weights, clock = numbers(draw), np.zeros(1, f32)
    together = module(name).attach({**weights, "clock": clock}, threads=threads)
    # Each in an optimizer of its own, where `clock` is stepped first every time too: schedules go by the highest count.
    alone = {key: module(name).attach({key: own, "clock": clock}) for key, own in weights.items()}
    for step in range(24):
        taking = [key for key in SIZES if step % 4 == 0 or draw.random() < 0.6]
        gradients = numbers(draw, {key: SIZES[key] for key in taking})
        given = dict(gradients)
        for key in taking if step % 3 == 0 else []:
            if step % 2 == 0 or draw.random() < 0.5:
                together.gradients[key][...] = gradients[key]
                given[key] = together.gradients[key]
        together.step({"clock": clock, **given})
        for key, own in alone.items():
            own.step({"clock": clock, **({key: gradients[key]} if key in gradients else {})})
    state = together.state()
    for key, own in alone.items():
        assert own.weights[key].tobytes() == together.weights[key].tobytes(), key
        for slot, values in own.state().slots.items():
            assert np.asarray(values[key]).tobytes() == np.asarray(state.slots[slot][key]).tobytes(), (slot, key)
        assert own.state().counts[key] == state.counts[key]


def test_nothing_is_written_beyond_those_that_step(module):
    draw = np.random.default_rng(6)
    optimizer = module("adam").attach(numbers(draw))
    before = {key: weights.copy() for key, weights in optimizer.weights.items()}
    optimizer.step({"few": np.ones((3, 5), f32), "odd": np.ones(70_001, f32)})
    changed = {key for key, weights in optimizer.weights.items() if weights.tobytes() != before[key].tobytes()}
    assert changed == {"few", "odd"}
