"""The watcher and the worker turned by hand, with a clock of the test's own, against both servers: what concerns one
scene only, what waits for the world to change, and a file that does not tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from agent_stage import Stage, single, staged

from plexsync.detect.stash_watcher import PROOF_SECONDS, StashWatcher
from plexsync.runtime.context import Context
from plexsync.runtime.shared import Shared
from plexsync.runtime.stash_load.prefetch import Prefetch
from plexsync.store import Store
from plexsync.store.jobs import Priority, State
from plexsync.sync.worker import Worker
from plexsync_simulators.world import World, make_world, to_plex


class Hands:
    """An agent without threads: time passes only when it is told to."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.now = 1_900_000_000.0
        self.stores = [Store(stage.data) for _ in range(2)]
        context = Context(stage.data, {})
        context.refresh(self.stores[0])
        shared = Shared.begin(context, Prefetch(lambda: self.now))
        self.stash_watcher = StashWatcher(self.stores[0], shared, lambda: self.now)
        self.worker = Worker(self.stores[1], shared, shared.targets[0], lambda: self.now)

    def turn(self, seconds: float = 1.0) -> None:
        """Let time pass, the watcher poll once, and the worker work until it has nothing to do."""
        self.now += seconds
        self.stash_watcher.turn(lambda _: None)
        while self.worker.turn():
            pass

    def close(self) -> None:
        for store in self.stores:
            store.close()


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged(30, seed=7, settings={"image_poster": "off", "max_attempts": 3, "poll_seconds": 5}) as stage:
        yield stage


@pytest.fixture
def hands(stage: Stage) -> Iterator[Hands]:
    hands = Hands(stage)
    hands.turn()
    sync(hands)
    assert stage.differences() == {}
    yield hands
    hands.close()


def sync(hands: Hands) -> None:
    """Want every scene, as a full sync does."""
    scenes = [int(scene["id"]) for scene in hands.stage.world.stash["scenes"]]
    hands.stores[0].jobs.enqueue(scenes, priority=Priority.BULK, origin="test", now=hands.now)
    hands.turn()


def plant(stage: Stage, key: str, **fault: Any) -> None:
    """Refuse every edit that names an item."""
    match = {"method": "PUT", "query_regex": f"(^|&)id=([0-9]+,)*{key}(,|&|$)"}
    stage.plex.control("POST", "faults", [{"match": match, "kind": "status", "times": -1, **fault}])


@pytest.mark.parametrize("status", [400, 404, 409, 500])
def test_one_refused_item_stops_nobody_and_becomes_a_dead_letter_in_the_end(hands: Hands, status: int) -> None:
    """F10, F41."""
    stage = hands.stage
    scenes = single(stage.world, 8)
    bad, *others = scenes
    plant(stage, stage.item_of(bad)["ratingKey"], status=status)
    stage.mutate_list("bulkSceneUpdate", ids=scenes, details="for all the same", rating100=77)
    hands.turn()
    assert hands.worker.breaker.trip is None
    wrong = stage.differences()
    assert wrong.keys() == {stage.world.belongs[bad][0]}, "the others went on, though they shared the request"
    states = []
    for _ in range(4):
        job = stage.job(bad)
        states.append((job.state, job.attempts))
        hands.turn(job.due_at - hands.now + 1)
    assert states == [(State.WAITING, 1), (State.WAITING, 2), (State.DEAD, 3), (State.DEAD, 3)]
    assert {stage.job(scene).state for scene in others} == {State.DONE}
    stage.plex.control("POST", "faults", [])
    hands.stores[0].queue.retry_dead(hands.now)
    hands.turn()
    assert stage.differences() == {}


def test_a_new_edit_revives_a_dead_letter(hands: Hands) -> None:
    stage = hands.stage
    (bad,) = single(stage.world, 1)
    plant(stage, stage.item_of(bad)["ratingKey"], status=400)
    stage.edit_scene(bad, title="refused")
    for _ in range(3):
        hands.turn(4000)
    assert stage.job(bad).state is State.DEAD
    stage.plex.control("POST", "faults", [])
    stage.edit_scene(bad, title="taken")
    hands.turn()
    assert stage.item_of(bad)["title"] == "taken"
    assert stage.job(bad).attempts == 0


