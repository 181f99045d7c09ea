"""A spec's schedule by itself, for hosts that step by kernels of their own."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence, Tuple

from .layout import Room
from .memory import Memory
from .optimizer import Program
from .schedule import Drive
from .schedules import Schedules
from .state import State, first_state


class Running:
    """The rates of a module's groups."""

    def __init__(self, program: Program, state: Optional[State] = None, is_whole: bool = True) -> None:
        """Starts where a state's counts and schedule stand; without one, where the spec starts.

        ``is_whole``: the state lacks nothing of the schedule's. Raises RunError for one that does not fit.
        """
        description, engine, module, _, _ = program
        room = Room(description["free"])
        self._schedules = Schedules(description, room)
        memory = Memory(engine, module, room.end)
        start = first_state(description) if state is None else state
        self._schedules.start(memory, start, is_whole=state is not None and is_whole)

    def drives(self, wanted: Sequence[Tuple[int, int]]) -> List[Optional[Drive]]:
        """What it gives for updates by number and group. Raises RunError for a rate that the trust document forbids."""
        return self._schedules.drives(wanted)

    def ahead(self, updates: int) -> List[Optional[Drive]]:
        """What it would give each group for the update after so many."""
        return self._schedules.ahead(updates)

    def state(self, updates: int) -> Dict[str, float]:
        """The scalars that a restart after so many updates needs."""
        return dict(self._schedules.state(updates))
