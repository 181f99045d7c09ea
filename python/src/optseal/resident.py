"""A parameter in the module's memory: its weights, gradient and slots, and what an update of it calls."""

from __future__ import annotations

from functools import cached_property
from typing import Callable, Dict, Iterator, List, NamedTuple, Optional, Tuple

from .binder import Bound, fill_common
from .description import Body, Description, Slot, Step
from .extent import Extent
from .layout import Site, waits
from .memory import Floats, Memory
from .parameters import Given
from .run import Run, ready
from .state import SlotValue, State
from .streaming import Lead, single_pass

#: A function of the module; or, where there is none, a total, and the line that it stands in.
_Ready = Tuple[Optional[Callable[[], object]], int]


class Stand(NamedTuple):
    """Where a parameter stands: in which pack, as which of it, and in memory."""

    pack: int
    member: int
    site: Site
    #: Where a second frame may be during an update, in a memory that threads share.
    spare: int


class Resident:
    """One parameter's part of the memory."""

    #: How many updates it has had.
    count: int

    def __init__(self, bound: Bound, stand: Stand, memory: Memory, description: Description) -> None:
        site = stand.site
        self.stand = stand
        self.key, extent, weights, self.group, body = bound
        self.body, self.extent = body, extent
        self.frame = site.frame
        #: Where the summand of a total is, and the sum is to be.
        self.total = site.frame + description["total"]
        self.memory = memory
        fill_common(memory, site.frame, description, description["bindings"][self.group], self.key, extent)
        tensors: Dict[Tuple[str, str], Floats] = {}
        for place, at in zip(body["places"], site.places):
            memory.set_integer(site.frame + place["at"], at)
            if place["role"] != "scratch":
                tensors[place["role"], place["name"]] = memory.floats(at, extent.shape_of(place["shape"]))
        for sums, at in zip(body["sums"], site.sums):
            memory.set_integer(site.frame + sums["at"], at)
        self.weight = tensors["weight", "weight"]
        self.gradient = tensors["gradient", "grad"]
        if weights is not None:
            self.weight[...] = weights
        if "start" in body:
            memory.function(body["start"], site.frame)()
        self._slots = [slot for slot in body["slots"] if slot["shape"] != "shared"]
        self._tensors = {name: tensor for (role, name), tensor in tensors.items() if role == "slot"}
        self._cells = {name: site.frame + at for name, at in body["numbers"].items()}
        self._shared = [slot for slot in body["slots"] if slot["shape"] == "shared"]
        self._shared_cells = [(slot["name"], self._cells[slot["name"]]) for slot in self._shared]
        #: Slots that become copies of the weights once those are there.
        self._copies: List[Floats] = []
        weight, gradient = (_address(body, site, role) for role in ("weight", "gradient"))
        #: What a run of it, and of its neighbours, begins with.
        self.lead = Lead(body, site.frame, weight, gradient)
        #: Whether its update can be one with its neighbours'.
        self.is_elementwise = body.get("elementwise", False)
        #: Whether an update can take a gradient in part by part from where it stands.
        self.streams = single_pass(body) is not None
        frame = site.frame
        self._steps = [_ready(step, body, frame, memory, extent) for step in body["steps"]] if waits(body) else []

    @cached_property
    def run(self) -> Run:
        """Its update by itself, where that waits for no other."""
        return Run(self.lead, [self.extent], self.memory, self.stand.spare)

    def given(self) -> Given:
        """The parameter as it would be handed in now."""
        return Given(self.key, self.extent, self.weight)

    def start(self, state: Optional[State]) -> None:
        """Gives the slots what they start from: the rule's own numbers, or those of a state that has been looked at."""
        for slot in self._slots:
            name = slot["name"]
            given = self._init(slot) if state is None else state.slots[name][self.key]
            if given is None:
                self._copies.append(self._tensors[name])
            elif name in self._tensors:
                tensor = self._tensors[name]
                tensor[...] = given if isinstance(given, float) else given.reshape(tensor.shape)
            else:
                self.memory.set_number(self._cells[name], float(given))

    def _init(self, slot: Slot) -> Optional[float]:
        return self.memory.number(self.frame + slot["init"]) if "init" in slot else None

    def shared_start(self) -> Dict[str, float]:
        """What the scalars that all share start from, as far as this parameter has them."""
        starts = ((slot["name"], self._init(slot)) for slot in self._shared)
        return {name: value for name, value in starts if value is not None}

    def take_copies(self) -> None:
        """Makes copies of the weights, where slots start as such: the caller has filled the weights by now."""
        for tensor in self._copies:
            tensor[...] = self.weight
        self._copies = []

    def slots(self) -> Iterator[Tuple[str, SlotValue]]:
        """Its own state by name, as copies."""
        for slot in self._slots:
            name = slot["name"]
            tensor = self._tensors.get(name)
            yield name, self.memory.number(self._cells[name]) if tensor is None else tensor.copy()

    def update(self, shared: Dict[str, float], gradient: Optional[Floats] = None) -> Iterator[int]:
        """Makes an update as far as the next total, and gives the line that this stands in; then goes on from there.

        With a gradient, which is for those that stream: from there, and not from the place in the memory.
        """
        self._take(shared)
        if gradient is not None:
            self.run.update_through([gradient])
        elif not waits(self.body):
            self.run.update()
        else:
            for function, line in self._steps:
                if function is None:
                    self._keep(shared)
                    yield line
                    self._take(shared)
                elif function() == 1:
                    break
        self._keep(shared)

    def update_through(self, gradient: Floats, out: Floats, shared: Dict[str, float]) -> None:
        """Makes an update from a gradient elsewhere, and writes the weights to ``out`` too. Of those that stream."""
        self._take(shared)
        self.run.update_through([gradient], out)
        self._keep(shared)

    def _take(self, shared: Dict[str, float]) -> None:
        for name, cell in self._shared_cells:
            self.memory.set_number(cell, shared[name])

    def _keep(self, shared: Dict[str, float]) -> None:
        for name, cell in self._shared_cells:
            shared[name] = self.memory.number(cell)


def _ready(step: Step, body: Body, frame: int, memory: Memory, extent: Extent) -> _Ready:
    """A step, or the line of a total."""
    return (None, step["line"]) if step["does"] == "total" else (ready(step, body, frame, memory, extent), 0)


def _address(body: Body, site: Site, role: str) -> int:
    return next(at for place, at in zip(body["places"], site.places) if place["role"] == role)
