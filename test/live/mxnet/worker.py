"""A worker: goes through the plan in a file, and writes what it has seen to another. Usage: worker.py PLAN FOLDER"""

import hashlib
import json
import os
import sys
from pathlib import Path

import mxnet as mx
import numpy as np

PLAN = json.loads(Path(sys.argv[1]).read_text())
FOLDER = Path(sys.argv[2])

OPTIMIZERS = {
    "sgd": lambda: mx.optimizer.SGD(learning_rate=0.1, momentum=0.9, wd=1e-4, rescale_grad=0.5),
    "adam": lambda: mx.optimizer.Adam(learning_rate=0.01, clip_gradient=0.75),
    "scheduled": lambda: mx.optimizer.SGD(
        momentum=0.9, learning_rate=0.2, lr_scheduler=mx.lr_scheduler.FactorScheduler(step=4, factor=0.5)
    ),
    "half": lambda: mx.optimizer.SGD(learning_rate=0.1, momentum=0.9, multi_precision=True),
}


class Attack:
    """What Python calls while it reads a pickle of this."""

    def __reduce__(self):
        return os.mkdir, (str(FOLDER / "marker"),)


def numbers(size, rank, turn):
    """Numbers that are sums of few powers of two, so that their sums are exact in any order."""
    i = np.arange(size)
    return (((i * 7 + turn * 13 + rank * 3) % 17 - 8) / 16).astype(np.float32)


class Worker:
    """One worker's kvstore and arrays."""

    def __init__(self):
        self.kv = mx.kv.create(PLAN["mode"])
        self.rank = self.kv.rank
        self.sizes = {}
        self.dtypes = {}
        self.turns = {}
        self.resumed = None

    def key(self, number):
        return f"w{number}" if PLAN["keys"] == "str" else number

    def pickled(self, name):
        """MXNet's own way."""
        self.kv.set_optimizer(OPTIMIZERS[name]())
        self.kv._barrier()

    def sealed(self, name, sequence):
        """The same optimizer, converted and signed by one worker, and sent by all."""
        import optseal.mxnet

        path = FOLDER / f"{name}.json"
        if self.rank == 0:
            optimizer = OPTIMIZERS[name]()
            path.write_bytes(optseal.mxnet.seal(optimizer, str(FOLDER / "alice.key"), "job", "ps", sequence=sequence))
        self.kv._barrier()
        return self.send(path.name, multi_precision=name == "half")

    def send(self, *names, **options):
        """Envelopes of files: what set_optimizer returns, or what it raises."""
        import optseal.mxnet

        envelopes = [(FOLDER / name).read_bytes() for name in names]
        keys = {"str": str, "int": int}[PLAN["keys"]]
        try:
            in_force = optseal.mxnet.set_optimizer(self.kv, envelopes, keys, **options)
        except optseal.mxnet.Refused as error:
            return {"stage": error.stage, "code": error.code, "message": error.message}
        self.resumed = in_force.resumed
        return in_force._asdict()

    def save(self, name):
        """An order in a file: what checkpoint returns, or what it raises."""
        import optseal.mxnet

        keys = {"str": str, "int": int}[PLAN["keys"]]
        try:
            return optseal.mxnet.checkpoint(self.kv, (FOLDER / name).read_bytes(), keys)._asdict()
        except optseal.mxnet.Refused as error:
            return {"stage": error.stage, "code": error.code, "message": error.message}

    def go_on(self, *turns):
        """Brings all weights of the checkpoint back, and trains on, from the turn at which it was saved through all others.

        Gives back the bits of each array before, and at the end.
        """
        import optseal.mxnet

        before = []
        for number, size in self.sizes.items():
            out = mx.nd.zeros((size,))
            optseal.mxnet.restore(self.kv, self.key(number), out)
            before.append(hashlib.sha256(out.asnumpy().tobytes()).hexdigest())
            self.turns[number] = turns[self.resumed or 0]
        after = before
        for turn in turns[(self.resumed or 0) + 1 :]:
            after = [self.train(number, turn - self.turns[number]) for number in self.sizes]
        return [before, after]

    def attack(self):
        """The bytes that MXNet's own set_optimizer would send, with something in them that acts."""
        import pickle

        (FOLDER / "attack.pkl").write_bytes(pickle.dumps(Attack(), 0))
        self.kv._send_command_to_servers(0, pickle.dumps(Attack(), 0).decode())

    def profile(self):
        """Has the servers write files, which no worker needs leave for."""
        # Each ends in what it is: 0 sets values, 1 starts or stops, 3 writes.
        for body in ("filename:profile.json,profile_all:10", "11", "01", "13"):
            self.kv._send_command_to_servers(5, body)

    def array(self, number, rank, turn):
        return mx.nd.array(numbers(self.sizes[number], rank, turn), dtype=self.dtypes[number])

    def init(self, number, size, dtype="float32"):
        self.sizes[number], self.dtypes[number], self.turns[number] = size, dtype, 0
        self.kv.init(self.key(number), self.array(number, 0, 100))

    def push(self, number):
        """Does not wait for an answer."""
        self.kv.push(self.key(number), self.array(number, self.rank, 0))
        mx.nd.waitall()

    def train(self, number, updates):
        """Pushes and pulls; gives back the bits of the weights."""
        out = mx.nd.zeros((self.sizes[number],), dtype=self.dtypes[number])
        for _ in range(updates):
            given = self.array(number, self.rank, self.turns[number])
            self.turns[number] += 1
            self.kv.push(self.key(number), given)
            self.kv.pull(self.key(number), out=out)
            out.wait_to_read()
        return hashlib.sha256(out.asnumpy().tobytes()).hexdigest()

    def barrier(self):
        self.kv._barrier()

    def alone(self, rank, name, *rest):
        """One worker does something, while the others wait."""
        found = getattr(self, name)(*rest) if rank == self.rank else None
        self.kv._barrier()
        return found


def main():
    worker = Worker()
    found = [getattr(worker, name)(*rest) for name, *rest in PLAN["steps"]]
    (FOLDER / f"results-{worker.rank}.json").write_text(json.dumps(found))


main()
