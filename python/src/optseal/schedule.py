"""A schedule of a module at work: cells of its own, and where it stands."""

from __future__ import annotations

from typing import Dict, Iterator, NamedTuple, Optional, Set, Tuple

import numpy as np
from numpy.typing import NDArray

from .description import Schedule, numbers_of
from .memory import Memory

#: What a schedule may give.
RESULTS = ("rate", "momentum")


class Drive(NamedTuple):
    """What a schedule gives: the rate, and a momentum from those that cycle one."""

    rate: float
    momentum: Optional[float]


class Mark(NamedTuple):
    """Where a schedule stood, to come back to."""

    step: int
    jumps: bool
    known: Set[str]
    frame: NDArray[np.uint8]


class RunningSchedule:
    """Where one schedule stands: its cells, and the schedule step that filled them, counted from 1."""

    def __init__(self, description: Schedule, memory: Memory, frame: int, base: float, suffix: str) -> None:
        self.suffix = suffix
        self._every = description["every"]
        self._slots = description["slots"]
        self._memory = memory
        self._bytes = memory.bytes[frame : frame + description["frame"]]
        self._cells = {name: frame + at for name, at in description["numbers"].items()}
        for name, value in numbers_of(description["hyper"], list(self._cells)):
            memory.set_number(self._cells[name], value)
        memory.set_number(self._cells["base"], base)
        if "start" in description:
            memory.function(description["start"], frame)()
        self._run = memory.function(description["step"], frame)
        self._step = 0
        #: Set until the first rate is asked for, where the state had none: a step that was made is run again for it.
        self._jumps = False
        self._known = set(self._slots)

    def go_on(self, updates: int, own: Dict[str, float]) -> None:
        """Starts after so many updates: with the scalars of that moment, or by running it from its beginning."""
        step = self._step_of(updates)
        if not own:
            self._run_to(step)
            return
        self._step = step
        self._jumps = "rate" not in own
        for name, value in own.items():
            self._known.add(name)
            if name in self._cells:
                self._memory.set_number(self._cells[name], value)

    def _step_of(self, updates: int) -> int:
        return 0 if updates == 0 else 1 + (updates - 1) // self._every

    def _run_to(self, step: int) -> None:
        if self._step >= step:
            return
        if not self._slots:
            # Without state the last step says all.
            self._step = step - 1
        while self._step < step:
            self._step += 1
            self._memory.set_number(self._cells["t"], self._step)
            self._run()
        self._known.update(name for name in RESULTS if name in self._cells)

    def at(self, updates: int) -> Drive:
        """What it gives for the update of this number, counted from 1. Numbers never go back."""
        step = self._step_of(updates)
        if self._jumps:
            self._step = min(self._step, step - 1)
            self._jumps = False
        self._run_to(step)
        momentum = self._memory.number(self._cells["momentum"]) if "momentum" in self._known else None
        return Drive(self._memory.number(self._cells["rate"]), momentum)

    def state(self, updates: int) -> Iterator[Tuple[str, float]]:
        """The scalars that a restart after so many updates needs; before the first step those that were given."""
        if self._step < self._step_of(updates):
            self.at(updates)
        if self._step == 0 and not self._jumps:
            return
        for name in (*self._slots, *RESULTS):
            if name in self._known and name in self._cells:
                yield name + self.suffix, self._memory.number(self._cells[name])

    def mark(self) -> Mark:
        """Where it stands."""
        return Mark(self._step, self._jumps, set(self._known), self._bytes.copy())

    def back_to(self, mark: Mark) -> None:
        """Stands where it stood."""
        self._step, self._jumps, self._known = mark.step, mark.jumps, set(mark.known)
        self._bytes[:] = mark.frame
