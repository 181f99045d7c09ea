"""Torch's own optimizers, by the built-in rules that stand for them."""

from __future__ import annotations

from typing import Any, Dict, Mapping, NamedTuple, Tuple

from .errors import TorchError

#: The release whose arithmetic the rules have.
RELEASE = "2.13"


class Kernel(NamedTuple):
    """A class of ``torch.optim``, and how the rule's hyperparameters become its arguments."""

    name: str
    #: Arguments that are tuples, and the hyperparameters that they consist of.
    tuples: Mapping[str, Tuple[str, ...]] = {}
    #: Which implementations it can be asked for.
    options: Tuple[str, ...] = ("foreach",)
    #: Hyperparameters that are no arguments, as they have one value only.
    fixed: Tuple[str, ...] = ()
    #: Arguments that the whole optimizer has, not a group.
    whole: Tuple[str, ...] = ()


_BETAS = {"betas": ("beta1", "beta2")}
_BOTH = ("foreach", "fused")

KERNELS: Mapping[str, Kernel] = {
    "sgd": Kernel("SGD", options=_BOTH),
    "adam": Kernel("Adam", _BETAS, _BOTH),
    "adamw": Kernel("AdamW", _BETAS, _BOTH),
    "adamax": Kernel("Adamax", _BETAS),
    "nadam": Kernel("NAdam", _BETAS),
    "radam": Kernel("RAdam", _BETAS),
    "adagrad": Kernel("Adagrad", options=_BOTH, whole=("initial_accumulator_value",)),
    "adadelta": Kernel("Adadelta"),
    "rmsprop": Kernel("RMSprop"),
    "rprop": Kernel("Rprop", {"etas": ("eta_minus", "eta_plus"), "step_sizes": ("step_size_min", "step_size_max")}),
    "asgd": Kernel("ASGD"),
    "sparseadam": Kernel("SparseAdam", _BETAS, (), fixed=("lazy_update",)),
    "adafactor": Kernel("Adafactor", {"eps": ("eps1", "eps2")}),
    "muon": Kernel("Muon", options=()),
}


def kernel_of(rule: Mapping[str, Any], installed: str) -> Kernel:
    """The kernel of a spec's rule. Raises TorchError where this torch has none that is certainly the same."""
    prefix = f"torch-{RELEASE}/"
    name = str(rule.get("name"))
    hint = "engine='wasm' runs every rule"
    if "digest" not in rule or not name.startswith(prefix) or name[len(prefix) :] not in KERNELS:
        what = "a rule of its own" if "digest" not in rule else f"`{name}`"
        raise TorchError("no-kernel", f"the spec has {what}, which torch has no kernel of", "rule", hint)
    if not installed.startswith(f"{RELEASE}."):
        message = f"`{name}` is the arithmetic of torch {RELEASE}, and this is {installed}"
        raise TorchError("no-kernel", message, "rule", hint)
    return KERNELS[name[len(prefix) :]]


def arguments(kernel: Kernel, hyper: Mapping[str, Any]) -> Dict[str, Any]:
    """Hyperparameters under the names of torch's arguments."""
    parts = {part for several in kernel.tuples.values() for part in several}
    plain = {name: value for name, value in hyper.items() if name not in parts and name not in kernel.fixed}
    lists = {name: tuple(value) for name, value in plain.items() if isinstance(value, list)}
    joined = {name: tuple(hyper[part] for part in several) for name, several in kernel.tuples.items()}
    return {**plain, **lists, **joined}
