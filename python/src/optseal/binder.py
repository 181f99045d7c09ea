"""Finds out what a rule comes to for each parameter: its group, its needs, its body."""

from __future__ import annotations

from typing import Callable, Dict, List, NamedTuple, Optional, Tuple

import wasmtime

from .description import Binding, Body, Description, numbers_of
from .errors import RunError
from .extent import Extent
from .keys import key_words, matches
from .layout import Room
from .memory import Floats, Memory
from .parameters import Given


class Bound(NamedTuple):
    """A parameter, and what the rule comes to for it."""

    key: str
    extent: Extent
    weights: Optional[Floats]
    group: int
    body: Body


class Binder:
    """Asks the module, in a small memory of its own, what it has for a shape."""

    def __init__(self, description: Description, engine: wasmtime.Engine, module: wasmtime.Module) -> None:
        self._description = description
        room = Room(description["free"])
        self._frame = room.take(max(binding["frame"] for binding in description["bindings"]))
        self._memory = Memory(engine, module, room.end)
        self._settle: List[Callable[[], int]] = [
            self._memory.function(binding["settle"], self._frame) if "settle" in binding else lambda: 0
            for binding in description["bindings"]
        ]
        self._known: Dict[Tuple[int, Tuple[int, ...]], Body] = {}

    def bind(self, given: Given) -> Bound:
        """Raises RunError for a shape that the rule has needs against."""
        key, extent, weights = given
        bindings = self._description["bindings"]
        group = next(i for i, one in enumerate(bindings) if "match" not in one or matches(one["match"], key))
        known = (group, extent.shape)
        if known not in self._known:
            self._known[known] = self._body(group, bindings[group], given)
        return Bound(key, extent, weights, group, self._known[known])

    def _body(self, group: int, binding: Binding, given: Given) -> Body:
        self._memory.bytes[self._frame : self._frame + binding["frame"]] = 0
        fill_common(self._memory, self._frame, self._description, binding, given.key, given.extent)
        self._settle[group]()
        for need in binding["needs"]:
            if not self._holds(need["at"]):
                message = f"the rule needs `{need['text']}`, and the shape is {list(given.extent.shape)}"
                raise RunError("needs", message, f"parameters.{given.key}", "give such parameters another rule")
        choice = binding["body"]
        while not isinstance(choice, int):
            choice = choice["yes"] if self._holds(choice["ask"]) else choice["no"]
        return self._description["bodies"][choice]

    def _holds(self, at: int) -> bool:
        return self._memory.number(self._frame + at) == 1


def fill_common(
    memory: Memory, frame: int, description: Description, binding: Binding, key: str, extent: Extent
) -> None:
    """Fills the cells that every frame has: a parameter's shape and key words, and its group's hyperparameters."""
    word0, word1 = key_words(key)
    sizes = {"stack": extent.stack, "rows": extent.rows, "cols": extent.cols, "size": extent.size}
    integers = {**sizes, "word0": word0, "word1": word1}
    for name, at in description["integers"].items():
        memory.set_integer(frame + at, integers[name])
    common = description["common"]
    for name, value in {**sizes, "rank": extent.rank}.items():
        if name in common:
            memory.set_number(frame + common[name], value)
    for name, number in numbers_of(binding["hyper"], list(common)):
        memory.set_number(frame + common[name], number)
