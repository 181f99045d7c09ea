"""A module at work in a memory of its own: cells, tensors that NumPy sees without a copy, and direct calls."""

from __future__ import annotations

import sys
from ctypes import CDLL, POINTER, addressof, byref, c_size_t, c_void_p, memset, sizeof
from functools import partial
from math import prod
from struct import Struct
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np
import wasmtime
from numpy.typing import NDArray
from wasmtime import _ffi as ffi

from .crew import Crew
from .errors import RunError
from .shared import SharedMemory

Floats = NDArray[np.float32]

_PAGE = 65536
_MOST_PAGES = 65536
#: Linux's MADV_HUGEPAGE, a wish that a kernel may leave open.
_HUGE_PAGES = 14
_NUMBER = Struct("<d")
_INTEGER = Struct("<I")
_TrapPointer = POINTER(ffi.wasm_trap_t)

#: Elements below which a thread of its own is not worth waking: it sleeps between steps, and wakes in 0.1 ms or so.
LEAST = 2**18


class _Owner:
    """What the views of a memory keep alive. It has none itself: no cycle that goes through an array is ever found."""

    def __init__(self, kept: object, first: Any, size: int) -> None:
        self.kept = kept
        self.__array_interface__: Dict[str, Any] = {
            "version": 3,
            "typestr": "|u1",
            "shape": (size,),
            "data": (addressof(first.contents), False),
        }


class Memory:
    """Instances of a module, one for each thread, and their memory. It never grows, so that views of it stay good.

    Views keep all of it alive.
    """

    def __init__(self, engine: wasmtime.Engine, module: wasmtime.Module, end: int, crew: Optional[Crew] = None) -> None:
        """Room for the bytes below ``end``; with a crew, for a module that takes shared memory.

        Raises RunError for more than there can be, or than this process gets.
        """
        pages = max(1, -(-end // _PAGE))
        self._crew = crew
        self._stores = [wasmtime.Store(engine) for _ in range(1 if crew is None else crew.threads)]
        first = self._stores[0]
        memory = _memory_of(engine if crew is not None else first, pages)
        self._exports = [wasmtime.Instance(store, module, [memory]).exports(store) for store in self._stores]
        if isinstance(memory, wasmtime.Memory):
            owner = _Owner((first, memory), memory.data_ptr(first), memory.data_len(first))
        else:
            owner = _Owner((self._stores, memory), memory.data_ptr(), memory.data_len())
        _advise(owner)
        #: All bytes of the memory.
        self.bytes: NDArray[np.uint8] = np.asarray(owner)
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
        """One of the module's functions, to be called with these integers each time; gives 0 for nothing."""
        return self._laid_out(0, name, operands)[1]

    def ranged(self, name: str, frame: int, thread: int) -> Callable[[int, int], None]:
        """A pass of the module, to be called by that thread with where a range begins and ends."""
        arguments, call = self._laid_out(thread, name, (frame, 0, 0))
        begin, end = arguments[1].of, arguments[2].of

        def called(first: int, after: int) -> None:
            begin.i32, end.i32 = first, after
            call()

        return called

    def shares(self, count: int, grain: int, elements: int) -> List[Tuple[int, int]]:
        """What each thread does of so many units, which come to so many elements: one thread all, where that is best."""
        parts = 1 if self._crew is None else max(1, min(self._crew.threads, elements // LEAST))
        grains = -(-count // grain)
        ends = [min(count, grains * i // parts * grain) for i in range(parts + 1)]
        return [one for one in zip(ends, ends[1:]) if one[0] < one[1]] or [(0, 0)]

    def whole(self, name: str, frame: int, count: int, grain: int, elements: int) -> Callable[[], object]:
        """A pass over so many units, which come to so many elements."""
        shares = self.shares(count, grain, elements)
        calls = [self._laid_out(i, name, (frame, *share))[1] for i, share in enumerate(shares)]
        return calls[0] if len(calls) == 1 else partial(self.run, calls)

    def run(self, calls: Sequence[Callable[[], int]]) -> None:
        """Makes all calls, each by the thread of its number."""
        if self._crew is None or len(calls) == 1:
            calls[0]()
        else:
            self._crew.run(calls)

    def _laid_out(self, thread: int, name: str, operands: Sequence[int]) -> Tuple[Any, Callable[[], int]]:
        """The operands, and what calls a function with them.

        They are laid out once: to convert and check them at each call takes ten times as long as the call.
        """
        store, exported = self._stores[thread], self._exports[thread][name]
        if not isinstance(exported, wasmtime.Func):
            raise TypeError(f"`{name}` is no function of the module")
        arguments = (ffi.wasmtime_val_t * len(operands))()
        for argument, operand in zip(arguments, operands):
            argument.kind = ffi.WASMTIME_I32.value
            argument.of.i32 = operand
        count, results = len(operands), len(exported.type(store).results)
        result = (ffi.wasmtime_val_t * 1)()
        value = result[0].of
        context, function = store._context(), byref(exported._func)
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


def _memory_of(place: Union[wasmtime.Store, wasmtime.Engine], pages: int) -> Union[wasmtime.Memory, SharedMemory]:
    """Memory in a store, or memory that all stores of an engine share."""
    mebibytes = -(-pages // 16)
    why = f"weights, gradients and state take {mebibytes} MiB, which this process cannot have in one memory"
    if pages > _MOST_PAGES:
        raise RunError("memory", why, "parameters", "4096 MiB are the most")
    limits = wasmtime.Limits(pages, pages)
    try:
        if isinstance(place, wasmtime.Store):
            return wasmtime.Memory(place, wasmtime.MemoryType(limits))
        return SharedMemory(place, wasmtime.MemoryType(limits, shared=True))
    except wasmtime.WasmtimeError as error:
        raise RunError("memory", why, "parameters") from error


def _advise(owner: _Owner) -> None:
    """Asks for large pages, before any byte is written: passes over several tensors miss fewer addresses then."""
    if sys.platform == "linux":
        shape, (address, _) = owner.__array_interface__["shape"], owner.__array_interface__["data"]
        CDLL(None).madvise(c_void_p(address), c_size_t(shape[0]), _HUGE_PAGES)


def _taken(trap: Any) -> wasmtime.Trap:
    """The trap in a place, which is empty again for the next call."""
    own = _TrapPointer.from_buffer_copy(trap)
    memset(byref(trap), 0, sizeof(trap))
    return wasmtime.Trap._from_ptr(own)
