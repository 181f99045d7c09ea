"""What does not fit is refused before anything is written."""

import dataclasses

import numpy as np
import pytest

import optseal

f32 = np.float32


@pytest.fixture
def optimizer(module):
    return module("counting").attach({"a": np.ones((2, 3), f32), "b": np.ones(2, f32)})


GRADIENTS = {
    "another type": ("gradient-type", np.ones((2, 3))),
    "half precision": ("gradient-type", np.ones((2, 3), np.float16)),
    "integers": ("gradient-type", np.ones((2, 3), np.int32)),
    "big-endian": ("gradient-type", np.ones((2, 3), ">f4")),
    "no array": ("gradient-type", [[1.0] * 3] * 2),
    "nothing": ("gradient-type", None),
    "not contiguous": ("gradient-type", np.ones((3, 2), f32).T),
    "another shape": ("gradient-shape", np.ones((3, 2), f32)),
    "another length": ("gradient-shape", np.ones(5, f32)),
    "flat": ("gradient-shape", np.ones(6, f32)),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients_that_do_not_fit(optimizer, refused, name):
    code, gradient = GRADIENTS[name]
    optimizer.gradients["b"][...] = 7
    before = repr((optimizer.weights, optimizer.gradients, optimizer.state()))
    error = refused(code, lambda: optimizer.step({"b": np.zeros(2, f32), "a": gradient}))
    assert error.path == "gradients.a" and "gradients.a" in str(error)
    assert repr((optimizer.weights, optimizer.gradients, optimizer.state())) == before


@pytest.mark.parametrize("key", ["c", 0, "aa"])
def test_gradients_of_unknown_parameters(optimizer, refused, key):
    refused("unknown-parameter", lambda: optimizer.step({"b": np.zeros(2, f32), key: np.zeros(2, f32)}))
    assert optimizer.updates == 0


@pytest.mark.parametrize("key", ["", -1, 1.0, None, True, 2**53, b"a", "\ud800"])
def test_keys_that_are_none(module, refused, key):
    refused("parameter", lambda: module("plain").attach({key: (1,)}))


def test_one_parameter_under_two_keys(module, refused):
    refused("parameter", lambda: module("plain").attach({1: (1,), "1": (1,)}))
    optimizer = module("plain").attach({1: (1,)})
    gradient = np.ones(1, f32)
    refused("parameter", lambda: optimizer.step({1: gradient, "1": gradient}))


PARAMETERS = {
    "float64": ("parameter", np.ones(3)),
    "big-endian": ("parameter", np.ones(3, ">f4")),
    "not contiguous": ("parameter", np.ones(6, f32)[::2]),
    "numbers": ("parameter", [0.5, 1.5]),
    "text": ("parameter", "ab"),
    "nothing": ("parameter", None),
    "a truth": ("parameter", (True,)),
    "a negative side": ("shape", (3, -1)),
    "a side that no host counts": ("shape", (2**31, 0)),
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters_that_are_none(module, refused, name):
    code, parameter = PARAMETERS[name]
    assert refused(code, lambda: module("plain").attach({"w": parameter})).path == "parameters.w"


def test_shapes_that_the_rule_has_needs_against(module, refused):
    module("square").attach({"w": (3, 3)})
    error = refused("needs", lambda: module("square").attach({"w": (3, 3), "v": (3, 2)}))
    assert error.path == "parameters.v" and "rows == cols" in str(error)


@pytest.mark.parametrize("shape", [(2**29,), (2**20, 2**20)])
def test_more_than_one_memory_holds(module, refused, shape):
    # Weights and gradients take 4 GiB together or more, and frames a little.
    assert "4096 MiB" in refused("memory", lambda: module("plain").attach({"w": shape})).hint


def test_rates_beyond_what_the_trust_document_allows(module, refused):
    optimizer = module("bounded").attach({"a": (1,), "b": (1,)})
    gradients = {"a": -np.ones(1, f32), "b": -np.ones(1, f32)}
    for _ in range(4):
        optimizer.step(gradients)
    before = repr((optimizer.weights, optimizer.gradients, optimizer.state()))
    error = refused("rate-bound", lambda: optimizer.step({"a": np.ones(1, f32)}))
    assert "2.0" in str(error) and "lr" in error.hint
    assert repr((optimizer.weights, optimizer.gradients, optimizer.state())) == before
    refused("rate-bound", lambda: optimizer.step())
    assert optimizer.weights["a"].tolist() == [8 + 8 + 4 + 4]


STATES = {
    "a count that is none": ("state-count", {"counts": {"a": -1}}),
    "a count above all": ("state-count", {"counts": {"a": 2}}),
    "updates that are none": ("state-count", {"updates": 0.5}),
    "an unknown slot": ("state-unknown", {"slots": {"other": {}}}),
    "an unknown scalar": ("state-unknown", {"shared": {"all": 1.0, "other": 1.0}}),
    "an unknown schedule": ("state-unknown", {"schedule": {"rate": 1.0}}),
    "no shared scalar": ("state-missing", {"shared": {}}),
    "no slots": ("state-missing", {"slots": {}}),
}


@pytest.mark.parametrize("name", STATES)
def test_states_that_do_not_fit(module, optimizer, refused, name):
    code, fields = STATES[name]
    weights = dict(optimizer.weights)
    optimizer.step()
    state = dataclasses.replace(optimizer.state(), **fields)
    refused(code, lambda: module("counting").attach(weights, state))


@pytest.mark.parametrize("value", [np.zeros(3, f32), np.zeros(2), 1.0, None])
def test_slots_of_another_size(module, optimizer, refused, value):
    state = optimizer.state()
    state.slots["row"]["a"] = value
    code = "state-missing" if value is None else "state-shape"
    refused(code, lambda: module("counting").attach(dict(optimizer.weights), state))


def test_a_scalar_slot_is_one_number(module, optimizer, refused):
    state = optimizer.state()
    state.slots["mine"]["a"] = np.zeros(1, f32)
    refused("state-shape", lambda: module("counting").attach(dict(optimizer.weights), state))


def test_a_state_without_the_schedules_scalars(module, refused):
    optimizer = module("halving").attach({"w": np.ones(1, f32)})
    optimizer.step()
    state = optimizer.state()
    del state.schedule["now"]
    refused("state-missing", lambda: module("halving").attach(dict(optimizer.weights), state))


def test_modules_that_are_none(folder, refused):
    wasm = (folder / "plain.wasm").read_bytes()
    empty = wasm[:8]
    for bad in (b"", b"(module)", empty, wasm[:-1], wasm + wasm[8:], empty + b"\0\x08\x07optseal", empty + b"\0\xff"):
        refused("not-a-module", lambda bad=bad: optseal.Module(bad), optseal.ModuleError)
    spoilt = bytearray(wasm)
    spoilt[8] = 99
    refused("not-a-module", lambda: optseal.Module(spoilt), optseal.ModuleError)


def test_modules_of_another_version(module, refused):
    error = refused("abi", lambda: module("later"), optseal.ModuleError)
    assert "2" in str(error) and error.path == "abi"


def test_modules_for_a_shared_memory(module, refused):
    refused("not-a-module", lambda: module("shared"), optseal.ModuleError)


def test_files_that_are_not_there(folder):
    with pytest.raises(OSError):
        optseal.Module.read(folder / "none.wasm")
