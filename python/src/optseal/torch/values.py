"""Hyperparameters as Python has them."""

from __future__ import annotations

from typing import Any

from ..description import number_of


def plain(value: Any) -> Any:
    """A hyperparameter of a module's description: numbers that JSON has no word for are texts there."""
    if isinstance(value, str):
        try:
            return number_of(value)
        except ValueError:
            return value
    return [plain(one) for one in value] if isinstance(value, list) else value
