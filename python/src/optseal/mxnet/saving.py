"""A server's checkpoints: what it saves when it is ordered to, and goes on from when it has started anew. Knows nothing of MXNet."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, NamedTuple, Optional, Sequence

import numpy as np

from ..checkpoint import Checkpoints, Ordered
from ..errors import Refused, RunError
from ..memory import Floats
from ..optimizer import Optimizer
from ..safetensors import Array
from ..state import State
from ..verifier import Accepted, CommandVerifier


class Resumed:
    """What a server goes on from: each key's part is taken when the key comes."""

    def __init__(self, sequence: int, state: State, weights: Dict[str, Array]) -> None:
        """Takes what a checkpoint holds, and the sequence of its order."""
        self.sequence = sequence
        self._state = state
        #: Those of keys that have not come yet.
        self._weights = weights

    def give(self, key: str, weight: Floats) -> bool:
        """Writes the weights of a key that comes for the first time, and returns whether they were saved. Raises RunError."""
        saved = self._weights.get(key)
        if saved is None:
            return False
        if saved.dtype != np.float32 or saved.size != weight.size:
            message = f"key {key} has {weight.size} numbers, and its checkpoint {saved.size} of {saved.dtype}"
            raise RunError("shape", message, f"parameters.{key}", "start as many servers as have saved it")
        weight[...] = saved.reshape(weight.shape)
        del self._weights[key]
        return True

    def add_to(self, state: State, weights: Dict[str, Array]) -> None:
        """Puts what no key has come for yet beside what a server would save."""
        before = self._state
        for key, saved in self._weights.items():
            weights[key] = saved
            if key in before.counts:
                state.counts[key] = before.counts[key]
            for slot, values in before.slots.items():
                if key in values:
                    state.slots.setdefault(slot, {})[key] = values[key]


class Started(NamedTuple):
    """An optimizer without parameters yet, and what it goes on from, if anything."""

    optimizer: Optimizer
    resumed: Optional[Resumed]


class Saving:
    """Where one of several servers saves: ``FOLDER/server-R-of-N``, by the rank that MXNet gives it."""

    def __init__(self, folder: str, verifier: CommandVerifier, key: str, servers: int) -> None:
        """Takes the folder that servers of one host may share, the secret key's path, and how many servers there are."""
        self._folder = Path(folder).absolute()
        self._verifier = verifier
        self._key = str(Path(key).absolute())
        self._servers = servers
        self._checkpoints: Optional[Checkpoints] = None

    def numbered(self, rank: int) -> None:
        """Says which server this is, once MXNet has told."""
        if self._checkpoints is None:
            own = self._folder / self._name(rank)
            self._checkpoints = Checkpoints(own, self._verifier, self._key, rank, self._servers)
            self._own = own

    def _name(self, rank: int) -> str:
        return f"server-{rank}-of-{self._servers}"

    def _numbered(self) -> Checkpoints:
        if self._checkpoints is None:
            raise RuntimeError("a server's rank is told before its first command")
        return self._checkpoints

    def start(self, accepted: Accepted, envelopes: Sequence[bytes]) -> Started:
        """An optimizer for what is in force: from the newest checkpoint where there is one of it, else from the beginning.

        Raises Refused for a checkpoint that is not to be believed, and where there are those of other servers only.
        """
        checkpoints = self._numbered()
        try:
            restored = checkpoints.load(envelopes)
        except Refused as refused:
            if refused.code != "wrong-base":
                raise
            # Of a spec that another has taken the place of: its state begins anew, as it would have without an end between.
            restored = None
        if restored is None:
            self._refuse_others()
            return Started(accepted.module.attach({}), None)
        optimizer = restored.module.attach({}, restored.state)
        if restored.spec_digest != accepted.spec_digest:
            optimizer.amend(accepted.module)
        return Started(optimizer, Resumed(restored.sequence, restored.state, restored.weights))

    def _refuse_others(self) -> None:
        others = sorted(path.name for path in self._folder.glob("server-*") if path != self._own)
        if others and not self._own.exists():
            message = f"{self._own.name} has no checkpoint, and {others[0]} has"
            hint = "start as many servers as have saved, and bring each its own files; or name an empty folder"
            raise Refused("server", "other-server", message, hint=hint)

    def save(
        self, order: bytes, envelopes: Sequence[bytes], optimizer: Optimizer, resumed: Optional[Resumed]
    ) -> Ordered:
        """Does what an order says, unless that is done; its status is then ``in-force``, else ``new``. Raises Refused, StateError."""
        checkpoints = self._numbered()
        ordered = checkpoints.verify(order, envelopes)
        state = optimizer.state()
        weights: Dict[str, Array] = {str(key): weight for key, weight in optimizer.weights.items()}
        if resumed is not None:
            resumed.add_to(state, weights)
        try:
            is_new = checkpoints.save(ordered, envelopes, state, dict(weights.items()))
        except OSError as error:
            message = f"the checkpoint cannot be written: {error}"
            raise Refused("system", "checkpoint", message, hint="the one before it is as it was") from error
        return ordered._replace(status="new" if is_new else "in-force")
