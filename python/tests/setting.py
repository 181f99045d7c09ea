"""Keys, a trust document and envelopes, made by the command that OPTSEAL_COMMAND names."""

import os
import shlex
import subprocess
from pathlib import Path

SPEC = "optseal: 1\nrule: torch-2.13/sgd\nhyper: { lr: 0.5, momentum: 0.5 }\n"
SCOPE = ("--job", "job", "--audience", "ps")


def command():
    return shlex.split(os.environ.get("OPTSEAL_COMMAND", "optseal"))


class Setting:
    """A folder in which commands are run."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def optseal(self, *words):
        done = subprocess.run([*command(), *words], cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def path(self, name):
        return self.folder / name

    def read(self, name):
        return self.path(name).read_bytes()

    def furnish(self):
        """spec.json, slower.json (an amendment of it) and foreign.json (somebody else's), by alice and mallory."""
        for name in ("root", "alice", "mallory"):
            self.optseal("keygen", name)
        self.optseal(
            *("trust", "init", "--root", "root.key", "--signer", "alice.pub", "--amend", "lr=4", "-o", "trust.json")
        )
        self.path("spec.yaml").write_text(SPEC)
        self.sign("spec", 1)
        self.amend("slower", ["spec"], 2, "lr=0.25")
        self.sign("foreign", 3, key="mallory")
        return self

    def sign(self, name, sequence, key="alice", spec="spec.yaml"):
        signing = ("--key", f"{key}.key", "--sequence", str(sequence))
        self.optseal("sign", spec, *signing, *SCOPE, "-o", f"{name}.json")
        return self.read(f"{name}.json")

    def amend(self, name, history, sequence, *changes):
        *bases, last = [f"{one}.json" for one in history]
        base = ("--base", *bases) if bases else ()
        signing = ("--key", "alice.key", "--sequence", str(sequence))
        self.optseal("amend", last, *base, "--set", *changes, *signing, "-o", f"{name}.json")
        return self.read(f"{name}.json")
