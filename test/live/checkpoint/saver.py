"""A server that trains and saves until it is killed, and goes on from what it has saved. Usage: saver.py FOLDER LAST [STEPS]

Prints a line for each thing that it knows to be done: ``resumed N BITS``, ``ordered N``, ``saved N BITS``; N counts orders.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np

import optseal

sys.path.insert(0, str(Path(__file__).parent.parent / "python"))

from dying import die_at

FOLDER, LAST = Path(sys.argv[1]), int(sys.argv[2])
SHAPES = {"w": (64, 48), 7: (500,)}
UPDATES = 3


def say(*words):
    print(*words, flush=True)


def bits(optimizer):
    found = hashlib.sha256()
    state = optimizer.state()
    for values in (dict(optimizer.weights), *state.slots.values(), state.counts, state.schedule):
        for key in sorted(values):
            found.update(f"{key}:".encode() + np.asarray(values[key]).tobytes())
    return found.hexdigest()


def train(optimizer, order):
    for update in range(order * UPDATES, (order + 1) * UPDATES):
        numbers = np.random.default_rng(update)
        optimizer.step({key: numbers.standard_normal(shape, np.float32) for key, shape in SHAPES.items()})


def main():
    verifier = optseal.CommandVerifier(FOLDER / "trust.json", str(FOLDER / "store"), "job", "ps")
    checkpoints = optseal.Checkpoints(FOLDER / "checkpoints", verifier, FOLDER / "host.key", 0, 1)
    spec = (FOLDER / "spec.json").read_bytes()
    accepted = verifier.verify(spec)
    restored = checkpoints.load([spec])
    if restored is None:
        done, optimizer = 0, accepted.module.attach(SHAPES)
    else:
        weights = {key: restored.weights[str(key)].reshape(shape) for key, shape in SHAPES.items()}
        done, optimizer = restored.sequence, restored.module.attach(weights, restored.state)
    say("resumed", done, bits(optimizer))
    if len(sys.argv) > 3:
        die_at(int(sys.argv[3]))
    for order in range(done, LAST):
        train(optimizer, order)
        ordered = checkpoints.verify((FOLDER / f"order-{order + 1}.json").read_bytes(), [spec])
        say("ordered", ordered.sequence)
        checkpoints.save(ordered, [spec], optimizer.state(), optimizer.weights)
        say("saved", ordered.sequence, bits(optimizer))


main()
