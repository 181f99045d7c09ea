"""Runs verified optimizers: WebAssembly modules that optseal has emitted, on NumPy arrays in place."""

from .errors import Error, ModuleError, RunError
from .keys import Key
from .module import Module
from .optimizer import Optimizer
from .state import State

__all__ = ["Error", "Key", "Module", "ModuleError", "Optimizer", "RunError", "State"]
__version__ = "0.1.0"
