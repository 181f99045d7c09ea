"""Where an optimizer's schedule stands after an amendment, and what an amendment cannot change."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, Iterable, List, Tuple

from .description import Body, Description, Schedule, base_rates
from .errors import RunError
from .schedule import RESULTS
from .state import State

#: Operations that running schedules to where they go on may take.
MOST_OPERATIONS = 10**8
#: What a step is charged at the least.
_LEAST_OF_A_STEP = 10

_ANEW = "sign a spec with a higher sequence: it starts a new state"


def refuse_beyond(before: Description, after: Description) -> None:
    """Raises RunError for another rule, other groups, or other gradient steps."""
    for what, one, other in (
        ("the rule", before["digests"]["rule"], after["digests"]["rule"]),
        ("which parameters the groups are for", _matches(before), _matches(after)),
        ("the gradient", before.get("gradient", {}), after.get("gradient", {})),
    ):
        if one != other:
            raise RunError("amendment", f"an amendment cannot change {what}", hint=_ANEW)


def _matches(description: Description) -> List[object]:
    return [binding.get("match") for binding in description["bindings"]]


def refuse_other_slots(key: str, before: Body, after: Body) -> None:
    """Raises RunError where the rule would keep other state for a parameter."""
    one, other = ({(slot["name"], slot["shape"]) for slot in body["slots"]} for body in (before, after))
    if one != other:
        raise RunError("amendment", "the rule would keep other state with this change", f"parameters.{key}", _ANEW)


def amended_state(before: Description, after: Description, state: State) -> State:
    """The same counts and slots; of the schedule, the scalars of the base rates that it goes on with.

    The other rates' schedules are run from their beginning when they start, so that each stands where it would stand if it
    had always been this one. Raises RunError where that would take too long.
    """
    if "schedule" not in after:
        return replace(state, schedule={})
    schedule = after["schedule"]
    known = dict(base_rates(before)) if _is_same(before, after) else {}
    kept = [(known[base], suffix) for base, suffix in base_rates(after) if base in known]
    _refuse_long(schedule, state.updates, len(base_rates(after)) - len(kept))
    names = (*RESULTS, *schedule["slots"])
    return replace(state, schedule=_renamed(state.schedule, names, kept))


def _renamed(values: Dict[str, float], names: Iterable[str], kept: List[Tuple[str, str]]) -> Dict[str, float]:
    pairs = [(name + old, name + new) for name in names for old, new in kept]
    return {new: values[old] for old, new in pairs if old in values}


def _is_same(before: Description, after: Description) -> bool:
    if before["digests"].get("schedule") != after["digests"].get("schedule"):
        return False
    one, other = before["schedule"], after["schedule"]
    return (one["hyper"], one["every"]) == (other["hyper"], other["every"])


def _refuse_long(schedule: Schedule, updates: int, runs: int) -> None:
    steps = -(-updates // schedule["every"]) if schedule["slots"] else 0
    if runs * steps * max(schedule["cost"], _LEAST_OF_A_STEP) > MOST_OPERATIONS:
        message = f"the schedule would be run {steps} steps to where it goes on"
        hint = "a longer `every`, or a schedule without state, is there at once"
        raise RunError("amendment", message, "schedule", hint)
