"""PyTorch's own optimizers as a worker: `python torch_rules.py THREADS fused|foreach`."""

import sys

import torch

from protocol import RATE, serve

THREADS, IMPLEMENTATION = int(sys.argv[1]), sys.argv[2]
RULES = {
    "sgd": lambda weights, how: torch.optim.SGD(weights, lr=RATE, momentum=0.9, **how),
    "adam": lambda weights, how: torch.optim.Adam(weights, lr=RATE, **how),
    "adamw": lambda weights, how: torch.optim.AdamW(weights, lr=RATE, **how),
    "rmsprop": lambda weights, how: torch.optim.RMSprop(weights, lr=RATE, **how),
    "adafactor": lambda weights, how: torch.optim.Adafactor(weights, lr=RATE, **how),
}
UNFUSED = {"rmsprop", "adafactor"}


def filled(tensor, parts):
    """In memory that PyTorch has taken itself."""
    out = torch.empty(tensor.size)
    for at, part in parts:
        out[at : at + len(part)] = torch.from_numpy(part)
    return out.view(tensor.shape)


def begin(rule, tensors):
    if rule not in RULES or (IMPLEMENTATION == "fused" and rule in UNFUSED):
        return f"PyTorch has no {rule} of that kind"
    weights = [torch.nn.Parameter(filled(tensor, tensor.weights())) for tensor in tensors]
    for weight, tensor in zip(weights, tensors):
        weight.grad = filled(tensor, tensor.gradients())
    optimizer = RULES[rule](weights, {IMPLEMENTATION: True})

    def run(steps):
        for _ in range(steps):
            optimizer.step()

    return run, lambda: weights[0].detach().flatten().numpy()


torch.set_num_threads(THREADS)
serve(begin)
