"""An update that no other comes in between: of one parameter, or of several side by side in memory as if they were one."""

from __future__ import annotations

from bisect import bisect_right
from functools import partial
from itertools import accumulate
from typing import Callable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from .description import Body, Step
from .dividing import Dividing
from .extent import Extent
from .memory import Floats, Memory

#: Elements of a part: its gradient is half a MiB, which stays in a processor's cache.
_PART = 131072


class Lead(NamedTuple):
    """The first parameter of a run, whose frame all of it is updated by."""

    body: Body
    frame: int
    #: Where its weights and its gradient begin.
    weight: int
    gradient: int


class Run:
    """Updates of parameters whose sizes these are."""

    def __init__(self, lead: Lead, extents: Sequence[Extent], memory: Memory, spare: Sequence[int]) -> None:
        """``spare``: where a frame may be copied to, for each thread but the first."""
        body, frame = lead.body, lead.frame
        sizes = [extent.size for extent in extents]
        size = sum(sizes)
        self._memory, self._lead, self._spare = memory, lead, spare
        self._starts = list(accumulate(sizes, initial=0))[:-1]
        extent = extents[0] if len(extents) == 1 else Extent((size,), 1, 1, size)
        self._steps = [ready(step, body, frame, memory, extent) for step in body["steps"]]
        cell = body.get("reciprocals")
        self._dividing = Dividing(None if cell is None else partial(memory.set_integer, frame + cell))
        self._pass = single_pass(body)
        self._parts: List[Tuple[int, int]] = []
        self._calls: List[Callable[[int, int], None]] = []
        if self._pass is not None:
            step = body["steps"][self._pass]
            self._parts = memory.shares(size, step["grain"], size)
            frames = [frame, *spare][: len(self._parts)]
            self._calls = [memory.ranged(step["function"], one, thread) for thread, one in enumerate(frames)]
        self._weight = memory.floats(lead.weight, (size,))
        self._gradient = memory.floats(lead.gradient, (size,))
        (self._gradient_cell,) = (place["at"] for place in body["places"] if place["role"] == "gradient")

    def update(self) -> None:
        """By the gradients in the memory."""
        self._dividing.begin()
        _make(self._steps)
        self._dividing.end()

    def update_through(self, gradients: Sequence[Floats], out: Optional[Floats] = None) -> None:
        """By gradients elsewhere, taken in part by part; ``out`` is given the updated weights of the first parameter.

        Of bodies with a single pass over elements.
        """
        assert self._pass is not None
        before, after = self._steps[: self._pass], self._steps[self._pass + 1 :]
        given = [one.reshape(-1) for one in gradients]
        taken = None if out is None else out.reshape(-1)
        self._dividing.begin()
        if _make(before):
            if taken is not None:
                taken[...] = self._weight[: taken.size]
            return
        if len(self._parts) == 1:
            self._part(0, given, taken)
        else:
            self._copy_frames()
            self._memory.run([partial(self._part, i, given, taken) for i in range(len(self._parts))])
        # As the frame has it: where the gradients have a place.
        self._memory.set_integer(self._lead.frame + self._gradient_cell, self._lead.gradient)
        _make(after)
        self._dividing.end()

    def _copy_frames(self) -> None:
        """One for each thread: they differ in where gradients stand."""
        bytes_, frame, size = self._memory.bytes, self._lead.frame, self._lead.body["frame"]
        for other in self._spare[: len(self._parts) - 1]:
            bytes_[other : other + size] = bytes_[frame : frame + size]

    def _part(self, thread: int, given: Sequence[Floats], out: Optional[Floats]) -> int:
        """One thread's share: its gradients all stand where the first of them would, one part after the other."""
        memory, (begin, end) = self._memory, self._parts[thread]
        frame = self._lead.frame if thread == 0 else self._spare[thread - 1]
        place, at = self._gradient[begin : begin + _PART], self._lead.gradient + 4 * begin
        for first in range(begin, end, _PART):
            after = min(first + _PART, end)
            for to, piece in _pieces(given, self._starts, first, after):
                place[to : to + piece.size] = piece
            # The module adds to this address in 32 bits.
            memory.set_integer(frame + self._gradient_cell, at - 4 * first)
            self._calls[thread](first, after)
            if out is not None:
                out[first:after] = self._weight[first:after]
        return 0


def _make(steps: Sequence[Callable[[], object]]) -> bool:
    """Makes one after the other; true where one of them gives 1, which ends the update."""
    for step in steps:
        if step() == 1:
            return True
    return False


def _pieces(arrays: Sequence[Floats], starts: Sequence[int], first: int, after: int) -> Iterator[Tuple[int, Floats]]:
    """What arrays one after the other have from an element to another, each piece with its place there."""
    for i in range(bisect_right(starts, first) - 1, len(arrays)):
        start = starts[i]
        if start >= after:
            return
        piece = arrays[i][max(0, first - start) : after - start]
        yield max(0, start - first), piece


def ready(step: Step, body: Body, frame: int, memory: Memory, extent: Extent) -> Callable[[], object]:
    """A step with its function found and its range known."""
    if step["does"] == "scalars":
        return memory.function(step["function"], frame)
    count = extent.length if step["over"] == "elements" else extent.lines
    # A sum over lines has more to do than its few results say.
    elements = max(extent.length(body["places"][i]["shape"]) for i in (*step["reads"], *step["writes"]))
    return memory.whole(step["function"], frame, count(step["shape"]), step["grain"], elements)


def single_pass(body: Body) -> Optional[int]:
    """Which step is a body's one pass, if that goes over elements."""
    passes = [i for i, step in enumerate(body["steps"]) if step["does"] != "scalars"]
    if len(passes) != 1:
        return None
    step = body["steps"][passes[0]]
    is_by_elements = step["does"] == "pass" and step["over"] == "elements" and step["shape"] == "RxC"
    return passes[0] if is_by_elements and _PART % step["grain"] == 0 else None
