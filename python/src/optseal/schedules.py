"""The schedule of a spec, once for each base rate that its groups give it."""

from __future__ import annotations

from typing import Dict, Iterator, List, Optional, Sequence, Tuple

from .description import Description, base_rates, bases_in
from .errors import RunError
from .layout import Room
from .memory import Memory
from .schedule import RESULTS, Drive, RunningSchedule
from .state import State


class Schedules:
    """Which running schedule a group's parameters follow: those with the same base rate follow the same."""

    def __init__(self, description: Description, room: Room) -> None:
        """Takes room for its cells."""
        self._schedule = description.get("schedule")
        self._bounds = description.get("bounds", {})
        self._groups = len(description["bindings"])
        self._driven = {"rate": description.get("scheduled"), "momentum": description.get("cycled")}
        rates = base_rates(description)
        self._distinct = [base for base, _ in rates]
        self._suffixes = [suffix for _, suffix in rates]
        self._of_group = [self._distinct.index(base) for base in bases_in(description)]
        size = 0 if self._schedule is None else self._schedule["frame"]
        self._frames = [room.take(size) for _ in self._distinct]
        self._running: List[RunningSchedule] = []

    @property
    def are_there(self) -> bool:
        """Whether the spec has one."""
        return self._schedule is not None

    def start(self, memory: Memory, start: State, is_whole: bool) -> None:
        """Starts where a state stands; a schedule that it has nothing for is run from its beginning.

        ``is_whole``: it is one that an optimizer handed out, and lacks nothing. The spec's own has the scalars of the last
        group only. Raises RunError for a state that lacks scalars or has others.
        """
        own = self._parted(start, is_whole)
        if self._schedule is None:
            return
        for suffix, base, frame in zip(self._suffixes, self._distinct, self._frames):
            running = RunningSchedule(self._schedule, memory, frame, base, suffix)
            running.go_on(start.updates, own[suffix])
            self._running.append(running)

    def _parted(self, start: State, is_whole: bool) -> Dict[str, Dict[str, float]]:
        """The scalars of each schedule by its suffix."""
        slots = [] if self._schedule is None else self._schedule["slots"]
        names = {name + suffix: (suffix, name) for suffix in self._suffixes for name in (*RESULTS, *slots)}
        parted: Dict[str, Dict[str, float]] = {suffix: {} for suffix in self._suffixes}
        for full, value in start.schedule.items():
            if full not in names:
                hint = "a state belongs to the spec that made it"
                raise RunError("state-unknown", f"the spec has no state `{full}`", f"state.{full}", hint)
            suffix, name = names[full]
            parted[suffix][name] = float(value)
        for suffix in self._suffixes if is_whole and start.updates > 0 else ():
            for name in slots:
                if name not in parted[suffix]:
                    full = name + suffix
                    message = f"the state has no `{full}` for the schedule"
                    raise RunError("state-missing", message, f"state.schedule.{full}")
        return parted

    def drives(self, wanted: Sequence[Tuple[int, int]]) -> List[Optional[Drive]]:
        """What the schedule gives for updates by number and group, in this order. Numbers never go back.

        Raises RunError for a rate outside what the trust document allows, and stands where it stood then.
        """
        if not self._running:
            return [None] * len(wanted)
        marks = [running.mark() for running in self._running] if self._bounds else []
        drives: List[Optional[Drive]] = []
        try:
            known: Dict[Tuple[int, int], Drive] = {}
            for updates, group in wanted:
                asked = (updates, self._of_group[group])
                if asked not in known:
                    known[asked] = self._running[asked[1]].at(updates)
                    self._refuse_beyond(known[asked], updates)
                drives.append(known[asked])
        except RunError:
            for running, mark in zip(self._running, marks):
                running.back_to(mark)
            raise
        return drives

    def ahead(self, updates: int) -> List[Optional[Drive]]:
        """What it would give each group for the update after so many. Nothing moves on by it, and nothing is refused."""
        if not self._running:
            return [None] * self._groups
        marks = [running.mark() for running in self._running]
        drives = [running.at(updates + 1) for running in self._running]
        for running, mark in zip(self._running, marks):
            running.back_to(mark)
        return [drives[i] for i in self._of_group]

    def _refuse_beyond(self, drive: Drive, updates: int) -> None:
        for result, bound in self._bounds.items():
            value = drive._asdict()[result]
            low, high = bound.get("min", float("-inf")), bound.get("max", float("inf"))
            bounded = low > float("-inf") or high < float("inf")
            if not bounded or value is None or low <= value <= high:
                continue
            message = f"the schedule gives {value} for update {updates}, outside what the trust document allows"
            hint = f"{self._driven[result] or result} has to stay from {low} to {high}"
            raise RunError("rate-bound", message, "schedule", hint)

    def state(self, updates: int) -> Iterator[Tuple[str, float]]:
        """The scalars that a restart after so many updates needs."""
        for running in self._running:
            yield from running.state(updates)
