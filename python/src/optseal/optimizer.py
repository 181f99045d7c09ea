"""An optimizer at work: a module, its memory, and the parameters that it steps."""

from __future__ import annotations

from threading import RLock
from typing import Dict, List, Mapping, NamedTuple, Optional, Protocol, Sequence, Tuple

import numpy as np
import wasmtime

from .amend import amended_state, refuse_beyond, refuse_other_slots
from .binder import Binder
from .description import Description
from .errors import RunError
from .keys import Key, Keyed, entries_of, key_text
from .layout import Room, lay_out
from .memory import Floats, Memory
from .parameters import Given, Parameter, check_gradient, given_in, refuse_unlike
from .pack import Pack, packs_of
from .plan import Begin, Cells, Plan, begins_of
from .resident import Resident, Stand
from .schedule import Drive
from .schedules import Schedules
from .sharing import Sharing
from .state import SlotValue, State, first_state, refuse_state
from .team import team_size
from .turns import run_in_turn


class Program(NamedTuple):
    """A compiled module, what it says of itself, and what asks it about shapes."""

    description: Description
    engine: wasmtime.Engine
    module: wasmtime.Module
    binder: Binder
    #: Absent: the calling thread does everything.
    sharing: Optional[Sharing] = None


class HasProgram(Protocol):
    """A ``Module``, which makes optimizers and so is not known here."""

    def program_by(self, threads: int) -> Program:
        """What optimizers run, by so many threads."""


