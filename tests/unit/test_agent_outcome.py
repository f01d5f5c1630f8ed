"""What becomes of a job that cannot be finished: ever longer waits, a dead letter at last; parked jobs never die."""

from __future__ import annotations

import random

import pytest

from plexsync.agent.outcome import FIRST_DELAY, LONGEST_DELAY, PARKED_DELAY, RetryRule, parked
from plexsync.errors import ItemRejected
from plexsync.model import Link, Reason, Verdict
from plexsync.store.jobs import PARKED, Job, Setback, State

REFUSED = ItemRejected(rating_key="10", status="400", detail="no")


def job(attempts: int = 0, **detail: str) -> Job:
    return Job(1, State.QUEUED, "all", 1, 1, attempts, "", detail, "feed", 0, 0.0, 0.0)


def test_waits_grow_by_three_with_a_tenth_of_chance_up_to_an_hour() -> None:
    rule = RetryRule(100, random.Random(1))
    for attempts in range(10):
        setback = rule.after(job(attempts), REFUSED, 1000.0, "all")
        right = min(LONGEST_DELAY, FIRST_DELAY * 3**attempts)
        assert setback.state is State.WAITING
        assert 0.9 * right <= setback.due_at - 1000.0 <= 1.1 * right


@pytest.mark.parametrize("allowed", [1, 3])
def test_the_last_allowed_attempt_makes_a_dead_letter(allowed: int) -> None:
    rule = RetryRule(allowed, random.Random(1))
    states = [rule.after(job(attempts), REFUSED, 0.0, "all").state for attempts in range(allowed)]
    assert states == [State.WAITING] * (allowed - 1) + [State.DEAD]


def test_a_setback_says_why_and_what_is_left_to_do() -> None:
    setback = RetryRule(1, random.Random(1)).after(job(), REFUSED, 7.0, "image")
    assert setback == Setback(
        State.DEAD, "item_rejected", {"rating_key": "10", "status": "400", "detail": "no", "code": "item_rejected"},
        7.0, "image",
    )  # fmt: skip


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.LINKED])
def test_a_scene_without_a_certain_item_waits_and_is_looked_at_again(verdict: Verdict) -> None:
    link = Link(1, verdict, (), (Reason("file_found", {"path": "/a"}), Reason("item_shared", {"scenes": "2"})))
    setback = parked(link, 50.0)
    assert (setback.state, setback.cause, setback.want) == (State.WAITING, verdict.value, "all")
    assert setback.cause in PARKED
    assert setback.due_at == 50.0 + PARKED_DELAY
    assert setback.detail == {"code": "file_found", "path": "/a", "scenes": "2"}
