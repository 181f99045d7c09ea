"""Conformance, MXNet: imports the library, whichever release is installed.

Out: mx, np, and RELEASE, such as "1.3". Releases before 1.9 use names that NumPy has removed since; they are put back first.
"""

import os
import warnings

os.environ.pop("MXNET_OPTIMIZER_AGGREGATION_SIZE", None)
os.environ["OMP_NUM_THREADS"] = "1"
warnings.simplefilter("ignore")

import numpy as np

for name, kind in (("bool", bool), ("int", int), ("float", float), ("object", object)):
    if name not in np.__dict__:
        setattr(np, name, kind)

import mxnet as mx

RELEASE = ".".join(mx.__version__.split(".")[:2])
