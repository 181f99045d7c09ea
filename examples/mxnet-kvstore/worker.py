"""A worker. It computes gradients; the servers hold the weights and run the optimizer.

Usage: worker.py PLAN. The plan is a JSON file: what is to be done before which update, and by whom.
"""

import hashlib
import json
import sys
from pathlib import Path

import mxnet as mx
import optseal.mxnet

from model import batch, digits, fresh, loss_of, scores

PLAN = json.loads(Path(sys.argv[1]).read_text())
FOLDER = Path(sys.argv[1]).parent


def tell(kv, **what):
    """A line for whoever has started this worker."""
    print(json.dumps({"worker": kv.rank, **what}), flush=True)


def envelopes(names):
    return [(FOLDER / name).read_bytes() for name in names]


def send(kv, *names):
    """Sends a signed optimizer or an amendment of it, and tells what the servers have decided."""
    given = optseal.mxnet.set_optimizer(kv, envelopes(names))
    tell(kv, sent=names[-1], status=given.status, sequence=given.sequence)
    return given


def save(kv, name):
    """Orders a checkpoint, and waits until it is on the servers' disks."""
    given = optseal.mxnet.checkpoint(kv, *envelopes([name]))
    tell(kv, sent=name, status="saved", sequence=given.sequence)


def send_pickle(kv, name):
    """What MXNet's own set_optimizer does, with a pickle of the attacker's."""
    kv._send_command_to_servers(0, (FOLDER / name).read_text())
    tell(kv, sent=name, status="sent")


def send_no_envelope(kv, name):
    """The same bytes by the call that waits for the servers' answer."""
    try:
        optseal.mxnet.set_optimizer(kv, (FOLDER / name).read_bytes())
    except optseal.mxnet.Refused as refused:
        tell(kv, sent=name, status="refused", stage=refused.stage, code=refused.code)


DEEDS = {"send": send, "save": save, "pickle": send_pickle, "no envelope": send_no_envelope}


def main():
    kv = mx.kv.create("dist_sync")
    begun = send(kv, *PLAN["optimizer"])
    weights = fresh()
    for key, weight in weights.items():
        weight.attach_grad()
        kv.init(key, weight)
        kv.pull(key, out=weight)
    if begun.resumed is not None:
        optseal.mxnet.restore(kv, list(weights), out=list(weights.values()))
    images, unseen = digits(PLAN["digits"])
    for update in range(PLAN["first"], PLAN["updates"]):
        for before, rank, deed, *words in PLAN["deeds"]:
            if (before, rank) == (update, kv.rank):
                DEEDS[deed](kv, *words)
        pixels, labels = batch(images, update, kv.rank, kv.num_workers)
        loss = loss_of(weights, pixels, labels)
        for key, weight in weights.items():
            kv.push(key, weight.grad)
        for key, weight in weights.items():
            kv.pull(key, out=weight)
        mx.nd.waitall()
        tell(kv, update=update + 1, loss=loss / len(labels))
    right = scores(weights, mx.nd.array(unseen[0])).argmax(axis=1).asnumpy() == unseen[1]
    bits = b"".join(weights[key].asnumpy().tobytes() for key in sorted(weights))
    tell(kv, accuracy=float(right.mean()), bits=hashlib.sha256(bits).hexdigest())


main()
