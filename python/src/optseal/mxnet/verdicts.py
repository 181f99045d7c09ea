"""Where a server writes what it has decided, so that workers can pull it: a stored array of its own.

MXNet's commands have no answer but that they have arrived. So each server keeps one array that no optimizer touches. Its
bytes are rows of 1024: a head, by which a server knows the array and a worker knows the server, then the last verdicts in
turn, each as the JSON text of an object behind its CRC-32. All of it is float32 to MXNet, which copies it as it is.
"""

from __future__ import annotations

from hashlib import sha256
from json import dumps, loads
from typing import Dict, Iterator, List, NamedTuple, Optional, Union
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ..memory import Floats

Bytes = NDArray[np.uint8]
Field = Union[str, int, None]

#: Bytes of a row.
ROW = 1024
#: Numbers of a row.
FLOATS = ROW // 4
#: Rows of the array, where MXNet lets it be that large in one piece.
MOST_ROWS = 32

_ASKED = b"optseal: verdicts are to be written here"
_KEPT = b"optseal: verdicts are written here"
#: Characters of a message or a hint; the server's own log has all of it.
_LONGEST = 240


class Verdict(NamedTuple):
    """What a server has decided about a command."""

    #: SHA-256 of the command's bytes, in hexadecimal.
    of: str
    #: ``new``, ``in-force`` or ``refused``.
    status: str
    #: Of the statement that is in force now, if any is: its digest and its sequence.
    digest: Optional[str] = None
    sequence: Optional[int] = None
    #: Of a refusal, as ``optseal.Refused`` has them.
    stage: Optional[str] = None
    code: Optional[str] = None
    message: Optional[str] = None
    path: Optional[str] = None
    hint: Optional[str] = None
    #: The sequence of the order whose checkpoint the server went on from when it had started.
    resumed: Optional[int] = None


def name_of(body: bytes) -> str:
    """What a command is called in verdicts."""
    return sha256(body).hexdigest()


def blank(rows: int) -> Floats:
    """What a worker stores, for a server to take over."""
    table = np.zeros(rows * ROW, np.uint8)
    _write(table[:ROW], _ASKED)
    return table.view(np.float32)


def is_table(stored: Floats) -> bool:
    """Whether a stored array is to hold verdicts."""
    head = stored[: len(_ASKED) // 4].tobytes() if stored.size % FLOATS == 0 and stored.size > FLOATS else b""
    return head != b"" and _ASKED.startswith(head)


class Table:
    """The server's side: the memory of a stored array."""

    def __init__(self, stored: Floats) -> None:
        """Takes the array over."""
        self._rows: Bytes = stored.view(np.uint8).reshape(-1, ROW)
        self._count = 0
        self._rows[1:] = 0
        _write(self._rows[0], _KEPT)

    def write(self, verdict: Verdict) -> None:
        """Writes a verdict in the place of the oldest."""
        self._count += 1
        fields: Dict[str, Field] = {**verdict._asdict(), "number": self._count}
        row = self._rows[1 + self._count % (len(self._rows) - 1)]
        # Twice a character's escape is what a cut text takes at most.
        for longest in (_LONGEST, 60, 0):
            text = dumps({name: _cut(value, longest) for name, value in fields.items() if value is not None}).encode()
            if len(text) < ROW - 16:
                break
        _write(row, f"{crc32(text):08x}".encode() + text)


def verdict_in(pulled: Floats, of: str) -> Optional[Verdict]:
    """The worker's side: the last verdict about a command; none if there is none, or it is being written."""
    found: List[Dict[str, Field]] = [said for said in _verdicts(pulled) if said.get("of") == of]
    if not found:
        return None
    last = max(found, key=lambda said: int(said["number"] or 0))
    del last["number"]
    return Verdict(**last)  # type: ignore[arg-type]


def is_kept(pulled: Floats) -> bool:
    """Whether a server has taken the array over."""
    return pulled.view(np.uint8)[: len(_KEPT)].tobytes() == _KEPT


def _verdicts(pulled: Floats) -> Iterator[Dict[str, Field]]:
    for row in pulled.view(np.uint8).reshape(-1, ROW)[1:]:
        text = row.tobytes().rstrip(b"\0")
        if text[:8] == f"{crc32(text[8:]):08x}".encode() and len(text) > 8:
            yield loads(text[8:])


def _cut(value: Field, longest: int) -> Field:
    return value if not isinstance(value, str) or len(value) <= max(longest, 80) else f"{value[:longest]}..."


def _write(row: Bytes, text: bytes) -> None:
    row[:] = 0
    row[: len(text)] = np.frombuffer(text, np.uint8)
