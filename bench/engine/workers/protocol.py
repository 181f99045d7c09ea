"""Answers lines as protocol.mjs says, for what runs in Python."""

import sys
import time

import numpy as np

RATE = 1e-5
FIRST_STEPS = 3
CHECKED = 1000
PERIOD = 1 << 20


def drawn(salt):
    """The numbers that protocol.mjs draws."""
    x = (np.arange(PERIOD, dtype=np.uint32) ^ np.uint32(salt)) * np.uint32(0x9E3779B1)
    x = (x ^ (x >> 15)) * np.uint32(0x85EBCA77)
    x ^= x >> 13
    return (x / 2.0**32 - 0.5).astype(np.float32)


WEIGHTS = drawn(0)
GRADIENTS = drawn(1 << 31)


class Tensor:
    """A tensor's shape, and parts of its weights and gradients."""

    def __init__(self, text, first):
        self.shape = [int(length) for length in text.split("x")]
        self.size = int(np.prod(self.shape))
        self.first = first

    def parts(self, numbers):
        at = 0
        while at < self.size:
            part = numbers[(self.first + at) % PERIOD :][: self.size - at]
            yield at, part
            at += len(part)

    def weights(self):
        return self.parts(WEIGHTS)

    def gradients(self):
        return self.parts(GRADIENTS)


def tensors_of(shapes):
    first = 0
    for text in shapes:
        tensor = Tensor(text, first)
        first += tensor.size
        yield tensor


def moved_by(weights):
    head = np.asarray(weights[:CHECKED], dtype=np.float64)
    return np.abs(head - WEIGHTS[: head.size]).mean()


def serve(begin):
    """`begin` takes a rule's name and tensors; gives back functions that make a number of updates and return the first tensor's
    weights, or a text that says why it cannot."""
    run = first = None
    for line in sys.stdin:
        word, *rest = line.split()
        if word == "case":
            run = first = None  # What they hold is freed before the next is made.
            begun = begin(rest[0], list(tensors_of(rest[1:])))
            if isinstance(begun, str):
                print(f"cannot {begun}", flush=True)
                continue
            run, first = begun
            del begun
            run(FIRST_STEPS)
            print(f"moved {moved_by(first())}", flush=True)
        elif word == "drop":
            run = first = None
            print("dropped", flush=True)
        else:
            untimed, timed = map(int, rest)
            run(untimed)
            start = time.perf_counter_ns()
            run(timed)
            print(time.perf_counter_ns() - start, flush=True)
