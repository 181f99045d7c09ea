"""What steps do, by numbers that can be worked out by hand."""

import gc
import re
import threading
import weakref
from pathlib import Path

import numpy as np
import pytest


def ones(*shape):
    return np.ones(shape, np.float32)


def test_adam_moves_by_the_learning_rate(module):
    optimizer = module("adam").attach({"w": ones(2, 3)})
    optimizer.step({"w": 4 * ones(2, 3)})
    # m / (1 - beta1) over sqrt(v / (1 - beta2)) is one at the first step; eps makes it a little less.
    np.testing.assert_allclose(optimizer.weights["w"], 0.5 * ones(2, 3), rtol=1e-6)
    np.testing.assert_array_equal(optimizer.state().slots["exp_avg"]["w"], np.float32(4 * (1 - 0.9)) * ones(2, 3))


def test_weights_and_gradients_are_the_memory_itself(module):
    optimizer = module("plain").attach({"w": ones(3)})
    weights, gradients = optimizer.weights["w"], optimizer.gradients["w"]
    gradients[...] = [1, 2, 3]
    optimizer.step()
    assert weights.tolist() == [0, -1, -2]
    weights[...] = 10
    optimizer.step({"w": gradients})
    assert weights.tolist() == [9, 8, 7]
    assert gradients.tolist() == [1, 2, 3]
    assert weights is optimizer.weights["w"] and weights.flags.aligned and weights.flags.writeable


def test_parameters_given_by_shape_begin_as_zeros_and_slots_copy_what_is_filled_in(module):
    optimizer = module("counting").attach({"w": (2, 2), "late": [3], "scalar": ()})
    assert optimizer.weights["w"].tolist() == [[0, 0], [0, 0]]
    assert optimizer.weights["scalar"].shape == ()
    optimizer.weights["w"][...] = 5
    optimizer.gradients["w"][...] = 1
    optimizer.step({"w": optimizer.gradients["w"]})
    optimizer.weights["late"][...] = 7
    kept = optimizer.state().slots["kept"]
    assert (kept["w"].tolist(), kept["late"].tolist()) == ([[5, 5], [5, 5]], [7, 7, 7])


def test_weights_are_copied_in_and_the_callers_stay(module):
    own = ones(2)
    optimizer = module("plain").attach({"w": own})
    optimizer.step({"w": ones(2)})
    assert own.tolist() == [1, 1]


def test_keys_are_texts_and_integers(module):
    optimizer = module("plain").attach({3: ones(1), "w": ones(1)})
    optimizer.step({"3": ones(1)})
    optimizer.step({np.int64(3): ones(1)})
    assert optimizer.weights[3] is optimizer.weights["3"]
    assert optimizer.weights[3].tolist() == [-1]
    assert list(optimizer.weights) == ["3", "w"] and len(optimizer.weights) == 2
    assert 3 in optimizer.weights and 4 not in optimizer.weights


def test_steps_take_those_that_have_a_gradient_in_the_order_given(module):
    optimizer = module("counting").attach({"a": ones(1), "b": ones(1), "c": ones(1)})
    optimizer.step({"c": ones(1), "a": ones(1)})
    state = optimizer.state()
    assert state.counts == {"a": 1, "b": 0, "c": 1}
    assert (state.updates, state.shared) == (1, {"all": 12.0})
    assert state.slots["mine"] == {"a": 12.0, "b": 0.0, "c": 11.0}


def test_totals_sum_over_the_parameters_of_a_step(module):
    optimizer = module("summed").attach({"a": ones(2), "b": ones(1, 3)})
    optimizer.step({"a": ones(2), "b": ones(1, 3)})
    assert optimizer.weights["a"].tolist() == [-4, -4]
    optimizer.step({"b": ones(1, 3)})
    assert optimizer.weights["a"].tolist() == [-4, -4]
    assert optimizer.weights["b"].tolist() == [[-7, -7, -7]]


def test_what_parameters_share_is_as_all_have_left_it_after_a_total(module):
    optimizer = module("waiting").attach({"a": (1,), "b": (1,), "c": (1,)})
    optimizer.step({"a": ones(1), "b": ones(1)})
    assert (optimizer.weights["a"].item(), optimizer.weights["b"].item()) == (-2, -2)
    optimizer.step({"c": ones(1)})
    assert optimizer.weights["c"].item() == -3
    # The highest count of any parameter, not its own.
    assert optimizer.state().slots["heard"] == {"a": 1, "b": 1, "c": 1}
    optimizer.step({"b": ones(1), "c": ones(1)})
    optimizer.step({"b": ones(1), "a": ones(1)})
    assert optimizer.state().slots["heard"] == {"a": 3, "b": 3, "c": 2}


def test_an_update_ends_where_the_rule_stops_it(module):
    optimizer = module("waiting").attach({"a": (1,), "b": (1,)})
    optimizer.step({"a": 5 * ones(1), "b": 6 * ones(1)})
    assert (optimizer.weights["a"].item(), optimizer.weights["b"].item()) == (0, 0)
    assert optimizer.state().shared == {"all": 2}


def test_a_schedule_without_state_is_not_run_from_its_beginning(module):
    optimizer = module("far").attach({"w": (1,)})
    assert optimizer.updates == 2**52
    optimizer.step({"w": -ones(1)})
    assert optimizer.weights["w"].item() == np.float32(2**52 + 1)
    assert optimizer.state().schedule == {"rate": 2**52 + 1}


