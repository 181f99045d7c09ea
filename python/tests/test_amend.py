"""An amendment changes values and the schedule, and keeps what the optimizer knows; parameters may come later."""

import numpy as np
import pytest

f32 = np.float32


def ones(*shape):
    return np.ones(shape, f32)


def moves(optimizer, times, key="w"):
    moved = []
    for _ in range(times):
        before = optimizer.weights[key].item()
        optimizer.step({key: -ones(1)})
        moved.append(optimizer.weights[key].item() - before)
    return moved


def test_state_and_counts_stay_and_the_next_update_has_the_new_values(module):
    optimizer = module("counting").attach({"a": (1,), "b": (2,)})
    optimizer.step({"a": ones(1), "b": ones(2)})
    before = optimizer.state()
    optimizer.amend(module("counting-slower"))
    assert repr(optimizer.state()) == repr(before)
    optimizer.step({"b": ones(2)})
    assert optimizer.weights["b"].tolist() == [-1.25, -1.25]
    assert optimizer.state().counts == {"a": 1, "b": 2} and optimizer.state().shared["all"] == before.shared["all"] + 1


def test_a_new_base_rate_stands_where_it_would_always_have_stood(module):
    optimizer = module("halving").attach({"w": (1,)})
    assert moves(optimizer, 3) == [8, 8, 4]
    optimizer.amend(module("halving-faster"))
    assert moves(optimizer, 2) == [8, 4]
    optimizer.amend(module("plain"))
    assert (moves(optimizer, 1), optimizer.state().schedule) == ([1], {})
    optimizer.amend(module("halving"))
    assert moves(optimizer, 1) == [1]


def test_a_schedule_that_stays_keeps_its_state(module):
    optimizer = module("resumed").attach({"w": (1,)})
    assert moves(optimizer, 1) == [32]
    optimizer.amend(module("resumed"))
    assert moves(optimizer, 1) == [16]


REFUSED = {
    "another rule": ("counting", "plain"),
    "other groups": ("plain", "grouped"),
    "other state": ("guarded", "guarded-other"),
    "a schedule that would be run too long": ("far", "halving"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_an_amendment_cannot_do(module, refused, name):
    first, second = REFUSED[name]
    optimizer = module(first).attach({"w": ones(1)})
    optimizer.step({"w": ones(1)})
    before = repr((optimizer.weights, optimizer.state()))
    refused("amendment", lambda: optimizer.amend(module(second)))
    assert repr((optimizer.weights, optimizer.state())) == before
    optimizer.step({"w": ones(1)})


def test_parameters_that_come_later(module, refused):
    optimizer = module("grouped").attach({})
    optimizer.add({"w": ones(1)})
    optimizer.step({"w": ones(1)})
    weights = optimizer.weights
    optimizer.add({"bias.a": ones(1), "4": ones(1)})
    assert list(weights) == ["w", "bias.a", "4"]
    optimizer.step({"bias.a": ones(1)})
    # The schedule's place is the highest count of any parameter.
    assert optimizer.weights["bias.a"].item() == 1 - 10
    optimizer.step({"4": optimizer.weights["w"]})
    assert optimizer.weights["4"].item() == 1
    refused("parameter", lambda: optimizer.add({4: ones(1)}))
    optimizer.amend(module("grouped"))
    optimizer.add({"x.norm": ones(1)})
    optimizer.step()
    assert optimizer.state().counts == {"w": 2, "bias.a": 2, "4": 2, "x.norm": 1}


def test_parameters_that_come_later_to_a_state(module, refused):
    first = module("counting").attach({"a": ones(1), "b": ones(1)})
    first.step()
    later = module("counting").attach({"a": first.weights["a"]}, first.state())
    later.amend(module("counting-slower"))
    later.add({"b": first.weights["b"]})
    assert repr(later.state()) == repr(first.state())
    refused("state-missing", lambda: later.add({"c": ones(1)}))
    later.add({"c": ones(1)}, fresh=True)
    assert later.state().counts["c"] == 0
