"""A worker that makes one push-update-pull for each line on standard input. Usage: worker.py ENVELOPE|pickle ELEMENTS"""

import hashlib
import sys
from pathlib import Path

import mxnet as mx


def main():
    kv = mx.kv.create("dist_sync")
    if sys.argv[1] == "pickle":
        kv.set_optimizer(mx.optimizer.Adam(learning_rate=0.001))
    else:
        import optseal.mxnet

        optseal.mxnet.set_optimizer(kv, Path(sys.argv[1]).read_bytes())
    shape = (int(sys.argv[2]),)
    gradient, out = mx.nd.random.normal(shape=shape), mx.nd.zeros(shape)
    kv.init(1, mx.nd.ones(shape))
    print("ready", flush=True)
    for _ in sys.stdin:
        kv.push(1, gradient)
        kv.pull(1, out=out)
        out.wait_to_read()
        print("done", flush=True)
    print(hashlib.sha256(out.asnumpy().tobytes()).hexdigest(), flush=True)


main()
