"""A share of time: free while it is little, held exactly while it goes on, with a bound to every wait."""

from __future__ import annotations

import pytest

from plexsync.net.rate_budget import RateBudget
from plexsync.runtime.stash_load.load_budget import BUSY_SECONDS, FULL_SCANS, POLLS, READS, LoadBudget


def share_taken(cost: float, seconds: float = 600.0) -> float:
    """Take as much as is allowed for a while, and return the share it was."""
    share, now, spent = RateBudget(0.03, 0.3, 2.0), 0.0, 0.0
    while now < seconds:
        now += max(0.01, share.wait(now))
        if share.wait(now) <= 1e-9:
            now += cost
            spent += cost
            share.spend(cost, now)
    return spent / now


@pytest.mark.parametrize("cost", [0.001, 0.01, 0.05])
def test_in_the_long_run_no_more_than_the_share_is_taken(cost: float) -> None:
    assert share_taken(cost) <= 0.03 + 0.3 / 600 + 0.001


def test_no_wait_is_longer_than_its_bound_however_much_was_taken() -> None:
    share = RateBudget(0.03, 0.3, 2.0)
    share.spend(100.0, 10.0)
    assert share.wait(10.0) == pytest.approx(2.0)
    assert share.wait(12.0) == pytest.approx(0.0, abs=1e-6)


def test_what_is_asked_now_and_then_never_waits() -> None:
    share = RateBudget(0.03, 0.3, 2.0)
    for moment in range(0, 100, 5):
        assert share.wait(moment) == 0.0
        share.spend(0.1, moment)


def test_a_burst_is_paid_from_what_was_saved() -> None:
    share = RateBudget(0.03, 0.3, 2.0)
    waits = []
    for number in range(8):
        waits.append(share.wait(100.0 + number / 10))
        share.spend(0.05, 100.0 + number / 10)
    assert waits[:6] == [0.0] * 6
    assert waits[-1] > 0.0


def test_a_clock_that_is_set_back_gives_nothing_and_takes_nothing() -> None:
    share = RateBudget(0.03, 0.3, 2.0)
    share.spend(0.33, 1000.0)
    assert share.wait(10.0) == pytest.approx(1.0)
    assert share.wait(11.0) == pytest.approx(0.0, abs=1e-6)


def test_bulk_work_reads_as_it_likes_while_nobody_writes() -> None:
    stash = LoadBudget()
    stash.reads.spend(5.0, 100.0)
    assert stash.rest(100.0) == 0.0
    stash.written(100.0)
    assert stash.rest(100.0) > 0.0
    assert stash.rest(100.0 + BUSY_SECONDS) == 0.0


def test_a_full_scan_takes_its_small_share_while_somebody_writes_and_what_it_likes_while_nobody_does() -> None:
    stash, now, spent = LoadBudget(), 100.0, 0.0
    for _ in range(20_000):
        stash.written(now)
        if stash.allows_full_scan(now):
            stash.full_scans.spend(0.2, now)
            spent += 0.2
        now += 0.1
    assert spent <= FULL_SCANS * 2000 + 0.3 + 0.2
    assert spent >= 0.9 * FULL_SCANS * 2000
    assert stash.allows_full_scan(now + BUSY_SECONDS)


def test_all_shares_together_are_no_more_than_the_promise() -> None:
    assert POLLS + READS + FULL_SCANS <= 0.05
