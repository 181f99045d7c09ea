"""Steps the cases of a folder with optseal.torch; writes the bits of the weights after each step. In: the folder."""

import json
import sys
from pathlib import Path

import numpy as np
import torch

import optseal.torch

FOLDER = Path(sys.argv[1])


def tensor(bits, case):
    return torch.from_numpy(bits.view(np.int16).copy()).view(getattr(torch, case["half"])).reshape(case["shape"])


def main():
    inputs = np.fromfile(FOLDER / "inputs.bin", np.uint16)
    at = 0
    for case in json.loads((FOLDER / "cases.json").read_text()):
        name, size = case["name"], int(np.prod(case["shape"]))
        taken = inputs[at : at + size * (1 + case["steps"])].reshape(-1, size)
        at += taken.size
        weight = torch.nn.Parameter(tensor(taken[0], case))
        optimizer = optseal.torch.Optimizer(
            [("w", weight)],
            FOLDER / f"{name}.json",
            trust=FOLDER / "trust.json",
            store=FOLDER / "accepted",
            job=name,
            audience="ps",
        )
        after = []
        for bits in taken[1:]:
            weight.grad = tensor(bits, case)
            optimizer.step()
            after.append(weight.detach().view(torch.int16).numpy().copy())
        np.stack(after).tofile(FOLDER / f"{name}.bin")


main()
