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
    ``state-missing`` ``state-unknown`` ``state-shape`` ``state-count`` ``rate-bound`` ``amendment``
    ``threads``; of a parameter server ``total`` ``shard``.
    """


class StateError(Error):
    """Files of weights and state that cannot be read, or arrays that cannot be written as one.

    Codes: ``safetensors`` ``state-tensor`` ``file-digest`` ``checkpoint``.
    """


class Refused(Error):
    """A statement that did not pass a gate, or a gate that could not be reached.

    ``stage`` is the one that refused: ``codec`` ``envelope`` ``trust`` ``spec`` ``check`` ``run`` ``state``, as in exit codes; ``usage``;
    ``system`` for files and processes; ``serve`` for what the service itself refuses; ``server`` for what a parameter
    server does; ``verifier`` for answers that are none of optseal's. ``code``, ``message``, ``path`` and ``hint`` are as the
    command or the service told them;
    ``file`` is the one that it is about, where that is no envelope but the trust document.
    """

    def __init__(
        self,
        stage: str,
        code: str,
        message: str,
        path: Optional[str] = None,
        hint: Optional[str] = None,
        file: Optional[str] = None,
    ) -> None:
        super().__init__(code, message if file is None else f"{file}: {message}", path, hint)
        self.stage = stage
        self.message = message
        self.file = file
