"""What a server is told: by its command line, and by MXNet's own variables."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import List, Mapping, NamedTuple, NoReturn, Optional

from ..errors import Refused

#: Without these MXNet's own code ends the process, and says little.
_NEEDED = ("DMLC_PS_ROOT_URI", "DMLC_PS_ROOT_PORT", "DMLC_NUM_SERVER", "DMLC_NUM_WORKER")

#: Elements from which MXNet splits arrays over servers.
BIG_ARRAY = "MXNET_KVSTORE_BIGARRAY_BOUND"
BIG_ARRAY_BOUND = 1_000_000


class Options(NamedTuple):
    """What a server is told."""

    job: str
    audience: str
    trust: Optional[str]
    store: Optional[str]
    socket: Optional[str]
    allow_shards: bool
    profiler: Optional[str]
    checkpoints: Optional[str]
    key: Optional[str]
    servers: int
    bound: int


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Refused("usage", "usage", message, hint="python -m optseal.mxnet.server --help")


def options_in(words: List[str], environment: Mapping[str, str]) -> Options:
    """Raises Refused (stage ``usage``)."""
    parser = _Parser(prog="optseal.mxnet.server", description=__doc__, allow_abbrev=False)
    parser.add_argument("--job", required=True, help="the job that this server works for")
    parser.add_argument("--audience", required=True, help="this server's own name")
    parser.add_argument("--trust", help="the trust document")
    parser.add_argument("--store", help="what remembers accepted sequences: a folder or redis://HOST:PORT/DB")
    parser.add_argument("--socket", help="ask the `optseal serve` there, in place of --trust and --store")
    parser.add_argument(
        "--allow-shards", action="store_true", help="let rules that sum over a parameter sum over parts of one"
    )
    parser.add_argument("--profiler", metavar="FOLDER", help="let workers have MXNet's profiler write files there")
    parser.add_argument("--checkpoints", metavar="FOLDER", help="save there when a signed order says so, and resume from it")
    parser.add_argument("--key", help="the server's secret key, which signs what it saves")
    given = parser.parse_args(words)
    if (given.socket is None) == (given.trust is None or given.store is None):
        raise parser_error("--trust and --store are required, or --socket in their place")
    if (given.checkpoints is None) != (given.key is None):
        raise parser_error("--checkpoints and --key go together")
    if given.checkpoints is not None and given.socket is not None:
        raise parser_error("--checkpoints needs --trust and --store: the service at --socket verifies none")
    _refuse_missing(environment)
    servers = _count(environment, "DMLC_NUM_SERVER", 1)
    return Options(**vars(given), servers=servers, bound=bound_in(environment))


def _refuse_missing(environment: Mapping[str, str]) -> None:
    missing = [name for name in _NEEDED if not environment.get(name)]
    if missing:
        hint = "MXNet's launcher sets it, for servers as for workers"
        raise Refused("usage", "usage", f"{missing[0]} is not set", hint=hint)


def bound_in(environment: Mapping[str, str]) -> int:
    """The elements from which MXNet splits arrays. Raises Refused (stage ``usage``)."""
    return _count(environment, BIG_ARRAY, BIG_ARRAY_BOUND)


def _count(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, str(default))
    if not text.isdigit() or int(text) < 1:
        raise Refused("usage", "usage", f"{name} is {text!r}, and a number from 1 is wanted")
    return int(text)


def parser_error(message: str) -> Refused:
    """A refusal of the command line."""
    return Refused("usage", "usage", message, hint="python -m optseal.mxnet.server --help")
