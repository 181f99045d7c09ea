"""Signed envelopes through every gate: by the command ``optseal verify``, or by a running ``optseal serve``."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from json import dumps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, NamedTuple, Optional, Protocol, Sequence, Tuple, Union
from urllib.parse import urlencode

from .answers import ask, object_in
from .command import ENVELOPE, Command, not_optseal, refuse
from .errors import Refused
from .module import Module

#: One envelope, or the spec's and then each amendment's in its order.
Envelopes = Union[bytes, Sequence[bytes]]

#: An envelope that nobody has signed: what refuses it for that has its trust document and can go to work.
_UNSIGNED = dumps(
    {
        "payloadType": "application/vnd.optseal.spec.v1+msgpack",
        "payload": "gA==",
        "signatures": [{"keyid": "", "sig": b64encode(bytes(64)).decode()}],
    }
).encode()


class Accepted(NamedTuple):
    """What a statement says that has passed every gate."""

    #: ``new``, or ``in-force`` for the very statement that was accepted last.
    status: str
    #: The statement's, as ``sha256:...``.
    digest: str
    #: The spec's; of an amendment, the amended spec's.
    spec_digest: str
    owners: Tuple[str, ...]
    job: str
    audience: Tuple[str, ...]
    sequence: int
    #: Seconds since 1970, as is ``expires``.
    issued: float
    expires: float
    #: The spec as JSON has it: numbers that JSON has no word for are texts.
    spec: Dict[str, Any]
    module: Module


class Verifier(Protocol):
    """Either of the two."""

    def check(self) -> None:
        """Raises Refused where nothing could be verified: no trust document, no store, nobody to ask."""

    def verify(self, envelopes: Envelopes) -> Accepted:
        """Takes envelopes through every gate. Raises Refused."""


class CommandVerifier:
    """Asks the command, which starts anew each time."""

    def __init__(
        self,
        trust: Union[str, os.PathLike[str]],
        store: str,
        job: str,
        audience: str,
        command: Optional[Sequence[str]] = None,
    ) -> None:
        """Takes the trust document's path, a folder or URL as the store, and this server's job and name.

        ``command`` are the words that start optseal: by default those in OPTSEAL_COMMAND, or ``optseal`` on PATH.
        """
        self.command = Command(command)
        is_url = "://" in store
        options = {
            "trust": os.path.abspath(trust),
            "store": store if is_url else os.path.abspath(store),
            "job": job,
            "audience": audience,
        }
        self.options = [f"--{name}={value}" for name, value in options.items()]
        self._folder = None if is_url else Path(store)

    def check(self) -> None:
        """Raises Refused where nothing could be verified."""
        if self._folder is not None:
            _check_folder(self._folder)
        try:
            self.verify(_UNSIGNED)
        except Refused as refused:
            if refused.stage == "envelope" and refused.file is None:
                return
            raise
        raise not_optseal("the command accepts what nobody has signed")

    def verify(self, envelopes: Envelopes) -> Accepted:
        """Takes envelopes through every gate. Raises Refused."""
        with TemporaryDirectory(prefix="optseal-") as folder:
            names = []
            for i, envelope in enumerate(_several(envelopes)):
                names.append(f"{ENVELOPE}{i}")
                Path(folder, names[-1]).write_bytes(envelope)
            bases = ["--base", *names[:-1]] if len(names) > 1 else []
            emitted = ["--json", "--emit-spec=spec.json", "--emit-module=module.wasm"]
            said = object_in(self.command.run(folder, ["verify", names[-1], *bases, *self.options, *emitted]))
            if "digest" not in said:
                raise not_optseal("the command has accepted something, and does not say what")
            spec = object_in(Path(folder, "spec.json").read_bytes())
            return _accepted(said, said["spec"], spec, Path(folder, "module.wasm").read_bytes())


class SocketVerifier:
    """Asks a running ``optseal serve`` at a unix socket."""

    def __init__(self, socket: Union[str, os.PathLike[str]], job: str, audience: str) -> None:
        """Takes the socket's path, and this server's job and name."""
        self._socket = os.path.abspath(socket)
        self._query = urlencode({"job": job, "audience": audience, "module": 1})

    def check(self) -> None:
        """Raises Refused where nothing could be verified."""
        status, said = ask(self._socket, "GET", "/healthz")
        if status != 200:
            message = f"the service cannot verify: {said.get('status')}, store {said.get('store')}"
            raise Refused("serve", "unable", message, hint="its own log tells why")

    def verify(self, envelopes: Envelopes) -> Accepted:
        """Takes envelopes through every gate. Raises Refused."""
        several = _several(envelopes)
        route, body = "/verify", several[0]
        if len(several) > 1:
            route, body = "/amend", dumps({"envelopes": [b64encode(one).decode() for one in several]}).encode()
        status, said = ask(self._socket, "POST", f"{route}?{self._query}", body)
        if status != 200:
            refuse(said)
        return _accepted(said, said["specDigest"], said["spec"], b64decode(said["module"]))


def _several(envelopes: Envelopes) -> Sequence[bytes]:
    several = [envelopes] if isinstance(envelopes, bytes) else list(envelopes)
    if not several:
        raise ValueError("there is no envelope")
    return several


def _accepted(said: Dict[str, Any], spec_digest: str, spec: Dict[str, Any], wasm: bytes) -> Accepted:
    return Accepted(
        said["status"],
        said["digest"],
        spec_digest,
        tuple(said["owners"]),
        said["job"],
        tuple(said["audience"]),
        said["sequence"],
        said["issued"],
        said["expires"],
        spec,
        Module(wasm),
    )


def _check_folder(folder: Path) -> None:
    """A store's folder, or the folder that it will be made in."""
    place = next((one for one in (folder, *folder.absolute().parents) if one.exists()), folder)
    if place.is_dir() and os.access(place, os.R_OK | os.W_OK | os.X_OK):
        return
    what = "no folder" if not place.is_dir() else "a folder that this process may not read and write"
    raise Refused("system", "store", f"the store cannot be used: {place} is {what}", hint="name another with --store")
