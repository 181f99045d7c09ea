"""A module that optseal has emitted: read, compiled, and attached to parameters."""

from __future__ import annotations

from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Mapping, Optional, Union

import wasmtime

from .binder import Binder
from .description import Description
from .errors import ModuleError
from .keys import Key
from .optimizer import Optimizer, Program
from .parameters import Parameter, given_in
from .section import read_description
from .state import State


@lru_cache(maxsize=None)
def _engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    # Relaxed SIMD is the one part of the instruction set whose results the host may choose.
    config.wasm_relaxed_simd = False
    # A memory that threads share would need one instance each.
    config.wasm_threads = False
    # Servers fork, which threads do not survive; a module compiles in milliseconds.
    config.parallel_compilation = False
    return wasmtime.Engine(config)


class Module:
    """A verified rule as a WebAssembly module: attach it to parameters and step.

    A module is made from a spec that has passed every check, by whoever holds the trust document; this class checks
    none of that again. The module itself can reach nothing but the memory that it is given.
    """

    #: What the module says of itself; docs/abi.md has the fields.
    description: Description

    def __init__(self, wasm: Union[bytes, bytearray, memoryview]) -> None:
        """Takes the bytes of a module. Raises ModuleError for others, and for those of another version."""
        wasm = bytes(wasm)
        self.description = read_description(wasm)
        try:
            self._compiled = wasmtime.Module(_engine(), wasm)
        except wasmtime.WasmtimeError as error:
            raise ModuleError("not-a-module", f"the module does not compile: {error}") from error
        imports = [(one.module, one.name, type(one.type)) for one in self._compiled.imports]
        if imports != [("host", "memory", wasmtime.MemoryType)]:
            raise ModuleError("not-a-module", "the module imports something else than one `host.memory`")

    @classmethod
    def read(cls, path: Union[str, PathLike[str]]) -> Module:
        """The module in a file. Raises OSError, and ModuleError as the constructor does."""
        return cls(Path(path).read_bytes())

    @property
    def program(self) -> Program:
        """What optimizers run."""
        binder = Binder(self.description, _engine(), self._compiled)
        return Program(self.description, _engine(), self._compiled, binder)

    def attach(self, parameters: Mapping[Key, Parameter], state: Optional[State] = None) -> Optimizer:
        """Binds the rule to parameters, and gives them, their gradients and their state a memory.

        A parameter is a float32 array, whose numbers are copied, or a shape: then its weights begin as zeros, to be
        filled in ``optimizer.weights``. ``state`` is what an earlier optimizer of the same spec handed out; without it
        the spec's own start. Raises RunError for parameters or a state that do not fit, or that one memory cannot hold.
        """
        return Optimizer(self.program, [given_in(parameters)], state)
