"""A server for MXNet's dist kvstore in place of MXNet's own: ``python -m optseal.mxnet.server``."""

from __future__ import annotations

import os
import sys
from typing import List, NoReturn, Optional

from ..command import STAGES
from ..errors import Error, Refused
from ..verifier import CommandVerifier, SocketVerifier, Verifier
from .host import Host
from .loop import serve
from .options import Options, options_in
from .saving import Saving
from .shards import Shards
from .working_folder import go_where_nothing_can_be_written

#: The command's own exit codes; a verifier that does not answer as one ends as what the system does not give.
_EXIT_CODES = {**{stage: code for code, stage in STAGES.items()}, "verifier": 3}
#: For what stands in the way by a decision of the server's own.
_TRUST = 13


def say(text: str) -> None:
    """A line for whoever reads the log, with nothing in it that a terminal would act on."""
    shown = "".join(one if " " <= one <= "~" else repr(one)[1:-1] for one in text)
    print(f"optseal: {shown}", file=sys.stderr, flush=True)


def end(error: BaseException) -> NoReturn:
    """Says what is wrong and ends the process: inside MXNet's callbacks an exception would be swallowed."""
    stage = error.stage if isinstance(error, Refused) else "run" if isinstance(error, Error) else "bug"
    code = f" [{error.code}]" if isinstance(error, Error) else f" [{type(error).__name__}]"
    hint = getattr(error, "hint", None) or "see docs/mxnet.md"
    say(f"error: {error}{code}")
    say(f"hint: {hint}")
    os._exit(1 if stage == "bug" else _EXIT_CODES.get(stage, _TRUST))


def _verifier(options: Options) -> Verifier:
    if options.socket is not None:
        return SocketVerifier(options.socket, options.job, options.audience)
    assert options.trust is not None and options.store is not None
    return CommandVerifier(options.trust, options.store, options.job, options.audience)


def _saving(options: Options, verifier: Verifier) -> Optional[Saving]:
    if options.checkpoints is None or options.key is None or not isinstance(verifier, CommandVerifier):
        return None
    return Saving(options.checkpoints, verifier, options.key, options.servers)


def main(words: List[str]) -> None:
    """Runs a server until the workers end; ends the process where it cannot."""
    try:
        options = options_in(words, os.environ)
        verifier = _verifier(options)
        verifier.check()
        saving = _saving(options, verifier)
        go_where_nothing_can_be_written(options.profiler)
        shards = Shards(options.servers, options.bound, options.allow_shards)
        serve(Host(verifier, shards, say, saving), end, say)
    except Exception as error:
        end(error)


if __name__ == "__main__":
    main(sys.argv[1:])
