"""The end of a job that cannot be finished: ever longer waits, a dead letter at last; parked jobs never die."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plexsync.domain.errors import ItemRejected
from plexsync.domain.model import Link, Reason, Verdict
from plexsync.store.jobs import PARKED, Job, Setback, State, Work
from plexsync.sync.retry_policy import FIRST_DELAY, LONGEST_DELAY, LONGEST_FACT, PARKED_DELAY, RetryRule, parked

REFUSED = ItemRejected(rating_key="10", status="400", detail="no")


def job(attempts: int = 0, **detail: str) -> Job:
    return Job(1, State.QUEUED, Work.ALL, 1, 1, attempts, "", detail, "feed", 0, 0.0, 0.0)


def test_waits_grow_by_three_with_a_tenth_of_chance_up_to_an_hour() -> None:
    rule = RetryRule(100, random.Random(1))
    for attempts in range(10):
        setback = rule.after(job(attempts), REFUSED, 1000.0, Work.ALL)
        right = min(LONGEST_DELAY, FIRST_DELAY * 3**attempts)
        assert setback.state is State.WAITING
        assert 0.9 * right <= setback.due_at - 1000.0 <= 1.1 * right


@pytest.mark.parametrize("allowed", [1, 3])
def test_the_last_allowed_attempt_makes_a_dead_letter(allowed: int) -> None:
    rule = RetryRule(allowed, random.Random(1))
    states = [rule.after(job(attempts), REFUSED, 0.0, Work.ALL).state for attempts in range(allowed)]
    assert states == [State.WAITING] * (allowed - 1) + [State.DEAD]


def test_a_setback_says_why_and_what_is_left_to_do() -> None:
    setback = RetryRule(1, random.Random(1)).after(job(), REFUSED, 7.0, Work.IMAGE)
    assert setback == Setback(
        State.DEAD, "item_rejected", {"rating_key": "10", "status": "400", "detail": "no", "code": "item_rejected"},
        7.0, Work.IMAGE,
    )  # fmt: skip


@pytest.mark.parametrize("verdict", sorted(set(Verdict) - {Verdict.LINKED, Verdict.IGNORED}))
def test_a_scene_without_a_certain_item_waits_and_is_looked_at_again(verdict: Verdict) -> None:
    link = Link(1, verdict, (), (Reason("file_found", {"path": "/a"}), Reason("item_shared", {"scenes": "2"})))
    setback = parked(link, 50.0)
    assert (setback.state, setback.cause, setback.work) == (State.WAITING, verdict.value, Work.ALL)
    assert setback.cause in PARKED
    assert setback.due_at == 50.0 + PARKED_DELAY
    assert setback.detail == {"code": "file_found", "path": "/a", "scenes": "2"}


@given(allowed=st.integers(1, 100), seed=st.integers(), start=st.floats(0, 4e9))
def test_waits_are_bounded_jittered_and_never_shorter_by_rule(allowed: int, seed: int, start: float) -> None:
    rule = RetryRule(allowed, random.Random(seed))
    setbacks = [rule.after(job(attempts), REFUSED, start, Work.ALL) for attempts in range(allowed)]
    assert [setback.state for setback in setbacks] == [State.WAITING] * (allowed - 1) + [State.DEAD]
    waits = [setback.due_at - start for setback in setbacks[:-1]]
    rights = [min(LONGEST_DELAY, FIRST_DELAY * 3**attempts) for attempts in range(allowed - 1)]
    assert rights == sorted(rights)
    for wait, right in zip(waits, rights, strict=True):
        assert 0.9 * right - 1e-3 <= wait <= 1.1 * right + 1e-3
    growing = [wait for wait, right in zip(waits, rights, strict=True) if right < LONGEST_DELAY]
    assert all(after > before for before, after in pairwise(growing))


def test_jitter_parts_those_that_failed_at_once() -> None:
    rule = RetryRule(8, random.Random(3))
    for attempts in range(7):
        due = {rule.after(job(attempts), REFUSED, 0.0, Work.ALL).due_at for _ in range(1000)}
        assert len(due) > 900
        assert max(due) - min(due) > 0.15 * min(due)


def test_an_answer_is_kept_clean_and_short() -> None:
    rule = RetryRule(1, random.Random(1), lambda text: text.replace("secret", "***"))
    error = ItemRejected(rating_key="10", status="400", detail="no secret " + "x" * 10_000)
    kept = rule.after(job(), error, 0.0, Work.ALL).detail
    assert kept["detail"].startswith("no *** xxx")
    assert len(kept["detail"]) == LONGEST_FACT
