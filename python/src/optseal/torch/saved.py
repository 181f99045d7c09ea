"""State dicts: torch's own keys, and one of ours that says of what spec the state is."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Dict, List, Mapping, Sequence, Tuple, cast

import torch

from ..amend import amended_state, refuse_beyond
from ..description import Description
from ..state import State
from ..verifier import Accepted
from .engine import COUNT, Common, Value
from .errors import TorchError

#: The key beside torch's.
OWN = "optseal"

#: What is kept of a module's description: what an amendment goes by.
_KEPT = ("digests", "gradient", "scheduled", "schedule")


def own_part(engine: str, accepted: Accepted, common: Common) -> Dict[str, Any]:
    """What stands under that key."""
    description = cast(Dict[str, Any], accepted.module.description)
    bindings = [{name: one[name] for name in ("match", "hyper") if name in one} for one in description["bindings"]]
    kept = {name: description[name] for name in _KEPT if name in description}
    spec = deepcopy({"digest": accepted.spec_digest, **kept, "bindings": bindings})
    return {"engine": engine, "spec": spec, **common._asdict()}


def common_in(state_dict: Mapping[str, Any], engine: str, accepted: Accepted) -> Tuple[Common, bool]:
    """What a state dict has beside its parameters, and whether that is whole.

    A state from before an amendment lacks the scalars of schedules that are to be run from their beginning. Raises
    TorchError for what is no state of an optimizer of this package, or of another engine, and RunError for one of a
    spec that no amendment makes into this one.
    """
    own = state_dict.get(OWN)
    if not isinstance(own, dict) or not {"state", "param_groups"} <= set(state_dict):
        raise TorchError("state", "this is no state of an optimizer of optseal", "state_dict")
    if own.get("engine") != engine:
        message = f"the state is of the engine `{own.get('engine')}`, and this is `{engine}`"
        raise TorchError("state", message, "state_dict", "make the optimizer with the engine that saved the state")
    updates, schedule, shared = own.get("updates"), own.get("schedule"), own.get("shared")
    if not isinstance(updates, int) or not _are_numbers(schedule) or not _are_numbers(shared):
        raise TorchError("state", "the state lacks its counts or scalars", f"state_dict.{OWN}")
    common = Common(updates, cast(Dict[str, float], schedule), cast(Dict[str, float], shared))
    spec = own.get("spec")
    if isinstance(spec, dict) and spec.get("digest") == accepted.spec_digest:
        return common, True
    try:
        return _amended(common, cast(Description, spec), accepted.module.description), False
    except (AttributeError, KeyError, TypeError):
        raise TorchError("state", "the state does not say of what spec it is", f"state_dict.{OWN}.spec") from None


def _amended(common: Common, before: Description, after: Description) -> Common:
    refuse_beyond(before, after)
    state = State(updates=common.updates, schedule=common.schedule)
    return common._replace(schedule=amended_state(before, after, state).schedule)


def _are_numbers(values: Any) -> bool:
    return isinstance(values, dict) and all(isinstance(one, (int, float)) for one in values.values())


def values_in(state_dict: Mapping[str, Any], groups: Sequence[Mapping[str, Any]]) -> List[Dict[str, Value]]:
    """The values of each parameter, in the order of the groups. Raises TorchError for a state of other parameters."""
    saved, state = state_dict["param_groups"], state_dict["state"]
    try:
        ours = [(group.get("param_names"), len(group["params"])) for group in groups]
        theirs = [(group.get("param_names"), len(group["params"])) for group in saved]
        values = [state.get(place, {}) for group in saved for place in group["params"]]
    except (AttributeError, KeyError, TypeError):
        raise TorchError("state", "this is no state dict", "state_dict") from None
    if ours != theirs:
        hint = "the names and groups of the parameters have to be those of the optimizer that saved the state"
        raise TorchError("state", "the state is of other parameters", "state_dict.param_groups", hint)
    for i, own in enumerate(values):
        if not isinstance(own, dict) or not isinstance(own.get(COUNT), int):
            raise TorchError("state", "a parameter's state has no count", f"state_dict.state.{i}.{COUNT}")
        for name, value in own.items():
            if not isinstance(value, (int, float, torch.Tensor)):
                message = f"`{name}` is neither a tensor nor a number"
                raise TorchError("state", message, f"state_dict.state.{i}.{name}")
    return values
