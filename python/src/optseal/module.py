"""A module that optseal has emitted: read, compiled, and attached to parameters."""

from __future__ import annotations

from functools import cached_property, lru_cache
from os import PathLike
from pathlib import Path
from typing import Mapping, Optional, Tuple, Union

import wasmtime

from .binder import Binder
from .crew import Crew
from .description import Description
from .errors import ModuleError, RunError
from .keys import Key
from .optimizer import Optimizer, Program
from .parameters import Parameter, given_in
from .section import read_description
from .shared import with_shared_memory
from .sharing import Sharing, passes_of, sharing_module
from .state import State


@lru_cache(maxsize=None)
def _engine(shares: bool = False) -> wasmtime.Engine:
    config = wasmtime.Config()
    # Relaxed SIMD is the one part of the instruction set whose results the host may choose.
    config.wasm_relaxed_simd = False
    config.wasm_threads = shares
    if shares:
        config.shared_memory = True
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
        self._wasm = wasm
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
        """What optimizers run, by one thread."""
        return self.program_by(1)

    def program_by(self, threads: int) -> Program:
        """What optimizers run, by so many threads. Raises RunError for what is no number of threads."""
        if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
            raise RunError("threads", f"{threads!r} is no number of threads", "threads", "1 or more")
        binder = Binder(self.description, _engine(), self._compiled)
        if threads == 1:
            return Program(self.description, _engine(), self._compiled, binder)
        module, sharing, passes = self._for_threads
        return Program(self.description, _engine(True), module, binder, Sharing(Crew(threads), sharing, passes))

    def attach(
        self, parameters: Mapping[Key, Parameter], state: Optional[State] = None, threads: int = 1
    ) -> Optimizer:
        """Binds the rule to parameters, and gives them, their gradients and their state a memory.

        A parameter is a float32 array, whose numbers are copied, or a shape: then its weights begin as zeros, to be
        filled in ``optimizer.weights``. ``state`` is what an earlier optimizer of the same spec handed out; without it
        the spec's own start. ``threads`` is how many go over a large parameter together; the bits are the same by any
        number. Raises RunError for parameters or a state that do not fit, or that one memory cannot hold.
        """
        return Optimizer(self.program_by(threads), [given_in(parameters)], state)

    @cached_property
    def _for_threads(self) -> Tuple[wasmtime.Module, wasmtime.Module, Tuple[str, ...]]:
        """The module for a memory that threads share; that which they share its passes by, and what these are."""
        passes = passes_of(self.description)
        module = wasmtime.Module(_engine(True), with_shared_memory(self._wasm))
        return module, sharing_module(_engine(True), len(passes)), passes
