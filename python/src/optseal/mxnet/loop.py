"""MXNet's server loop, with a host's answers in place of MXNet's controller and updater."""

from __future__ import annotations

import ctypes
import os
from typing import Any, Callable, Dict, NoReturn, Tuple

from .arrays import floats_of
from .host import Host

_CONTROLLER = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
_UPDATER = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)

#: The one command that MXNet hands to Python from 1.2 on; up to 1.1 it hands over those that it does not know too.
_OPTIMIZER = 0


def serve(host: Host, end: Callable[[BaseException], NoReturn], say: Callable[[str], None]) -> None:
    """Serves until the workers end. ``end`` is called with what an update cannot be made for, and ends the process."""
    store, library = _server_store()
    from mxnet.base import NDArrayHandle
    from mxnet.ndarray import NDArray

    #: The arrays that are stored: as long as one is here, its memory is where it was.
    kept: Dict[int, Any] = {}

    def update(key: int, gradient: int, weight: int, _: object) -> None:
        try:
            came = NDArray(NDArrayHandle(gradient), writable=False)
            kept[key] = NDArray(NDArrayHandle(weight))
            host.update(key, floats_of(came, f"gradients of key {key}"), floats_of(kept[key], f"weights of key {key}"))
        except BaseException as error:
            end(error)

    updater = _UPDATER(update)

    def control(head: int, body: bytes, _: object) -> None:
        if head != _OPTIMIZER:
            say(f"refused: a command of kind {head}")
            return
        # Accepted or not: from here on gradients are no longer MXNet's to store.
        if library.MXKVStoreSetUpdater(store.handle, updater, None) != 0:
            end(_last_error(library))
        host.numbered(store.rank)
        host.command(body)

    controller = _CONTROLLER(control)
    if library.MXKVStoreRunServer(store.handle, controller, None) != 0:
        raise _last_error(library)


def _last_error(library: Any) -> Exception:
    return RuntimeError(library.MXGetLastError().decode(errors="replace"))


def _server_store() -> Tuple[Any, Any]:
    """The server's side of a kvstore. A process that is called a server enters MXNet's own loop while MXNet is imported."""
    os.environ["DMLC_ROLE"] = "worker"
    import mxnet
    from mxnet.base import _LIB

    os.environ["DMLC_ROLE"] = "server"
    _LIB.MXGetLastError.restype = ctypes.c_char_p
    return mxnet.kv.create("dist"), _LIB
