"""The engine that runs torch's own kernel of a built-in rule; schedules are the module's all the same."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

import torch

from ..amend import amended_state, refuse_beyond, refuse_other_slots
from ..binder import Bound
from ..module import Module
from ..parameters import given_in
from ..running import Running
from ..schedule import Drive
from ..state import State
from ..verifier import Accepted
from .engine import COUNT, Common, Saved, Value
from .errors import TorchError
from .gradient import prepared
from .kernels import arguments, kernel_of
from .parameters import Named
from .values import plain


class NativeEngine:
    """Steps by a class of ``torch.optim``."""

    def __init__(
        self, accepted: Accepted, params: Sequence[Named], *, foreach: Optional[bool], fused: Optional[bool]
    ) -> None:
        """Raises TorchError where torch has no such kernel; RunError for what the rule has needs against."""
        self._kernel = kernel_of(accepted.spec["rule"], torch.__version__)
        options = {name: value for name, value in (("foreach", foreach), ("fused", fused)) if value is not None}
        for name in options:
            if name not in self._kernel.options:
                raise TorchError("option", f"torch's {self._kernel.name} has no `{name}`", name, "leave it out")
        _refuse_spec(accepted.spec)
        for key, tensor in params:
            if tensor.dtype != torch.float32:
                hint = "engine='wasm' keeps 16-bit weights as the spec says"
                raise TorchError(
                    "parameter", f"a parameter of {tensor.dtype}, and rules are binary32", f"params.{key}", hint
                )
        self._tensors = [tensor for _, tensor in params]
        self._given = given_in({key: tuple(tensor.shape) for key, tensor in params})
        self._module = accepted.module
        bound = self._bound(self._module)
        self.groups = [one.group for one in bound]
        self._counts = [0] * len(params)
        self._updates = 0
        self._running = Running(self._module.program)
        self._gradient = _gradient_of(accepted)
        self._numbers = sorted(set(self.groups))
        self._torch = self._made(options)

    def _bound(self, module: Module) -> List[Bound]:
        binder = module.program.binder
        return [binder.bind(one) for one in self._given]

    def _made(self, options: Dict[str, Any]) -> torch.optim.Optimizer:
        groups = []
        for number in self._numbers:
            members = [tensor for tensor, group in zip(self._tensors, self.groups) if group == number]
            groups.append({"params": members, **self._arguments(number)})
        whole = {name: {group.pop(name) for group in groups} for name in self._kernel.whole}
        for name, values in whole.items():
            if len(values) > 1:
                message = f"groups with another `{name}`, which torch's {self._kernel.name} has one of"
                raise TorchError("no-kernel", message, "groups", "engine='wasm' has one for each group")
            options = {**options, name: values.pop()}
        made: torch.optim.Optimizer = getattr(torch.optim, self._kernel.name)(groups, **options)
        return made

    def _arguments(self, number: int, drive: Optional[Drive] = None) -> Dict[str, Any]:
        description = self._module.description
        hyper = {name: plain(value) for name, value in description["bindings"][number]["hyper"].items()}
        if drive is not None:
            hyper[description["scheduled"]] = drive.rate
            if drive.momentum is not None and "cycled" in description:
                hyper[description["cycled"]] = drive.momentum
        return arguments(self._kernel, hyper)

    @torch.no_grad()
    def step(self) -> None:
        stepped = [i for i, tensor in enumerate(self._tensors) if tensor.grad is not None]
        if not stepped:
            return
        counts = [self._counts[i] + 1 for i in stepped]
        updates = max(self._updates, *counts)
        drives = self._running.drives([(updates, number) for number in self._numbers])
        for group, number, drive in zip(self._torch.param_groups, self._numbers, drives):
            group.update({name: value for name, value in self._arguments(number, drive).items() if name in group})
        tensors = [self._tensors[i] for i in stepped]
        gradients = [tensor.grad for tensor in tensors]
        if self._gradient:
            for tensor, gradient in zip(
                tensors, prepared([one for one in gradients if one is not None], self._gradient)
            ):
                tensor.grad = gradient
        try:
            self._torch.step()
        finally:
            for tensor, own in zip(tensors, gradients):
                tensor.grad = own
        self._updates = updates
        for i, count in zip(stepped, counts):
            self._counts[i] = count

    def ahead(self) -> Sequence[Optional[Drive]]:
        return self._running.ahead(self._updates)

    def gradient_places(self) -> List[Optional[torch.Tensor]]:
        return [None] * len(self._tensors)

    def amend(self, accepted: Accepted) -> None:
        before, after = self._module.description, accepted.module.description
        refuse_beyond(before, after)
        for one, other in zip(self._bound(self._module), self._bound(accepted.module)):
            refuse_other_slots(one.key, one.body, other.body)
        state = State(updates=self._updates, schedule=self._running.state(self._updates))
        self._running = Running(accepted.module.program, amended_state(before, after, state), is_whole=False)
        self._module, self._gradient = accepted.module, _gradient_of(accepted)

    def saved(self) -> Saved:
        state: Dict[int, Dict[str, Value]] = {}
        for i, tensor in enumerate(self._tensors):
            own = self._torch.state.get(tensor, {})
            state[i] = {COUNT: self._counts[i], **{name: _copy(value) for name, value in own.items()}}
        return Saved(state, Common(self._updates, self._running.state(self._updates), {}))

    def load(self, saved: Saved, is_whole: bool) -> None:
        updates, schedule, _ = saved.common
        running = Running(self._module.program, State(updates=updates, schedule=schedule), is_whole)
        own = {i: dict(values) for i, values in saved.state.items()}
        counts = [own.get(i, {}).pop(COUNT, 0) for i in range(len(self._tensors))]
        places = {id(tensor): i for i, tensor in enumerate(self._tensors)}
        order = [places[id(tensor)] for group in self._torch.param_groups for tensor in group["params"]]
        groups = self._torch.state_dict()["param_groups"]
        self._torch.load_state_dict(
            {"state": {at: own[i] for at, i in enumerate(order) if own.get(i)}, "param_groups": groups}
        )
        self._running, self._updates, self._counts = running, updates, counts  # type: ignore[assignment]


def _gradient_of(accepted: Accepted) -> Dict[str, float]:
    return {name: float(value) for name, value in accepted.spec.get("gradient", {}).items()}


def _copy(value: Any) -> Any:
    return value.detach().clone() if isinstance(value, torch.Tensor) else value


def _refuse_spec(spec: Dict[str, Any]) -> None:
    if "resume" in spec:
        message = "the spec has `resume`, which torch's optimizers have no place for"
        raise TorchError("no-kernel", message, "resume", "engine='wasm' starts where it says")
