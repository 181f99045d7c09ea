"""The spec's own gradient steps, for engines that do not have them in a module."""

from __future__ import annotations

from typing import List, Mapping, Sequence

import torch

#: What torch.nn.utils.clip_grad_norm_ adds to the norm.
_GUARD = 1e-6


def prepared(gradients: Sequence[torch.Tensor], steps: Mapping[str, float]) -> List[torch.Tensor]:
    """The gradients of one step as the rule is to see them; copies where something is done."""
    rescale, most, largest = steps.get("rescale"), steps.get("clip_value"), steps.get("clip_norm")
    out = list(gradients)
    if rescale is not None:
        out = [one * rescale for one in out]
    if most is not None:
        out = [one.clamp(-most, most) for one in out]
    if largest is not None and out:
        # Squares are summed in binary64, as the language says; the order of torch's sums is torch's.
        norm = sum(one.double().square().sum().item() for one in out) ** 0.5
        factor = min(1.0, largest / (norm + _GUARD))
        out = [one * factor for one in out]
    return out
