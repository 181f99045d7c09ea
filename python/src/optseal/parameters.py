"""Parameters and gradients as callers hand them in: what they are, and that they fit."""

from __future__ import annotations

from typing import List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np

from .errors import RunError
from .extent import Extent, extent_of
from .keys import Key, entries_of
from .memory import Floats

#: Weights, or the shape that they are to have.
Parameter = Union[Floats, Sequence[int]]

#: What a 32-bit integer counts.
_MOST_LINES = 2**31 - 1


class Given(NamedTuple):
    """A parameter as it was handed in; without weights they begin as zeros."""

    key: str
    extent: Extent
    weights: Optional[Floats]


def given_in(parameters: Mapping[Key, Parameter]) -> List[Given]:
    """The parameters in their order. Raises RunError for what is none."""
    return [_given(key, parameter, f"parameters.{key}") for key, parameter in entries_of(parameters)]


def _given(key: str, parameter: Parameter, path: str) -> Given:
    if isinstance(parameter, np.ndarray):
        refuse_unlike(parameter, "parameter", "weights", path)
        return Given(key, _checked(parameter.shape, path), parameter)
    try:
        shape = tuple(_index(side) for side in parameter)
    except TypeError:
        message = f"{type(parameter).__name__} is neither an array of float32 nor a shape"
        raise RunError("parameter", message, path) from None
    return Given(key, _checked(shape, path), None)


def _index(side: object) -> int:
    if isinstance(side, bool) or not isinstance(side, (int, np.integer)):
        raise TypeError
    return int(side)


def _checked(shape: Tuple[int, ...], path: str) -> Extent:
    extent = extent_of(shape)
    if min(shape, default=0) >= 0 and max(extent.stack * extent.rows, extent.cols) <= _MOST_LINES:
        return extent
    raise RunError("shape", f"[{', '.join(map(str, shape))}] is no shape of a tensor", path)


def refuse_unlike(array: object, code: str, what: str, path: str) -> None:
    """Raises RunError for anything but float32 numbers in the machine's order, one after the other."""
    if not isinstance(array, np.ndarray):
        raise RunError(code, f"the {what} are no NumPy array but {type(array).__name__}", path)
    if array.dtype != np.float32:
        hint = "`array.astype(np.float32)` has them in the machine's own order" if array.dtype.kind == "f" else None
        raise RunError(code, f"the {what} are {array.dtype.str} and not float32", path, hint)
    if not array.flags.c_contiguous:
        raise RunError(code, f"the {what} are not contiguous", path, "`np.ascontiguousarray(array)` is")


def check_gradient(key: str, gradient: object, shape: Tuple[int, ...]) -> Floats:
    """A gradient that fits its parameter. Raises RunError for another."""
    path = f"gradients.{key}"
    refuse_unlike(gradient, "gradient-type", "gradients", path)
    assert isinstance(gradient, np.ndarray)
    if gradient.shape != shape:
        message = f"a gradient of the shape {list(gradient.shape)} for a parameter of {list(shape)}"
        raise RunError("gradient-shape", message, path)
    return gradient
