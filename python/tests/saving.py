"""Servers that save: their keys and orders, and a command of the tests' own that is fast and can be stopped anywhere."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np

import optseal
from optseal.disk import Disk

TRUST = "saving.json"
#: A spec that is another one.
OTHER = "optseal: 1\nrule: torch-2.13/sgd\nhyper: { lr: 0.125 }\n"


def furnish(setting):
    """trainer orders, host saves; saving.json trusts them. order-1 to order-3 are of spec.json, order-4 of its amendment."""
    for name in ("trainer", "host"):
        setting.optseal("keygen", name)
    roles = ("--signer", "alice.pub", "--amend", "lr=4", "--checkpointer", "trainer.pub", "--server", "host.pub")
    setting.optseal("trust", "init", "--root", "root.key", *roles, "-o", TRUST)
    for sequence in (1, 2, 3):
        order(setting, sequence, "spec.json")
    order(setting, 4, "slower.json", "spec.json")
    return setting


def order(setting, sequence, of, *base):
    options = ("--base", *base) if base else ()
    name = f"order-{sequence}.json"
    setting.optseal("checkpoint", of, *options, "--key", "trainer.key", "--sequence", str(sequence), "-o", name)


def trained(module, updates):
    """An optimizer with so many updates behind it."""
    optimizer = module.attach({0: np.asarray([1, 2, 3], np.float32), "w": np.ones((2, 2), np.float32)})
    train(optimizer, 0, updates)
    return optimizer


def train(optimizer, begin, end):
    for update in range(begin, end):
        numbers = np.random.default_rng(update)
        gradients = {0: numbers.random(3, np.float32), "w": numbers.random((2, 2), np.float32)}
        optimizer.step({0: gradients[0]} if update % 3 == 2 else gradients)


def bits(optimizer):
    state = optimizer.state()
    slots = {name: {key: np.asarray(value).tobytes() for key, value in of.items()} for name, of in state.slots.items()}
    weights = {key: weight.tobytes() for key, weight in optimizer.weights.items()}
    return weights, slots, state.counts, state.updates, state.schedule


class Killed(BaseException):
    """The process ends here: nothing catches it."""


class Dying(Disk):
    """A disk whose process is killed at its n-th step: before it, or half-way through a write."""

    def __init__(self, steps):
        self.left = steps

    def step(self):
        self.left -= 1
        if self.left < 0:
            raise Killed

    def make(self, folder):
        self.step()
        super().make(folder)

    def _put(self, descriptor, piece):
        try:
            self.step()
        except Killed:
            super()._put(descriptor, piece[: len(piece) // 2])
            raise
        super()._put(descriptor, piece)

    def _flush(self, descriptor):
        self.step()
        super()._flush(descriptor)

    def rename(self, before, after):
        self.step()
        super().rename(before, after)

    def _unlink(self, path):
        self.step()
        super()._unlink(path)


class QuickCommand:
    """Does what the command does for honest files, in this process; ``disk`` may stop it too."""

    options = ["--audience=ps"]

    def __init__(self, module, disk):
        self.command = self
        self.module = module
        self.disk = disk
        self.newest = 0

    def run(self, folder, words):
        values = dict(word.removeprefix("--").split("=", 1) for word in words if word.startswith("--") and "=" in word)
        if words[0] == "manifest":
            said = self.sign(Path(folder), [word for word in words if word.endswith(".safetensors")], values)
        else:
            said = self.verify(Path(folder) / words[1], values)
        return json.dumps(said).encode()

    def sign(self, folder, names, values):
        sequence = int((folder / values["checkpoint"]).read_bytes())
        files = [{"name": name, "digest": digest((folder / name).read_bytes())} for name in names]
        said = {"digest": digest(b""), "sequence": sequence, "checkpoint": order_digest(sequence), "spec": "", "files": files}
        self.disk.write(folder / "manifest.json", [memoryview(json.dumps(said).encode())])
        return said

    def verify(self, path, values):
        said = json.loads(path.read_bytes())
        assert said["sequence"] >= self.newest
        for file in said["files"]:
            assert digest((path.parent / file["name"]).read_bytes()) == file["digest"]
        self.newest = said["sequence"]
        if "emit-module" in values:
            shutil.copy(self.module, values["emit-module"])
        return said


def digest(data):
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def order_digest(sequence):
    return digest(str(sequence).encode())


def quick_order(sequence):
    return optseal.Ordered("new", order_digest(sequence), digest(b"spec"), sequence, ("trainer",), str(sequence).encode())