class Optimizer:
    """A rule with parameters and state. ``Module.attach`` makes it.

    Steps are all or nothing: what does not fit is refused before a write. One thread at a time steps; others wait.
    """

    #: Weights by key: the memory that steps change in place, also good to be written to between steps.
    weights: Mapping[Key, Floats]
    #: Where gradients may be written, so that they need not be copied; steps leave them as they are.
    gradients: Mapping[Key, Floats]

    def __init__(
        self, program: Program, lots: Sequence[Sequence[Given]], state: Optional[State], is_whole: bool = True
    ) -> None:
        """Each lot of parameters has a memory of its own. ``is_whole``: the state lacks nothing of the schedule's."""
        self._program = program
        description = program.description
        #: What parameters start from that come later.
        self._given_state = state
        start = first_state(description) if state is None else state
        self._residents: Dict[str, Resident] = {}
        self._lots: List[List[Resident]] = []
        self._packs: List[Pack] = []
        self._shared = {name: float(value) for name, value in start.shared.items()}
        self._begin = description.get("resume", {}).get("begin", 0)
        self._start_counts = start.counts
        self._updates = int(start.updates)
        self._cells = Cells(description)
        self._plan = Plan((), ())
        self._weights: Dict[str, Floats] = {}
        self._gradients: Dict[str, Floats] = {}
        self.weights, self.gradients = Keyed(self._weights), Keyed(self._gradients)
        self._lock = RLock()
        room = Room(description["free"])
        self._schedules = Schedules(description, room)
        memory = self._hold(lots[0] if lots else [], room, state)
        self._schedules.start(memory, start, is_whole=state is not None and is_whole)
        for lot in lots[1:]:
            self._hold(lot, Room(description["free"]), state)

    def _hold(self, lot: Sequence[Given], room: Room, state: Optional[State]) -> Memory:
        """Gives parameters a memory, and slots what they start from."""
        description, engine, module, binder, sharing = self._program
        bound = [binder.bind(one) for one in lot]
        if state is not None:
            refuse_state(state, description, bound)
        packs = packs_of(bound)
        sites = iter(lay_out([[(one.body, one.extent) for one in pack] for pack in packs], room))
        frame = max((one.body["frame"] for one in bound), default=0)
        spare, job = (0, 0) if sharing is None else (room.take(frame), room.take(team_size(sharing.crew)))
        memory = Memory(engine, module, room.end, sharing, job)
        held: Dict[str, Resident] = {}
        for pack in packs:
            stands = [Stand(len(self._packs), i, site, spare) for i, site in zip(range(len(pack)), sites)]
            members = [Resident(one, stand, memory, description) for one, stand in zip(pack, stands)]
            self._packs.append(Pack(members))
            held.update((one.key, one) for one in members)
        residents = [held[one.key] for one in bound]
        for resident in residents:
            key = resident.key
            resident.start(state)
            for name, value in resident.shared_start().items():
                self._shared.setdefault(name, value)
            self._residents[key] = resident
            resident.count = int(self._start_counts.get(key, self._begin))
            self._weights[key], self._gradients[key] = resident.weight, resident.gradient
        self._lots.append(residents)
        return memory

    def add(self, parameters: Mapping[Key, Parameter], fresh: bool = False) -> None:
        """Takes in more parameters, in a memory of their own, as if they had been there from the start.

        They are as ``Module.attach`` takes them; where the optimizer was given a state, it has to have theirs, unless they
        are ``fresh``: nobody had updated them then. Raises RunError for those that do not fit, and for those that are there
        already.
        """
        with self._lock:
            given = given_in(parameters)
            for one in given:
                if one.key in self._residents:
                    raise RunError("parameter", f"`{one.key}` is there already", f"parameters.{one.key}")
            state = None if fresh else self._given_state
            self._hold(given, Room(self._program.description["free"]), state)

    def amend(self, module: HasProgram) -> None:
        """Goes on by the module of an amended spec: the next update is the first by the new values.

        Weights, slots and counts stay. Where the schedule or a base rate has changed, the schedule stands where it would
        stand if it had always been this one. ``weights`` and ``gradients`` are to be asked again: the memory is another,
        and for a moment everything is there twice. Raises RunError (``amendment``) for a module of another rule, groups
        or state, and for a schedule that would be run too long; nothing is changed then.
        """
        with self._lock:
            sharing = self._program.sharing
            program = module.program_by(1 if sharing is None else sharing.crew.threads)
            before, after = self._program.description, program.description
            refuse_beyond(before, after)
            lots = [[resident.given() for resident in lot] for lot in self._lots]
            for lot in lots:
                for one in lot:
                    refuse_other_slots(one.key, self._residents[one.key].body, program.binder.bind(one).body)
            state = amended_state(before, after, self.state())
            amended = Optimizer(program, lots, state, is_whole=False)
            amended._given_state, amended._start_counts = self._given_state, self._start_counts
            amended._lock = self._lock
            self.__dict__.update(amended.__dict__)

    @property
    def program(self) -> Program:
        """The module that it runs."""
        return self._program

    @property
    def updates(self) -> int:
        """The highest update count of any parameter."""
        return self._updates

    @property
    def groups(self) -> Mapping[Key, int]:
        """The group of each parameter: which of the module's ``bindings`` it belongs to."""
        return Keyed({key: resident.group for key, resident in self._residents.items()})

    @property
    def streams(self) -> Mapping[Key, bool]:
        """Of each parameter, whether a step takes in a gradient from elsewhere part by part, and not by a copy first."""
        return Keyed({key: resident.streams for key, resident in self._residents.items()})

    def ahead(self) -> Sequence[Optional[Drive]]:
        """What the schedule will give each group for the next update; None where there is no schedule."""
        with self._lock:
            return self._schedules.ahead(self._updates)

    def step(self, gradients: Optional[Mapping[Key, Floats]] = None) -> None:
        """Updates each parameter that has a gradient here, in the order given; the others and their counts stay.

        Without gradients: all parameters, in the order that they were attached in, by what stands in ``gradients``.
        Those that are given are copied there, in parts or as a whole, unless they are those very arrays: what stands there
        after the step is not said. Raises RunError for an unknown key, a gradient that does not fit, or a rate outside what
        the trust document allows; nothing is changed then.
        """
        with self._lock:
            if gradients is None:
                self._step(list(self._residents.values()), ())
            else:
                given = [self._checked(key, one) for key, one in entries_of(gradients)]
                self._step([resident for resident, _ in given], given)

    def step_all(self, gradients: Sequence[Floats]) -> None:
        """The same for all parameters, by as many gradients, in the order that these were attached in."""
        with self._lock:
            residents = list(self._residents.values())
            if len(gradients) != len(residents):
                message = f"{len(gradients)} gradients for {len(residents)} parameters"
                raise RunError("gradient-shape", message, "gradients")
            given = list(zip(residents, gradients))
            for resident, gradient in given:
                if gradient is not resident.gradient:
                    check_gradient(resident.key, gradient, resident.gradient.shape)
            self._step(residents, given)

    def step_into(self, key: Key, gradient: Floats, weights: Floats) -> None:
        """Updates one parameter, and writes its weights to an array of the caller's too.

        The same as ``step`` and a copy, and faster where the arrays are large. Raises RunError as ``step`` does, and for an
        array that the weights cannot be written to (``parameter``).
        """
        with self._lock:
            resident, given = self._checked(key_text(key), gradient)
            path = f"parameters.{resident.key}"
            refuse_unlike(weights, "parameter", "weights", path)
            if weights.shape != resident.weight.shape or not weights.flags.writeable:
                raise RunError("parameter", "the weights cannot be written there", path)
            if self._is_inside(gradient) or np.may_share_memory(gradient, weights):
                given = gradient.copy()
            if resident.streams and not self._is_inside(weights):
                begins = begins_of([resident], self._updates, self._schedules)
                self._set_out([resident], begins)
                self._cells.fill(resident, begins[0], self._updates)
                resident.update_through(given, weights, self._shared)
            else:
                self._step([resident], [(resident, given)])
                weights[...] = resident.weight

    def _checked(self, key: str, gradient: object) -> Tuple[Resident, Floats]:
        resident = self._residents.get(key)
        if resident is None:
            raise RunError("unknown-parameter", f"there is no parameter `{key}`", f"gradients.{key}")
        return resident, check_gradient(key, gradient, resident.gradient.shape)

    def _step(self, residents: Sequence[Resident], given: Sequence[Tuple[Resident, Floats]]) -> None:
        """Runs updates to their ends: those that see nothing of each other as one where they can be, all others in turn.

        By the gradients given, which are as ``_put`` takes them; by those in their places for parameters that have none.
        """
        if not residents:
            return
        plan = self._plan
        if plan.residents != residents:
            self._plan = plan = Plan(residents, self._packs)
        begins = begins_of(residents, self._updates, self._schedules)
        left = self._put(given)
        self._set_out(residents, begins)
        for run, members in plan.stretches(begins):
            self._cells.fill(residents[members[0]], begins[members[0]], self._updates)
            elsewhere = [residents[i] for i in members if residents[i].key in left] if left else ()
            if elsewhere and len(elsewhere) == len(members):
                run.update_through([left[one.key] for one in elsewhere])
                continue
            for one in elsewhere:
                one.gradient[...] = left[one.key]
            run.update()
        for i in plan.others:
            self._cells.fill(residents[i], begins[i], self._updates)
        others = [residents[i] for i in plan.others]
        run_in_turn([(one, one.update(self._shared, left.get(one.key))) for one in others])

    def _put(self, given: Sequence[Tuple[Resident, Floats]]) -> Dict[str, Floats]:
        """All gradients in their places, before any update may change what they share memory with; gives back the rest.

        Those are taken in part by part, in the course of the update.
        """
        apart = [
            (resident, gradient.copy() if self._is_inside(gradient) else gradient)
            for resident, gradient in given
            if gradient is not resident.gradient
        ]
        for resident, gradient in apart:
            if not resident.streams:
                resident.gradient[...] = gradient
        return {resident.key: gradient for resident, gradient in apart if resident.streams}

    def _is_inside(self, gradient: Floats) -> bool:
        return any(np.may_share_memory(gradient, lot[0].memory.bytes) for lot in self._lots if lot)

    def _set_out(self, residents: Sequence[Resident], begins: Sequence[Begin]) -> None:
        """Counts updates, which go to their ends from here."""
        for resident, (count, _) in zip(residents, begins):
            resident.take_copies()
            resident.count = count
            self._updates = max(self._updates, count)

    def state(self) -> State:
        """A copy of the state, from which an optimizer of the same spec goes on to the same bits."""
        with self._lock:
            slots: Dict[str, Dict[str, SlotValue]] = {}
            for key, resident in self._residents.items():
                resident.take_copies()
                for name, value in resident.slots():
                    slots.setdefault(name, {})[key] = value
            schedule = dict(self._schedules.state(self._updates))
            counts = {key: resident.count for key, resident in self._residents.items()}
            return State(counts, self._updates, schedule, dict(self._shared), slots)
