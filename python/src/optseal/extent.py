"""How large the tensors of a parameter are, as a stack of matrices."""

from __future__ import annotations

from math import prod
from typing import NamedTuple, Tuple

#: Blocks of elements that sums are kept for.
_BLOCK = 1024


class Extent(NamedTuple):
    """A parameter as a stack of matrices: its last dimension is the columns, the one before it the rows."""

    shape: Tuple[int, ...]
    stack: int
    rows: int
    cols: int

    @property
    def size(self) -> int:
        """How many numbers the parameter has."""
        return self.stack * self.rows * self.cols

    @property
    def rank(self) -> int:
        """How many dimensions it has."""
        return len(self.shape)

    def sides(self, shape: str) -> Tuple[int, int]:
        """Rows and columns of one matrix of a shape such as ``Rx1``."""
        rows, cols = (self._side(side) for side in shape.split("x"))
        return rows, cols

    def _side(self, side: str) -> int:
        return 1 if side == "1" else self.rows if side == "R" else self.cols

    def lines(self, shape: str) -> int:
        """How many rows all matrices of a shape have."""
        return self.stack * self.sides(shape)[0]

    def length(self, shape: str) -> int:
        """How many numbers a tensor of a shape holds."""
        rows, cols = self.sides(shape)
        return self.stack * rows * cols

    def shape_of(self, shape: str) -> Tuple[int, ...]:
        """The shape of such a tensor as the parameter's own, with fewer sides where there is one row or one column."""
        if shape == "RxC":
            return self.shape
        if shape == "Rx1":
            return self.shape[:-1]
        return self.shape[:-2] + self.shape[-1:] if shape == "1xC" else (self.length(shape),)

    def blocks(self, shape: str) -> int:
        """How many blocks its elements come to."""
        return -(-self.length(shape) // _BLOCK)


def extent_of(shape: Tuple[int, ...]) -> Extent:
    """The matrices of a parameter's shape; no dimensions at all: one element."""
    rows = shape[-2] if len(shape) > 1 else 1
    cols = shape[-1] if len(shape) > 0 else 1
    return Extent(shape, prod(shape[:-2]), rows, cols)
