"""The probe's budget: what puts something back has requests of its own, and there is an end to them too."""

from __future__ import annotations

import pytest

from plexsync.usecases.probe.pace import MOST_REQUESTS, Pace, ProbeClock, Spent


def pace(sent: int) -> Pace:
    return Pace(ProbeClock(lambda: 0.0, lambda _: None), sent)


def test_what_puts_something_back_is_counted_to_the_last_request() -> None:
    budget = pace(MOST_REQUESTS - 1)
    budget.take(restoring=True)
    with pytest.raises(Spent, match="at most 120 requests"):
        budget.take(restoring=True)


def test_a_trial_that_leaves_no_room_to_undo_it_does_not_begin() -> None:
    budget = pace(80)
    with pytest.raises(Spent):
        budget.reserve(40)
    budget.reserve(39)
    budget.take()
    with pytest.raises(Spent):
        budget.take()
    budget.take(restoring=True)
