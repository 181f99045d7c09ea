"""Parameters whose updates are the same arithmetic, element by element, side by side in memory as if they were one."""

from __future__ import annotations

from typing import Dict, List, Sequence, Tuple

from .binder import Bound
from .resident import Resident
from .run import Run

_MOST_RUNS = 64


def packs_of(bound: Sequence[Bound]) -> List[List[Bound]]:
    """Packs in the order of their first parameters: of one group, whose hyperparameters they share, and one body."""
    packs: Dict[Tuple[int, int], List[Bound]] = {}
    for i, one in enumerate(bound):
        is_alone = not one.body.get("elementwise", False)
        packs.setdefault((-1, i) if is_alone else (one.group, id(one.body)), []).append(one)
    return list(packs.values())


class Pack:
    """Parameters in the order in which they stand; or one whose updates are more than its elements'."""

    def __init__(self, members: Sequence[Resident]) -> None:
        self._members = members
        self._runs: Dict[Tuple[int, int], Run] = {}

    def run(self, first: int, after: int) -> Run:
        """The updates of some neighbours as one."""
        lead = self._members[first]
        if after == first + 1:
            return lead.run
        if (first, after) not in self._runs:
            # Those who freeze other parameters each time do not fill the process with runs.
            if len(self._runs) == _MOST_RUNS:
                self._runs.clear()
            extents = [one.extent for one in self._members[first:after]]
            self._runs[first, after] = Run(lead.lead, extents, lead.memory, lead.stand.spare)
        return self._runs[first, after]
