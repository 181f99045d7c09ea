"""What an optimizer knows beside its weights, and that a state from elsewhere fits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Iterable, Optional, Set, Union

import numpy as np

from .binder import Bound
from .description import Description, Slot, number_of
from .errors import RunError
from .memory import Floats

#: The values of a slot for one parameter: as many as its shape says, or one number.
SlotValue = Union[Floats, float]

#: Slots of these shapes are single numbers.
NUMBERS = ("scalar", "shared")

_HINT = "a state belongs to the spec that made it"


@dataclass
class State:
    """Counts, schedule and slots, from which an optimizer of the same spec goes on to the same bits."""

    #: Updates that each parameter has had, by key.
    counts: Dict[str, int] = field(default_factory=dict)
    #: The highest of all counts, those of parameters elsewhere included.
    updates: int = 0
    #: The schedule's scalars, ``rate`` among them; those of a base rate that the third group brings in as ``NAME@2``.
    schedule: Dict[str, float] = field(default_factory=dict)
    #: Scalars that all parameters share.
    shared: Dict[str, float] = field(default_factory=dict)
    #: Values by slot, then by key.
    slots: Dict[str, Dict[str, SlotValue]] = field(default_factory=dict)


def first_state(description: Description) -> State:
    """Where a spec starts counting when no state is given."""
    resume = description.get("resume", {})
    counts = resume.get("counts", {})
    updates = resume.get("updates", max([resume.get("begin", 0), *counts.values()]))
    schedule = {name: number_of(value) for name, value in resume.get("schedule", {}).items()}
    return State(counts=dict(counts), updates=updates, schedule=schedule)


def refuse_state(state: State, description: Description, bound: Iterable[Bound]) -> None:
    """Raises RunError for counts that are none, and for slots that are missing, unknown or of another size."""
    _refuse_uncounted(state)
    slots = [slot for body in description["bodies"] for slot in body["slots"]]
    _refuse_unknown(state.slots, {slot["name"] for slot in slots if slot["shape"] != "shared"})
    _refuse_unknown(state.shared, {slot["name"] for slot in slots if slot["shape"] == "shared"})
    for one in bound:
        for slot in one.body["slots"]:
            _refuse_slot(state, slot, one)


def _refuse_uncounted(state: State) -> None:
    for key, count in {**state.counts, "updates": state.updates}.items():
        is_count = isinstance(count, (int, np.integer)) and not isinstance(count, bool)
        if not is_count or not 0 <= count <= state.updates:
            raise RunError("state-count", f"{count} is no update count of `{key}`", f"state.counts.{key}")


def _refuse_unknown(values: Iterable[str], known: Set[str]) -> None:
    for name in values:
        if name not in known:
            raise RunError("state-unknown", f"the spec has no state `{name}`", f"state.{name}", _HINT)


def _refuse_slot(state: State, slot: Slot, one: Bound) -> None:
    name, shape = slot["name"], slot["shape"]
    if shape == "shared":
        if name not in state.shared:
            raise RunError("state-missing", f"the state has no `{name}`", f"state.{name}")
        return
    path = f"state.{name}.{one.key}"
    value = state.slots.get(name, {}).get(one.key)
    if value is None:
        raise RunError("state-missing", f"the state has no `{name}` for `{one.key}`", path)
    places = [place for place in one.body["places"] if place["role"] == "slot" and place["name"] == name]
    length: Optional[int] = one.extent.length(places[0]["shape"]) if places else None
    if isinstance(value, np.ndarray):
        fits = value.dtype == np.float32 and value.size == length
    else:
        fits = isinstance(value, (int, float, np.floating)) and length is None
    if not fits:
        raise RunError("state-shape", f"`{name}` of `{one.key}` has another size", path)
