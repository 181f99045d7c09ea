"""Conformance, MXNet: the demo pickles, as training scripts make and send them.

In: --out DIR. Out: one file per pickle; the folder's README.md lists them. Run as a script, so that the classes defined
here are pickled under `__main__`, as a user's own classes are.
"""

import argparse
import contextlib
import os
import pickle
import sys

os.environ.pop("MXNET_OPTIMIZER_AGGREGATION_SIZE", None)

import mxnet as mx
import numpy as np
from mxnet import lr_scheduler as schedules

NAMES = {0: "fc1_weight", 1: "fc1_bias", 2: "bn1_gamma", 3: "bn1_beta", 4: "fc2_weight", 5: "fc2_bias"}


@mx.optimizer.register
class Lion(mx.optimizer.Optimizer):
    """A user's own optimizer (Lion, Chen et al. 2023): the sign of an interpolated momentum, with decoupled decay."""

    def __init__(self, learning_rate=0.0001, beta1=0.9, beta2=0.99, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2

    def create_state(self, index, weight):
        return mx.nd.zeros(weight.shape, weight.context, dtype=weight.dtype)

    def update(self, index, weight, grad, state):
        self._update_count(index)
        lr, wd = self._get_lr(index), self._get_wd(index)
        grad = grad * self.rescale_grad
        if self.clip_gradient is not None:
            grad = mx.nd.clip(grad, -self.clip_gradient, self.clip_gradient)
        direction = mx.nd.sign(self.beta1 * state + (1 - self.beta1) * grad)
        weight[:] -= lr * (direction + wd * weight)
        state[:] = self.beta2 * state + (1 - self.beta2) * grad


class TrapezoidScheduler(schedules.LRScheduler):
    """A user's own schedule: warm-up, a plateau, then a straight line down to nothing."""

    def __init__(self, max_update, decay_from, **kwargs):
        super().__init__(**kwargs)
        self.max_update = max_update
        self.decay_from = decay_from

    def __call__(self, num_update):
        if num_update < self.warmup_steps:
            return self.get_warmup_lr(num_update)
        left = (self.max_update - num_update) / (self.max_update - self.decay_from)
        return self.base_lr * min(1.0, max(0.0, left))


def sgd_momentum_factor():
    return mx.optimizer.SGD(
        learning_rate=0.1, momentum=0.9, wd=0.0001, rescale_grad=1.0 / 128, param_idx2name=NAMES,
        lr_scheduler=schedules.FactorScheduler(step=1000, factor=0.9, stop_factor_lr=1e-06, base_lr=0.1))


def sgd_multifactor_mult():
    optimizer = mx.optimizer.SGD(
        momentum=0.9, wd=0.0005, clip_gradient=5.0, param_idx2name=NAMES,
        lr_scheduler=schedules.MultiFactorScheduler(step=[3000, 6000, 9000], factor=0.1, base_lr=0.05))
    optimizer.set_lr_mult({"fc1_weight": 0.1, "fc2_bias": 2.0})
    optimizer.set_wd_mult({"bn1_gamma": 0.0})
    return optimizer


def adam_cosine_warmup():
    return mx.optimizer.Adam(
        learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-08, wd=0.0001, rescale_grad=1.0 / 256, clip_gradient=1.0,
        lr_scheduler=schedules.CosineScheduler(
            max_update=10000, base_lr=0.001, final_lr=1e-05, warmup_steps=500, warmup_begin_lr=0, warmup_mode="linear"))


def nag():
    return mx.optimizer.NAG(learning_rate=0.05, momentum=0.9, wd=0.0001, rescale_grad=1.0 / 64)


def adagrad():
    return mx.optimizer.AdaGrad(learning_rate=0.01, eps=1e-07, wd=0.0001, clip_gradient=10.0)


def rmsprop_centered_poly():
    return mx.optimizer.RMSProp(
        learning_rate=0.002, gamma1=0.95, gamma2=0.9, epsilon=1e-08, centered=True, clip_weights=10.0, wd=0.0001,
        lr_scheduler=schedules.PolyScheduler(max_update=5000, base_lr=0.002, pwr=2, final_lr=1e-05))


def sgd_cosine_digits():
    # What a worker of examples/demo sends: gradients are summed over 64 samples, so rescale_grad makes them means.
    return mx.optimizer.SGD(
        learning_rate=0.4, momentum=0.9, wd=0.0001, rescale_grad=1.0 / 64, param_idx2name={0: "fc_weight", 1: "fc_bias"},
        lr_scheduler=schedules.CosineScheduler(max_update=300, base_lr=0.4, final_lr=0.004, warmup_steps=30))


def custom_lion():
    return Lion(learning_rate=0.0001, wd=0.01, rescale_grad=1.0 / 128)


def custom_scheduler():
    return mx.optimizer.SGD(
        momentum=0.9, lr_scheduler=TrapezoidScheduler(max_update=1000, decay_from=800, base_lr=0.1, warmup_steps=50))


def numpy_rate():
    # 2**-8: its eight bytes are below 0x80, so the pickle is text that set_optimizer can send.
    return mx.optimizer.SGD(learning_rate=np.float64(0.00390625), momentum=0.9)


def numpy_rate_bytes():
    # 0.1: bytes above 0x7f, which protocol 0 writes raw, so that set_optimizer itself fails on it.
    return mx.optimizer.SGD(learning_rate=np.float64(0.1), momentum=0.9)


def adam_updater_states():
    """What Updater.get_states(dump_optimizer=True) saves after three updates of two parameters."""
    rng = np.random.RandomState(7)
    updater = mx.optimizer.get_updater(adam_cosine_warmup())
    weights = [mx.nd.array(rng.normal(size=shape).astype(np.float32)) for shape in [(3, 4), (5,)]]
    for _ in range(3):
        for key, weight in enumerate(weights):
            updater(key, mx.nd.array(rng.normal(size=weight.shape).astype(np.float32)), weight)
    return updater.get_states(dump_optimizer=True)


# Written by hand and never loaded: REDUCE would call os.system. The command is harmless on purpose.
HOSTILE = b"cos\nsystem\np0\n(Vtouch optseal-demo-marker\np1\ntp2\nRp3\n."

PICKLES = {
    "sgd-momentum-factor.pkl": (sgd_momentum_factor, 0),
    "sgd-multifactor-mult.pkl": (sgd_multifactor_mult, 0),
    "adam-cosine-warmup.pkl": (adam_cosine_warmup, 0),
    "adam-cosine-warmup.protocol2.pkl": (adam_cosine_warmup, 2),
    "adam-cosine-warmup.protocol4.pkl": (adam_cosine_warmup, 4),
    "sgd-cosine-digits.pkl": (sgd_cosine_digits, 0),
    "nag.pkl": (nag, 0),
    "adagrad.pkl": (adagrad, 0),
    "rmsprop-centered-poly.pkl": (rmsprop_centered_poly, 0),
    "custom-lion.pkl": (custom_lion, 0),
    "custom-scheduler.pkl": (custom_scheduler, 0),
    "numpy-rate.pkl": (numpy_rate, 0),
    "numpy-rate-bytes.pkl": (numpy_rate_bytes, 0),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="DIR", required=True)
    folder = parser.parse_args().out
    with contextlib.redirect_stdout(sys.stderr):
        files = {name: pickle.dumps(make(), protocol=protocol) for name, (make, protocol) in PICKLES.items()}
        files["adam-updater.states"] = adam_updater_states()
    files["hostile-marker.pkl"] = HOSTILE
    os.makedirs(folder, exist_ok=True)
    for name, data in files.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)


if __name__ == "__main__":
    main()
