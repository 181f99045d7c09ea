"""Updates that take the gradient in, and perhaps give the weights out, part by part, while both are in the processor's cache."""

from __future__ import annotations

from typing import Callable, NamedTuple, Optional, Sequence

from .description import Step
from .memory import Floats, Memory

#: Elements of a part: with its gradient, weights and two slots 1 MiB.
_PART = 65536

#: Takes a gradient, and perhaps an array that the updated weights are written to.
Through = Callable[[Floats, Optional[Floats]], None]


class Place(NamedTuple):
    """A tensor in memory: its array, its address, and the cell that has the address."""

    array: Floats
    at: int
    cell: int


def through(steps: Sequence[Step], frame: int, memory: Memory, gradient: Place, weight: Floats) -> Optional[Through]:
    """Such an update, for a body whose one pass works on elements, and by one thread; none for others."""
    passes = [i for i, step in enumerate(steps) if step["does"] != "scalars"]
    if len(passes) != 1 or not _is_by_elements(steps[passes[0]]) or memory.parts(weight.size) > 1:
        return None
    before, after = (
        [memory.function(step["function"], frame) for step in some]
        for some in (steps[: passes[0]], steps[passes[0] + 1 :])
    )
    run = memory.ranged(steps[passes[0]]["function"], frame)
    part_gradient, own_weight = gradient.array.reshape(-1)[:_PART], weight.reshape(-1)

    def update(given: Floats, out: Optional[Floats]) -> None:
        given, out = given.reshape(-1), None if out is None else out.reshape(-1)
        if any(scalars() == 1 for scalars in before):
            if out is not None:
                out[...] = own_weight
            return
        for first in range(0, own_weight.size, _PART):
            part = slice(first, min(first + _PART, own_weight.size))
            part_gradient[: part.stop - first] = given[part]
            # The module adds to this address in 32 bits: each part of the gradient stands where the first one does.
            memory.set_integer(gradient.cell, gradient.at - 4 * first)
            run(part.start, part.stop)
            if out is not None:
                out[part] = own_weight[part]
        memory.set_integer(gradient.cell, gradient.at)
        # Where one of them ends the update, the rest is not run.
        any(scalars() == 1 for scalars in after)

    return update


def _is_by_elements(step: Step) -> bool:
    if step["does"] != "pass":
        return False
    return step["over"] == "elements" and step["shape"] == "RxC" and _PART % step["grain"] == 0
