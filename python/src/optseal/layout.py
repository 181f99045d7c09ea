"""Where the host puts frames, tensors and sums in a module's memory."""

from __future__ import annotations

from typing import Dict, Iterator, List, NamedTuple, Sequence, Tuple

from .description import Body
from .extent import Extent

_LINE = 64
_PAGE = 4096
#: Tensors of this size and more begin at different places in their pages: a processor takes addresses that differ by whole
#: pages for the same when it looks whether a load has to wait for a store.
_LARGE = 2**16
_APART = 832


class Site(NamedTuple):
    """Where one parameter's things are, in bytes: places and sums in the order of its body."""

    frame: int
    places: List[int]
    sums: List[int]


class Room:
    """Gives out memory from a place on, on lines of 64 bytes."""

    def __init__(self, start: int) -> None:
        self.end = start

    def take(self, size: int) -> int:
        """The first byte of so many."""
        at = -(-self.end // _LINE) * _LINE
        self.end = at + size
        return at

    def take_tensor(self, size: int, turn: int) -> int:
        """The same for a tensor that passes go over together with those of other turns."""
        if size >= _LARGE:
            self.end = -(-self.end // _PAGE) * _PAGE + turn * _APART % _PAGE
        return self.take(size)


def lay_out(packs: Sequence[Sequence[Tuple[Body, Extent]]], room: Room) -> List[Site]:
    """Places for all parameters, those of a pack side by side.

    Where a body has no total, no other parameter's update comes between its steps: such scratch memory and sums are one
    for all, as large as the largest asks for.
    """
    common: Dict[str, int] = {}
    for body, extent in (one for pack in packs for one in pack):
        if not waits(body):
            for name, size in _passing(body, extent).items():
                common[name] = max(size, common.get(name, 0))
    shared = {name: room.take(size) for name, size in common.items()}
    return [site for pack in packs for site in _side_by_side(pack, shared, room)]


def _side_by_side(pack: Sequence[Tuple[Body, Extent]], shared: Dict[str, int], room: Room) -> Iterator[Site]:
    (body, first), passing = pack[0], shared
    if waits(body):
        passing = {name: room.take(size) for name, size in _passing(body, first).items()}
    frames = [room.take(body["frame"]) for _ in pack]
    places = [
        passing[f"scratch {place['share']}"]
        if "share" in place
        else room.take_tensor(4 * sum(extent.length(place["shape"]) for _, extent in pack), turn)
        for turn, place in enumerate(body["places"])
    ]
    sums = [passing[f"sums {i}"] for i in range(len(body["sums"]))]
    for frame, (_, extent) in zip(frames, pack):
        yield Site(frame, places, sums)
        places = [at + 4 * extent.length(place["shape"]) for at, place in zip(places, body["places"])]


def waits(body: Body) -> bool:
    """Whether its updates wait for others in between."""
    return any(step["does"] == "total" for step in body["steps"])


def _passing(body: Body, extent: Extent) -> Dict[str, int]:
    """The bytes of what a body needs during an update alone, by name."""
    sizes = {f"sums {i}": 8 * extent.blocks(sums["shape"]) for i, sums in enumerate(body["sums"])}
    for place in body["places"]:
        if "share" in place:
            name = f"scratch {place['share']}"
            sizes[name] = max(4 * extent.length(place["shape"]), sizes.get(name, 0))
    return sizes
