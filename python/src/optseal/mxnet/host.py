"""What a server does with commands and gradients. Knows nothing of MXNet: bytes and NumPy arrays go in."""

from __future__ import annotations

from collections import deque
from typing import Callable, Deque, Dict, List, Optional, Sequence, Tuple

from ..errors import Error, Refused, RunError
from ..keys import key_text
from ..memory import Floats
from ..optimizer import Optimizer
from ..parameters import Given
from ..extent import extent_of
from ..verifier import Accepted, Verifier
from .messages import AMENDMENT, CHECKPOINT, Envelope, envelopes_in
from .saving import Resumed, Saving, Started
from .shards import Shards, refuse_impossible
from .questions import is_question
from .verdicts import MOST_ROWS, Table, Verdict, is_table, name_of

Log = Callable[[str], None]


class Host:
    """One server: what is in force, and the parameters that it updates."""

    def __init__(self, verifier: Verifier, shards: Shards, log: Log, saving: Optional[Saving] = None) -> None:
        """Takes what verifies, what may be split, where a line for each decision goes, and where checkpoints are."""
        self._verifier = verifier
        self._shards = shards
        self._log = log
        self._accepted: Optional[Accepted] = None
        self._history: List[Envelope] = []
        #: The bytes of what is in force.
        self._texts: List[bytes] = []
        self._optimizer: Optional[Optimizer] = None
        self._saving = saving
        self._resumed: Optional[Resumed] = None
        #: The last ones, for workers that are about to bring an array to write them to.
        self._verdicts: Deque[Verdict] = deque(maxlen=MOST_ROWS)
        self._tables: Dict[int, Table] = {}
        #: Where the weights of a key were at its last update: address and size.
        self._places: Dict[int, Tuple[int, int]] = {}

    def numbered(self, rank: int) -> None:
        """Says which server this is, before its first command."""
        if self._saving is not None:
            self._saving.numbered(rank)

    def command(self, body: bytes) -> Verdict:
        """Decides about a command, and writes the verdict for workers to pull. Raises nothing."""
        name = name_of(body)
        try:
            sent = envelopes_in(body)
            verdict = (
                self._save(name, sent[0])
                if sent[0].payload_type == CHECKPOINT and len(sent) == 1
                else self._in_force(name, self._decide(sent))
            )
            self._log(f"{verdict.status}: sequence {verdict.sequence}, {verdict.digest}")
        except Exception as error:  # What ends here ends in MXNet's C++, which would tell nobody.
            verdict = self._refused(name, error)
            self._log(f"refused: {verdict.message} [{verdict.stage} {verdict.code}]")
        self._verdicts.append(verdict)
        for table in self._tables.values():
            table.write(verdict)
        return verdict

    def update(self, key: int, gradient: Floats, weight: Floats) -> None:
        """Updates a stored array in place.

        The first sight of a key takes it in. A gradient that is negative infinity all over asks for no more than that, and so
        does the first one of a key after a resume: it was found with other weights than those that are brought back. Raises
        Error where no optimizer is in force, and where the one that is cannot update this array.
        """
        if key in self._tables:
            return
        if key not in self._places and is_table(weight):
            self._tables[key] = Table(weight)
            for verdict in self._verdicts:
                self._tables[key].write(verdict)
            return
        optimizer = self._optimizer
        if optimizer is None:
            hint = "call optseal.mxnet.set_optimizer on the workers, and do not push after it has raised"
            raise Refused(
                "server", "no-optimizer", f"a gradient of key {key} came, and no optimizer is in force", hint=hint
            )
        is_brought_back = self._take_in(optimizer, key, weight)
        if is_question(gradient):
            return
        if is_brought_back:
            self._log(f"key {key} is as its checkpoint has it; the gradient that came for other weights is left out")
            return
        optimizer.step_into(key, gradient, weight)

    def _take_in(self, optimizer: Optimizer, key: int, weight: Floats) -> bool:
        """Returns whether the weights of a checkpoint have come in their place."""
        place = (weight.ctypes.data, weight.size)
        if self._places.get(key) == place and key in optimizer.weights:
            return False
        is_brought_back = False
        if key not in optimizer.weights:
            given = Given(key_text(key), extent_of(weight.shape), None)
            self._shards.refuse(optimizer.program.binder.bind(given))
            if self._resumed is not None:
                is_brought_back = self._resumed.give(key_text(key), weight)
            optimizer.add({key: weight}, fresh=not is_brought_back)
        elif optimizer.weights[key].shape == weight.shape:
            # Stored anew: what is there now counts.
            optimizer.weights[key][...] = weight
        else:
            raise RunError("shape", f"key {key} has another size than before", f"parameters.{key}")
        self._places[key] = place
        return is_brought_back

    def _save(self, name: str, order: Envelope) -> Verdict:
        if self._saving is None:
            hint = "start it with --checkpoints DIR --key KEY"
            raise Refused("server", "no-checkpoints", "this server keeps no checkpoints", hint=hint)
        if self._optimizer is None:
            raise Refused("server", "no-optimizer", "nothing is in force here that could be saved")
        ordered = self._saving.save(order.text, _texts_of(self._history), self._optimizer, self._resumed)
        return Verdict(name, ordered.status, ordered.digest, ordered.sequence)

    def _start(self, accepted: Accepted, chain: Sequence[Envelope]) -> Started:
        """An optimizer for a spec; only the first since the process began goes on from a checkpoint."""
        if self._saving is None or self._accepted is not None:
            return Started(accepted.module.attach({}), None)
        return self._saving.start(accepted, _texts_of(chain))

    def _decide(self, sent: Sequence[Envelope]) -> str:
        chain = self._chain(sent)
        texts = _texts_of(chain)
        if texts == self._texts:
            # Every worker sends it: what has been verified to the last byte, and is in force, is not verified again.
            return "in-force"
        accepted = self._verifier.verify(texts)
        before = self._accepted
        if before is not None and accepted.digest == before.digest:
            return "in-force"
        goes_on = before is not None and chain[0].is_same(self._history[0])
        if goes_on and self._optimizer is not None:
            # The store has it now, whether or not it fits: the next amendment builds on it.
            self._history = chain
            self._optimizer.amend(accepted.module)
        else:
            refuse_impossible(accepted.module.program)
            self._optimizer, self._resumed = self._start(accepted, chain)
            self._history = chain
            self._places = {}
        self._accepted, self._texts = accepted, texts
        return "new"

    def _chain(self, sent: Sequence[Envelope]) -> List[Envelope]:
        """What is to be verified: what was sent, and what it builds on or what has come after it here."""
        history = self._history
        first = sent[0]
        if first.payload_type == AMENDMENT:
            if not history:
                hint = "send the spec's envelope and all amendments as a list, the spec first"
                raise Refused("server", "no-optimizer", "an amendment, and nothing is in force here", hint=hint)
            at = next((i for i, one in enumerate(history) if one.is_same(first)), len(history))
            sent = [*history[:at], *sent]
        begins = len(sent) <= len(history) and all(one.is_same(other) for one, other in zip(sent, history))
        return [*sent, *history[len(sent) :]] if begins else list(sent)

    def _in_force(self, name: str, status: str) -> Verdict:
        accepted = self._accepted
        resumed = None if self._resumed is None else self._resumed.sequence
        return Verdict(name, status, accepted and accepted.digest, accepted and accepted.sequence, resumed=resumed)

    def _refused(self, name: str, error: Exception) -> Verdict:
        said = self._in_force(name, "refused")
        if isinstance(error, Refused):
            return said._replace(
                stage=error.stage, code=error.code, message=error.message, path=error.path, hint=error.hint
            )
        if isinstance(error, Error):
            return said._replace(stage="run", code=error.code, message=str(error), hint=error.hint)
        return said._replace(stage="server", code="bug", message=f"{type(error).__name__}: {error}")


def _texts_of(chain: Sequence[Envelope]) -> List[bytes]:
    return [one.text for one in chain]
