"""Envelopes as text on MXNet's optimizer command: one DSSE document, or a list of them, as JSON."""

from __future__ import annotations

from json import dumps, loads
from typing import Any, List, NamedTuple, Sequence, Union

from ..errors import Refused

#: What `optseal` takes of one document, and so the most that is read here.
MOST_BYTES = 2 * 1024 * 1024

#: As many as `optseal` takes in one question; each of them becomes a file or a part of a request.
MOST_ENVELOPES = 256

AMENDMENT = "application/vnd.optseal.amendment.v1+msgpack"
CHECKPOINT = "application/vnd.optseal.checkpoint.v1+msgpack"

_HINT = "an optimizer is converted and signed on the worker: optseal.mxnet.seal(optimizer, ...)"


class Envelope(NamedTuple):
    """A DSSE document, whose payload nobody has verified yet."""

    text: bytes
    payload_type: str
    payload: str

    def is_same(self, other: Envelope) -> bool:
        """Whether both say the same, whoever has signed it."""
        return (self.payload_type, self.payload) == (other.payload_type, other.payload)


def envelopes_in(body: bytes) -> List[Envelope]:
    """The envelopes of a command, in their order.

    Raises Refused (stage ``server``) for anything else, which is not looked into: ``not-dsse``, ``size``.
    """
    if len(body) > MOST_BYTES:
        raise Refused("server", "size", f"the command has {len(body)} bytes, and {MOST_BYTES} are the most")
    try:
        said = loads(body.decode("ascii"))
    except (ValueError, RecursionError):
        raise _no_dsse() from None
    if isinstance(said, list) and len(said) > MOST_ENVELOPES:
        raise Refused("server", "size", f"the command has {len(said)} documents, and {MOST_ENVELOPES} are the most")
    if isinstance(said, list) and said:
        return [_envelope(one, dumps(one, separators=(",", ":")).encode()) for one in said]
    return [_envelope(said, body)]


def body_of(envelopes: Union[bytes, Sequence[bytes]]) -> str:
    """What is sent: the text of one envelope as it is, of several as a list. Raises Refused for what is no DSSE JSON."""
    if isinstance(envelopes, bytes):
        return _text(envelopes)
    several = [_text(one) for one in envelopes]
    return several[0] if len(several) == 1 else f"[{','.join(several)}]"


def _text(envelope: bytes) -> str:
    try:
        return envelope.decode("ascii")
    except UnicodeDecodeError:
        hint = "sign with --form json: MXNet's commands carry text"
        raise Refused("server", "not-dsse", "the envelope is not in DSSE's JSON form", hint=hint) from None


def _envelope(said: Any, text: bytes) -> Envelope:
    if not isinstance(said, dict):
        raise _no_dsse()
    payload_type, payload = said.get("payloadType"), said.get("payload")
    if not isinstance(payload_type, str) or not isinstance(payload, str):
        raise _no_dsse()
    return Envelope(text, payload_type, payload)


def _no_dsse() -> Refused:
    return Refused("server", "not-dsse", "the command is no DSSE JSON document, and nothing else is read", hint=_HINT)
