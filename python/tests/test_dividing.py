"""Which way of dividing a parameter's updates settle on."""

import pytest

from optseal import dividing


@pytest.mark.parametrize("reciprocals, settled", [(8.0, 1), (9.9, 0), (12.0, 0)])
def test_both_ways_are_tried_in_turn_and_the_faster_one_kept(monkeypatch, reciprocals, settled):
    told, clock = [], [0.0]
    monkeypatch.setattr(dividing, "perf_counter", lambda: clock[0])
    choice = dividing.Dividing(told.append)
    for _ in range(30):
        choice.begin()
        clock[0] += reciprocals if told[-1] else 10.0
        choice.end()
    assert told == [0, 1] * 9 + [settled]


def test_where_there_is_no_choice_nothing_is_timed(monkeypatch):
    monkeypatch.setattr(dividing, "perf_counter", lambda: pytest.fail("it asked for the time"))
    choice = dividing.Dividing(None)
    choice.begin()
    choice.end()
