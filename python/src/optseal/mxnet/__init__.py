"""Signed optimizers on the servers of MXNet's dist kvstore. ``python -m optseal.mxnet.server`` is the server."""

from ..errors import Refused
from .seal import seal
from .worker import InForce, checkpoint, restore, set_optimizer

__all__ = ["InForce", "Refused", "checkpoint", "restore", "seal", "set_optimizer"]
