"""``torch.optim`` optimizers from signed envelopes: verified in full before anything else is done."""

from .distributed import broadcast
from .errors import TorchError
from .optimizer import Optimizer

__all__ = ["Optimizer", "TorchError", "broadcast"]
