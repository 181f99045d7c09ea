"""What the constructor is told beside the parameters: the envelopes, who verifies, and how to step."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict, Optional, Union

from ..verifier import CommandVerifier, Verifier
from .errors import TorchError

#: An envelope: its bytes, or the file that has them.
Envelope = Union[bytes, str, "os.PathLike[str]"]


def bytes_of(envelope: Envelope) -> bytes:
    """An envelope's bytes. Raises OSError for a file that cannot be read."""
    return envelope if isinstance(envelope, bytes) else Path(envelope).read_bytes()


def verifier_of(
    verifier: Optional[Verifier],
    trust: Optional[Union[str, "os.PathLike[str]"]],
    store: Optional[str],
    job: Optional[str],
    audience: Optional[str],
) -> Verifier:
    """What is to verify. Raises TorchError where that is not said, or said twice."""
    given = [one is not None for one in (trust, store, job, audience)]
    if verifier is not None and not any(given):
        return verifier
    if verifier is None and trust is not None and store is not None and job is not None and audience is not None:
        return CommandVerifier(trust, str(store), job, audience)
    hint = "all of `trust`, `store`, `job` and `audience`, or a `verifier`"
    raise TorchError("option", "it is not said how the envelope is to be verified", "verifier", hint)


def refuse_given(given: Dict[str, Any], usual: Dict[str, Any], engine: str) -> None:
    """Raises TorchError for options that are not as usual, which an engine does not have."""
    for name, value in given.items():
        if value != usual[name]:
            raise TorchError("option", f"engine {engine!r} has no `{name}`", name, "leave it out")
