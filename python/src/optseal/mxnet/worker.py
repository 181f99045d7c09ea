"""The worker's side: sends signed envelopes to MXNet's servers, and learns what each has decided."""

from __future__ import annotations

import os
from typing import Any, List, NamedTuple, Optional, Sequence, Type, Union
from weakref import WeakKeyDictionary

import numpy as np

from ..errors import Refused
from ..verifier import Envelopes
from .messages import body_of
from .options import BIG_ARRAY, bound_in
from .questions import QUESTION
from .verdicts import FLOATS, MOST_ROWS, Verdict, blank, is_kept, name_of, verdict_in

#: MXNet's numbers of commands, from 1.2 on.
_OPTIMIZER, _MULTI_PRECISION = 0, 1
#: Integer keys of the arrays for verdicts: MXNet places a key by key * 9973, which has to stay below 2^31.
_FIRST_KEY = 215_000
_MOST_SERVERS = 300
#: How often verdicts are asked for, should one be written over or not be whole.
_TRIES = 3


class InForce(NamedTuple):
    """The statement that is in force on all servers."""

    #: ``new`` where at least one server has not had it before, else ``in-force``.
    status: str
    digest: str
    sequence: int
    #: The sequence of the order whose checkpoint all servers went on from when they had started: ``restore`` brings its weights.
    resumed: Optional[int] = None


class _Tables:
    """The arrays for verdicts of a kvstore: one on each server."""

    def __init__(self, kv: Any, keys: Type[Union[int, str]]) -> None:
        import mxnet

        self._kv = kv
        count = int(os.environ.get("DMLC_NUM_SERVER", "0"))
        rows = min(MOST_ROWS, (bound_in(os.environ) - 1) // FLOATS)
        if not 1 <= count <= _MOST_SERVERS:
            raise Refused("usage", "servers", f"DMLC_NUM_SERVER is {count}, and 1 to {_MOST_SERVERS} servers are known")
        if rows < 2:
            raise Refused("usage", "bound", f"{BIG_ARRAY} is below {2 * FLOATS + 1}", hint="let it be larger")
        # Keys in a row: as 9973 is a prime number, each is on another server.
        names = [f"optseal.verdicts.{i}" if keys is str else _FIRST_KEY + i for i in range(count)]
        self._names: List[Union[int, str]] = names
        self._pulled = [mxnet.nd.zeros((rows * FLOATS,)) for _ in names]
        kv.init(names, [mxnet.nd.array(blank(rows), dtype="float32") for _ in names])

    def offer(self) -> None:
        """Has the servers take the arrays over. Raises Refused where one does not."""
        zeros = [one.zeros_like() for one in self._pulled]
        self._kv.push(self._names, zeros)
        for number, table in enumerate(self.pull()):
            if not is_kept(table):
                hint = "start `python -m optseal.mxnet.server` in place of MXNet's own servers"
                raise Refused("server", "no-server", f"server {number} is none of optseal's", hint=hint)

    def pull(self) -> Sequence[Any]:
        """What stands in each now."""
        self._kv.pull(self._names, out=self._pulled)
        return [np.ascontiguousarray(one.asnumpy()) for one in self._pulled]

    def verdicts(self, name: str) -> List[Optional[Verdict]]:
        """What each server has decided about a command."""
        found: List[Optional[Verdict]] = []
        for _ in range(_TRIES):
            found = [verdict_in(table, name) for table in self.pull()]
            if None not in found:
                break
        return found


_tables: WeakKeyDictionary[Any, _Tables] = WeakKeyDictionary()


def set_optimizer(
    kv: Any, envelopes: Envelopes, keys: Type[Union[int, str]] = int, multi_precision: bool = False
) -> InForce:
    """Sends a signed optimizer, or an amendment of it, to all servers of a dist kvstore, and waits for what they decide.

    ``envelopes`` is one in DSSE's JSON form, or a list: a spec's and then its amendments', in their order. ``keys`` is the type
    of key that this program uses with ``kv``: MXNet takes one alone. The first call for a ``kv`` is to be made by all workers,
    like ``kv.init``; later ones are each worker's own. The same envelope, sent again, changes nothing. ``multi_precision`` has
    the servers keep 16-bit weights in 32 bits, and update those: they update no others.

    Raises Refused with what the first server that refuses tells; what was in force there stays in force.
    """
    accepted = [
        InForce(one.status, one.digest or "", one.sequence or 0, one.resumed)
        for one in _decided(kv, envelopes, keys, multi_precision)
    ]
    resumed = [one.resumed for one in accepted]
    if len(set(resumed)) > 1:
        hint = "bring back the files of one order on all servers; `optseal manifest` signs them for a newer one"
        raise Refused("server", "torn-checkpoint", f"servers went on from different checkpoints: {resumed}", hint=hint)
    return next((one for one in accepted if one.status == "new"), accepted[0])


def checkpoint(kv: Any, envelope: bytes, keys: Type[Union[int, str]] = int) -> InForce:
    """Sends a signed order to save to all servers, and waits until each has its checkpoint on the disk.

    What this worker has pushed is in it; other workers are not waited for. One worker's order is enough, and the same one sent
    again is done once. Returns the order's digest and sequence; ``status`` is ``new`` where at least one server has written.

    Raises Refused with what the first server that refuses tells: its checkpoint before this stays.
    """
    import mxnet

    mxnet.nd.waitall()
    saved = [InForce(one.status, one.digest or "", one.sequence or 0) for one in _decided(kv, envelope, keys)]
    return next((one for one in saved if one.status == "new"), saved[0])


def restore(kv: Any, names: Any, out: Any) -> None:
    """Pulls the weights that servers have, those of a checkpoint where they were resumed: the state of no key moves.

    ``names`` and ``out`` are as ``kv.pull`` takes them. To be called by all workers after ``set_optimizer``, before gradients
    are pushed. A gradient that comes for a resumed key without this is left out: it was found with other weights.
    """
    single = not isinstance(names, (list, tuple))
    arrays = [one[0] if isinstance(one, (list, tuple)) else one for one in ([out] if single else out)]
    for name, array in zip([names] if single else names, arrays):
        kv.push(name, array.zeros_like() + QUESTION)
    kv.pull(names, out=out)


def _decided(
    kv: Any, envelopes: Envelopes, keys: Type[Union[int, str]], multi_precision: bool = False
) -> List[Verdict]:
    """What each server has decided. Raises Refused for the first that refuses."""
    body = body_of(envelopes)
    tables = _tables.get(kv) or _Tables(kv, keys)
    kv._send_command_to_servers(_OPTIMIZER, body)
    if multi_precision:
        kv._send_command_to_servers(_MULTI_PRECISION, "")
    if kv not in _tables:
        # After the first command the servers look at what is pushed.
        tables.offer()
        _tables[kv] = tables
    decided = []
    for number, verdict in enumerate(tables.verdicts(name_of(body.encode()))):
        if verdict is None:
            raise Refused("server", "no-verdict", f"server {number} has told nothing", hint="see its log")
        if verdict.status == "refused" or verdict.digest is None or verdict.sequence is None:
            stage, code, message = verdict.stage or "server", verdict.code or "unknown", verdict.message or ""
            raise Refused(stage, code, f"server {number}: {message}", verdict.path, verdict.hint)
        decided.append(verdict)
    return decided
