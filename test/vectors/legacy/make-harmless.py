"""Writes pickles of harmless objects, for the test that none of them is refused. Run by CPython 3.8 upwards with numpy, with
the name of a file to write. Nothing is ever unpickled here."""
import argparse
import collections
import datetime
import decimal
import fractions
import json
import pickle
import sys
import types

import numpy as np


def optimizer():
    """An object with the module, name and fields of MXNet 1.9's SGD, without MXNet."""
    module = types.ModuleType("mxnet.optimizer.optimizer")
    module.SGD = type("SGD", (object,), {"__module__": module.__name__})
    scheduling = types.ModuleType("mxnet.lr_scheduler")
    scheduling.FactorScheduler = type("FactorScheduler", (object,), {"__module__": scheduling.__name__})
    for name, made in [("mxnet", types.ModuleType("mxnet")), (module.__name__, module), (scheduling.__name__, scheduling)]:
        sys.modules[name] = made
    scheduler = scheduling.FactorScheduler()
    scheduler.__dict__.update(base_lr=0.1, step=1000, factor=0.5, stop_factor_lr=1e-8, count=0)
    sgd = module.SGD()
    counts = {0: 3, 1: 3}
    sgd.__dict__.update(
        rescale_grad=1.0 / 128, lr_scheduler=scheduler, lr=0.1, wd=0.0001, lr_mult={}, wd_mult={"fc_bias": 0.0},
        begin_num_update=0, num_update=3, _all_index_update_counts={0: counts}, _index_update_count=counts,
        clip_gradient=None, multi_precision=False, aggregate_num=4, idx2name={0: "fc_weight", 1: "fc_bias"},
        sym_info=(), allow_np_array=False, momentum=0.9, lazy_update=True)
    return sgd


def values():
    shared = {"lr": np.float64(0.1)}
    yield "mxnet sgd", optimizer()
    yield "namespace", argparse.Namespace(lr=0.1, layers=[1, 2], name="run", none=None)
    yield "simple namespace", types.SimpleNamespace(a=1)
    yield "ordered dict", collections.OrderedDict([("a", 1), ("b", [2])])
    yield "default dict of lists", collections.defaultdict(list, {"a": [1]})
    yield "default dict of ints", collections.defaultdict(int, {"a": 1})
    yield "counter", collections.Counter("abca")
    yield "deque", collections.deque([1, 2, 3], 5)
    yield "set", {1, "two"}
    yield "frozen set", frozenset([1])
    yield "big ints", [2 ** 200, -(2 ** 63) - 1]
    yield "bytes", [b"", b"\x00\xff" * 30]
    yield "bytearray", [bytearray(), bytearray(b"\xff\x00")]
    yield "complex", 1 + 2j
    yield "range and slice", [range(2, 10, 3), slice(1, None)]
    yield "date and times", [datetime.date(2024, 2, 29), datetime.time(1, 2, 3, 4),
                             datetime.datetime(2024, 2, 29, 1, 2, 3, 4, datetime.timezone.utc), datetime.timedelta(1, 2, 3),
                             datetime.datetime(1999, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=2), "CEST"))]
    yield "decimal and fraction", [decimal.Decimal("-1.50E+3"), decimal.Decimal("NaN"), fractions.Fraction(1, 3)]
    yield "shared values", [shared] * 200
    yield "types", {"dtype": np.float32, "type": float}
    for dtype in ("b1", "i1", "i8", "u4", "f2", "f4", ">f8", "c16", "S5", "U3"):
        yield "array of " + dtype, np.zeros((2, 3), dtype)
    yield "array of no elements", np.zeros((0, 4))
    yield "array of no dimensions", np.array(1.5)
    yield "array in Fortran order", np.asfortranarray(np.arange(6.0).reshape(2, 3))
    yield "array that is a view", np.arange(12.0).reshape(3, 4)[::2, ::3]
    yield "scalars", [np.float32(0.1), np.float64(0.1), np.int64(-3), np.bool_(True), np.str_("name")]
    yield "random state", np.random.RandomState(1)
    yield "random generator", np.random.default_rng(1)
    yield "random state tuple", np.random.RandomState(1).get_state()


def main(path):
    rows = []
    for name, value in values():
        protocols = (0, 2, 4, 5) if "random" not in name else (4,)
        for protocol in protocols:
            rows.append({"name": name, "protocol": protocol, "hex": pickle.dumps(value, protocol).hex()})
    with open(path, "w") as out:
        out.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


main(sys.argv[1])
