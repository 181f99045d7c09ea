"""A module at work in a memory of its own: cells, tensors that NumPy sees without a copy, and direct calls."""

from __future__ import annotations

from ctypes import POINTER, addressof, byref, memset, sizeof
from math import prod
from struct import Struct
from typing import Any, Callable, Dict, Tuple

import numpy as np
import wasmtime
from numpy.typing import NDArray
from wasmtime import _ffi as ffi

from .errors import RunError

Floats = NDArray[np.float32]

_PAGE = 65536
_MOST_PAGES = 65536
_NUMBER = Struct("<d")
_INTEGER = Struct("<I")
_TrapPointer = POINTER(ffi.wasm_trap_t)


class _Owner:
    """What the views of a memory keep alive. It has none itself: no cycle that goes through an array is ever found."""

    def __init__(self, store: wasmtime.Store, memory: wasmtime.Memory) -> None:
        self.store = store
        self.__array_interface__: Dict[str, Any] = {
            "version": 3,
            "typestr": "|u1",
            "shape": (memory.data_len(store),),
            "data": (addressof(memory.data_ptr(store).contents), False),
        }


class Memory:
    """An instance of a module and its memory, which never grows, so that views of it stay good. They keep it alive."""

    def __init__(self, engine: wasmtime.Engine, module: wasmtime.Module, end: int) -> None:
        """Room for the bytes below ``end``. Raises RunError for more than there can be, or than this process gets."""
        pages = max(1, -(-end // _PAGE))
        self._store = wasmtime.Store(engine)
        memory = _memory_of(self._store, pages)
        self._exports = wasmtime.Instance(self._store, module, [memory]).exports(self._store)
        #: All bytes of the memory.
        self.bytes: NDArray[np.uint8] = np.asarray(_Owner(self._store, memory))
        self._cells = self.bytes.data

    def floats(self, at: int, shape: Tuple[int, ...]) -> Floats:
        """The tensor of binary32 at an address: the memory itself."""
        return self.bytes[at : at + 4 * prod(shape)].view("<f4").reshape(shape)

    def number(self, at: int) -> float:
        """The binary64 in a cell."""
        return float(_NUMBER.unpack_from(self._cells, at)[0])

    def set_number(self, at: int, value: float) -> None:
        """Fills the cell of a binary64."""
        _NUMBER.pack_into(self._cells, at, value)

    def set_integer(self, at: int, value: int) -> None:
        """Fills the cell of a 32-bit integer with the lowest bits of one."""
        _INTEGER.pack_into(self._cells, at, value & 0xFFFFFFFF)

    def function(self, name: str, *operands: int) -> Callable[[], int]:
        """One of the module's functions, to be called with these integers each time; gives 0 where it returns nothing."""
        return self._laid_out(name, operands)[1]

    def ranged(self, name: str, frame: int) -> Callable[[int, int], None]:
        """A pass of the module, to be called with where a range begins and ends."""
        arguments, call = self._laid_out(name, (frame, 0, 0))
        begin, end = arguments[1].of, arguments[2].of

        def called(first: int, after: int) -> None:
            begin.i32, end.i32 = first, after
            call()

        return called

    def _laid_out(self, name: str, operands: Tuple[int, ...]) -> Tuple[Any, Callable[[], int]]:
        """The operands, and what calls a function with them.

        They are laid out once: to convert and check them at each call takes ten times as long as the call.
        """
        exported = self._exports[name]
        if not isinstance(exported, wasmtime.Func):
            raise TypeError(f"`{name}` is no function of the module")
        arguments = (ffi.wasmtime_val_t * len(operands))()
        for argument, operand in zip(arguments, operands):
            argument.kind = ffi.WASMTIME_I32.value
            argument.of.i32 = operand
        count, results = len(operands), len(exported.type(self._store).results)
        result = (ffi.wasmtime_val_t * 1)()
        value = result[0].of
        context, function = self._store._context(), byref(exported._func)
        trap = _TrapPointer()
        trap_place = byref(trap)
        call = ffi.wasmtime_func_call

        def called() -> int:
            error = call(context, function, arguments, count, result, results, trap_place)
            if error:
                raise wasmtime.WasmtimeError._from_ptr(error)
            if trap:
                raise _taken(trap)
            return value.i32

        return arguments, called


def _memory_of(store: wasmtime.Store, pages: int) -> wasmtime.Memory:
    mebibytes = -(-pages // 16)
    why = f"weights, gradients and state take {mebibytes} MiB, which this process cannot have in one memory"
    if pages > _MOST_PAGES:
        raise RunError("memory", why, "parameters", "4096 MiB are the most")
    try:
        return wasmtime.Memory(store, wasmtime.MemoryType(wasmtime.Limits(pages, pages)))
    except wasmtime.WasmtimeError as error:
        raise RunError("memory", why, "parameters") from error


def _taken(trap: Any) -> wasmtime.Trap:
    """The trap in a place, which is empty again for the next call."""
    own = _TrapPointer.from_buffer_copy(trap)
    memset(byref(trap), 0, sizeof(trap))
    return wasmtime.Trap._from_ptr(own)
