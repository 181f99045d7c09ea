"""Runs verified optimizers: WebAssembly modules that optseal has emitted, on NumPy arrays in place; asks optseal to verify them."""

from .errors import Error, ModuleError, Refused, RunError
from .keys import Key
from .module import Module
from .optimizer import Optimizer
from .state import State
from .verifier import Accepted, CommandVerifier, SocketVerifier

__all__ = [
    "Accepted",
    "CommandVerifier",
    "Error",
    "Key",
    "Module",
    "ModuleError",
    "Optimizer",
    "Refused",
    "RunError",
    "SocketVerifier",
    "State",
]
__version__ = "0.1.0"
