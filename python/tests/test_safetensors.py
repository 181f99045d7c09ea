"""Files of arrays: what is written is read back, and nothing is read that breaks the format."""

import json
import struct

import numpy as np
import pytest

import optseal
from optseal.safetensors import chunks_of, read_safetensors
from optseal.state_file import state_in, tensors_of


def written(tensors, metadata=None):
    return b"".join(chunks_of(tensors, metadata or {}))


def file_of(header, data=b"", text=None):
    text = json.dumps(header).encode() if text is None else text
    return struct.pack("<Q", len(text)) + text + data


def refused(call):
    with pytest.raises(optseal.StateError) as caught:
        call()
    return caught.value.code


ENTRY = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}


def test_what_is_written_is_read_back():
    tensors = {
        "b": np.arange(6, dtype=np.float32).reshape(2, 3),
        "a": np.asarray(7, np.int64),
        "\u00e9": np.asarray([], np.float32),
        "half": np.asarray([1.5], np.float16),
        "signalling": np.asarray([0x7F800001, 0x80000000], np.uint32).view(np.float32),
        "turned": np.arange(6, dtype=np.float64).reshape(2, 3).T,
        "big": np.asarray([1, 2], ">f4"),
    }
    data = written(tensors, {"format": "x", "a": "b"})
    metadata, read = read_safetensors(data)
    assert metadata == {"format": "x", "a": "b"} and set(read) == set(tensors)
    for name, array in tensors.items():
        assert read[name].shape == array.shape
        assert read[name].tobytes() == array.astype(array.dtype.newbyteorder("<")).tobytes()
    assert written(dict(reversed(list(tensors.items()))), {"a": "b", "format": "x"}) == data


def test_files_are_those_of_the_command(setting):
    """The same arrays give the same bytes as in the other language."""
    setting.path("grads.safetensors").write_bytes(written({"w": np.ones(3, np.float32)}))
    weights = {"w": np.asarray([1, 2, 3], np.float32), "1": np.ones((2, 2), np.float32)}
    setting.path("weights.safetensors").write_bytes(written(weights, {"by": "numpy"}))
    files = ("--weights", "weights.safetensors", "--grads", "grads.safetensors")
    setting.optseal("run", "spec.yaml", *files, "--out", "out.safetensors", "--state-out", "out.state", "--force")
    out = setting.read("out.safetensors")
    metadata, tensors = read_safetensors(out)
    assert tensors["w"].tolist() == [0.5, 1.5, 2.5] and written(tensors, metadata) == out
    state = setting.read("out.state")
    metadata, tensors = read_safetensors(state)
    assert written(tensors_of(state_in(tensors)), metadata) == state


BROKEN = {
    "nothing": b"",
    "no header": struct.pack("<Q", 0),
    "a header longer than the file": struct.pack("<Q", 9) + b"{}",
    "a header beyond all limits": struct.pack("<Q", 2**40) + b"{}",
    "no JSON": file_of(None, text=b"{"),
    "no object": file_of([]),
    "depth": file_of(None, text=b'{"a":' + b"[" * 100_000),
    "a name twice": file_of(None, text=b'{"a":1,"a":1}'),
    "no UTF-8": file_of(None, text=b'{"\xff":1}'),
    "an unknown type": file_of({"a": {**ENTRY, "dtype": "F8"}}, bytes(4)),
    "a type that is a list": file_of({"a": {**ENTRY, "dtype": ["F32"]}}, bytes(4)),
    "a field beside": file_of({"a": {**ENTRY, "object": "x"}}, bytes(4)),
    "no shape": file_of({"a": {"dtype": "F32", "data_offsets": [0, 4]}}, bytes(4)),
    "a negative side": file_of({"a": {**ENTRY, "shape": [-1]}}, bytes(4)),
    "a side with a fraction": file_of({"a": {**ENTRY, "shape": [1.0]}}, bytes(4)),
    "a side that is true": file_of({"a": {**ENTRY, "shape": [True]}}, bytes(4)),
    "a product beyond 2^53": file_of({"a": {**ENTRY, "shape": [2**52, 4, 0]}}, bytes(4)),
    "too many sides": file_of({"a": {**ENTRY, "shape": [1] * 65}}, bytes(4)),
    "three offsets": file_of({"a": {**ENTRY, "data_offsets": [0, 4, 8]}}, bytes(4)),
    "offsets that go back": file_of({"a": {**ENTRY, "data_offsets": [4, 0]}}, bytes(4)),
    "another length": file_of({"a": {**ENTRY, "data_offsets": [0, 3]}}, bytes(3)),
    "a hole": file_of({"a": {**ENTRY, "data_offsets": [1, 5]}}, bytes(5)),
    "an overlap": file_of({"a": ENTRY, "b": ENTRY}, bytes(4)),
    "too little data": file_of({"a": ENTRY}, bytes(3)),
    "too much data": file_of({"a": ENTRY}, bytes(5)),
    "metadata that are numbers": file_of({"__metadata__": {"a": 1}}),
    "metadata that are a list": file_of({"__metadata__": []}),
    "an entry that is a text": file_of({"a": "F32"}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_the_format_is_refused(name):
    assert refused(lambda: read_safetensors(BROKEN[name])) == "safetensors"


def test_each_byte_too_few_is_refused():
    data = written({"a": np.ones(3, np.float32), "b": np.ones(2, np.int64)}, {"x": "y"})
    for end in range(len(data)):
        assert refused(lambda end=end: read_safetensors(data[:end])) == "safetensors"


@pytest.mark.parametrize(
    "tensors", [{"__metadata__": np.ones(1)}, {"a": np.asarray(["x"])}, {"a": np.asarray([object()])}, {"\ud800": np.ones(1)}]
)
def test_what_no_file_has_is_not_written(tensors):
    assert refused(lambda: written(tensors)) == "safetensors"


def test_a_state_comes_back():
    slots = {"mean": {"w": np.ones((2, 3), np.float32), "a/b": np.ones(1, np.float32)}, "mine": {"w": 0.1}}
    state = optseal.State({"w": 3, "a/b": 4}, 7, {"rate": float("inf")}, {"all": -0.0}, slots)
    back = state_in(read_safetensors(written(tensors_of(state))).tensors)
    assert (back.counts, back.updates, back.schedule) == (state.counts, 7, state.schedule)
    assert str(back.shared["all"]) == "-0.0" and back.slots["mine"] == {"w": 0.1}
    assert back.slots["mean"]["w"].tolist() == [1.0] * 6 and back.slots["mean"]["a/b"].flags.writeable


STRANGE = {
    "nothing": {},
    "an unknown kind": {"updates": np.asarray(1, np.int64), "else/w": np.ones(1)},
    "a count below 0": {"updates": np.asarray(-1, np.int64)},
    "a count that is real": {"updates": np.asarray(1.0)},
    "a count of two": {"updates": np.asarray([1, 2], np.int64)},
    "a slot without a key": {"updates": np.asarray(1, np.int64), "state/mean/": np.ones(1, np.float32)},
    "a slot of binary64": {"updates": np.asarray(1, np.int64), "state/mean/w": np.ones(1)},
    "a scalar of binary32": {"updates": np.asarray(1, np.int64), "scalar/mean/w": np.asarray(1, np.float32)},
}


@pytest.mark.parametrize("name", STRANGE)
def test_what_is_no_state_is_refused(name):
    assert refused(lambda: state_in(STRANGE[name])) == "state-tensor"