def test_gradients_may_stand_in_the_memory_of_others(module):
    optimizer = module("plain").attach({"a": ones(2), "b": ones(2)})
    a, b = optimizer.gradients["a"], optimizer.gradients["b"]
    a[...], b[...] = 1, 2
    optimizer.step({"a": b, "b": a})
    assert (optimizer.weights["a"].tolist(), optimizer.weights["b"].tolist()) == ([-1, -1], [0, 0])
    optimizer.step({"b": optimizer.weights["a"], "a": optimizer.weights["b"]})
    assert (optimizer.weights["a"].tolist(), optimizer.weights["b"].tolist()) == ([-1, -1], [1, 1])


def test_groups_and_their_schedules(module):
    keys = ["w", "bias.norm", "x.norm", "3", "4", "4.norm", "13"]
    optimizer = module("grouped").attach({key: (1,) for key in keys})
    for gradient in optimizer.gradients.values():
        gradient[...] = 1
    optimizer.step()
    moved = {key: -weight.item() for key, weight in optimizer.weights.items()}
    assert moved == {"w": 1, "bias.norm": 10, "x.norm": 100, "3": 100, "4": 1000, "4.norm": 100, "13": 1}
    optimizer.step()
    assert optimizer.weights["x.norm"].item() == -150
    rates = {name: value for name, value in optimizer.state().schedule.items() if name.startswith("rate")}
    assert rates == {"rate": 0.5, "rate@0": 5, "rate@1": 50, "rate@2": 500}


def test_a_schedule_step_may_be_several_updates(module):
    optimizer = module("halving").attach({"w": (1,)})
    moves = []
    for _ in range(5):
        before = optimizer.weights["w"].item()
        optimizer.step({"w": -ones(1)})
        moves.append(optimizer.weights["w"].item() - before)
    assert moves == [8, 8, 4, 4, 2]


def test_counting_starts_where_the_spec_says(module):
    optimizer = module("resumed").attach({"w": (1,), "x": (1,)})
    assert (optimizer.updates, optimizer.state().counts) == (6, {"w": 5, "x": 4})
    optimizer.step({"x": -ones(1)})
    assert optimizer.weights["x"].item() == 32
    optimizer.step({"w": -ones(1)})
    optimizer.step({"w": -ones(1)})
    assert optimizer.weights["w"].item() == 32 + 16
    assert optimizer.state().schedule == {"now": 16, "rate": 16}


@pytest.mark.parametrize("name", ["adam", "counting", "grouped", "halving", "resumed", "summed"])
def test_a_state_goes_on_to_the_same_bits(module, name):
    draw = np.random.default_rng(1)
    shapes = {"w": (4, 5), "bias.a": (3,), "3": (), "x.norm": (2, 0)}

    def gradients():
        return {key: draw.standard_normal(shape).astype(np.float32) for key, shape in shapes.items()}

    optimizer = module(name).attach(gradients())
    for _ in range(3):
        optimizer.step(gradients())
    state = optimizer.state()
    again = module(name).attach(dict(optimizer.weights), state)
    for _ in range(3):
        more = gradients()
        for one in (optimizer, again):
            one.step(more)
    for key in shapes:
        assert again.weights[key].tobytes() == optimizer.weights[key].tobytes()
    assert repr(again.state()) == repr(optimizer.state())
    assert state.updates == optimizer.updates - 3


def test_views_keep_the_memory_and_nothing_else_does(module):
    optimizer = module("plain").attach({"w": ones(4)})
    store = weakref.ref(optimizer._lots[0][0].memory._stores[0])
    weights = optimizer.weights["w"]
    del optimizer
    gc.collect()
    assert weights[1:].tolist() == [1, 1, 1] and store() is not None
    del weights
    gc.collect()
    assert store() is None


def test_memory_is_good_up_to_its_end(module):
    # Nothing touches the large one, so that no more than its addresses is needed.
    optimizer = module("plain").attach({"large": (3 * 2**27,), "w": (3,)})
    assert optimizer.weights["w"].ctypes.data - optimizer.gradients["large"].ctypes.data > 2**31
    optimizer.step({"w": -ones(3)})
    assert optimizer.weights["w"].tolist() == [1, 1, 1]


def test_the_readme_does_what_it_says(folder, tmp_path, monkeypatch):
    page = Path(__file__).parents[1].joinpath("README.md").read_text(encoding="utf8")
    (block,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    tmp_path.joinpath("optimizer.wasm").write_bytes((folder / "adam.wasm").read_bytes())
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(block, names)
    assert names["state"].counts == names["again"].state().counts == {"w": 1, "7": 2}
    assert names["again"].weights[7].tobytes() == names["optimizer"].weights[7].tobytes()


def test_threads_take_turns(module):
    optimizer = module("plain").attach({"w": (1000,)})

    def work():
        for _ in range(200):
            optimizer.step({"w": -ones(1000)})

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(optimizer.weights["w"].tolist()) == {800.0}
    assert optimizer.updates == 800


def test_gradients_of_all_are_as_many_as_there_are(module, refused):
    optimizer = module("plain").attach({"a": np.ones(2, np.float32), "b": np.ones(2, np.float32)})
    gradient = np.ones(2, np.float32)
    for gradients in ([], [gradient], [gradient] * 3):
        refused("gradient-shape", lambda gradients=gradients: optimizer.step_all(gradients))
    refused("gradient-shape", lambda: optimizer.step_all([gradient, np.ones(3, np.float32)]))
    assert optimizer.updates == 0
    optimizer.step_all([gradient, optimizer.gradients["b"]])
    assert optimizer.updates == 1 and optimizer.weights["b"].tolist() == [1, 1]
