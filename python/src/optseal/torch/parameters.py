"""Parameters as training loops hand them in: tensors, names and tensors, or groups of either."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Tuple, Union

import torch

from .errors import TorchError

#: What ``Optimizer`` takes: as ``model.parameters()``, ``model.named_parameters()``, or groups of either.
Parameters = Union[Iterable[torch.Tensor], Iterable[Tuple[str, torch.Tensor]], Iterable[Dict[str, Any]]]


class Named(NamedTuple):
    """A parameter, and the key by which the spec's groups know it: its name, or its place among all."""

    key: str
    tensor: torch.Tensor


def named_in(params: Parameters) -> Tuple[List[Named], bool]:
    """All parameters in their order, and whether they have names.

    Raises TorchError for what is none, for one that is there twice, and for groups with options of their own.
    """
    given = list(_flat(params))
    if not given:
        raise TorchError("parameter", "there are no parameters", "params")
    has_names = given[0][0] is not None
    named, seen = [], set()
    for i, (name, tensor) in enumerate(given):
        path = f"params.{i if name is None else name}"
        if not isinstance(tensor, torch.Tensor):
            raise TorchError("parameter", f"{type(tensor).__name__} is no tensor", path)
        if (name is not None) != has_names:
            hint = "hand in `model.named_parameters()`"
            raise TorchError("parameter", "some parameters have names and some have not", path, hint)
        key = str(i) if name is None else name
        for one, what in ((id(tensor), "tensor"), (key, "name")):
            if one in seen:
                raise TorchError("parameter", f"the same {what} is there twice", path)
            seen.add(one)
        named.append(Named(key, tensor))
    return named, has_names


def _flat(params: Parameters) -> Iterable[Tuple[Optional[str], Any]]:
    if isinstance(params, (torch.Tensor, dict)):
        raise TorchError(
            "parameter", f"one {type(params).__name__} is no list of parameters", "params", "put it in a list"
        )
    for i, one in enumerate(params):
        if isinstance(one, dict):
            others = sorted(set(one) - {"params"})
            if others or "params" not in one:
                message = f"a group with {', '.join(f'`{name}`' for name in others) or 'no `params`'}"
                hint = "what a group is given stands in the signed spec, under `groups`"
                raise TorchError("group", message, f"params.{i}", hint)
            within = one["params"]
            yield from _flat([within] if isinstance(within, torch.Tensor) else within)
        elif isinstance(one, tuple) and len(one) == 2 and isinstance(one[0], str):
            yield one
        else:
            yield None, one
