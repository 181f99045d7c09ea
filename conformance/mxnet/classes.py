"""Conformance, MXNet: which optimizers and schedulers each release has. In: a release such as "1.3". Out: golden files and variants."""

RELEASES = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9", "2.0"]

# (golden file, first release, last release) of what not all releases have; 1.0 to 1.1 have an SGLD that raises at each update.
SPANS = {
    "ccsgd": ("1.0", "1.9"),
    "signum": ("1.1", "2.0"),
    "ftml": ("1.1", "2.0"),
    "sgld": ("1.2", "2.0"),
    "lbsgd": ("1.3", "1.9"),
    "groupadagrad": ("1.4", "2.0"),
    "_svrgoptimizer": ("1.4", "1.9"),
    "_assignmentoptimizer": ("1.4", "1.9"),
    "lars": ("1.6", "2.0"),
    "lamb": ("1.6", "2.0"),
    "lans": ("2.0", "2.0"),
    "adamw": ("2.0", "2.0"),
    "adabelief": ("2.0", "2.0"),
}
# The schedulers of a release, by the first that has them.
SCHEDULERS = {"FactorScheduler": "1.0", "MultiFactorScheduler": "1.0", "PolyScheduler": "1.2", "CosineScheduler": "1.4"}
FIRST_WARMUP = "1.4"

# The variants drawn for each golden file: (MXNet class, arguments that are fixed for the variant).
OPTIMIZERS = {
    "sgd": [("SGD", {})],
    "nag": [("NAG", {})],
    "adam": [("Adam", {})],
    "adagrad": [("AdaGrad", {})],
    "rmsprop": [("RMSProp", {"centered": False}), ("RMSProp", {"centered": True})],
    "signum": [("Signum", {})],
    "ftml": [("FTML", {})],
    "adadelta": [("AdaDelta", {})],
    "ftrl": [("Ftrl", {})],
    "adamax": [("Adamax", {})],
    "dcasgd": [("DCASGD", {})],
    "test": [("Test", {})],
    "ccsgd": [("ccSGD", {})],
    "nadam": [("Nadam", {})],
    "sgld": [("SGLD", {})],
    "lbsgd": [("LBSGD", {})],
    "groupadagrad": [("GroupAdaGrad", {})],
    "_svrgoptimizer": [("_SVRGOptimizer", {"default_optimizer": "sgd"})],
    "_assignmentoptimizer": [("_AssignmentOptimizer", {})],
    "lars": [("LARS", {})],
    "lamb": [("LAMB", {})],
    "lans": [("LANS", {})],
    "adamw": [("AdamW", {})],
    "adabelief": [("AdaBelief", {})],
}

# 2.0: classes with a kernel and a formula in Python, between which use_fused_step chooses.
FUSED = {
    "SGD", "NAG", "Signum", "FTML", "LARS", "LAMB", "LANS", "Adam", "AdamW", "AdaBelief", "AdaGrad", "GroupAdaGrad", "RMSProp",
    "Ftrl",
}


def has(release, first, last="2.0"):
    return RELEASES.index(first) <= RELEASES.index(release) <= RELEASES.index(last)


def optimizers(release):
    """The variants of each golden file that this release has: {file: [(class, fixed arguments)]}."""
    return {family: OPTIMIZERS[family] for family in OPTIMIZERS if has(release, *SPANS.get(family, ("1.0", "2.0")))}


def schedulers(release):
    """None, and the class names of the schedulers."""
    return [None, *(name for name in SCHEDULERS if has(release, SCHEDULERS[name]))]
