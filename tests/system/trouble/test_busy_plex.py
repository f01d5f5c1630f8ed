"""A busy Plex is spared by bulk work, never at the cost of a fresh edit; a calm one is not."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator

import pytest
from agent_stage import single
from inside import Inside, inside, item, scene, small_world

from plexsync.store import Store
from plexsync.store.jobs import Priority
from plexsync_simulators.world import make_world

CALM_MS, BUSY_MS = 40, 300
SCENES = 16
TEXT_ONLY = {"image_poster": "off"}


@pytest.fixture(scope="module")
def synced() -> Iterator[Inside]:
    with inside(make_world(30, 6), settings=TEXT_ONLY, plex_options={"write_latency_ms": CALM_MS}) as stage:
        stage.sync()
        yield stage


@pytest.fixture
def stage(synced: Inside) -> Inside:
    """A calm Plex and a worker that knows what calm is."""
    synced.plex.control("POST", "latency", {"write_ms": CALM_MS})
    queue_many(synced, single(synced.world, SCENES))
    synced.work()
    return synced


def queue_many(stage: Inside, scenes: list[str]) -> None:
    """Change scenes and have them wanted as bulk work is."""
    for one in scenes:
        stage.edit_scene(one, details=f"{time.time()}")
    ids = [int(one) for one in scenes]
    stage.store.jobs.enqueue(ids, priority=Priority.BULK, origin="test", now=stage.now())


def write_all(stage: Inside) -> list[float]:
    """Work until all is written; returns when each edit took effect, in seconds since the start."""
    began = time.time()
    stage.work()
    return [edit["time"] - began for edit in stage.plex.control("GET", f"edits?after={began}")]


def pauses(times: list[float]) -> list[float]:
    return sorted(after - before for before, after in itertools.pairwise(times))


@pytest.mark.alone
def test_bulk_work_leaves_a_busy_plex_half_of_its_time_and_a_calm_one_none(stage: Inside) -> None:
    scenes = single(stage.world, SCENES)
    queue_many(stage, scenes)
    calm = pauses(write_all(stage))
    assert calm[len(calm) // 2] < 2.5 * CALM_MS / 1000
    stage.plex.control("POST", "latency", {"write_ms": BUSY_MS})
    queue_many(stage, scenes)
    busy = pauses(write_all(stage))
    assert busy[len(busy) // 2] > 1.5 * BUSY_MS / 1000
    assert stage.shared.targets[0].throttle.batch(700) < 350
    stage.plex.control("POST", "latency", {"write_ms": CALM_MS})
    queue_many(stage, scenes)
    again = pauses(write_all(stage))
    assert again[len(again) // 4] < 2.5 * CALM_MS / 1000
    assert stage.differences() == {}


@pytest.mark.alone
def test_a_fresh_edit_does_not_wait_while_a_busy_plex_is_spared(stage: Inside) -> None:
    *scenes, fresh = single(stage.world, SCENES + 1)
    stage.plex.control("POST", "latency", {"write_ms": BUSY_MS})
    queue_many(stage, scenes)
    stage.edit_scene(fresh, title="now, please")
    asked_at: list[float] = []

    def ask() -> None:
        time.sleep(1.5)
        store = Store(stage.data)
        store.jobs.enqueue([int(fresh)], priority=Priority.FRESH, origin="test", now=stage.now())
        store.close()
        asked_at.append(time.time())
        stage.shared.urgent.set()

    began = time.time()
    thread = threading.Thread(target=ask)
    thread.start()
    stage.work()
    thread.join()
    edits = stage.plex.control("GET", f"edits?after={began}")
    key = stage.item_of(fresh)["ratingKey"]
    (place,) = [number for number, edit in enumerate(edits) if key in edit["ids"]]
    before = [edit for edit in edits[:place] if edit["time"] > asked_at[0]]
    assert len(before) <= 1, "at most the write that was under way"
    assert edits[place]["time"] - asked_at[0] <= 3 * BUSY_MS / 1000
    assert place < len(edits) - 3


def test_pictures_show_that_plex_is_busy_too() -> None:
    names = [f"{number}.mp4" for number in range(1, 10)]
    scenes = [scene(number, name, cover={"seed": number}) for number, name in enumerate(names, 1)]
    world = small_world(*scenes, items=[item(name) for name in names])
    with inside(world, settings=TEXT_ONLY, plex_options={"write_latency_ms": 0}) as stage:
        stage.sync()
        stage.reload(image_poster="poster")
        stage.sync(1, 2, 3)
        calm = stage.shared.targets[0].throttle.strain
        stage.plex.control("POST", "latency", {"write_ms": BUSY_MS})
        stage.sync(*range(4, 10))
        assert stage.shared.targets[0].throttle.strain > 2 * calm


def test_a_plex_that_says_it_is_too_busy_is_asked_less_when_it_is_back(stage: Inside) -> None:
    scenes = single(stage.world, SCENES)
    queue_many(stage, scenes)
    stage.plex.control("POST", "faults", [{"match": {"method": "PUT"}, "kind": "status", "status": 503, "times": 3}])
    for _ in range(3):
        assert not stage.worker.turn()
        stage.later += 5
    spared = stage.shared.targets[0].throttle.batch(700)
    assert spared <= 200
    assert {stage.job(one).attempts for one in scenes} == {0}
    stage.work()
    assert stage.shared.targets[0].throttle.batch(700) >= 2 * spared, "and more again once it is calm"
    assert stage.differences() == {}


def test_polls_take_a_small_share_of_a_stash_that_is_written_to_all_the_time(stage: Inside) -> None:
    scenes = single(stage.world, SCENES)
    stage.work()
    stage.stash.control("POST", "latency", {"read_ms": 40})
    stage.reset_counts()
    began = stage.now()
    for number in range(200):
        stage.edit_scene(scenes[number % SCENES], rating100=number % 100 + 1)
        stage.stash_watcher.turn(lambda _: None)
        stage.later += 0.1
        stage.stash.control("POST", "clock_offset", {"seconds": stage.later})  # or its stamps would be all the same
    stage.stash.control("POST", "latency", {"read_ms": 0})
    asked = [one for one in stage.stash.control("GET", "requests") if one["kind"] == "query"]
    passed = stage.now() - began
    saved_up = 0.3
    assert len(asked) > 5, "it does look"
    assert sum(one["seconds"] for one in asked) <= 0.05 * passed + saved_up + max(one["seconds"] for one in asked)
    stage.later += 61
    stage.stash_watcher.turn(lambda _: None)
    stage.work()
    assert stage.differences() == {}
