"""One optimizer step in PyTorch: optseal's module against torch's fused kernel, in turn; ratios as JSON on standard output.

In: a folder with envelope.json and trust.json, the number of elements, of tensors, of threads and of rounds.
"""

import json
import statistics
import sys
import tempfile
import time

import torch

import optseal.torch

FOLDER, (SIZE, TENSORS, THREADS, ROUNDS) = sys.argv[1], map(int, sys.argv[2:])
TURN = 0.02
#: Steps of a training run's beginning: the module's own trials of two ways to divide are over then.
WARMING = 24


def weights():
    """New parameters with gradients, of the same numbers each time."""
    draw = torch.Generator().manual_seed(7)
    made = [torch.nn.Parameter(torch.randn(SIZE // TENSORS, generator=draw)) for _ in range(TENSORS)]
    for one in made:
        one.grad = torch.randn(one.shape, generator=draw)
    return made


def sealed(params, **options):
    store = tempfile.mkdtemp(dir=FOLDER)
    trust = f"{FOLDER}/trust.json"
    return optseal.torch.Optimizer(
        params,
        f"{FOLDER}/envelope.json",
        trust=trust,
        store=store,
        job="bench",
        audience="server",
        threads=THREADS,
        **options,
    )


def zero_copy():
    params = weights()
    optimizer = sealed(params)
    gradients = [one.grad for one in params]
    optimizer.zero_grad(set_to_none=False)
    for one, gradient in zip(params, gradients):
        one.grad.copy_(gradient)
    return optimizer, params


def gradients_copied():
    params = weights()
    return sealed(params), params


def all_copied():
    params = weights()
    return sealed(params, zero_copy=False), params


def fused():
    params = weights()
    return torch.optim.AdamW(params, lr=1e-3, fused=True), params


def seconds(optimizer, steps):
    start = time.perf_counter()
    for _ in range(steps):
        optimizer.step()
    return (time.perf_counter() - start) / steps


def ratio(subject, peer):
    """The median of what a step of the subject takes over one of the peer, before and after it."""
    steps = max(1, round(TURN / seconds(peer, 1)))
    seconds(subject, WARMING), seconds(peer, WARMING)
    ratios, times = [], []
    before = seconds(subject, steps)
    for _ in range(ROUNDS):
        own, after = seconds(peer, steps), seconds(subject, steps)
        ratios.append((before + after) / 2 / own)
        times.append(own)
        before = after
    return {"ratio": statistics.median(ratios), "peer": statistics.median(times)}


def same(way, subject, own, peer, others):
    """Three steps of both come to the same but for the last bits."""
    for _ in range(3):
        subject.step(), peer.step()
    with torch.no_grad():
        difference = max(float((a - b).abs().max() / b.abs().max()) for a, b in zip(own, others))
    if not difference < 1e-5:
        sys.exit(f"{way}: the weights are {difference} apart")


torch.set_num_threads(THREADS)
results = {}
for way in (zero_copy, gradients_copied, all_copied):
    (subject, own), (peer, others) = way(), fused()
    same(way.__name__, subject, own, peer, others)
    results[way.__name__] = ratio(subject, peer)
print(json.dumps(results))
