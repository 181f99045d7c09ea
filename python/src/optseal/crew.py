"""Threads that go over the ranges of a pass together."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import List, Optional, Protocol


class Place(Protocol):
    """Where helpers are ready for work."""

    def help(self, helper: int) -> None:
        """What a helper does there, until it has had nothing to do for a while."""

    def dismiss(self, helper: int) -> None:
        """Makes one leave that has nothing to do."""


class Crew:
    """The calling thread and helpers. Calls into modules let go of the interpreter's lock, so that they run at once."""

    def __init__(self, threads: int) -> None:
        """So many threads, the caller's included. Helpers start with the first work for them."""
        self.threads = threads
        self._begin()

    def _begin(self) -> None:
        helpers = range(self.threads - 1)
        #: One thread each: what a helper was asked for earlier is over before it begins something else.
        self._helpers = [ThreadPoolExecutor(1, f"optseal-{i + 1}") for i in helpers]
        self._places: List[Optional[Place]] = [None for _ in helpers]
        self._process = os.getpid()

    def gather(self, place: Place, helpers: int) -> None:
        """Sends those of the first helpers to a place that are elsewhere. They come a little later."""
        # Threads do not survive a fork.
        if self._process != os.getpid():
            self._begin()
        for i in range(helpers):
            before = self._places[i]
            if before is not place:
                if before is not None:
                    before.dismiss(i)
                self._places[i] = place
                self._helpers[i].submit(self._serve, place, i)

    def _serve(self, place: Place, helper: int) -> None:
        try:
            place.help(helper)
        finally:
            if self._places[helper] is place:
                self._places[helper] = None
