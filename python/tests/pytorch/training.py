"""Small models for a real loop, and optimizers of specs that are signed on the spot. Torch has to be there."""

import tempfile
from itertools import count

import torch

import optseal.torch

#: Fewer than 16 elements each: from there on torch takes square roots from a library that is off by the last bit.
INPUTS, HIDDEN, OUTPUTS = 4, 3, 5

ADAMW = """rule: torch-2.13/adamw
hyper: { lr: 0.02, betas: [0.9, 0.95], weight_decay: 0.1 }
schedule: { name: torch-2.13/steplr, hyper: { step_size: 2, gamma: 0.5 } }
groups:
  - { match: { suffix: [bias] }, hyper: { weight_decay: 0, lr: 0.01 } }
"""
LION = """rule: |
  rule lion
  hyper  lr = 0.0001 in (0,) scheduled   beta1 = 0.9 in [0,1)   beta2 = 0.99 in [0,1)   wd = 0 in [0,)
  state  m = 0
  update u = sign(beta1 * m + (1 - beta1) * grad)
         weight = weight - lr * (u + wd * weight)
         m = beta2 * m + (1 - beta2) * grad
hyper: { lr: 0.005, wd: 0.01 }
"""
SGD = "rule: torch-2.13/sgd\nhyper: { lr: 0.5, momentum: 0.9 }\n"


def model(dtype=torch.float32):
    """The same weights each time."""
    torch.manual_seed(5)
    made = torch.nn.Sequential(torch.nn.Linear(INPUTS, HIDDEN), torch.nn.Tanh(), torch.nn.Linear(HIDDEN, OUTPUTS))
    return made.to(dtype)


def loss_of(made):
    draw = torch.Generator().manual_seed(6)
    inputs = torch.randn(16, INPUTS, generator=draw).to(made[0].weight.dtype)
    return torch.nn.functional.cross_entropy(made(inputs).float(), torch.arange(16) % OUTPUTS)


def train(made, optimizer, updates, set_to_none=True, after=lambda: None):
    """An ordinary loop; gives the weights."""
    for _ in range(updates):
        optimizer.zero_grad(set_to_none=set_to_none)
        loss_of(made).backward()
        optimizer.step()
        after()
    return weights(made)


def weights(made):
    return {name: one.detach().clone() for name, one in made.named_parameters()}


def same(one, other):
    """The same names and the same bits."""
    return one.keys() == other.keys() and all(
        one[key].dtype == other[key].dtype and torch.equal(one[key], other[key]) for key in one
    )


class Sealing:
    """Signs specs and makes optimizers of them, each server with a store of its own."""

    def __init__(self, setting):
        self._setting = setting
        self._numbers = count(1)
        setting.optseal(
            *("trust", "init", "--root", "root.key", "--signer", "alice.pub", "--custom"),
            *("--amend", "*=100", "--amend-schedule", "-o", "open.json"),
        )

    def envelope(self, spec):
        name = f"torch-{next(self._numbers)}"
        self._setting.path(f"{name}.yaml").write_text(f"optseal: 1\n{spec}")
        self._setting.sign(name, next(self._numbers), spec=f"{name}.yaml")
        return self._setting.path(f"{name}.json")

    def amendment(self, envelope, *changes):
        name = f"torch-{next(self._numbers)}"
        self._setting.amend(name, [envelope.stem], 10**6 + next(self._numbers), *changes)
        return self._setting.path(f"{name}.json")

    def gates(self):
        folder = tempfile.mkdtemp(dir=self._setting.folder)
        return {"trust": self._setting.path("open.json"), "store": folder, "job": "job", "audience": "ps"}

    def optimizer(self, params, envelope, **options):
        return optseal.torch.Optimizer(params, envelope, **{**self.gates(), **options})
