"""What steps the parameters of a ``torch.optim`` optimizer: the interface of both engines."""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Optional, Protocol, Sequence, Union

import torch

from ..schedule import Drive
from ..verifier import Accepted

#: A slot of one parameter: a tensor, or a number.
Value = Union[torch.Tensor, float]


#: The count of a parameter's updates in its state: the language's own word, which no slot has.
COUNT = "t"


class Common(NamedTuple):
    """What is known beside parameters."""

    #: The highest count of any parameter.
    updates: int
    #: The schedule's scalars, as in a ``State`` of this package; so are those that all parameters share.
    schedule: Dict[str, float]
    shared: Dict[str, float]


class Saved(NamedTuple):
    """What an engine knows beside the weights. Tensors are copies."""

    #: Slots and the count ``t``, by the parameter's place and the slot's name.
    state: Dict[int, Dict[str, Value]]
    common: Common


class Engine(Protocol):
    """Steps parameters that it was made with."""

    #: The number of each parameter's group among the ``bindings`` of the module.
    groups: List[int]

    def step(self) -> None:
        """Updates the parameters that have a gradient. Raises before anything is changed."""

    def ahead(self) -> Sequence[Optional[Drive]]:
        """What the schedule will give each of the module's groups for the next update."""

    def amend(self, accepted: Accepted) -> None:
        """Goes on by an amended spec. Raises RunError before anything is changed."""

    def saved(self) -> Saved:
        """The state."""

    def load(self, saved: Saved, is_whole: bool) -> None:
        """Goes on from a state. ``is_whole``: it lacks nothing of the schedule's.

        Raises Error before anything is changed.
        """

    def gradient_places(self) -> List[Optional[torch.Tensor]]:
        """Where each parameter's gradient may stand so that it is not copied; None where there is no such place."""
