"""A clock that somebody sets goes another way than the steady one; one that only goes on does not."""

from __future__ import annotations

import pytest

from plexsync.agent.clock import JUMP_SECONDS, ClockWatch


class Clocks:
    """Both clocks of a machine, in the test's hands."""

    def __init__(self) -> None:
        self.wall, self.steady = 1_700_000_000.0, 50.0
        self.watch = ClockWatch(lambda: self.wall, lambda: self.steady)

    def go(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


@pytest.mark.parametrize("seconds", [0.0, 0.2, 86400.0, 10**7])
def test_time_that_passes_is_no_jump(seconds: float) -> None:
    clocks = Clocks()
    clocks.go(seconds)
    assert clocks.watch.set_by == 0.0


@pytest.mark.parametrize("seconds", [86400.0, -86400.0, JUMP_SECONDS, -JUMP_SECONDS])
def test_a_clock_that_was_set_is_seen(seconds: float) -> None:
    clocks = Clocks()
    clocks.go(3600.0)
    clocks.wall += seconds
    assert clocks.watch.set_by == pytest.approx(seconds)


def test_a_small_correction_is_none() -> None:
    clocks = Clocks()
    clocks.wall -= JUMP_SECONDS - 1
    assert clocks.watch.set_by == 0.0
