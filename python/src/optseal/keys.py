"""Keys of parameters: which texts they stand for, and which parameters a group is for."""

from __future__ import annotations

import hashlib
import re
from numbers import Integral
from typing import Iterable, Iterator, Mapping, Tuple, TypeVar, Union

from .description import Match
from .errors import RunError

#: A text, or a non-negative integer, which its decimal text stands for too.
Key = Union[str, int]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_INTEGER_KEY = re.compile(r"0|[1-9][0-9]*")
#: The largest integer that hosts in other languages can tell from its neighbours.
_MOST = 2**53 - 1


def key_text(key: object) -> str:
    """A key as the text that stands for it. Raises RunError for what is no key."""
    if isinstance(key, str) and _is_text(key):
        return str(key)
    if isinstance(key, Integral) and not isinstance(key, bool) and 0 <= int(key) <= _MOST:
        return str(int(key))
    raise RunError("parameter", f"{key!r} is no key: a text or a non-negative integer is one", "parameters")


def _is_text(key: str) -> bool:
    try:
        return key.encode() != b""
    except UnicodeEncodeError:
        return False


def entries_of(entries: Mapping[Key, T]) -> Iterable[Tuple[str, T]]:
    """The entries by the texts of their keys. Raises RunError for two keys that stand for the same parameter."""
    seen = set()
    for key, value in entries.items():
        text = key_text(key)
        if text in seen:
            raise RunError("parameter", f"`{text}` is there twice", text)
        seen.add(text)
        yield text, value


def key_words(key: str) -> Tuple[int, int]:
    """What noise is keyed with: the first two big-endian words of the SHA-256 of the key."""
    digest = hashlib.sha256(key.encode()).digest()
    return int.from_bytes(digest[:4], "big"), int.from_bytes(digest[4:8], "big")


def matches(match: Match, key: str) -> bool:
    """Whether a group's match names this parameter. Prefixes and suffixes are for text keys alone."""
    if key in match.get("name", ()):
        return True
    if _INTEGER_KEY.fullmatch(key):
        return int(key) in match.get("index", ())
    return key.startswith(tuple(match.get("prefix", ()))) or key.endswith(tuple(match.get("suffix", ())))


class Keyed(Mapping[Key, T_co]):
    """A mapping that is read by keys of either kind."""

    def __init__(self, values: Mapping[str, T_co]) -> None:
        self._values = values

    def __getitem__(self, key: Key) -> T_co:
        return self._values[key_text(key)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(dict(self._values))
