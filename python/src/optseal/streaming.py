"""A pass by gradients that stand elsewhere: they are taken in part by part, each while it is still in a processor's cache."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import Iterator, NamedTuple, Optional, Sequence, Tuple

from .description import Body
from .memory import Floats, Memory
from .team import Parts, Work

#: Elements of a part. The gradients of the largest come to a MiB.
_LEAST_PART, _MOST_PART = 2**15, 2**18
#: Several threads wait for the first part to be taken in: it is one of so many.
_LEAST_PARTS = 16


class Lead(NamedTuple):
    """The first parameter of a run, whose frame all of it is updated by."""

    body: Body
    frame: int
    #: Where its weights and its gradient begin.
    weight: int
    gradient: int


class Streamed:
    """The one pass of a body over parameters whose sizes these are.

    Several threads go over a part while the caller takes in the next one, and then with the caller over the rest of it.
    """

    def __init__(self, lead: Lead, number: int, sizes: Sequence[int], memory: Memory, spare: int) -> None:
        """``number``: which of the body's steps; ``spare``: where a second frame may be, for several threads."""
        self._lead, self._memory, self._spare = lead, memory, spare
        self._starts = list(accumulate(sizes, initial=0))[:-1]
        size = sum(sizes)
        self._weight, self._gradient = (memory.floats(at, (size,)) for at in (lead.weight, lead.gradient))
        (self._cell,) = (place["at"] for place in lead.body["places"] if place["role"] == "gradient")
        step, threads = lead.body["steps"][number], memory.threads_for(size)
        name, grain = step["function"], step["grain"]
        self._part = _MOST_PART
        self._by_one = memory.ranged(name)
        self._by_all: Optional[Parts] = None
        if threads > 1:
            part = max(_LEAST_PART, min(_MOST_PART, size // _LEAST_PARTS // _LEAST_PART * _LEAST_PART))
            self._part = part
            self._by_all = memory.team.parts(Work(name, lead.frame, part, grain, part), threads)
        self._ranges = [(first, min(first + self._part, size)) for first in range(0, size, self._part)]

    def update(self, given: Sequence[Floats], out: Optional[Floats]) -> None:
        """Flat gradients of all parameters; ``out`` is given the weights of the first ones."""
        try:
            if self._by_all is None:
                self._update_alone(given, out)
            else:
                self._update_together(self._by_all, given, out)
        finally:
            # Whatever comes in between: nobody is at work any more, and the frame says where the gradients have a place.
            if self._by_all is not None:
                self._memory.team.settle()
            self._memory.set_integer(self._lead.frame + self._cell, self._lead.gradient)

    def _update_alone(self, given: Sequence[Floats], out: Optional[Floats]) -> None:
        frame = self._lead.frame
        for number, (first, after) in enumerate(self._ranges):
            self._take_in(number, given, frame, 0)
            self._by_one(frame, first, after)
            self._give_out(number, out)

    def _update_together(self, parts: Parts, given: Sequence[Floats], out: Optional[Floats]) -> None:
        bytes_, size, frames = self._memory.bytes, self._lead.body["frame"], (self._lead.frame, self._spare)
        first, second = frames
        bytes_[second : second + size] = bytes_[first : first + size]
        last = len(self._ranges) - 1
        self._take_in(0, given, first, 0)
        for number, (begin, end) in enumerate(self._ranges):
            parts.post(frames[number % 2], begin, end)
            if number > 0:
                self._give_out(number - 1, out)
            if number < last:
                slot = (number + 1) % 2
                self._take_in(number + 1, given, frames[slot], slot)
            parts.finish()
        self._give_out(last, out)

    def _take_in(self, number: int, given: Sequence[Floats], frame: int, slot: int) -> None:
        """A part's gradients: all stand where the first of them would, or right behind those."""
        (first, after), at = self._ranges[number], slot * self._part
        place = self._gradient[at : at + self._part]
        for to, piece in _pieces(given, self._starts, first, after):
            place[to : to + piece.size] = piece
        # The module adds to this address in 32 bits.
        self._memory.set_integer(frame + self._cell, self._lead.gradient + 4 * (at - first))

    def _give_out(self, number: int, out: Optional[Floats]) -> None:
        if out is not None:
            first, after = self._ranges[number]
            out[first:after] = self._weight[first:after]


def _pieces(arrays: Sequence[Floats], starts: Sequence[int], first: int, after: int) -> Iterator[Tuple[int, Floats]]:
    """What arrays one after the other have from an element to another, each piece with its place there."""
    for i in range(bisect_right(starts, first) - 1, len(arrays)):
        start = starts[i]
        if start >= after:
            return
        piece = arrays[i][max(0, first - start) : after - start]
        yield max(0, start - first), piece


def single_pass(body: Body) -> Optional[int]:
    """Which step is a body's one pass, if that goes over elements."""
    passes = [i for i, step in enumerate(body["steps"]) if step["does"] != "scalars"]
    if len(passes) != 1:
        return None
    step = body["steps"][passes[0]]
    is_by_elements = step["does"] == "pass" and step["over"] == "elements" and step["shape"] == "RxC"
    return passes[0] if is_by_elements and _LEAST_PART % step["grain"] == 0 else None
