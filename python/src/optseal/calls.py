"""Calls into modules with operands that are laid out once: to convert and check them at each call takes ten times as long."""

from __future__ import annotations

from ctypes import POINTER, byref, memset, sizeof
from typing import Any, Callable, Sequence, Tuple

import wasmtime
from wasmtime import _ffi as ffi

_TrapPointer = POINTER(ffi.wasm_trap_t)


def laid_out(store: wasmtime.Store, function: object, operands: Sequence[int]) -> Tuple[Any, Callable[[], int]]:
    """The operands, 32-bit integers that may be changed, and what calls a function with them; it gives 0 for nothing.

    The interpreter's lock is let go of meanwhile. Raises TypeError for what is no function.
    """
    if not isinstance(function, wasmtime.Func):
        raise TypeError("that is no function of the module")
    arguments = (ffi.wasmtime_val_t * len(operands))()
    for argument, operand in zip(arguments, operands):
        argument.kind = ffi.WASMTIME_I32.value
        argument.of.i32 = operand
    count, results = len(operands), len(function.type(store).results)
    result = (ffi.wasmtime_val_t * 1)()
    value = result[0].of
    context, place = store._context(), byref(function._func)
    trap = _TrapPointer()
    trap_place = byref(trap)
    call = ffi.wasmtime_func_call

    def called() -> int:
        error = call(context, place, arguments, count, result, results, trap_place)
        if error:
            raise wasmtime.WasmtimeError._from_ptr(error)
        if trap:
            raise _taken(trap)
        return value.i32

    return arguments, called


def _taken(trap: Any) -> wasmtime.Trap:
    """The trap in a place, which is empty again for the next call."""
    own = _TrapPointer.from_buffer_copy(trap)
    memset(byref(trap), 0, sizeof(trap))
    return wasmtime.Trap._from_ptr(own)
