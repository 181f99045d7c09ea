"""The same updates by PyTorch's fused kernels, in one thread. Answers as engine-loops.c does."""

import sys
import time

import torch

rule, size, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(1)
weight = torch.nn.Parameter(torch.full((size,), 0.5))
weight.grad = torch.full((size,), 0.01)
optimizer = {
    "adam": lambda: torch.optim.Adam([weight], fused=True),
    "adamw": lambda: torch.optim.AdamW([weight], fused=True),
    "sgd": lambda: torch.optim.SGD([weight], lr=0.001, momentum=0.9, fused=True),
}[rule]()
for _ in sys.stdin:
    start = time.process_time_ns()
    for _ in range(steps):
        optimizer.step()
    print((time.process_time_ns() - start) // steps, flush=True)
