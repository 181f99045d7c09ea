"""Refusals of what a training loop hands in."""

from __future__ import annotations

from ..errors import Error


class TorchError(Error):
    """Parameters, gradients, options or a state that do not fit. Nothing has been changed when one is raised.

    Codes: ``parameter`` ``group`` ``hyper-set`` ``gradient`` ``no-kernel`` ``option`` ``state`` ``envelope``.
    """
