"""A crew at work in one memory."""

from __future__ import annotations

import os
from functools import partial
from typing import Any, Callable, NamedTuple, Optional, Sequence

import numpy as np
import wasmtime
from numpy.typing import NDArray

from .calls import laid_out
from .crew import Crew
from .sharing import DISMISSED, JOB, READY, SEAT, STATE, Sharing

#: What a thread takes at a time comes to so many elements: less than it takes a helper to come, and more than it takes to take it.
_LEAST_TAKEN, _MOST_TAKEN = 2**12, 2**17
#: A part of each thread's share, so that those who began late or were held up do not keep the others waiting.
_TURNS = 8
#: Looks for work before a helper leaves: some tenths of a millisecond.
_IDLE = 2**17


class Work(NamedTuple):
    """A pass over so many units, which come to so many elements."""

    function: str
    frame: int
    units: int
    #: What ranges begin at multiples of.
    grain: int
    elements: int

    def taken(self, threads: int) -> int:
        """How many units a thread takes at a time."""
        elements = min(max(self.elements // (_TURNS * threads), _LEAST_TAKEN), _MOST_TAKEN)
        units = elements * self.units // max(1, self.elements)
        return max(1, -(-units // self.grain)) * self.grain

    def span(self, threads: int) -> int:
        """How many units each thread begins with."""
        return -(-self.units // (threads * self.grain)) * self.grain


class Parts(NamedTuple):
    """A pass over one range after the other, each with a frame of its own."""

    #: Hands out a range: its frame, where it begins, and where it ends.
    post: Callable[[int, int, int], None]
    #: Joins in, and comes back when the range is done.
    finish: Callable[[], None]


def team_size(crew: Crew) -> int:
    """Bytes of memory that a team takes."""
    return JOB + SEAT * crew.threads


class Member(NamedTuple):
    """A thread's instances."""

    store: wasmtime.Store
    #: What the module of ``sharing`` imports: the memory, and the passes by number.
    imports: Sequence[Any]


class Team:
    """A crew at work in one memory, on one job at a time."""

    def __init__(self, sharing: Sharing, members: Sequence[Member], job: int, cells: NDArray[np.uint8]) -> None:
        """The caller's instances come first. ``job``: where the memory, whose bytes ``cells`` are, has room for it."""
        self._crew, self._job, self._cells = sharing.crew, job, cells.view("<u4")
        self._numbers = {name: i for i, name in enumerate(sharing.passes)}
        stores = [member.store for member in members]
        instances = [wasmtime.Instance(member.store, sharing.module, member.imports) for member in members]
        exports = [one.exports(store) for one, store in zip(instances, stores)]
        threads = len(members)
        self._states = [job + JOB + SEAT * number + STATE for number in range(1, threads)]
        helpers = [(stores[number], exports[number], number) for number in range(1, threads)]
        self._helps = [laid_out(store, own["help"], (job, number, _IDLE))[1] for store, own, number in helpers]
        self._fails = [laid_out(store, own["fail"], (job, number))[1] for store, own, number in helpers]
        self._own = {name: partial(laid_out, stores[0], exports[0][name]) for name in ("run", "post", "finish")}
        self._settle = laid_out(stores[0], exports[0]["settle"], (job, threads))[1]
        self._error: Optional[BaseException] = None
        self._process = os.getpid()

    def whole(self, work: Work, threads: int) -> Callable[[], None]:
        """What has it done by so many threads, the caller's among them. Raises what a thread raises."""
        sizes = (work.taken(threads), work.span(threads))
        operands = (self._job, threads, self._numbers[work.function], work.frame, *sizes, 0, work.units)
        run = self._own["run"](operands)[1]

        def done() -> None:
            self._gather(threads - 1)
            self._join(run)

        return done

    def parts(self, work: Work, threads: int) -> Parts:
        """The same for parts of a pass, each of which is as large as ``work``."""
        sizes = (work.taken(threads), work.span(threads))
        operands = (self._job, threads, self._numbers[work.function], 0, *sizes, 0, 0)
        arguments, call = self._own["post"](operands)
        own_frame, begin, end = (arguments[i].of for i in (3, 6, 7))
        finish = self._own["finish"]((self._job, threads))[1]

        def post(frame: int, first: int, after: int) -> None:
            self._gather(threads - 1)
            own_frame.i32, begin.i32, end.i32 = frame, first, after
            call()

        return Parts(post, partial(self._join, finish))

    def settle(self) -> None:
        """Waits for helpers at work; no other begins."""
        self._settle()

    def _gather(self, helpers: int) -> None:
        # Nobody is here after a fork, whatever the memory says.
        if self._process != os.getpid():
            self._process = os.getpid()
            for state in self._states:
                self._cells[state // 4] = READY
        self._crew.gather(self, helpers)

    def _join(self, call: Callable[[], int]) -> None:
        try:
            has_failed = call() == 1
        except BaseException:
            self._settle()
            raise
        if has_failed and self._error is not None:
            raise self._error

    def help(self, helper: int) -> None:
        """See ``Place``."""
        try:
            self._helps[helper]()
        except BaseException as error:
            self._error = error
            self._fails[helper]()

    def dismiss(self, helper: int) -> None:
        """See ``Place``."""
        self._cells[self._states[helper] // 4] = DISMISSED
