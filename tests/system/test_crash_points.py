"""Killed at a commit or a request, before or after it took effect: nothing is lost, nothing wrong, nothing twice.

A sample, spread over the scenario; `scripts/crash-points` tries every point.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from crash_stage import SCENES, WORLD_SEED, CrashStage, Point

from plexsync.sim.world import make_world

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
@pytest.mark.parametrize("point", POINTS, ids=str)
def test_nothing_is_lost(stage: CrashStage, point: Point) -> None:
    outcome = stage.kill_at(point)
    assert outcome.killed, "the scenario was over before"
    assert not outcome.faults
