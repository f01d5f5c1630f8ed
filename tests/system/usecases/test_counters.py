"""The events since the agent started, as `plexsync status` tells it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

import pytest
from agent_stage import Stage, single, staged
from command_line import plexsync

from plexsync.store.state import AGENT_STATUS, AgentStatus

QUIET_SECONDS = 4


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged(12, seed=3, settings={"max_attempts": 1}) as stage:
        stage.begin()
        yield stage


def counters(stage: Stage) -> Mapping[str, int]:
    found: Mapping[str, int] = plexsync(stage.data, "status", "--json").document["agent"]["counters"]
    return found


def test_status_counts_what_the_agent_did(stage: Stage) -> None:
    assert counters(stage)["fields_written"] == counters(stage)["dead_letters"] == 0
    edited, refused = single(stage.world, 2)
    stage.edit_scene(edited, title="Counted", details="Counted too.")
    stage.wait_until(lambda: counters(stage)["fields_written"] >= 2, 20)
    assert counters(stage)["scenes_synced"] >= 1, "a young scene may be looked at twice"
    assert counters(stage)["dead_letters"] == counters(stage)["outages"] == 0

    key = stage.item_of(refused)["ratingKey"]
    fault = {"match": {"method": "PUT", "query_regex": f"(^|&)id={key}(&|$)"}, "kind": "status", "status": 400}
    stage.plex.control("POST", "faults", [{**fault, "times": -1}])
    stage.edit_scene(refused, title="Refused")
    stage.wait_until(lambda: counters(stage)["dead_letters"] >= 1, 20)

    synced = counters(stage)["scenes_synced"]
    stage.plex.control("POST", "down", {"seconds": 60})
    stage.edit_scene(edited, title="While Plex is away")
    stage.wait_until(lambda: counters(stage)["outages"] == 1, 20)
    stage.plex.control("POST", "down", {"seconds": 0})
    stage.wait_until(lambda: counters(stage)["scenes_synced"] > synced, 20)
    line = next(line for line in plexsync(stage.data, "status").out.splitlines() if line.startswith("Since the start"))
    assert "scenes synced" in line
    assert "given up" in line
    assert "1 outage" in line


def test_an_edit_under_way_is_told_of_while_nothing_can_be_counted(stage: Stage) -> None:
    """A person who waits for the queue is not told that nothing moves."""
    (edited,) = single(stage.world, 1)
    stage.plex.control("POST", "switches", {"edit_ms": 4000})
    stage.edit_scene(edited, title="Slow")
    stage.wait_until(lambda: stage.store.state.get(AGENT_STATUS, AgentStatus()).working, 10)
    stage.wait_until(lambda: not stage.store.state.get(AGENT_STATUS, AgentStatus()).working, 20)
    assert stage.item_of(edited)["title"] == "Slow"


def test_counting_writes_nothing_by_itself(stage: Stage) -> None:
    (edited,) = single(stage.world, 1)
    stage.edit_scene(edited, title="Counted")
    stage.wait_until(lambda: counters(stage)["scenes_synced"] >= 1, 20)
    time.sleep(QUIET_SECONDS)
    before = stage.store.version()
    time.sleep(QUIET_SECONDS)
    assert stage.store.version() == before
