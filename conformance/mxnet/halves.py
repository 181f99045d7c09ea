"""Golden updates of MXNet's optimizers with multi_precision, on binary16 weights, as JSON on standard output."""
import base64
import json

import mxnet as mx
import numpy as np

SHAPE = (6, 5)
STEPS = 5
RELEASE = ".".join(mx.__version__.split(".")[:2])


def text(array):
    return base64.b64encode(array.astype("<f2").tobytes()).decode()


def case(draw, name, **hyper):
    weight = mx.nd.array(draw.randn(*SHAPE), dtype="float16")
    updater = mx.optimizer.get_updater(mx.optimizer.create(name, multi_precision=True, **hyper))
    before, steps = text(weight.asnumpy()), []
    for _ in range(STEPS):
        gradient = mx.nd.array(draw.randn(*SHAPE) * 0.1, dtype="float16")
        data = text(gradient.asnumpy())
        updater(0, gradient, weight)
        steps.append({"data": data, "after": text(weight.asnumpy())})
    return {"rule": "mxnet-%s/%s" % (RELEASE, name), "hyper": hyper, "shape": SHAPE, "before": before, "steps": steps}


draw = np.random.RandomState(215)
cases = [
    case(draw, "sgd", learning_rate=0.001),
    case(draw, "sgd", learning_rate=0.01, momentum=0.9, wd=0.01),
    case(draw, "sgd", learning_rate=0.01, momentum=0.5, rescale_grad=0.5, clip_gradient=0.05),
    case(draw, "adam", learning_rate=0.001),
    case(draw, "adam", learning_rate=0.01, beta1=0.5, wd=0.01),
    case(draw, "nag", learning_rate=0.01, momentum=0.9, wd=0.01),
    case(draw, "rmsprop", learning_rate=0.001),
    case(draw, "adagrad", learning_rate=0.01),
]
print(json.dumps({"release": mx.__version__, "made_by": "conformance/mxnet/halves.py", "cases": cases}))
