"""Runs verified optimizers: WebAssembly modules that optseal has emitted, on NumPy arrays in place; asks optseal to verify them."""

from .checkpoint import Checkpoints, Ordered, Restored
from .errors import Error, ModuleError, Refused, RunError, StateError
from .keys import Key
from .module import Module
from .optimizer import Optimizer
from .state import State
from .verifier import Accepted, CommandVerifier, SocketVerifier

__all__ = [
    "Accepted",
    "Checkpoints",
    "CommandVerifier",
    "Error",
    "Key",
    "Module",
    "ModuleError",
    "Optimizer",
    "Ordered",
    "Refused",
    "Restored",
    "RunError",
    "SocketVerifier",
    "State",
    "StateError",
]
__version__ = "0.1.0"
