"""A module at work in a memory of its own: cells, tensors that NumPy sees without a copy, and direct calls."""

from __future__ import annotations

import sys
from ctypes import CDLL, addressof, c_size_t, c_void_p
from functools import cached_property
from math import prod
from struct import Struct
from typing import Any, Callable, Dict, Optional, Tuple, Union

import numpy as np
import wasmtime
from numpy.typing import NDArray

from .calls import laid_out
from .errors import RunError
from .shared import SharedMemory
from .sharing import Sharing
from .team import Member, Team, Work

Floats = NDArray[np.float32]

_PAGE = 65536
_MOST_PAGES = 65536
#: Linux's MADV_HUGEPAGE, a wish that a kernel may leave open.
_HUGE_PAGES = 14
_NUMBER = Struct("<d")
_INTEGER = Struct("<I")

#: Elements below which a thread of its own is not worth sending for.
LEAST = 2**16


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

    def __init__(
        self,
        engine: wasmtime.Engine,
        module: wasmtime.Module,
        end: int,
        sharing: Optional[Sharing] = None,
        job: int = 0,
    ) -> None:
        """Room for the bytes below ``end``.

        For a module that takes shared memory, what threads share passes by, and where there is room for their job.
        Raises RunError for more than there can be, or than this process gets.
        """
        pages = max(1, -(-end // _PAGE))
        self._sharing, self._job = sharing, job
        self._stores = [wasmtime.Store(engine) for _ in range(1 if sharing is None else sharing.crew.threads)]
        first = self._stores[0]
        self._memory = memory = _memory_of(engine if sharing is not None else first, pages)
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
        return laid_out(self._stores[0], self._exports[0][name], operands)[1]

    def ranged(self, name: str) -> Callable[[int, int, int], None]:
        """A pass of the module, to be called with a frame, and where a range begins and ends."""
        arguments, call = laid_out(self._stores[0], self._exports[0][name], (0, 0, 0))
        own_frame, begin, end = (argument.of for argument in arguments)

        def called(frame: int, first: int, after: int) -> None:
            own_frame.i32, begin.i32, end.i32 = frame, first, after
            call()

        return called

    def whole(self, work: Work) -> Callable[[], object]:
        """A pass over all units, by as many threads as are worth it."""
        threads = min(self.threads_for(work.elements), -(-work.units // work.grain))
        if threads < 2:
            return self.function(work.function, work.frame, 0, work.units)
        return self.team.whole(work, threads)

    def threads_for(self, elements: int) -> int:
        """How many threads are worth it for so many elements."""
        return 1 if self._sharing is None else max(1, min(self._sharing.crew.threads, elements // LEAST))

    @cached_property
    def team(self) -> Team:
        """Who shares passes here; of memories that threads share."""
        assert self._sharing is not None
        both = zip(self._stores, self._exports)
        members = [
            Member(store, [self._memory, *(own[name] for name in self._sharing.passes)]) for store, own in both
        ]
        return Team(self._sharing, members, self._job, self.bytes)


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
