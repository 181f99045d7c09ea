"""Checkpoints: a server's weights and state as signed files in a folder, and back to the same bits.

    FOLDER/0000001800000000-9f86d081884c7d65/   one for each order: its sequence, and the beginning of its digest
        order.json  state-00000.safetensors ...  weights-00000.safetensors ...  manifest.json
    FOLDER/unfinished-<random>/                 one that is being written or removed, or was when its process died

Files are written and synced under another name, the manifest last, and then their folder gets its own name, in one step: so
what is called by an order is whole, whenever the process was killed. The order before stays until the new one is there.
What may be saved and what is to be believed of a folder, ``optseal verify`` says.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from .answers import object_in
from .disk import Disk
from .errors import StateError
from .keys import Key, entries_of
from .module import Module
from .safetensors import Array, Contents, chunks_of, read_safetensors
from .state import State
from .state_file import FORMAT, state_in, tensors_of
from .verifier import CommandVerifier

_COMPLETE = re.compile(r"[0-9]{16}-[0-9a-f]{16}")
_UNFINISHED = "unfinished-"
_ORDER, _MANIFEST = "order.json", "manifest.json"
#: Bytes of arrays in one file: what one array has more than that is in a file by itself.
_SHARD = 1 << 30


class Ordered(NamedTuple):
    """An order to save that has passed every gate."""

    #: ``new``, or ``in-force`` for the very order that was accepted last.
    status: str
    digest: str
    #: Of the spec whose state is to be saved.
    spec_digest: str
    sequence: int
    owners: Tuple[str, ...]
    #: The order itself.
    envelope: bytes


class Restored(NamedTuple):
    """What a checkpoint holds."""

    #: Of the order, as is ``digest``.
    sequence: int
    digest: str
    #: Of the spec that the state belongs to: the one in force, or one that it came of by amendments.
    spec_digest: str
    #: The module of that spec: attach it with this state, and amend it to what is in force.
    module: Module
    state: State
    weights: Dict[str, Array]


class Checkpoints:
    """The checkpoints of one server, which is the only one to use their folder."""

    def __init__(
        self,
        folder: Union[str, os.PathLike[str]],
        verifier: CommandVerifier,
        key: Union[str, os.PathLike[str]],
        rank: int,
        servers: int,
        keep: int = 2,
        disk: Optional[Disk] = None,
    ) -> None:
        """Takes a folder, which need not be there, the path of the server's secret key, and which server this is.

        ``rank`` counts from 0. ``keep``: how many complete checkpoints stay. Raises ValueError for numbers that are none.
        """
        if not 0 <= rank < servers or keep < 1:
            raise ValueError("a rank is from 0 and below the number of servers, and one checkpoint is kept at least")
        self._folder = Path(os.path.abspath(folder))
        self._verifier = verifier
        self._key = os.path.abspath(key)
        self._rank = f"--rank={rank}/{servers}"
        self._keep = keep
        self._disk = Disk() if disk is None else disk

    def verify(self, order: bytes, envelopes: Sequence[bytes]) -> Ordered:
        """Takes an order through every gate. Raises Refused.

        ``envelopes``: what is in force, the spec's envelope and then each amendment's.
        """
        said = self._verify(f"envelope-{len(envelopes)}", [*envelopes, order], len(envelopes))
        status, digest, spec = said["status"], said["digest"], said["spec"]
        return Ordered(status, digest, spec, said["sequence"], tuple(said["owners"]), order)

    def save(
        self, ordered: Ordered, envelopes: Sequence[bytes], state: State, weights: Mapping[Key, Array]
    ) -> bool:
        """Writes a checkpoint for an order, unless there is one. Returns whether it wrote.

        All is on the disk, and remembered as the newest, when this returns; what raises leaves the checkpoint before as it
        was. Older ones are removed then. Raises Refused, StateError for weights that no file can hold, OSError.
        """
        place = self._folder / f"{ordered.sequence:016d}-{ordered.digest[len('sha256:') :][:16]}"
        is_new = place.name not in self._complete()
        self._sweep()
        if is_new:
            self._write(place, ordered, state, weights)
        self._verify_manifest(place, envelopes)
        for name in self._complete()[self._keep :]:
            self._remove(name)
        return is_new

    def load(self, envelopes: Sequence[bytes]) -> Optional[Restored]:
        """The newest checkpoint; ``None`` where there is none.

        ``envelopes`` as for ``verify``. Raises Refused for a checkpoint that is not to be believed: with the code
        ``wrong-base``, it is of another spec than those that are in force. Raises StateError for files that were changed
        after that. What is damaged stays: an older checkpoint never takes its place by itself.
        """
        complete = self._complete()
        if not complete:
            return None
        place = self._folder / complete[0]
        with TemporaryDirectory(prefix="optseal-") as folder:
            module = Path(folder, "module.wasm")
            said = self._verify_manifest(place, envelopes, f"--emit-module={module}")
            contents = [_read(place, file) for file in said["files"]]
            state, weights = _parted(contents)
            return Restored(
                said["sequence"], said["checkpoint"], said["spec"], Module.read(module), state, weights
            )

    def _complete(self) -> List[str]:
        """The names of all that are whole, the newest first."""
        return [name for name in reversed(self._disk.names(self._folder)) if _COMPLETE.fullmatch(name)]

    def _sweep(self) -> None:
        """Removes what processes that died have left, as far as a command that they had started does not write to it yet."""
        for name in self._disk.names(self._folder):
            if name.startswith(_UNFINISHED):
                with suppress(OSError):
                    self._disk.remove(self._folder / name)

    def _remove(self, name: str) -> None:
        unfinished = self._unfinished()
        self._disk.rename(self._folder / name, unfinished)
        self._disk.remove(unfinished)

    def _unfinished(self) -> Path:
        return self._folder / f"{_UNFINISHED}{secrets.token_hex(8)}"

    def _write(self, place: Path, ordered: Ordered, state: State, weights: Mapping[Key, Array]) -> None:
        disk, unfinished = self._disk, self._unfinished()
        disk.make(self._folder)
        disk.make(unfinished)
        disk.write(unfinished / _ORDER, [memoryview(ordered.envelope)])
        files: List[str] = []
        for kind, tensors in (("state", tensors_of(state)), ("weights", dict(entries_of(weights)))):
            of = {"format": FORMAT, "spec": ordered.spec_digest} if kind == "state" else {}
            for i, shard in enumerate(_shards(tensors)):
                files.append(f"{kind}-{i:05d}.safetensors")
                disk.write(unfinished / files[-1], chunks_of(shard, of))
        audience = [one for one in self._verifier.options if one.startswith("--audience=")]
        signing = [f"--checkpoint={_ORDER}", f"--key={self._key}", self._rank, *audience]
        self._verifier.command.run(str(unfinished), ["manifest", *files, *signing, "-o", _MANIFEST])
        disk.sync(unfinished)
        disk.rename(unfinished, place)
        disk.sync(self._folder)

    def _verify_manifest(self, place: Path, envelopes: Sequence[bytes], *more: str) -> Dict[str, Any]:
        return self._verify(str(place / _MANIFEST), envelopes, len(envelopes), self._rank, *more)

    def _verify(self, name: str, envelopes: Sequence[bytes], bases: int, *more: str) -> Dict[str, Any]:
        """What the command says of a file, or of one of these, the first of which are what it is of."""
        with TemporaryDirectory(prefix="optseal-") as folder:
            names = [f"envelope-{i}" for i in range(len(envelopes))]
            for file, data in zip(names, envelopes):
                Path(folder, file).write_bytes(data)
            words = ["verify", name, *self._verifier.options, *more, "--json", "--base", *names[:bases]]
            return object_in(self._verifier.command.run(folder, words))


def _shards(tensors: Mapping[str, Array]) -> Iterator[Dict[str, Array]]:
    """The arrays in their order, in parts of about one size; at least one part."""
    shard: Dict[str, Array] = {}
    size = 0
    for name, array in tensors.items():
        if shard and size + array.nbytes > _SHARD:
            yield shard
            shard, size = {}, 0
        shard[name] = array
        size += array.nbytes
    yield shard


def _read(place: Path, file: Mapping[str, Any]) -> Contents:
    """What was verified, and nothing else: the file may have been replaced since."""
    data = (place / file["name"]).read_bytes()
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    if digest != file["digest"]:
        raise StateError("file-digest", f"`{file['name']}` was changed after it was verified", file["name"])
    return read_safetensors(data)


def _parted(contents: Sequence[Contents]) -> Tuple[State, Dict[str, Array]]:
    """The state and the weights in files of either kind."""
    kinds: Dict[bool, Dict[str, Array]] = {True: {}, False: {}}
    for metadata, tensors in contents:
        found = kinds[metadata.get("format") == FORMAT]
        twice = next((name for name in tensors if name in found), None)
        if twice is not None:
            raise StateError("checkpoint", f"`{twice}` is in two files of the checkpoint", twice)
        found.update(tensors)
    return state_in(kinds[True]), {name: array.copy() for name, array in kinds[False].items()}
