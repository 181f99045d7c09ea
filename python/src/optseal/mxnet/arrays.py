"""The memory of MXNet's arrays, seen by NumPy without a copy."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from ..errors import RunError
from ..memory import Floats

_FLOAT = ctypes.POINTER(ctypes.c_float)


def floats_of(array: Any, what: str) -> Floats:
    """The numbers of an ``NDArray`` on the CPU, once nothing writes to them: the memory itself, which the array keeps alive.

    Raises RunError (``parameter``) for other numbers than float32, and for arrays that do not hold all of them.
    """
    from mxnet.base import _LIB, check_call

    if array.stype != "default" or np.dtype(array.dtype) != np.float32:
        message = f"{what} are {array.stype} {np.dtype(array.dtype).name}, and dense float32 is updated here"
        hint = "16-bit weights need set_optimizer(..., multi_precision=True)"
        raise RunError("parameter", message, hint=hint)
    array.wait_to_read()
    data = ctypes.c_void_p()
    check_call(_LIB.MXNDArrayGetData(array.handle, ctypes.byref(data)))
    size = array.size
    if not data.value or size == 0:
        return np.zeros(array.shape, np.float32)
    view: Floats = np.ctypeslib.as_array(ctypes.cast(data, _FLOAT), (size,)).reshape(array.shape)
    return view
