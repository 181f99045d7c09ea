"""An update that no other comes in between: of one parameter, or of several side by side in memory as if they were one."""

from __future__ import annotations

from functools import partial
from typing import Callable, Optional, Sequence

import numpy as np

from .description import Body, Step
from .dividing import Dividing
from .extent import Extent
from .memory import Floats, Memory
from .streaming import Lead, Streamed, single_pass
from .team import Work

#: Elements from which on gradients are taken in part by part: fewer stay in a processor's cache all the same.
LEAST_STREAMED = 2**19


class Run:
    """Updates of parameters whose sizes these are."""

    def __init__(self, lead: Lead, extents: Sequence[Extent], memory: Memory, spare: int) -> None:
        """``spare``: where a second frame may be, in a memory that threads share."""
        body, frame = lead.body, lead.frame
        sizes = [extent.size for extent in extents]
        size = sum(sizes)
        extent = extents[0] if len(extents) == 1 else Extent((size,), 1, 1, size)
        self._steps = [ready(step, body, frame, memory, extent) for step in body["steps"]]
        cell = body.get("reciprocals")
        self._dividing = Dividing(None if cell is None else partial(memory.set_integer, frame + cell))
        self._pass = single_pass(body)
        self._weight = memory.floats(lead.weight, (size,))
        self._gradient = memory.floats(lead.gradient, (size,))
        self._streamed: Optional[Streamed] = None
        if self._pass is not None and size >= LEAST_STREAMED:
            self._streamed = Streamed(lead, self._pass, sizes, memory, spare)

    def update(self) -> None:
        """By the gradients in the memory."""
        self._make(self._steps)

    def update_through(self, gradients: Sequence[Floats], out: Optional[Floats] = None) -> None:
        """By gradients elsewhere, taken in part by part where there are many. Of bodies with a single pass over elements.

        ``out`` is given the updated weights of the first parameter.
        """
        given = [one.reshape(-1) for one in gradients]
        taken = None if out is None else out.reshape(-1)
        if self._pass is None or self._streamed is None:
            np.concatenate(given, out=self._gradient)
            self.update()
        else:
            steps = [*self._steps]
            steps[self._pass] = partial(self._streamed.update, given, taken)
            if not self._make(steps):
                return
        if taken is not None:
            taken[...] = self._weight[: taken.size]

    def _make(self, steps: Sequence[Callable[[], object]]) -> bool:
        """Makes one after the other; true where one of them gives 1, which ends the update."""
        self._dividing.begin()
        has_ended = any(step() == 1 for step in steps)
        self._dividing.end()
        return has_ended


def ready(step: Step, body: Body, frame: int, memory: Memory, extent: Extent) -> Callable[[], object]:
    """A step with its function found and its range known."""
    if step["does"] == "scalars":
        return memory.function(step["function"], frame)
    count = extent.length if step["over"] == "elements" else extent.lines
    # A sum over lines has more to do than its few results say.
    elements = max(extent.length(body["places"][i]["shape"]) for i in (*step["reads"], *step["writes"]))
    return memory.whole(Work(step["function"], frame, count(step["shape"]), step["grain"], elements))
