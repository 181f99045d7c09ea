"""Golden updates of torch's SparseAdam with gradients of some rows, as JSON on standard output."""
import base64
import json

import numpy as np
import torch

SHAPE = (6, 5)
STEPS = 5


def text(tensor):
    return base64.b64encode(tensor.detach().numpy().astype("<f4").tobytes()).decode()


def case(draw, lr, beta1, beta2, eps, maximize):
    weight = torch.nn.Parameter(torch.from_numpy(draw.standard_normal(SHAPE).astype("float32")))
    optimizer = torch.optim.SparseAdam([weight], lr=lr, betas=(beta1, beta2), eps=eps, maximize=maximize)
    before, steps = text(weight), []
    for step in range(STEPS):
        rows = np.flatnonzero(draw.random(SHAPE[0]) < 0.5 if step != 2 else np.zeros(SHAPE[0]))
        data = torch.from_numpy(draw.standard_normal((len(rows), *SHAPE[1:])).astype("float32"))
        weight.grad = torch.sparse_coo_tensor(torch.from_numpy(rows)[None], data, SHAPE).coalesce()
        optimizer.step()
        steps.append({"rows": rows.tolist(), "data": text(data), "after": text(weight)})
    hyper = {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps, "maximize": maximize}
    return {"rule": "torch-2.13/sparseadam", "hyper": hyper, "shape": SHAPE, "before": before, "steps": steps}


draw = np.random.default_rng(214)
cases = [
    case(draw, 0.001, 0.9, 0.999, 1e-8, False),
    case(draw, 0.25, 0.5, 0.75, 0.01, True),
    case(draw, 0.03, 0.0, 0.9, 1e-4, False),
]
print(json.dumps({"release": torch.__version__, "made_by": "conformance/torch/rows.py", "cases": cases}))
