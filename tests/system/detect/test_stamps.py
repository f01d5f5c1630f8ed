"""Stash's stamps have whole seconds: an edit within the second of the one before moves none, and must not be lost."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from inside import Inside, inside, item, scene, small_world

from plexsync.store import Store
from plexsync.sync.worker import Worker
from plexsync_simulators.world import World

SETTINGS = {"image_poster": "off"}
SCENES = 60
"""More than a poll reads in full, so that the oldest of them are told by their stamps alone."""

SAVE_OTHERS = "mutation Do($ids: [ID!]!) { bulkSceneUpdate(input: { ids: $ids, rating100: 40 }) { id } }"


def world() -> World:
    tags = [{"id": "1", "name": "First"}, {"id": "2", "name": "Second"}]
    names = [f"{number}.mp4" for number in range(1, SCENES + 1)]
    scenes = [scene(number, name) for number, name in enumerate(names, 1)]
    return small_world(*scenes, items=[item(name) for name in names], tags=tags)


def stamp(stage: Inside) -> str:
    dump = stage.stash.control("GET", "dump")["scenes"]
    return str(next(one["updated_at"] for one in dump if one["id"] == "1"))


def edit_twice_within_a_second(stage: Inside) -> None:
    """The first edit is brought over at once, the second is seen by nobody."""
    for _ in range(5):
        time.sleep(1.02 - time.time() % 1)
        stage.edit_scene("1", tag_ids=["1"])
        first = stamp(stage)
        stage.stash_watcher.turn(lambda _: None)
        stage.work()
        assert stage.item_of_file("1.mp4")["Genre"] == ["First"]
        stage.edit_scene("1", tag_ids=["2"])
        if stamp(stage) == first:
            return
        stage.poll()
        stage.work()
    pytest.fail("the machine is too slow for two edits within a second")


def test_an_edit_within_the_second_of_the_last_is_found_by_an_agent_that_begins_later() -> None:
    with inside(world(), settings=SETTINGS) as stage:
        stage.sync()
        edit_twice_within_a_second(stage)
        time.sleep(3.0)
        stage.ask_stash(SAVE_OTHERS, ids=[str(number) for number in range(2, SCENES + 1)])
        stage.begin_life()  # the agent before was killed right after the first edit
        for _ in range(3):
            stage.poll()
            stage.work()
        assert stage.item_of_file("1.mp4")["Genre"] == ["Second"]
        assert stage.differences() == {}


def edit_twice_during_a_poll(stage: Inside) -> bool:
    """Edit once the poll has been read and is held back; the worker brings the first edit over, nobody sees the second.

    Tells whether both got the same stamp.
    """
    stage.wait_until(lambda: stage.stash.control("GET", "faults")["planted"] == 0, 5)
    time.sleep(1.02 - time.time() % 1)
    stage.edit_scene("1", tag_ids=["1"])
    first = stamp(stage)
    with closing(Store(stage.data)) as store:
        Worker(store, stage.shared, stage.shared.targets[0], stage.now).turn()
    assert stage.item_of_file("1.mp4")["Genre"] == ["First"]
    stage.edit_scene("1", tag_ids=["2"])
    is_same = stamp(stage) == first
    time.sleep(1.02 - time.time() % 1)
    stage.ask_stash(SAVE_OTHERS, ids=[str(number) for number in range(2, SCENES + 1)])
    return is_same


def test_an_edit_within_the_second_of_the_last_is_found_though_a_slow_poll_ends_long_after() -> None:
    late = {"match": {"operation_regex": "^Poll$"}, "kind": "slow", "when": "after", "delay_ms": 5000}
    with inside(world(), settings=SETTINGS) as stage:
        stage.sync()
        for _ in range(3):
            stage.enqueue("1")  # a person's own wish, so that the worker need not wait for the poll
            stage.stash.control("POST", "faults", [late])
            with ThreadPoolExecutor(1) as person:
                edited = person.submit(edit_twice_during_a_poll, stage)
                stage.poll()
            stage.poll()
            stage.work()
            if edited.result():
                assert stage.differences() == {}
                return
    pytest.fail("the machine is too slow for two edits within a second")


STAMP = "mutation Do($sql: String!, $args: [Any]) { execSQL(sql: $sql, args: $args) { rows_affected } }"


def test_a_stamp_of_the_future_is_no_news_at_every_poll() -> None:
    """The file is out of sight, as from another container; Plex refuses what the scene says."""
    with inside(world(), settings={**SETTINGS, "max_attempts": 1}) as stage:
        stage.sync()
        key = stage.item_of_file("1.mp4")["ratingKey"]
        refuse = {"match": {"method": "PUT", "query_regex": rf"id={key}\b"}, "kind": "status", "status": 400}
        stage.plex.control("POST", "faults", [{**refuse, "times": -1}])
        words = "UPDATE scenes SET updated_at = ?, title = 'Refused' WHERE id = 1"
        stage.ask_stash(STAMP, sql=words, args=["2099-01-01T00:00:00Z"])
        (stage.folder / "stash").rename(stage.folder / "another machine")
        stage.begin_life()
        for _ in range(4):
            stage.poll()
            stage.work()
        assert not stage.stash_watcher.sees_file
        assert stage.job(1).cause == "item_rejected"
        stage.reset_counts()
        revision = stage.store.jobs.revision(1)
        for _ in range(20):
            stage.later += 6
            stage.stash_watcher.turn(lambda _: None)
            stage.work()
        (stage.folder / "another machine").rename(stage.folder / "stash")
        assert stage.stash_counts()["query"] >= 20, "it has polled"
        assert stage.store.jobs.revision(1) == revision
        assert stage.plex_counts()["PUT"] == 0
