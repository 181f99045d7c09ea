"""An optimizer at work: a module, its memory, and the parameters that it steps."""

from __future__ import annotations

from itertools import islice
from threading import Lock
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np
import wasmtime

from .binder import Bound
from .description import Description
from .errors import RunError
from .keys import Key, Keyed, entries_of
from .layout import Room, lay_out
from .memory import Floats, Memory
from .parameters import check_gradient
from .resident import Resident
from .schedule import Drive
from .schedules import Schedules
from .state import SlotValue, State, first_state, refuse_state


class Optimizer:
    """A rule with parameters and state. ``Module.attach`` makes it.

    Steps are all or nothing: what does not fit is refused before a write. One thread at a time steps; others wait.
    """

    #: Weights by key: the memory that steps change in place, also good to be written to between steps.
    weights: Mapping[Key, Floats]
    #: Where gradients may be written, so that they need not be copied; steps leave them as they are.
    gradients: Mapping[Key, Floats]

    def __init__(
        self,
        description: Description,
        engine: wasmtime.Engine,
        module: wasmtime.Module,
        bound: Sequence[Bound],
        state: Optional[State],
    ) -> None:
        if state is not None:
            refuse_state(state, description, bound)
        start = first_state(description) if state is None else state
        room = Room(description["free"])
        self._schedules = Schedules(description, room)
        sites = lay_out([(one.body, one.extent) for one in bound], room)
        self._memory = Memory(engine, module, room.end)
        self._schedules.start(self._memory, start, is_resumed=state is not None)
        residents = [Resident(one, site, self._memory, description) for one, site in zip(bound, sites)]
        self._shared = {name: float(value) for name, value in start.shared.items()}
        for resident in residents:
            resident.start(state)
            for name, value in resident.shared_start().items():
                self._shared.setdefault(name, value)
        self._residents = {resident.key: resident for resident in residents}
        self._begin = description.get("resume", {}).get("begin", 0)
        self._counts = {key: int(start.counts.get(key, self._begin)) for key in self._residents}
        self._updates = int(start.updates)
        self._common = description["common"]
        self._scheduled, self._cycled = description.get("scheduled"), description.get("cycled")
        self.weights = Keyed({key: resident.weight for key, resident in self._residents.items()})
        self.gradients = Keyed({key: resident.gradient for key, resident in self._residents.items()})
        self._lock = Lock()

    @property
    def updates(self) -> int:
        """The highest update count of any parameter."""
        return self._updates

    def step(self, gradients: Optional[Mapping[Key, Floats]] = None) -> None:
        """Updates each parameter that has a gradient here, in the order given; the others and their counts stay.

        Without gradients: all parameters, in the order that they were attached in, by what stands in ``gradients``.
        Those that are given are copied there first, unless they are those very arrays. Raises RunError for an unknown
        key, a gradient that does not fit, or a rate outside what the trust document allows; nothing is changed then.
        """
        with self._lock:
            given = () if gradients is None else [self._checked(key, one) for key, one in entries_of(gradients)]
            residents = list(self._residents.values()) if gradients is None else [one for one, _ in given]
            counts = [self._counts[resident.key] + 1 for resident in residents]
            drives = self._schedules.drives(self._wanted(residents, counts))
            self._put(given)
            self._updates = max([self._updates, *counts])
            for resident, count, drive in zip(residents, counts, drives):
                self._set_out(resident, count, drive)
            self._run(residents)

    def _checked(self, key: str, gradient: object) -> Tuple[Resident, Floats]:
        resident = self._residents.get(key)
        if resident is None:
            raise RunError("unknown-parameter", f"there is no parameter `{key}`", f"gradients.{key}")
        return resident, check_gradient(key, gradient, resident.gradient.shape)

    def _wanted(self, residents: Sequence[Resident], counts: Sequence[int]) -> List[Tuple[int, int]]:
        """The updates that the schedule will be asked for."""
        wanted, updates = [], self._updates
        for resident, count in zip(residents, counts):
            updates = max(updates, count)
            wanted.append((updates, resident.group))
        return wanted

    def _put(self, given: Sequence[Tuple[Resident, Floats]]) -> None:
        """All gradients in their places, before any update may change what they share memory with."""
        memory = self._memory.bytes
        apart = [
            (resident.gradient, gradient.copy() if np.may_share_memory(gradient, memory) else gradient)
            for resident, gradient in given
            if gradient is not resident.gradient
        ]
        for place, gradient in apart:
            place[...] = gradient

    def _set_out(self, resident: Resident, count: int, drive: Optional[Drive]) -> None:
        """Fills in what an update begins with."""
        resident.take_copies()
        self._counts[resident.key] = count
        numbers: Dict[Optional[str], Optional[float]] = {"t": count, "steps": self._updates}
        if drive is not None:
            numbers[self._scheduled] = drive.rate
            numbers[self._cycled] = drive.momentum
        for name, value in numbers.items():
            if name is not None and value is not None:
                self._memory.set_number(resident.frame + self._common[name], value)

    def _run(self, residents: Sequence[Resident]) -> None:
        """Runs updates to their ends, in turn; all that come to a total are added up before any goes on."""
        begun = [(resident, resident.update(self._shared)) for resident in residents]
        waiting = [(line, *one) for one in begun for line in islice(one[1], 1)]
        while waiting:
            lowest = min(line for line, _, _ in waiting)
            total = 0.0
            for line, resident, _ in waiting:
                if line == lowest:
                    total += self._memory.number(resident.total)
            before, waiting = waiting, []
            for line, resident, update in before:
                if line == lowest:
                    self._memory.set_number(resident.total, total)
                    waiting.extend((after, resident, update) for after in islice(update, 1))
                else:
                    waiting.append((line, resident, update))

    def state(self) -> State:
        """A copy of the state, from which an optimizer of the same spec goes on to the same bits."""
        with self._lock:
            slots: Dict[str, Dict[str, SlotValue]] = {}
            for key, resident in self._residents.items():
                resident.take_copies()
                for name, value in resident.slots():
                    slots.setdefault(name, {})[key] = value
            schedule = dict(self._schedules.state(self._updates))
            return State(dict(self._counts), self._updates, schedule, dict(self._shared), slots)
