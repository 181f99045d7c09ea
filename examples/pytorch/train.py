"""Trains a small network on handwritten digits by a signed optimizer. In: the folder with trust.json and the envelopes."""

import gzip
import sys
from pathlib import Path

import torch
from torch import nn

import optseal
import optseal.torch

FOLDER = Path(sys.argv[1])
DIGITS = Path(__file__).parent.parent / "demo" / "data" / "digits.csv.gz"
UPDATES, BATCH = 200, 64


def read_digits():
    """Pixels from 0 to 1, and which digit: for training, and every fifth for a test."""
    rows = gzip.decompress(DIGITS.read_bytes()).decode().split()
    numbers = torch.tensor([[float(one) for one in row.split(",")] for row in rows])
    images = list(zip(numbers[:, :64] / 16, numbers[:, 64].long()))
    parts = [one for i, one in enumerate(images) if i % 5 != 0], images[::5]
    return [tuple(map(torch.stack, zip(*part))) for part in parts]


def optimizer_of(model, envelope):
    """Verifies the envelope; then, and only then, takes the parameters."""
    return optseal.torch.Optimizer(
        model.named_parameters(),
        envelope,
        trust=FOLDER / "trust.json",
        store=FOLDER / "accepted",
        job="digits",
        audience="trainer",
    )


def tampered(envelope):
    """The envelope with one character of its payload changed."""
    sealed = bytearray(envelope.read_bytes())
    at = sealed.index(b'"payload":"') + 60
    sealed[at] = ord("B") if sealed[at] == ord("A") else ord("A")
    return bytes(sealed)


torch.manual_seed(1)
(inputs, digits), (unseen, answers) = read_digits()
model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))

try:
    optimizer_of(model, tampered(FOLDER / "optimizer.json"))
    sys.exit("a tampered envelope was accepted")
except optseal.Refused as refused:
    print(f"tampered: refused by {refused.stage}: {refused.code}")

optimizer = optimizer_of(model, FOLDER / "optimizer.json")
print(f"signed by {', '.join(optimizer.accepted.owners)}: {optimizer.accepted.status}")
for update in range(UPDATES):
    if update == UPDATES // 2:
        optimizer.amend(FOLDER / "slower.json")
        print("amended: the momentum stays, the rate is another")
    batch = torch.randint(len(inputs), (BATCH,))
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(inputs[batch]), digits[batch])
    loss.backward()
    rate = optimizer.param_groups[0]["lr"]
    optimizer.step()
    if update % 40 == 0 or update == UPDATES - 1:
        print(f"update {update + 1:3}  rate {rate:.5f}  loss {loss.item():.3f}")
right = (model(unseen).argmax(1) == answers).float().mean().item()
print(f"{right:.1%} of {len(answers)} unseen digits right")
