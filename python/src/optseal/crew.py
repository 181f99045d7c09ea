"""Threads that go over the ranges of a pass together."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, Optional, Sequence


class Crew:
    """The calling thread and helpers. Calls into modules let go of the interpreter's lock, so that they run at once."""

    def __init__(self, threads: int) -> None:
        """So many threads, the caller's included. Helpers start with the first work for them."""
        self.threads = threads
        self._helpers: Optional[ThreadPoolExecutor] = None
        self._process = 0

    def run(self, calls: Sequence[Callable[[], int]]) -> None:
        """Makes all calls, one for each thread at the most, and waits for them. Raises what one of them raises."""
        helpers = self._ready()
        others = [helpers.submit(call) for call in calls[1:]]
        try:
            calls[0]()
        finally:
            for other in others:
                other.exception()
        for other in others:
            other.result()

    def _ready(self) -> ThreadPoolExecutor:
        # Threads do not survive a fork.
        if self._helpers is None or self._process != os.getpid():
            self._helpers = ThreadPoolExecutor(max(1, self.threads - 1), "optseal")
            self._process = os.getpid()
        return self._helpers
