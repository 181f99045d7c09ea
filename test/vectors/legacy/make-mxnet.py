"""Writes optimizers as each release of MXNet pickles them, for the test that the converter tells the releases apart. Run by
CPython 2.7 or 3 with a folder and a file to write. The folder holds the Python sources of releases as their wheels have them
(RELEASE/mxnet/optimizer.py or optimizer/, RELEASE/mxnet/lr_scheduler.py, and for SVRG RELEASE/mxnet/contrib/svrg_optimization/);
what they import of compiled modules is stood in for, since no constructor needs it. Nothing is ever unpickled here."""
import base64
import importlib
import json
import os
import pickle
import sys
import types

PY2 = sys.version_info[0] == 2
CLASSES = ("SGD ccSGD NAG Signum FTML LARS LBSGD LAMB LANS DCASGD SGLD Adam AdamW AdaBelief AdaGrad GroupAdaGrad AdaDelta "
           "RMSProp Ftrl Adamax Nadam Test").split()
NAMES = {0: "fc_weight", 1: "fc_bias", 2: "bn_gamma"}
PROTOCOLS = [0, 1, 2] if PY2 else [0, 2, 4]
COMPILED = "base ndarray ndarray.contrib ndarray.sparse random util profiler context device numpy numpy_extension".split()


class Anything(object):
    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        return Anything()


class StandIn(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return (lambda: False) if name == "is_np_array" else Anything


def stand_in(name, folder=None):
    module = StandIn(name)
    module.__path__ = [folder] if folder else []
    sys.modules[name] = module
    parent, _, last = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], last, module)
    return module


def load(folder):
    """The optimizers and schedulers of one release."""
    for name in [name for name in sys.modules if name.split(".")[0] == "mxnet"]:
        del sys.modules[name]
    package = stand_in("mxnet", folder)
    for name in COMPILED:
        stand_in("mxnet." + name)
    stand_in("numpy")
    schedulers = importlib.import_module("mxnet.lr_scheduler")
    optimizers = importlib.import_module("mxnet.optimizer")
    package.optimizer, package.lr_scheduler = optimizers, schedulers
    return optimizers, schedulers


def class_named(name, optimizers):
    if name == "GroupAdaGrad":
        try:
            return importlib.import_module("mxnet.optimizer.contrib").GroupAdaGrad
        except ImportError:
            return None
    found = getattr(optimizers, name, None)
    return found if isinstance(found, type) and found is not Anything else None


def scheduler(kind, schedulers):
    warm = {"warmup_steps": 3, "warmup_begin_lr": 0.01, "base_lr": 0.3} if hasattr(schedulers, "CosineScheduler") else {}
    if kind == "factor":
        return schedulers.FactorScheduler(2, 0.5, **warm)
    if kind == "multifactor":
        return schedulers.MultiFactorScheduler([2, 5], 0.3, **warm)
    if kind == "poly" and hasattr(schedulers, "PolyScheduler"):
        return schedulers.PolyScheduler(20, 0.2, 3)
    if kind == "cosine" and warm:
        return schedulers.CosineScheduler(20, 0.2, 0.01, warmup_steps=4, warmup_mode="constant")
    return None


def row(release, name, optimizer, protocol):
    return {
        "release": "mxnet-" + ".".join(release.split(".")[:2]), "python": "%d.%d" % sys.version_info[:2],
        "protocol": protocol, "class": name,
        "pickle": base64.b64encode(pickle.dumps(optimizer, protocol)).decode("ascii"),
    }


def rows(root, release):
    folder = os.path.join(root, release, "mxnet")
    optimizers, schedulers = load(folder)
    kinds = ["none", "factor", "multifactor", "poly", "cosine"]
    for i, name in enumerate(CLASSES):
        cls = class_named(name, optimizers)
        if cls is None:
            continue
        kind, protocol = kinds[i % len(kinds)], PROTOCOLS[i % len(PROTOCOLS)]
        try:
            made = cls(lr_scheduler=scheduler(kind, schedulers), param_idx2name=dict(NAMES), rescale_grad=1.0 / 32,
                       clip_gradient=2.0)
        except NameError:  # LBSGD of 1.2 cannot be made
            continue
        made.set_lr_mult({"fc_bias": 2.0})
        made.set_wd_mult({0: 0.5})
        yield row(release, name, made, protocol)
    if os.path.isdir(os.path.join(folder, "contrib", "svrg_optimization")):
        for name in ("contrib", "contrib.svrg_optimization"):
            stand_in("mxnet." + name, os.path.join(folder, *name.split(".")))
        svrg = importlib.import_module("mxnet.contrib.svrg_optimization.svrg_optimizer")
        names = {0: "fc_weight", 1: "fc_bias", 2: "fc_weight_full"}
        yield row(release, "_AssignmentOptimizer", svrg._AssignmentOptimizer(), PROTOCOLS[1])
        made = svrg._SVRGOptimizer(default_optimizer="sgd", learning_rate=0.05, momentum=0.9, wd=0.01,
                                   param_idx2name=names)
        yield row(release, "_SVRGOptimizer", made, PROTOCOLS[2])


def main(root, path):
    kept = []
    for release in sorted(os.listdir(root)):
        # MXNet gave Python 2 up after 1.6.
        if not PY2 or release < "1.7":
            kept.extend(rows(root, release))
    with open(path, "w") as file:
        file.write("[\n%s\n]\n" % ",\n".join(json.dumps(one, sort_keys=True) for one in kept))


main(*sys.argv[1:])
