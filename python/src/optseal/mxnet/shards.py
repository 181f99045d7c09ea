"""What a rule cannot do on a server, which sees parts of parameters, one after the other, without their shape."""

from __future__ import annotations

from typing import Iterator

from ..binder import Bound
from ..description import Body, Description
from ..errors import RunError
from ..extent import extent_of
from ..optimizer import Program
from ..parameters import Given

#: A parameter as servers see them: one dimension.
_SAMPLE = 1031


class Shards:
    """Which stored arrays may be parts of a parameter."""

    def __init__(self, servers: int, bound: int, allowed: bool) -> None:
        """Takes the number of servers, the elements from which MXNet splits arrays, and the operator's policy."""
        #: The least that a part of a split parameter has; where there is one server, none is split.
        self._least = bound // servers if servers > 1 else None
        self._bound = bound
        self._allowed = allowed

    def refuse(self, bound: Bound) -> None:
        """Raises RunError (``shard``) for a rule that works on a parameter as a whole, on what may be a part of one."""
        size = bound.extent.size
        if self._allowed or self._least is None or size < self._least or not _reduces(bound.body):
            return
        message = (
            f"the rule sums over a parameter, and these {size} numbers may be a part of one: "
            f"MXNet splits from {self._bound} on, and the sum over a part is another"
        )
        hint = "start the server with --allow-shards to take each part as a parameter of its own, or run one server"
        raise RunError("shard", message, f"parameters.{bound.key}", hint)


def refuse_impossible(program: Program) -> None:
    """Raises RunError for what no stored array can be given: ``total`` ``needs``."""
    for body in program.description["bodies"]:
        if any(step["does"] == "total" for step in body["steps"]):
            message = "the spec sums over all parameters, such as for clip_norm, and a server updates one at a time"
            raise RunError("total", message, hint="clip on the workers, or by each value")
    for key in _sample_keys(program.description):
        program.binder.bind(Given(key, extent_of((_SAMPLE,)), None))


def _sample_keys(description: Description) -> Iterator[str]:
    """A key of each group that an integer key can belong to."""
    for binding in description["bindings"]:
        match = binding.get("match")
        if match is None:
            yield "0"
        else:
            yield from (str(index) for index in match.get("index", ())[:1])


def _reduces(body: Body) -> bool:
    """Whether what becomes of an element hangs on others."""
    return bool(body["sums"]) or any(place["shape"] != "RxC" for place in body["places"])
