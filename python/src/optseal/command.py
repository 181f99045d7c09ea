"""The command ``optseal``: found, run, and its refusals as exceptions."""

from __future__ import annotations

import os
import re
import shlex
from subprocess import PIPE, run
from typing import Any, Dict, List, NoReturn, Optional, Sequence

from .answers import object_in
from .errors import Refused

#: Where the command is looked for when nobody has said: this variable's words, then PATH.
VARIABLE = "OPTSEAL_COMMAND"

#: What envelopes are called as files: of others, a refusal says the name.
ENVELOPE = "envelope-"

#: The stages of optseal's refusals, by the exit code of its command.
STAGES = {
    2: "usage",
    3: "system",
    10: "spec",
    11: "codec",
    12: "envelope",
    13: "trust",
    14: "check",
    15: "run",
    16: "legacy",
    17: "state",
}
_ERROR = re.compile(r"^error: (?P<message>.*) \[(?P<code>[\w-]+)\]$", re.MULTILINE)
_HINT = re.compile(r"^hint: (?P<hint>.*)$", re.MULTILINE)


class Command:
    """How optseal is started."""

    def __init__(self, words: Optional[Sequence[str]] = None) -> None:
        """Takes the words that start it: by default those in OPTSEAL_COMMAND, or ``optseal``."""
        given = shlex.split(os.environ.get(VARIABLE, "")) if words is None else list(words)
        self._words = given or ["optseal"]

    def run(self, folder: str, words: List[str]) -> bytes:
        """What it prints, run in a folder. Raises Refused for what it refuses, and where it does not start."""
        try:
            done = run([*self._words, *words], cwd=folder, stdout=PIPE, stderr=PIPE, check=False)
        except OSError as error:
            hint = f"install it with npm, or name it in {VARIABLE}"
            raise Refused("system", "no-command", f"`{self._words[0]}` does not start: {error}", hint=hint) from error
        if done.returncode == 0:
            return done.stdout
        said = object_in(done.stdout)
        if "code" in said:
            refuse(said)
        text = done.stderr.decode(errors="replace").strip()
        found, hint_found = _ERROR.search(text), _HINT.search(text)
        if found and done.returncode in STAGES:
            told = hint_found["hint"] if hint_found else None
            raise Refused(STAGES[done.returncode], found["code"], found["message"], hint=told)
        raise not_optseal(f"`{self._words[0]}` ended with {done.returncode} and said: {text[:1000] or 'nothing'}")


def not_optseal(message: str) -> Refused:
    """A refusal for what answers otherwise than optseal does."""
    return Refused("verifier", "verifier", message, hint="is it optseal, and of this release?")


def refuse(said: Dict[str, Any]) -> NoReturn:
    """Raises the refusal that a document tells of."""
    path = said.get("path")
    if path is None and "offset" in said:
        path = f"byte {said['offset']}"
    stage, code, message = (str(said.get(name)) for name in ("stage", "code", "message"))
    file = said.get("file")
    is_envelope = file is None or str(file).startswith(ENVELOPE)
    raise Refused(stage, code, message, path, said.get("hint"), None if is_envelope else file)
