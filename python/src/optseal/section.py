"""Finds what a module says of itself in its bytes."""

from __future__ import annotations

import json
from typing import Iterator, Tuple, cast

from .description import Description
from .errors import ModuleError

#: Modules of this version alone are taken.
ABI = 1

_SECTION = b"optseal"
#: What every module begins with.
PREAMBLE = b"\0asm\x01\0\0\0"
_CUSTOM = 0


def read_description(wasm: bytes) -> Description:
    """What the bytes of a module say of it.

    Raises ModuleError for bytes that are no WebAssembly module, that lack the section, or that are of another version.
    """
    if not wasm.startswith(PREAMBLE):
        raise ModuleError("not-a-module", "the bytes are no WebAssembly module")
    texts = [text for name, text in _custom_sections(wasm) if name == _SECTION]
    if len(texts) != 1:
        message = f"the module has {len(texts)} sections `optseal` in place of one"
        raise ModuleError("not-a-module", message, hint="`optseal verify ... --emit-module FILE` writes modules")
    try:
        said = json.loads(texts[0].decode())
    except ValueError as error:
        raise ModuleError("not-a-module", "the section `optseal` is no JSON") from error
    abi = said.get("abi") if isinstance(said, dict) else None
    if abi != ABI:
        raise ModuleError("abi", f"the module is of version {abi!r}, and this host takes version {ABI}", "abi")
    return cast(Description, said)


def _custom_sections(wasm: bytes) -> Iterator[Tuple[bytes, bytes]]:
    for kind, body in sections_of(wasm):
        if kind != _CUSTOM:
            continue
        try:
            length, at = _unsigned(body, 0)
        except IndexError:
            raise _cut() from None
        yield body[at : at + length], body[at + length :]


def sections_of(wasm: bytes) -> Iterator[Tuple[int, bytes]]:
    """Kind and bytes of each section, of what begins as modules do. Raises ModuleError for one cut short."""
    at = len(PREAMBLE)
    while at < len(wasm):
        try:
            kind = wasm[at]
            size, at = _unsigned(wasm, at + 1)
        except IndexError:
            raise _cut() from None
        end = at + size
        if end > len(wasm):
            raise _cut()
        yield kind, wasm[at:end]
        at = end


def _cut() -> ModuleError:
    return ModuleError("not-a-module", "the module ends inside a section")


def _unsigned(wasm: bytes, at: int) -> Tuple[int, int]:
    """A LEB128 integer, and where it ends."""
    value = shift = 0
    while True:
        byte = wasm[at]
        value |= (byte & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if byte < 0x80:
            return value, at
