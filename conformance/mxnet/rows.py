"""Golden updates of MXNet's lazy optimizers with gradients of some rows, as JSON on standard output."""
import base64
import json

import mxnet as mx
import numpy as np

SHAPE = (6, 5)
STEPS = 5
RELEASE = ".".join(mx.__version__.split(".")[:2])


def text(array):
    return base64.b64encode(array.astype("<f4").tobytes()).decode()


def case(draw, name, **hyper):
    weight = mx.nd.array(draw.randn(*SHAPE).astype("float32"))
    optimizer = mx.optimizer.create(name, **hyper)
    updater = mx.optimizer.get_updater(optimizer)
    before, steps = text(weight.asnumpy()), []
    for step in range(STEPS):
        # An update without rows is one too.
        rows = np.flatnonzero(draw.rand(SHAPE[0]) < (0.5 if step != 2 else 0))
        data = draw.randn(len(rows), *SHAPE[1:]).astype("float32")
        gradient = mx.nd.sparse.zeros("row_sparse", SHAPE)
        if len(rows) > 0:
            gradient = mx.nd.sparse.row_sparse_array((data, rows), shape=SHAPE)
        updater(0, gradient, weight)
        steps.append({"rows": rows.tolist(), "data": text(data), "after": text(weight.asnumpy())})
    return {"rule": "mxnet-%s/%s" % (RELEASE, name), "hyper": hyper, "shape": SHAPE, "before": before, "steps": steps}


draw = np.random.RandomState(214)
cases = [
    case(draw, "sgd", learning_rate=0.1),
    case(draw, "sgd", learning_rate=0.3, wd=0.01, rescale_grad=0.5),
    case(draw, "sgd", learning_rate=0.1, momentum=0.9, wd=0.01),
    case(draw, "sgd", learning_rate=0.1, momentum=0.9, wd=0.01, lazy_update=False),
    case(draw, "sgd", learning_rate=0.5, momentum=0.5, clip_gradient=0.25),
    case(draw, "adam", learning_rate=0.01),
    case(draw, "adam", learning_rate=0.1, beta1=0.5, beta2=0.75, epsilon=0.01, wd=0.01, rescale_grad=0.5),
    case(draw, "adam", learning_rate=0.1, wd=0.01, lazy_update=False),
    case(draw, "adam", learning_rate=0.01, clip_gradient=0.25),
]
print(json.dumps({"release": mx.__version__, "made_by": "conformance/mxnet/rows.py", "cases": cases}))
