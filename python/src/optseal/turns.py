"""Updates that wait for each other: where a rule sums over all parameters, each goes as far as that, and then on with the sum."""

from __future__ import annotations

from itertools import islice
from typing import Iterator, Sequence, Tuple

from .resident import Resident


def run_in_turn(begun: Sequence[Tuple[Resident, Iterator[int]]]) -> None:
    """Runs updates to their ends, each as far as its next total before the next begins.

    What comes to the lowest line is added up, in order, before any of it goes on.
    """
    waiting = [(line, *one) for one in begun for line in islice(one[1], 1)]
    while waiting:
        lowest = min(line for line, _, _ in waiting)
        total = 0.0
        for line, resident, _ in waiting:
            if line == lowest:
                total += resident.memory.number(resident.total)
        before, waiting = waiting, []
        for line, resident, update in before:
            if line == lowest:
                resident.memory.set_number(resident.total, total)
                waiting.extend((after, resident, update) for after in islice(update, 1))
            else:
                waiting.append((line, resident, update))
