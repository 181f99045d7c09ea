"""A ``torch.optim.Optimizer`` whose rule, hyperparameters and schedule come from a signed envelope."""

from __future__ import annotations

import os
from typing import Any, Callable, Dict, List, NoReturn, Optional, Sequence, Union

import torch

from ..verifier import Accepted, Verifier
from .engine import Engine, Saved
from .errors import TorchError
from .native import NativeEngine
from .options import Envelope, bytes_of, refuse_given, verifier_of
from .parameters import Parameters, named_in
from .saved import OWN, common_in, own_part, values_in
from .values import plain
from .wasm import WasmEngine

_NOT_HYPER = ("params", "param_names")


class Optimizer(torch.optim.Optimizer):
    """Steps parameters by a verified optimizer, in an ordinary training loop.

    ``param_groups`` has one group for each of the spec's that has parameters; ``lr`` there is the rate of the next
    step. What stands there is shown, not set: a step refuses values that were set by hand.
    """

    def __init__(
        self,
        params: Parameters,
        envelope: Union[Envelope, Sequence[Envelope]],
        *,
        trust: Optional[Union[str, "os.PathLike[str]"]] = None,
        store: Optional[str] = None,
        job: Optional[str] = None,
        audience: Optional[str] = None,
        verifier: Optional[Verifier] = None,
        engine: str = "wasm",
        threads: int = 1,
        zero_copy: bool = True,
        foreach: Optional[bool] = None,
        fused: Optional[bool] = None,
    ) -> None:
        """Verifies the envelope; then takes the parameters.

        ``params``: tensors, (name, tensor) pairs as of ``named_parameters()``, or groups of either without options. The
        spec's groups match names, or places among all parameters. ``envelope``: the spec's, or a list of it and each
        amendment since. ``trust``, ``store``, ``job`` and ``audience`` are for ``optseal verify``; a ``verifier`` takes
        their place. ``engine``: ``wasm``, the module itself, or ``native``, torch's own kernel of the built-in rule.
        ``threads`` go over a large parameter together; ``zero_copy`` lets float32 parameters stand in the module's
        memory (both: ``wasm``). ``foreach`` and ``fused`` are torch's (``native``).

        Raises Refused for an envelope that does not pass, before the parameters are looked at; TorchError or RunError
        for parameters that do not fit; OSError for a file that cannot be read.
        """
        self._verifier = verifier_of(verifier, trust, store, job, audience)
        several = [envelope] if isinstance(envelope, (bytes, str, os.PathLike)) else envelope
        self._envelopes = [bytes_of(one) for one in several]
        accepted = self._verifier.verify(self._envelopes)
        named, has_names = named_in(params)
        self._engine: Engine
        if engine == "wasm":
            refuse_given({"foreach": foreach, "fused": fused}, {"foreach": None, "fused": None}, engine)
            self._engine = WasmEngine(accepted, named, threads=threads, zero_copy=zero_copy)
        elif engine == "native":
            refuse_given({"threads": threads, "zero_copy": zero_copy}, {"threads": 1, "zero_copy": True}, engine)
            self._engine = NativeEngine(accepted, named, foreach=foreach, fused=fused)
        else:
            raise TorchError("option", f"there is no engine {engine!r}", "engine", "`wasm` or `native`")
        self._kind = engine
        #: The statement in force: its digests, signers, claims and spec.
        self.accepted: Accepted = accepted
        self._bindings = sorted(set(self._engine.groups))
        self._has_begun = False
        groups: List[Dict[str, Any]] = [{"params": []} for _ in self._bindings]
        for one, group in zip(named, self._engine.groups):
            member = (one.key, one.tensor) if has_names else one.tensor
            groups[self._bindings.index(group)]["params"].append(member)
        super().__init__(groups, {})
        self._order = {id(one.tensor): i for i, one in enumerate(named)}
        self._shown: List[Dict[str, Any]] = []
        self._show()
        self._has_begun = True

    def step(self, closure: Optional[Callable[[], Any]] = None) -> Any:
        """Updates each parameter that has a gradient. Gives what ``closure`` gives, which is called first.

        Raises TorchError or RunError before anything is changed.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        self._refuse_set()
        self._engine.step()
        if self._moves:
            self._show()
        return loss

    def amend(self, envelope: Envelope) -> None:
        """Goes on by a signed amendment of the spec in force: weights, state and counts stay.

        Raises Refused for one that does not pass, and RunError for one that does not fit what is there; then nothing
        has changed.
        """
        envelopes = [*self._envelopes, bytes_of(envelope)]
        accepted = self._verifier.verify(envelopes)
        self._engine.amend(accepted)
        self._envelopes, self.accepted = envelopes, accepted
        self._show()

    def zero_grad(self, set_to_none: bool = True) -> None:
        """As torch's: drops gradients, or makes them zeros.

        Those that are made zeros stand in the module's memory from then on, where ``backward`` adds to them and the
        step finds them: nothing is copied.
        """
        if not set_to_none:
            places = self._engine.gradient_places()
            for group in self.param_groups:
                for tensor in group["params"]:
                    place = places[self._order[id(tensor)]]
                    if tensor.grad is not None and place is not None:
                        tensor.grad = place
        super().zero_grad(set_to_none)

    def state_dict(self) -> Dict[str, Any]:
        """The state as a copy: tensors, numbers and texts alone, as ``torch.load(weights_only=True)`` takes them."""
        saved = self._engine.saved()
        for tensor in self._tensors():
            self.state[tensor] = saved.state.get(self._order[id(tensor)], {})
        try:
            said = super().state_dict()
        finally:
            self.state.clear()
        return {**said, OWN: own_part(self._kind, self.accepted, saved.common)}

    def load_state_dict(self, state_dict: Dict[str, Any]) -> None:
        """Goes on from what ``state_dict`` gave, to the same bits; the model's weights are loaded by the model.

        A state from before an amendment is amended. Raises TorchError or RunError for one of another rule or engine, or
        of other parameters; then nothing has changed.
        """
        common, is_whole = common_in(state_dict, self._kind, self.accepted)
        state = values_in(state_dict, self.param_groups)
        order = [self._order[id(tensor)] for tensor in self._tensors()]
        self._engine.load(Saved({place: values for place, values in zip(order, state)}, common), is_whole)
        self._show()

    def _tensors(self) -> List[torch.Tensor]:
        """As ``param_groups`` has them."""
        return [tensor for group in self.param_groups for tensor in group["params"]]

    def add_param_group(self, param_group: Dict[str, Any]) -> None:
        """Parameters are given once: raises TorchError after that."""
        if getattr(self, "_has_begun", True):
            hint = "make another optimizer with all parameters; the spec's groups take new ones in by name"
            raise TorchError("group", "an optimizer's parameters are given when it is made", "param_groups", hint)
        super().add_param_group(param_group)

    def __getstate__(self) -> NoReturn:
        raise TypeError(
            "an optimizer of optseal is not pickled: its state is in state_dict(), its rule in the envelope"
        )

    def _show(self) -> None:
        """Writes hyperparameters and the rate of the next step into ``param_groups``."""
        description = self.accepted.module.description
        scheduled = description.get("scheduled")
        self._moves = "schedule" in description
        ahead = self._engine.ahead()
        self._shown = []
        for group, number in zip(self.param_groups, self._bindings):
            values = {name: plain(value) for name, value in description["bindings"][number]["hyper"].items()}
            drive = ahead[number]
            if scheduled is not None:
                values["lr"] = values[scheduled] if drive is None else drive.rate
            for name in [name for name in group if name not in (*_NOT_HYPER, *values)]:
                del group[name]
            group.update(values)
            self._shown.append(values)

    def _refuse_set(self) -> None:
        for i, (group, shown) in enumerate(zip(self.param_groups, self._shown)):
            if shown.items() <= group.items():
                continue
            for name, value in shown.items():
                if group.get(name) != value:
                    message = f"`{name}` was set to {group.get(name)}, and the signed spec says {value}"
                    hint = "`optseal amend` signs a change for amend(); schedules stand in the spec"
                    raise TorchError("hyper-set", message, f"param_groups.{i}.{name}", hint)
