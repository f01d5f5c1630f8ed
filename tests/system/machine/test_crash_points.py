"""Killed at a commit or a request, before or after it took effect: nothing is lost, nothing wrong, nothing twice.

A sample, spread over the scenario; `scripts/crash-points` tries every point.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from crash_stage import SCENES, WORLD_SEED, CrashStage, Point

from plexsync_simulators.world import make_world

POINTS = [
    Point("commit", 1, "before"),
    Point("commit", 9, "before"),
    Point("commit", 17, "after"),
    Point("commit", 44, "after"),
    Point("plex", 13, "after"),
    Point("plex", 22, "after"),
    Point("stash", 4, "after"),
    Point("stash", 9, "before"),
]


@pytest.fixture(scope="module")
def stage() -> Iterator[CrashStage]:
    stage = CrashStage(make_world(SCENES, WORLD_SEED))
    yield stage
    stage.close()


@pytest.mark.slow
def test_nothing_is_lost_wherever_it_is_killed(stage: CrashStage) -> None:
    outcomes = {str(point): stage.kill_at(point) for point in POINTS}
    assert not {point: outcome.faults for point, outcome in outcomes.items() if outcome.faults}
    # How many requests and commits there are varies a little: what comes at once goes together.
    assert sum(outcome.killed for outcome in outcomes.values()) >= len(POINTS) - 2
