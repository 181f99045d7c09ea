"""Kills this process at the n-th thing that it asks of its disk or of the command."""

import os
import signal
import threading

from optseal.command import Command
from optseal.disk import Disk

#: Seconds into a command: long enough for it to have begun.
_INTO = 0.1


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(steps):
    """A write is cut in two halves, and a command goes on by itself, unless it is quick."""
    left = steps

    def dying(owner, name, last):
        method = getattr(owner, name)

        def step(self, *words):
            nonlocal left
            left -= 1
            if left == -1:
                last(method, self, *words)
            return method(self, *words)

        setattr(owner, name, step)

    def at_once(*_):
        kill()

    def half(method, disk, descriptor, piece):
        method(disk, descriptor, piece[: len(piece) // 2])
        kill()

    def meanwhile(method, command, *words):
        threading.Timer(_INTO, kill).start()
        try:
            method(command, *words)
        finally:
            kill()

    for name in ("make", "_flush", "rename", "_unlink"):
        dying(Disk, name, at_once)
    dying(Disk, "_put", half)
    dying(Command, "run", meanwhile)
