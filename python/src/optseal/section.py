"""Finds what a module says of itself in its bytes."""

from __future__ import annotations

import json
from typing import Iterator, Tuple, cast

from .description import Description
from .errors import ModuleError

#: Modules of this version alone are taken.
ABI = 1

_SECTION = b"optseal"
_PREAMBLE = b"\0asm\x01\0\0\0"
_CUSTOM = 0


def read_description(wasm: bytes) -> Description:
    """What the bytes of a module say of it.

    Raises ModuleError for bytes that are no WebAssembly module, that lack the section, or that are of another version.
    """
    if not wasm.startswith(_PREAMBLE):
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
    try:
        at = len(_PREAMBLE)
        while at < len(wasm):
            kind = wasm[at]
            size, at = _unsigned(wasm, at + 1)
            end = at + size
            if end > len(wasm):
                raise IndexError
            if kind == _CUSTOM:
                length, at = _unsigned(wasm, at)
                yield wasm[at : at + length], wasm[at + length : end]
            at = end
    except IndexError:
        raise ModuleError("not-a-module", "the module ends inside a section") from None


def _unsigned(wasm: bytes, at: int) -> Tuple[int, int]:
    """A LEB128 integer, and where it ends."""
    value = shift = 0
    while True:
        byte = wasm[at]
        value |= (byte & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if byte < 0x80:
            return value, at
