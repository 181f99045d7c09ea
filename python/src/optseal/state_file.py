"""A state as named arrays, as every host of optseal writes it to a file, and back."""

from __future__ import annotations

from typing import Dict, Mapping

import numpy as np

from .errors import StateError
from .safetensors import Array
from .state import State

#: What a file of a state says of itself under ``format``.
FORMAT = "optseal-state-1"

_MOST = 2**53 - 1


def tensors_of(state: State) -> Dict[str, Array]:
    """``state/SLOT/KEY`` (binary32, one dimension), ``scalar/SLOT/KEY``, ``shared/SLOT``, ``count/KEY``, ``updates``, ``schedule/SLOT``."""
    tensors: Dict[str, Array] = {"updates": np.asarray(state.updates, np.int64)}
    for key, count in state.counts.items():
        tensors[f"count/{key}"] = np.asarray(count, np.int64)
    for kind, values in (("schedule", state.schedule), ("shared", state.shared)):
        for name, value in values.items():
            tensors[f"{kind}/{name}"] = np.asarray(value, np.float64)
    for slot, by_key in state.slots.items():
        for key, held in by_key.items():
            if isinstance(held, np.ndarray):
                tensors[f"state/{slot}/{key}"] = held.reshape(-1)
            else:
                tensors[f"scalar/{slot}/{key}"] = np.asarray(held, np.float64)
    return tensors


def state_in(tensors: Mapping[str, Array]) -> State:
    """The state that arrays by these names hold: copies. Raises StateError for a name or an array that no state has."""
    state = State()
    if "updates" not in tensors:
        raise StateError("state-tensor", "`updates` is missing", "updates")
    for name, array in tensors.items():
        kind, _, rest = name.partition("/")
        slot, _, key = rest.partition("/")
        if name == "updates":
            state.updates = _whole(name, array)
        elif kind == "count" and rest:
            state.counts[rest] = _whole(name, array)
        elif kind == "schedule" and rest:
            state.schedule[rest] = _real(name, array)
        elif kind == "shared" and rest:
            state.shared[rest] = _real(name, array)
        elif kind == "scalar" and slot and key:
            state.slots.setdefault(slot, {})[key] = _real(name, array)
        elif kind == "state" and slot and key and array.dtype == np.float32 and array.ndim == 1:
            state.slots.setdefault(slot, {})[key] = array.astype(np.float32)
        else:
            raise _stranger(name)
    return state


def _whole(name: str, array: Array) -> int:
    if array.dtype != np.int64 or array.ndim != 0 or not 0 <= int(array) <= _MOST:
        raise _stranger(name)
    return int(array)


def _real(name: str, array: Array) -> float:
    if array.dtype != np.float64 or array.ndim != 0:
        raise _stranger(name)
    return float(array)


def _stranger(name: str) -> StateError:
    return StateError("state-tensor", f"`{name}` is no tensor of a state", name)
