"""The engine that runs the verified module over the parameters, in place where they can stand in its memory."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence

import numpy as np
import torch

from ..optimizer import Optimizer as ModuleOptimizer
from ..parameters import given_in
from ..schedule import Drive
from ..state import SlotValue, State
from ..verifier import Accepted
from .engine import COUNT, Common, Saved, Value
from .errors import TorchError
from .parameters import Named
from .resident import Resident

#: The name under which a state has the 32 bits of 16-bit weights; no slot of a rule has it.
MASTER = "weight"


class WasmEngine:
    """Steps by the module."""

    def __init__(self, accepted: Accepted, params: Sequence[Named], *, threads: int, zero_copy: bool) -> None:
        """Raises TorchError or RunError for parameters that the module cannot step."""
        has_master = accepted.spec.get("precision", {}).get("master") is True
        self._residents = [Resident(key, tensor, zero_copy, has_master) for key, tensor in params]
        self._threads = threads
        self._module = accepted.module
        self._optimizer = self._attached(None)
        self._settle()

    def _attached(self, state: Optional[State], is_whole: bool = True) -> ModuleOptimizer:
        given = given_in({one.key: tuple(one.tensor.shape) for one in self._residents})
        return ModuleOptimizer(self._module.program_by(self._threads), [given], state, is_whole)

    def _settle(self) -> None:
        """Looks where everything stands in the memory that there is now."""
        optimizer = self._optimizer
        for one in self._residents:
            one.move_in(optimizer.weights[one.key], optimizer.gradients[one.key])
        groups, streams = optimizer.groups, optimizer.streams
        self.groups = [groups[one.key] for one in self._residents]
        bindings = self._module.description["bindings"]
        for one, group in zip(self._residents, self.groups):
            one.streams = streams[one.key]
            one.is_lazy = bindings[group]["hyper"].get("lazy_update") is True

    def step(self) -> None:
        plain = [gradient for gradient in map(Resident.plain, self._residents) if gradient is not None]
        if len(plain) == len(self._residents):
            self._optimizer.step_all(plain)
            return
        stepped = [one for one in self._residents if one.tensor.grad is not None]
        for one in stepped:
            one.check()
        self._optimizer.step({one.key: one.take_in() for one in stepped})
        for one in stepped:
            one.hand_out()

    def ahead(self) -> Sequence[Optional[Drive]]:
        return self._optimizer.ahead()

    def gradient_places(self) -> List[Optional[torch.Tensor]]:
        return [one.gradient if one.tensor.dtype == torch.float32 else None for one in self._residents]

    def amend(self, accepted: Accepted) -> None:
        for one in self._residents:
            one.take_in()
        masters = [one.weight.clone() if one.keeps_master else None for one in self._residents]
        self._optimizer.amend(accepted.module)
        self._module = accepted.module
        self._settle()
        self._set_masters(masters)

    def _set_masters(self, masters: Sequence[Optional[torch.Tensor]]) -> None:
        for one, master in zip(self._residents, masters):
            if master is not None:
                one.set_master(master)

    def saved(self) -> Saved:
        state = self._optimizer.state()
        saved: Dict[int, Dict[str, Value]] = {}
        for i, one in enumerate(self._residents):
            one.take_in()
            slots = {name: _out(values[one.key]) for name, values in state.slots.items() if one.key in values}
            saved[i] = {COUNT: state.counts[one.key], **slots}
            if one.keeps_master:
                saved[i][MASTER] = one.weight.clone()
        return Saved(saved, Common(state.updates, state.schedule, state.shared))

    def load(self, saved: Saved, is_whole: bool) -> None:
        updates, schedule, shared = saved.common
        state = State(updates=updates, schedule=schedule, shared=shared)
        masters: List[Optional[torch.Tensor]] = []
        for i, one in enumerate(self._residents):
            own = dict(saved.state.get(i, {}))
            master = own.pop(MASTER, None)
            if one.keeps_master and not _is_like(master, one.weight):
                raise TorchError("state", f"the state has no 32-bit weights for `{one.key}`", f"state.{i}.{MASTER}")
            masters.append(master if isinstance(master, torch.Tensor) and one.keeps_master else None)
            state.counts[one.key] = own.pop(COUNT, 0)  # type: ignore[assignment]
            for name, value in own.items():
                state.slots.setdefault(name, {})[one.key] = _in(value)
        self._optimizer = self._attached(state, is_whole)
        self._settle()
        self._set_masters(masters)


def _is_like(value: object, weight: torch.Tensor) -> bool:
    return isinstance(value, torch.Tensor) and value.dtype == torch.float32 and value.shape == weight.shape


def _out(value: SlotValue) -> Value:
    return torch.from_numpy(value) if isinstance(value, np.ndarray) else float(value)


def _in(value: Value) -> SlotValue:
    return value.detach().cpu().contiguous().numpy() if isinstance(value, torch.Tensor) else value
