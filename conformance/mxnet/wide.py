"""Conformance, MXNet: the sums that Python asks for, taken in binary64.

In: nothing. Out: the imported library, changed: where an optimizer's own Python asks for a norm, a mean of rows or a sum of squares, it
gets the sum in binary64, rounded once. What then has the same bits as optseal differed by the rounding of that sum alone. Kernels
that sum within themselves (LAMB from 1.7 on, and all of 2.0 but LARS with use_fused_step) are out of reach.
"""

import importlib
import sys

from library import mx, np


def squares(array):
    """The squares, which are rounded to binary32 as the library rounds them, in binary64."""
    values = array.asnumpy()
    return (values * values).astype(np.float64)


def norm(array, *_, **__):
    wide = array.asnumpy().astype(np.float64)
    return mx.nd.array([np.sqrt(np.sum(wide * wide))], dtype="float32")


def multi_sum_sq(*arrays, **_):
    return mx.nd.array([np.sum(squares(array)) for array in arrays], dtype="float32")


def mean(array, axis, keepdims):
    wide = array.asnumpy().astype(np.float64)
    total = np.sum(wide, axis=axis, keepdims=keepdims).astype(np.float32)
    return mx.nd.array(total / np.float32(wide.shape[axis]), dtype="float32")


def sum_of_squares(_, array):
    return np.float32(np.sum(squares(array)))


def widen():
    """Puts the sums above in the place of the library's."""
    mx.nd.NDArray.norm = norm
    for name in ("mxnet.optimizer", "mxnet.optimizer.optimizer", "mxnet.optimizer.lars", "mxnet.optimizer.contrib"):
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        for known, wide in (("NDnorm", norm), ("multi_sum_sq", multi_sum_sq), ("mean", mean)):
            if hasattr(module, known):
                setattr(module, known, wide)
    if hasattr(mx.optimizer, "LBSGD"):
        sys.modules[mx.optimizer.LBSGD.__module__].LBSGD._l2norm = sum_of_squares
