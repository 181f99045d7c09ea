"""JSON from the programs that verify: over a unix socket, or as they print it."""

from __future__ import annotations

import socket
from http.client import HTTPConnection, HTTPException
from json import loads
from typing import Any, Dict, Optional, Tuple

from .errors import Refused

#: A service answers within 10 seconds, or says that it cannot.
_SECONDS = 15


class _Connection(HTTPConnection):
    """HTTP at a unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_SECONDS)
        self.sock.connect(self._path)


def ask(path: str, method: str, route: str, body: Optional[bytes] = None) -> Tuple[int, Dict[str, Any]]:
    """Status and document of an answer. Raises Refused where nobody answers."""
    connection = _Connection(path)
    try:
        connection.request(method, route, body)
        answer = connection.getresponse()
        return answer.status, object_in(answer.read())
    except (OSError, HTTPException) as error:
        message = f"nobody answers at `{path}`: {error}"
        raise Refused("system", "no-service", message, hint="start `optseal serve --socket PATH ...`") from error
    finally:
        connection.close()


def object_in(text: bytes) -> Dict[str, Any]:
    """The JSON object that a text is; empty for any other text."""
    try:
        said = loads(text.decode())
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
