"""Refusals. Nothing has been written when one is raised."""

from __future__ import annotations

from typing import Optional


class Error(Exception):
    """The common face of all refusals.

    ``code`` is one of a closed set, ``path`` says where (``parameters.w``), ``hint`` how to put it right.
    """

    def __init__(self, code: str, message: str, path: Optional[str] = None, hint: Optional[str] = None) -> None:
        super().__init__(message if path is None else f"{message} (at {path})")
        self.code = code
        self.path = path
        self.hint = hint


class ModuleError(Error):
    """Bytes that are no module of optseal's, or one of another version.

    Codes: ``not-a-module`` ``abi``.
    """


class RunError(Error):
    """Parameters, gradients or a state that do not fit.

    Codes: ``parameter`` ``shape`` ``needs`` ``memory`` ``unknown-parameter`` ``gradient-type`` ``gradient-shape``
    ``state-missing`` ``state-unknown`` ``state-shape`` ``state-count`` ``rate-bound``.
    """
