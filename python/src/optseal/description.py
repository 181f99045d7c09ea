"""What a module says of itself, as JSON in its custom section. docs/abi.md has the meaning of every field."""

from __future__ import annotations

from typing import Dict, Iterator, List, Sequence, Tuple, TypedDict, Union, cast


class Match(TypedDict, total=False):
    """Which parameters a group is for: any of these."""

    name: List[str]
    index: List[int]
    prefix: List[str]
    suffix: List[str]


class Place(TypedDict):
    """A tensor in memory, and the cell of the frame that has its address."""

    name: str
    role: str
    shape: str
    at: int


class SharedPlace(Place, total=False):
    """Scratch places with one number may have one memory."""

    share: int


class Sums(TypedDict):
    """One binary64 for each block of 1024 elements of a shape, and the cell that has the array's address."""

    shape: str
    at: int


class Step(TypedDict, total=False):
    """One step of an update: ``scalars``, ``pass`` or ``total``."""

    does: str
    function: str
    over: str
    shape: str
    grain: int
    #: Places, by their numbers.
    reads: List[int]
    writes: List[int]
    line: int


class _SlotStart(TypedDict, total=False):
    init: int


class Slot(_SlotStart):
    """A slot; without ``init`` it starts as a copy of the weights."""

    name: str
    shape: str


class _BodyStart(TypedDict, total=False):
    start: str
    elementwise: bool
    reciprocals: int


class Body(_BodyStart):
    """What a rule comes to for a shape."""

    frame: int
    numbers: Dict[str, int]
    slots: List[Slot]
    places: List[SharedPlace]
    sums: List[Sums]
    steps: List[Step]


class Question(TypedDict):
    """A cell with a condition, and two ways on."""

    ask: int
    yes: Choice
    no: Choice


Choice = Union[int, Question]


class Need(TypedDict):
    """A condition on a parameter's shape, as text, and the cell that tells whether it is met."""

    text: str
    at: int


class _BindingStart(TypedDict, total=False):
    match: Match
    settle: str


class Binding(_BindingStart):
    """The hyperparameters of a group, and what is asked of each of its parameters."""

    hyper: Dict[str, object]
    frame: int
    needs: List[Need]
    body: Choice


class _ScheduleStart(TypedDict, total=False):
    start: str


class Schedule(_ScheduleStart):
    """The functions and cells of the schedule."""

    hyper: Dict[str, object]
    every: int
    cost: int
    step: str
    slots: List[str]
    numbers: Dict[str, int]
    frame: int


class Resume(TypedDict, total=False):
    """Where counting starts when no state is given."""

    begin: int
    counts: Dict[str, int]
    updates: int
    schedule: Dict[str, object]


class Bound(TypedDict, total=False):
    """Inclusive bounds of a number."""

    min: float
    max: float


class _Given(TypedDict, total=False):
    resume: Resume
    bounds: Dict[str, Bound]
    scheduled: str
    cycled: str
    schedule: Schedule
    gradient: Dict[str, object]


class Description(_Given):
    """The whole section."""

    abi: int
    digests: Dict[str, str]
    free: int
    integers: Dict[str, int]
    common: Dict[str, int]
    total: int
    bindings: List[Binding]
    bodies: List[Body]


def number_of(value: object) -> float:
    """A number as JSON has it: infinities, NaN and minus zero are texts."""
    return float(cast(float, value))


def numbers_of(values: Dict[str, object], names: Sequence[str]) -> Iterator[Tuple[str, float]]:
    """Those of the values that are numbers and asked for."""
    for name in names:
        value = values.get(name)
        if value is not None and not isinstance(value, list):
            yield name, number_of(value)


def base_rates(description: Description) -> List[Tuple[float, str]]:
    """Different base rates, each with what its schedule's scalars are called by in a state behind their own names.

    The parameters that no group is for come first: their scalars have plain names. Empty without a schedule.
    """
    bases = bases_in(description)
    distinct = list(dict.fromkeys([*bases[-1:], *bases]))
    return [(base, f"@{bases.index(base)}" if i > 0 else "") for i, base in enumerate(distinct)]


def bases_in(description: Description) -> List[float]:
    """The base rate of each group; none without a schedule."""
    name = description.get("scheduled")
    if name is None or "schedule" not in description:
        return []
    return [number_of(binding["hyper"][name]) for binding in description["bindings"]]
