"""Plex is down for an hour, in which 5,000 edits are made: nothing is given up, and it is back within seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from agent_stage import single
from inside import Inside, inside

from plexsync.net.retry_budget import MOST
from plexsync.store.jobs import Priority, State
from plexsync_simulators.world import make_world

HOUR = 3600
ROUNDS = 20
SCENES = 250
FEW = 50
FEW_SECONDS = 3.0
RESUMED = 5.0
SAVE_ALL = "mutation SaveAll($input: [SceneUpdateInput!]!) { scenesUpdate(input: $input) { id } }"
QUICK = {"read_latency_ms": 0, "write_latency_ms": 1}


@pytest.fixture(scope="module")
def stage() -> Iterator[Inside]:
    with inside(make_world(380, 5), plex_options=QUICK, settings={"image_poster": "off"}) as stage:
        stage.sync()
        yield stage


def test_an_hour_without_plex(stage: Inside) -> None:
    scenes = single(stage.world, SCENES + 1)
    late = scenes.pop()
    assert len(scenes) == SCENES
    stage.plex.control("POST", "down", {"seconds": HOUR})
    asked, began = sum(stage.context.plex("plex").counts.values()), stage.now()
    for number in range(ROUNDS):
        for start in range(0, SCENES, FEW):  # as few at a time as count for edits of a person
            titles = [{"id": scene, "title": f"Edit {number} of {scene}"} for scene in scenes[start : start + FEW]]
            stage.ask_stash(SAVE_ALL, input=titles)
            wait(stage, 3)
            stage.stash_watcher.turn(lambda _: None)
        wait(stage, HOUR / ROUNDS - 3 * SCENES / FEW)
    outage = stage.now() - began
    probes = sum(stage.context.plex("plex").counts.values()) - asked
    assert outage >= HOUR - ROUNDS
    assert probes <= MOST + outage / FEW_SECONDS
    jobs = [stage.job(scene) for scene in scenes]
    assert {(job.state, job.attempts) for job in jobs} == {(State.QUEUED, 0)}
    assert {job.priority for job in jobs} <= {Priority.FRESH, Priority.MANY}
    assert not any(state is State.DEAD for state, _ in stage.jobs_by_state())

    stage.plex.control("POST", "down", {"seconds": 0})
    stage.edit_scene(late, title="Saved just now")
    stage.later += 1
    stage.stash_watcher.turn(lambda _: None)
    stage.reset_counts()
    back = stage.now()
    while not stage.plex_counts()["PUT"]:
        stage.worker.turn()
        stage.later += 0.5
    assert stage.now() - back <= RESUMED
    first = stage.plex.control("GET", "edits")[-stage.plex_counts()["PUT"]]
    assert first["ids"] == [stage.item_of(late)["ratingKey"]], "what was saved just now goes first"
    stage.work()
    assert stage.differences() == {}
    assert stage.plex_counts()["PUT"] <= SCENES + 1, "one write for each item, however often it was edited"
    assert not any(state is State.DEAD for state, _ in stage.jobs_by_state())


def wait(stage: Inside, seconds: float) -> None:
    """Let time go by, and the worker have its turn each second."""
    until = stage.now() + seconds
    while stage.now() < until:
        stage.worker.turn()
        stage.later += 1
    stage.stash.control("POST", "clock_offset", {"seconds": stage.later})  # time goes by for Stash as well


def test_edits_from_an_outage_make_way_for_those_made_since(stage: Inside) -> None:
    old, new, wanted = (int(scene) for scene in single(stage.world, 3))
    jobs = stage.store.jobs
    jobs.enqueue([old], priority=Priority.FRESH, origin="feed", now=stage.now())
    jobs.enqueue([wanted], priority=Priority.PERSON, origin="task", now=stage.now())
    jobs.enqueue([new], priority=Priority.FRESH, origin="feed", now=stage.now() + 1)
    jobs.make_way(stage.now() + 0.5)
    assert [job.scene_id for job in jobs.claim(9, stage.now() + 2)] == [wanted, new, old]
    stage.work()
