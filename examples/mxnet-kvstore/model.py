"""Handwritten digits, and a network of two layers that MXNet differentiates."""

import gzip

import mxnet as mx
import numpy as np

#: Parameters by the keys that the servers know them by.
SHAPES = {0: (32, 64), 1: (32,), 2: (10, 32), 3: (10,)}
BATCH = 64


def digits(path):
    """Pixels from 0 to 1 and labels: for training, and every fifth for testing."""
    rows = np.loadtxt(gzip.open(path), delimiter=",", dtype=np.float32)
    is_test = np.arange(len(rows)) % 5 == 0
    return [(part[:, :64] / 16, part[:, 64]) for part in (rows[~is_test], rows[is_test])]


def fresh():
    """Weights to begin with: the same in each worker."""
    numbers = np.random.RandomState(7)
    return {key: mx.nd.array(numbers.normal(0, 0.1, shape)) for key, shape in SHAPES.items()}


def scores(weights, pixels):
    """Ten for each image."""
    hidden = mx.nd.relu(mx.nd.FullyConnected(pixels, weights[0], weights[1], num_hidden=32))
    return mx.nd.FullyConnected(hidden, weights[2], weights[3], num_hidden=10)


def loss_of(weights, pixels, labels):
    """Summed over the images; its gradients are left in the weights."""
    with mx.autograd.record():
        loss = -mx.nd.pick(mx.nd.log_softmax(scores(weights, pixels)), labels).sum()
    loss.backward()
    return float(loss.asscalar())


def batch(images, update, rank, workers):
    """A worker's images for an update: the workers take turns through the list."""
    pixels, labels = images
    places = (np.arange(BATCH) * workers + rank + update * BATCH * workers) % len(labels)
    return mx.nd.array(pixels[places]), mx.nd.array(labels[places])