def test_a_missing_item_is_asked_for_and_synced_once_plex_lists_it(hands: Hands) -> None:
    """F9: a miss is not remembered."""
    stage = hands.stage
    folder = "/data/movies/New & shiny"
    (scene,) = stage.stash.control(
        "POST",
        "scene",
        {"title": "Just added", "files": [{"path": f"{folder}/new film.mp4", "size": 5, "duration": 9}]},
    )["ids"]
    stage.plex.control("POST", "switches", {"scan_ms": 1})
    stage.reset_counts()
    hands.turn()
    job = stage.job(scene)
    assert (job.state, job.cause, job.attempts) == (State.WAITING, "missing", 0)
    for _ in range(4):
        hands.turn(30)  # a few scans a minute, and other scenes miss their items as well
    asked = [one["query"] for one in stage.plex.control("GET", "requests?kind=scan")["requests"]]
    assert "path=%2Fmedia%2Fmovies%2FNew%20%26%20shiny" in asked, "only the folder, as Plex sees it"
    path = to_plex(f"{folder}/new film.mp4")
    file = {"path": path, "size": 5, "duration": 9000}
    stage.plex.control("POST", "items", {"section": "1", "title": "new film", "files": [file]})
    for _ in range(4):
        hands.turn(30)
    assert stage.job(scene).state is State.DONE
    assert stage.items()[path]["title"] == "Just added"


def test_a_scan_we_asked_for_finds_it(hands: Hands) -> None:
    stage = hands.stage
    path = "/data/shorts/fresh/clip.mp4"
    file = {"path": to_plex(path), "size": 5, "duration": 9000}
    stage.plex.control("POST", "switches", {"scan_ms": 1})
    stage.plex.control("POST", "unscanned", {"section": "2", "files": [file]})
    (scene,) = stage.stash.control(
        "POST", "scene", {"title": "Found by a scan", "files": [{"path": path, "size": 5, "duration": 9}]}
    )["ids"]
    for _ in range(8):
        hands.turn(30)
    assert stage.job(scene).state is State.DONE
    assert stage.items()[to_plex(path)]["title"] == "Found by a scan"


def test_scenes_without_a_certain_item_wait_and_say_why(hands: Hands) -> None:
    stage = hands.stage
    outside = {"title": "outside", "files": [{"path": "/elsewhere/film.mp4", "size": 5, "duration": 9}]}
    ids = stage.stash.control("POST", "scene", [outside, {"title": "no file", "files": []}])["ids"]
    hands.turn()
    assert [stage.job(scene).cause for scene in ids] == ["unmapped", "no_file"]
    assert stage.job(ids[0]).detail["path"] == "/elsewhere/film.mp4"
    for _ in range(12):
        hands.turn(7 * 3600)
    jobs = [stage.job(scene) for scene in ids]
    assert {(job.state, job.attempts) for job in jobs} == {(State.WAITING, 0)}, "parked is no failure"


def ambiguous_world() -> World:
    return make_world(160, 8)


def test_two_scenes_that_claim_one_item_are_both_left_alone() -> None:
    world = ambiguous_world()
    assert world.ambiguous
    stage = Stage(world, settings={"image_poster": "off"})
    try:
        hands = Hands(stage)
        for _ in range(3):
            hands.turn()
        sync(hands)
        first, second = world.ambiguous[0]
        for scene, other in ((first, second), (second, first)):
            job = stage.job(scene)
            assert (job.state, job.cause, job.attempts) == (State.WAITING, "ambiguous", 0)
            assert other in job.detail["scenes"]
            assert stage.store.journal.of_scene(int(scene)) == ()
        assert stage.differences() == {}
        hands.close()
    finally:
        stage.close()


def test_a_file_that_does_not_tell_is_found_out_and_polled_from_then_on(hands: Hands) -> None:
    stage = hands.stage
    (scene,) = single(stage.world, 1)
    hands.turn(70)
    for _ in range(5):
        hands.turn()  # the search that a start owes is over, and finds nothing that is written from now on
    assert bool(hands.stash_watcher.sees_file)
    stage.stash.control("POST", "clock_offset", {"seconds": 70})
    stage.stash.control("POST", "pause_wal", {"on": True})
    stage.edit_scene(scene, title="not told")
    hands.turn(PROOF_SECONDS / 4)
    assert stage.item_of(scene)["title"] != "not told", "nothing told of it yet"
    hands.turn(PROOF_SECONDS)
    assert stage.item_of(scene)["title"] == "not told"
    assert not bool(hands.stash_watcher.sees_file)
    stage.edit_scene(scene, title="polled")
    hands.turn(6)
    assert stage.item_of(scene)["title"] == "polled"


def test_a_dry_run_writes_nothing_and_what_it_held_back_follows_when_it_is_over(hands: Hands) -> None:
    stage = hands.stage
    (scene,) = single(stage.world, 1)
    hands.close()
    stage.configure(image_poster="off", dry_run=True)
    dry = Hands(stage)
    stage.reset_counts()
    stage.edit_scene(scene, title="only in thought")
    dry.turn()
    assert (stage.job(scene).state, stage.job(scene).cause) == (State.WAITING, "dry_run")
    assert stage.plex_counts()["PUT"] == 0
    dry.close()
    stage.configure(image_poster="off")
    wet = Hands(stage)
    wet.stores[0].jobs.wake_parked(wet.now, ["dry_run"])
    wet.turn()
    assert stage.item_of(scene)["title"] == "only in thought"
    wet.close()
