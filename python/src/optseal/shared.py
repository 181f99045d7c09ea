"""Memory that several threads use at a time: a module that takes such a memory, and the memory."""

from __future__ import annotations

import wasmtime
from wasmtime import _ffi as ffi

from .errors import ModuleError
from .section import PREAMBLE, sections_of

_IMPORTS = 2
#: A memory of one page or more, as the last thing imported; and a shared one, which has to have a maximum.
_PLAIN = b"\x02\x00\x01"
_SHARED = b"\x02\x03\x01" + b"\x80\x80\x04"


def with_shared_memory(wasm: bytes) -> bytes:
    """The same module but for its import, which is a shared memory. Raises ModuleError where that stands otherwise."""
    parts = [PREAMBLE]
    for kind, body in sections_of(wasm):
        if kind == _IMPORTS:
            if not body.endswith(_PLAIN):
                raise ModuleError("not-a-module", "the module imports something else than one `host.memory`")
            body = body[: -len(_PLAIN)] + _SHARED
        parts.append(bytes([kind]) + _size(len(body)) + body)
    return b"".join(parts)


def _size(value: int) -> bytes:
    """An unsigned LEB128 integer."""
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _size(rest) if rest else bytes([low])


class SharedMemory(wasmtime.SharedMemory):
    """One that instances can import: wasmtime 50's own hands over a pointer to the pointer."""

    def _as_extern(self) -> ffi.wasmtime_extern_t:
        union = ffi.wasmtime_extern_union(sharedmemory=self.ptr())
        return ffi.wasmtime_extern_t(ffi.WASMTIME_EXTERN_SHAREDMEMORY, union)
