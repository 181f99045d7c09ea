"""One process of several: RANK PROCESSES OPTIONS ENGINE ENVELOPE AMENDMENT. Only the first reads files; prints JSON."""

import gc
import json
import sys
from pathlib import Path

import torch
import torch.distributed as dist

sys.path.insert(0, str(Path(__file__).parent))

from training import INPUTS, OUTPUTS, model

import optseal
import optseal.torch

RANK, PROCESSES = int(sys.argv[1]), int(sys.argv[2])
OPTIONS, (ENGINE, ENVELOPE, AMENDMENT) = json.loads(sys.argv[3]), sys.argv[4:]


def read(name):
    if RANK != 0:
        return None
    return bytes(2**26 + 1) if name == "large" else Path(name).read_bytes()


def main():
    meet = OPTIONS.pop("meet")
    dist.init_process_group("gloo", init_method=meet, rank=RANK, world_size=PROCESSES)
    made = model()
    wrapped = torch.nn.parallel.DistributedDataParallel(made)
    optimizer = optseal.torch.Optimizer(
        made.named_parameters(), optseal.torch.broadcast(read(ENVELOPE)), engine=ENGINE, **OPTIONS
    )
    draw = torch.Generator().manual_seed(RANK)
    for update in range(6):
        if update == 3:
            (amendment,) = optseal.torch.broadcast(read(AMENDMENT))
            optimizer.amend(amendment)
        optimizer.zero_grad(set_to_none=update % 2 == 0)
        torch.nn.functional.mse_loss(
            wrapped(torch.randn(8, INPUTS, generator=draw)), torch.zeros(8, OUTPUTS)
        ).backward()
        optimizer.step()
    print(
        json.dumps(
            {
                "weights": {name: one.tolist() for name, one in made.named_parameters()},
                "lr": optimizer.param_groups[1]["lr"],
            }
        )
    )


try:
    main()
except optseal.Error as error:
    print(json.dumps({"refused": error.code}))
finally:
    # A group that ends while the wrapped model or another process still has it aborts now and then.
    gc.collect()
    dist.barrier()
    dist.destroy_process_group()
