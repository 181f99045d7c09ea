"""Several threads come to the bits of one, in one memory that all of them see."""

import gc
import os
import weakref

import numpy as np
import pytest

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
