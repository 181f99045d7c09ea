"""Which updates a step comes to: worked out once for parameters that step together again and again."""

from __future__ import annotations

from typing import List, NamedTuple, Optional, Sequence

from .description import Description
from .pack import Pack
from .resident import Resident
from .run import Run
from .schedule import Drive
from .schedules import Schedules


class Begin(NamedTuple):
    """What an update begins with."""

    #: The count of the parameter's updates, this one included.
    t: int
    #: What the schedule gives; None where there is none.
    drive: Optional[Drive]


def begins_of(residents: Sequence[Resident], updates: int, schedules: Schedules) -> List[Begin]:
    """What the next updates begin with. ``updates``: the highest count so far.

    Raises RunError for a rate that the trust document forbids.
    """
    counts = [resident.count + 1 for resident in residents]
    if not schedules.are_there:
        return [Begin(count, None) for count in counts]
    wanted = []
    for resident, count in zip(residents, counts):
        updates = max(updates, count)
        wanted.append((updates, resident.group))
    return [Begin(count, drive) for count, drive in zip(counts, schedules.drives(wanted))]


class Cells:
    """Where in a frame that stands."""

    def __init__(self, description: Description) -> None:
        common = description["common"]
        self._t, self._updates = common["t"], common["steps"]
        names = (description.get("scheduled"), description.get("cycled"))
        self._driven = [None if name is None else common[name] for name in names]

    def fill(self, resident: Resident, begin: Begin, updates: int) -> None:
        """``updates``: the highest count of any parameter."""
        set_number, frame = resident.memory.set_number, resident.frame
        set_number(frame + self._t, begin.t)
        set_number(frame + self._updates, updates)
        for cell, value in zip(self._driven, begin.drive or ()):
            if cell is not None and value is not None:
                set_number(frame + cell, value)


class Stretch(NamedTuple):
    """Neighbours that are updated as one."""

    run: Run
    #: Which of the plan's parameters.
    members: List[int]


class Plan:
    """A step of some parameters."""

    def __init__(self, residents: Sequence[Resident], packs: Sequence[Pack]) -> None:
        self.residents = list(residents)
        self._packs = packs
        numbers = range(len(residents))
        alone = [i for i in numbers if residents[i].is_elementwise]
        self._alone = sorted(alone, key=lambda i: residents[i].stand[:2])
        #: Those whose updates may wait for each other.
        self.others = [i for i in numbers if not residents[i].is_elementwise]
        self._alike = self._stretches(None)

    def stretches(self, begins: Sequence[Begin]) -> List[Stretch]:
        """The updates of all but the others: those that begin where the one before ends, and with the same, are one."""
        is_alike = begins.count(begins[0]) == len(begins)
        return self._alike if is_alike else self._stretches(begins)

    def _stretches(self, begins: Optional[Sequence[Begin]]) -> List[Stretch]:
        joined: List[List[int]] = []
        for i in self._alone:
            if joined and self._is_next(joined[-1][-1], i) and (begins is None or begins[joined[-1][-1]] == begins[i]):
                joined[-1].append(i)
            else:
                joined.append([i])
        return [Stretch(self._run(members), members) for members in joined]

    def _is_next(self, before: int, after: int) -> bool:
        one, other = self.residents[before].stand, self.residents[after].stand
        return (one.pack, one.member + 1) == (other.pack, other.member)

    def _run(self, members: Sequence[int]) -> Run:
        lead = self.residents[members[0]].stand
        return self._packs[lead.pack].run(lead.member, lead.member + len(members))
