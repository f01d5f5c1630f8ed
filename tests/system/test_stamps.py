"""Stash's stamps have whole seconds: an edit within the second of the one before moves none, and must not be lost."""

from __future__ import annotations

import time

import pytest
from inside import Inside, inside, item, scene, small_world

from plexsync.sim.world import World

SETTINGS = {"image_poster": "off"}
SCENES = 60
"""More than a look reads in full, so that the oldest of them are told by their stamps alone."""

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
        stage.feeder.tick(lambda _: None)
        stage.work()
        assert stage.item_of_file("1.mp4")["Genre"] == ["First"]
        stage.edit_scene("1", tag_ids=["2"])
        if stamp(stage) == first:
            return
        stage.tick()
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
            stage.tick()
            stage.work()
        assert stage.item_of_file("1.mp4")["Genre"] == ["Second"]
        assert stage.differences() == {}


def test_a_scene_read_within_its_second_is_read_once_more_and_then_believed() -> None:
    with inside(world(), settings=SETTINGS) as stage:
        stage.sync()
        stage.edit_scene("1", tag_ids=["1"])
        stage.feeder.tick(lambda _: None)
        stage.work()
        time.sleep(3.0)
        stage.reconcile()
        stage.work()
        stage.reset_counts()
        assert stage.reconcile().gaps == {}
        stage.work()
        assert stage.stash_counts().get("Scenes", 0) == 0
        assert stage.plex_counts().get("PUT", 0) == 0
