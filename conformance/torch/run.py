"""Conformance, PyTorch: runs a drawn set-up in the real torch.optim.

In: what draw.py drew. Out: the weights after each step. ATEN_CPU_CAPABILITY must be set before this module is imported.
"""

import torch

torch.set_num_threads(1)

CLASSES = {
    "sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "adamax": torch.optim.Adamax,
    "nadam": torch.optim.NAdam, "radam": torch.optim.RAdam, "adagrad": torch.optim.Adagrad,
    "adadelta": torch.optim.Adadelta, "rmsprop": torch.optim.RMSprop, "rprop": torch.optim.Rprop,
    "asgd": torch.optim.ASGD, "sparseadam": torch.optim.SparseAdam, "adafactor": torch.optim.Adafactor,
    "muon": torch.optim.Muon,
}
# Optimizers with each of the implementations that a user may ask for.
WITH_FOREACH = set(CLASSES) - {"sparseadam", "muon"}
WITH_FUSED = {"sgd", "adam", "adamw", "adagrad"}

# A tuple argument, the numbers that optseal's rules make of it, and the tuple's default.
TUPLES = {
    "betas": ("beta1", "beta2", (0.9, 0.999)),
    "etas": ("eta_minus", "eta_plus", (0.5, 1.2)),
    "step_sizes": ("step_size_min", "step_size_max", (1e-6, 50)),
    "eps": ("eps1", "eps2", (None, 1e-3)),
}


def own_names(hyper, outer):
    """The same arguments under PyTorch's own names; `outer` has the parts of tuples that `hyper` leaves out."""
    args = dict(hyper)
    for name, (first, second, default) in TUPLES.items():
        if first in args or second in args:
            inherited = [outer.get(part, value) for part, value in zip((first, second), default)]
            args[name] = (args.pop(first, inherited[0]), args.pop(second, inherited[1]))
    if "ns_coefficients" in args:
        args["ns_coefficients"] = tuple(args["ns_coefficients"])
    return args


def implementation(rule, kind):
    """Arguments that choose an implementation: the loop over single tensors, `foreach` or `fused`."""
    if kind == "foreach":
        return {"foreach": True} if rule in WITH_FOREACH else None
    if kind == "fused":
        return {"fused": True} if rule in WITH_FUSED else None
    loop = {"foreach": False} if rule in WITH_FOREACH else {}
    return {**loop, "fused": False} if rule in WITH_FUSED else loop


def make(setup, params, kind):
    """The real optimizer of a set-up. Raises what the real constructors raise."""
    hyper, group = setup["hyper"], setup["group"]
    groups = [{"params": list(params.values())}]
    if group is not None:
        groups = [{"params": [params["a"]]}, {"params": [params["b"]], **own_names(group, hyper)}]
    args = implementation(setup["rule"], kind)
    return CLASSES[setup["rule"]](groups, **own_names(hyper, {}), **args)


def gradient(rule, array):
    """A gradient as the optimizer takes it: for SparseAdam a sparse one with every row there, zeros too."""
    dense = torch.from_numpy(array.copy())
    if rule != "sparseadam":
        return dense
    rows = torch.arange(dense.shape[0]).reshape(1, -1)
    return torch.sparse_coo_tensor(rows, dense, dense.shape, is_coalesced=True, check_invariants=True)


def averages(optimizer, params):
    """What ASGD keeps beside the weights and never uses: their averages, of the parameters that have been updated."""
    return {key: optimizer.state[param]["ax"].numpy().copy() for key, param in params.items() if param in optimizer.state}


def steps(setup, params, kind):
    """Makes the optimizer, takes all steps; gives the weights after each, and the optimizer. Raises what PyTorch raises."""
    optimizer = make(setup, params, kind)
    scheduler = None
    if setup["schedule"] is not None:
        name, args = setup["schedule"]
        scheduler = getattr(torch.optim.lr_scheduler, name)(optimizer, **args)
    each = []
    for gradients in setup["steps"]:
        for key, param in params.items():
            param.grad = gradient(setup["rule"], gradients[key]) if key in gradients else None
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        each.append({key: param.detach().numpy().copy() for key, param in params.items()})
    return each, optimizer


def run(setup, kind="loop"):
    """The weights after each step, by key, and ASGD's averages; None where PyTorch refuses or a number stops being finite.

    A TypeError is the fused SGD's: it cannot take a parameter whose first gradient comes after another's.
    """
    params = {key: torch.nn.Parameter(torch.from_numpy(start.copy())) for key, start in setup["weights"].items()}
    try:
        each, optimizer = steps(setup, params, kind)
    except (ValueError, TypeError):
        return None
    if not all(torch.isfinite(param).all() for param in params.values()):
        return None
    return each, averages(optimizer, params) if setup["rule"] == "asgd" else None
