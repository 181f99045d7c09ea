"""Runs cases with the Python package. In: folders with ``cases.json``, ``inputs.bin``, modules. Out: results there."""

import json
import sys
from pathlib import Path

import numpy as np

import optseal
from optseal import memory


class Inputs:
    """Float32 arrays of a file, one after the other."""

    def __init__(self, path):
        self._numbers = np.fromfile(path, dtype=np.float32)
        self._at = 0

    def take(self, shape):
        size = int(np.prod(shape, dtype=np.int64))
        self._at += size
        return self._numbers[self._at - size : self._at].reshape(shape)


def run(folder, case, inputs, turn):
    """Steps one case, which is restarted and amended on the way; gives all numbers that it leaves, by name."""
    shapes = dict(case["parameters"])
    module = optseal.Module.read(folder / case["module"])
    weights = {key: inputs.take(shape) for key, shape in shapes.items()}
    threads = 3 if turn % 5 == 0 else 1
    if turn % 3 == 0:
        optimizer = module.attach(weights, threads=threads)
    elif turn % 3 == 1:
        optimizer = module.attach({}, threads=threads)
        for key, values in weights.items():
            optimizer.add({key: values})
    else:
        optimizer = module.attach(shapes, threads=threads)
        for key, values in weights.items():
            optimizer.weights[key][...] = values
    amendment = case.get("amendment", {})
    for step, keys in enumerate(case["steps"]):
        if step == amendment.get("step"):
            module = optseal.Module.read(folder / amendment["module"])
            optimizer.amend(module)
        if step == 1 + turn % 3:
            optimizer = module.attach(dict(optimizer.weights), optimizer.state(), threads)
        gradients = {key: inputs.take(shapes[key]) for key in keys}
        if keys == list(shapes) and turn % 4 < 2:
            for key, values in gradients.items():
                optimizer.gradients[key][...] = values
            optimizer.step()
        else:
            optimizer.step(gradients)
    state = optimizer.state()
    for key, values in optimizer.weights.items():
        yield f"weight {key}", values
    for slot, of_slot in state.slots.items():
        for key, values in of_slot.items():
            yield f"slot {slot} {key}", values
    yield "updates", state.updates
    for kind in ("counts", "schedule", "shared"):
        for name, value in getattr(state, kind).items():
            yield f"{kind} {name}", value


def main():
    # Passes are divided however small they are.
    memory.LEAST = 1
    for folder in map(Path, sys.argv[1:]):
        inputs = Inputs(folder / "inputs.bin")
        names = []
        with open(folder / "results.bin", "wb") as file:
            for turn, case in enumerate(json.loads((folder / "cases.json").read_text())):
                results = [(name, np.ravel(values).astype("<f8")) for name, values in run(folder, case, inputs, turn)]
                names.append([(name, len(values)) for name, values in results])
                for _, values in results:
                    file.write(values.tobytes())
        (folder / "results.json").write_text(json.dumps(names))


if __name__ == "__main__":
    main()
