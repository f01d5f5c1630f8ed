"""Two scenes that claim one item hold each other up; when one lets go, the other goes on, whoever was at work then."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from inside import Inside, inside, item, scene, small_world
from two_libraries import MOVED, section, two_roots
from worker_moment import Moment

from plexsync.store.jobs import State

SETTINGS = {"image_poster": "off"}
PAIRS = 14


@pytest.fixture
def stage() -> Iterator[Inside]:
    """Pairs of scenes, 1 and 101, 2 and 102, that share an item, and scenes from 201 on with items of their own."""
    shared = [scene(n + base, f"{n + base}.mp4") for n in range(1, PAIRS) for base in (0, 100)]
    alone = [scene(n, f"{n}.mp4") for n in range(201, 206)]
    items = [item(f"{n}.mp4", f"{n + 100}.mp4") for n in range(1, PAIRS)] + [item(f"{n}.mp4") for n in range(201, 206)]
    with inside(small_world(*shared, *alone, items=items), settings=SETTINGS) as stage:
        yield stage


def test_who_is_alone_by_the_time_it_is_to_wait_does_not_wait(stage: Inside) -> None:
    """At each step of a batch its rival is deleted, which a fresh job finds that overtakes the batch."""

    def delete(rival: int) -> None:
        stage.mutate("sceneDestroy", id=str(rival))
        stage.poll()

    stage.sync()
    for number in range(1, PAIRS):
        for one in range(201, 206):
            stage.edit_scene(str(one), details=f"at step {number}")
        stage.poll()
        stage.enqueue(*range(1, PAIRS))
        moment = Moment(number, partial(delete, number + 100))
        stage.worker.turn(moment)
        if moment.left > 0:
            assert number > 5, "a batch has more steps than that"
            return
        stage.work()
        assert stage.job(number).state is State.DONE, f"step {number}"
        assert stage.item_of_file(f"{number}.mp4")["title"] == f"Scene {number}"


def test_who_shared_an_item_with_a_file_that_is_gone_goes_on() -> None:
    world = small_world(
        scene(1, "1.mp4", "more.mp4"), scene(2, "2.mp4"), items=[item("1.mp4"), item("2.mp4", "more.mp4")]
    )
    with inside(world, settings=SETTINGS) as stage:
        stage.sync()
        assert stage.job(2).cause == "ambiguous"
        document = next(one for one in stage.stash.control("GET", "dump")["scenes"] if one["id"] == "1")
        stage.ask_stash("mutation Do($ids: [ID!]!) { deleteFiles(ids: $ids) }", ids=[document["files"][1]["id"]])
        stage.edit_scene("1", details="Read by the feed, before anybody works on it")
        for _ in range(3):
            stage.poll()
            stage.work()
        assert stage.item_of_file("2.mp4")["title"] == "Scene 2"


@pytest.mark.parametrize("step", [1, 3, 4, 5])
def test_a_path_map_that_grows_during_a_batch_is_the_one_its_scenes_are_kept_and_parked_by(step: int) -> None:
    """A reconcile finds a new library, and so where Plex has the other files, in between two steps of a batch."""
    with inside(two_roots(), settings={**MOVED, **SETTINGS}) as stage:
        stage.sync()
        assert stage.job(6).cause == "unmapped"

        def grow() -> None:
            files = [
                {"path": f"/media/new/{n}.mp4", "size": 1000 + len(f"{n}.mp4"), "duration": 6} for n in range(6, 11)
            ]
            items = [{"title": "x", "files": [file]} for file in files]
            stage.plex.control("POST", "library", section("2", "/media/new", *items))
            stage.reconcile()

        stage.edit_scene("6", title="Edited")
        stage.enqueue(*range(1, 11))
        moment = Moment(step, grow)
        stage.worker.turn(moment)
        assert moment.left <= 0, "a batch has more steps than that"
        stage.poll()
        stage.work()
        assert stage.store.scenes.keys_of(6) == ("/media/new/6.mp4",)
        assert stage.items()["/media/new/6.mp4"]["title"] == "Edited"
