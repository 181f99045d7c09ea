"""Converts and signs an optimizer of MXNet's, in the worker that has made it."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Optional, Sequence

from ..command import Command


def seal(
    optimizer: Any,
    key: str,
    job: str,
    audience: str,
    sequence: Optional[int] = None,
    expires: Optional[str] = None,
    command: Optional[Sequence[str]] = None,
) -> bytes:
    """The envelope, in DSSE's JSON form, of an ``mxnet.optimizer.Optimizer``: what ``set_optimizer`` takes.

    ``key`` is the file of a secret key; ``job``, ``audience``, ``sequence`` and ``expires`` are the statement's claims, as
    `optseal sign` takes them. The optimizer is pickled into a file of this process's own, which `optseal convert` reads
    without executing it. Raises Refused for an optimizer that cannot be converted, and for a key that cannot be read.
    """
    # Written here and never read: the server's side does not come by this line.
    from pickle import dumps

    import mxnet

    release = "mxnet-" + ".".join(mxnet.__version__.split(".")[:2])
    claims = [f"--job={job}", f"--audience={audience}", f"--key={os.path.abspath(key)}", "--form=json"]
    claims += [] if sequence is None else [f"--sequence={sequence}"]
    claims += [] if expires is None else [f"--expires={expires}"]
    optseal = Command(command)
    with TemporaryDirectory(prefix="optseal-") as folder:
        Path(folder, "optimizer.pkl").write_bytes(dumps(optimizer, protocol=2))
        optseal.run(folder, ["convert", "optimizer.pkl", f"--release={release}", "-o", "spec.yaml"])
        optseal.run(folder, ["sign", "spec.yaml", *claims, "-o", "envelope.json"])
        return Path(folder, "envelope.json").read_bytes()
