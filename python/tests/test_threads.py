"""Several threads come to the bits of one, in one memory that all of them see."""

import gc
import os
import subprocess
import sys
import weakref
from time import monotonic, sleep
from types import SimpleNamespace

import numpy as np
import pytest

from optseal.team import Work

SIZE = 2**18 + 1234

pytestmark = pytest.mark.usefixtures("sharing")


def tensors(seed):
    draw = np.random.default_rng(seed)
    return {"large": draw.standard_normal(SIZE, np.float32), "rows": draw.standard_normal((1030, 129), np.float32)}


def stepped(module, threads, state=None):
    optimizer = module.attach(tensors(0), state, threads=threads)
    for step in range(3):
        optimizer.step(tensors(1 + step))
    return optimizer


@pytest.mark.parametrize("name", ["adam", "summed", "counting"])
def test_has_the_bits_of_one_thread(module, name):
    expected = stepped(module(name), 1)
    for threads in (2, 3, 8):
        found = stepped(module(name), threads)
        for key, weights in expected.weights.items():
            assert weights.tobytes() == found.weights[key].tobytes(), (threads, key)
        again = stepped(module(name), threads, found.state())
        assert again.updates == 6


def test_an_amendment_keeps_the_threads(module):
    found = [stepped(module("counting"), threads) for threads in (1, 2)]
    for optimizer in found:
        optimizer.amend(module("counting-slower"))
        optimizer.step(tensors(9))
    one, other = (optimizer.weights["large"].tobytes() for optimizer in found)
    assert one == other


def test_helpers_go_from_memory_to_memory(module):
    expected, found = (module("adam").attach({"large": tensors(0)["large"]}, threads=threads) for threads in (1, 3))
    for optimizer in (expected, found):
        for key in range(3):
            optimizer.add({key: tensors(key)["large"]})
        for step in range(4):
            gradient = tensors(9 + step)["large"]
            optimizer.step({key: gradient for key in ("large", 0, 1, 2)})
    for key, weights in expected.weights.items():
        assert weights.tobytes() == found.weights[key].tobytes(), key


def test_a_pass_does_not_need_its_helpers(module):
    expected, optimizer = stepped(module("adam"), 1), stepped(module("adam"), 3)
    team = optimizer._lots[0][0].memory.team
    team._helps = [lambda: None for _ in team._helps]
    for each in (expected, optimizer):
        each.step(tensors(7))
    for key, weights in expected.weights.items():
        assert weights.tobytes() == optimizer.weights[key].tobytes(), key


def test_what_a_helper_fails_by_is_raised(module):
    resident = stepped(module("adam"), 2)._lots[0][0]
    team, (step,) = resident.memory.team, [one for one in resident.body["steps"] if one["does"] == "pass"]
    parts = team.parts(Work(step["function"], resident.frame, SIZE, step["grain"], SIZE), 2)

    def lost():
        raise RuntimeError("lost")

    # Nobody else comes to that place.
    team._crew = SimpleNamespace(gather=lambda place, helpers: None)
    sleep(0.05)
    team._helps = [lost]
    for _ in range(2):
        parts.post(resident.frame, 0, SIZE)
        team.help(0)
        with pytest.raises(RuntimeError, match="lost"):
            parts.finish()
    parts.post(resident.frame, 0, SIZE)
    parts.finish()


def test_a_process_ends_at_once_after_a_step(folder):
    script = (
        "import sys, numpy, optseal; o = optseal.Module.read(sys.argv[1]).attach({0: (1 << 20,)}, threads=2); "
        "o.step(); o.step({0: numpy.ones(1 << 20, 'float32')}); print(o.updates)"
    )
    command = [sys.executable, "-c", script, str(folder / "adam.wasm")]
    ended = subprocess.run(command, capture_output=True, timeout=60)
    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, b"2", b"")


def test_weights_outlive_their_optimizer(module):
    weights = stepped(module("adam"), 2).weights["large"]
    kept = weights.copy()
    stepped(module("adam"), 2)
    assert weights.tobytes() == kept.tobytes()


def test_views_keep_the_memory_and_nothing_else_does(module):
    optimizer = stepped(module("adam"), 2)
    stores = [weakref.ref(store) for store in optimizer._lots[0][0].memory._stores]
    view = optimizer.weights["large"][:2]
    del optimizer
    gc.collect()
    assert len(stores) == 2 and all(store() is not None for store in stores)
    del view
    # A helper may still look for work there.
    until = monotonic() + 10
    while any(store() is not None for store in stores) and monotonic() < until:
        sleep(0.01)
        gc.collect()
    assert all(store() is None for store in stores)


@pytest.mark.parametrize("threads", [0, -1, 1.5, True, "2", None])
def test_what_is_no_number_of_threads(module, refused, threads):
    refused("threads", lambda: module("adam").attach({"w": (3,)}, threads=threads))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_steps_on_in_a_forked_process(module):
    optimizer = stepped(module("adam"), 2)
    expected = stepped(module("adam"), 2)
    expected.step(tensors(5))
    child = os.fork()
    if child == 0:
        try:
            optimizer.step(tensors(5))
            os._exit(0 if optimizer.weights["large"].tobytes() == expected.weights["large"].tobytes() else 3)
        finally:
            os._exit(4)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
