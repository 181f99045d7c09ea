"""Which way of dividing by scalars is faster on this processor: the divider, or reciprocals. Both have the same bits."""

from __future__ import annotations

from time import perf_counter
from typing import Callable, List, Optional

#: Updates before any are compared, and those that are.
_WARMING = 2
_TRIALS = 16
#: Less than this is no gain: machines are noisy.
_GAIN = 0.97


class Dividing:
    """The choice of one parameter. Its first updates try both in turn."""

    def __init__(self, tell: Optional[Callable[[int], None]]) -> None:
        """``tell`` is given 1 where the next update is to take reciprocals, else 0; None: there is no choice."""
        self._tell = tell
        self._shortest: List[float] = [float("inf")] * 2
        self._updates = 0
        self._start = 0.0

    def begin(self) -> None:
        """An update begins."""
        if self._tell is not None:
            self._tell(self._updates % 2)
            self._start = perf_counter()

    def end(self) -> None:
        """The update is over."""
        if self._tell is None:
            return
        seconds, way = perf_counter() - self._start, self._updates % 2
        self._updates += 1
        if self._updates > _WARMING:
            self._shortest[way] = min(self._shortest[way], seconds)
        if self._updates == _WARMING + _TRIALS:
            plain, reciprocals = self._shortest
            self._tell(int(reciprocals < _GAIN * plain))
            self._tell = None
