"""Plex's database is an older one after a restore: what PlexSync has replaced since is no person's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from inside import Inside, inside, item, scene, small_world

from plexsync_simulators.shared.json_type import Json

TAGS = [{"id": str(number), "name": f"Tag {number}"} for number in (1, 2, 3)]
PEOPLE = [{"id": str(number), "name": f"Person {number}"} for number in (1, 2)]
ALL = {"title": "New title", "details": "New words", "tag_ids": ["2", "3"], "performer_ids": ["2"], "rating100": 80}


@pytest.fixture
def stage() -> Iterator[Inside]:
    said = {"tag_ids": ["1"], "performer_ids": ["1"], "details": "Old words", "rating100": 40, "director": "Old One"}
    world = small_world(scene(1, "a.mp4", **said), items=[item("a.mp4")], tags=TAGS, performers=PEOPLE)
    with inside(world) as stage:
        stage.later += 1
        stage.sync()
        assert stage.differences() == {}
        yield stage


def backup(stage: Inside) -> Json:
    """Keep Plex's library; what is written from now on has other stamps."""
    kept: Json = stage.plex.control("GET", "dump")
    time.sleep(1.1)  # the stamps of the simulated Plex are whole seconds of its own clock
    return kept


def restore(stage: Inside, kept: Json) -> None:
    stage.plex.control("POST", "replace", {"library": kept, "machine_id": kept["machine_id"]})


def edit(stage: Inside, **fields: Any) -> None:
    stage.edit_scene("1", **fields)
    stage.poll()
    stage.work()
    assert stage.differences() == {}


def reconcile(stage: Inside) -> None:
    stage.later += 3600
    stage.reconcile()
    stage.work()


def test_all_that_was_replaced_since_is_replaced_again(stage: Inside) -> None:
    kept = backup(stage)
    edit(stage, **ALL)
    edit(stage, title="Newest title", tag_ids=["3"])
    restore(stage, kept)
    reconcile(stage)
    assert stage.differences() == {}


def test_what_was_cleared_since_is_cleared_again(stage: Inside) -> None:
    kept = backup(stage)
    edit(stage, details="", tag_ids=[], performer_ids=[], director="", rating100=None)
    restore(stage, kept)
    reconcile(stage)
    assert stage.differences() == {}


def test_what_a_person_had_there_stays(stage: Inside) -> None:
    key = stage.item_of_file("a.mp4")["ratingKey"]
    mine = {"summary": "My own words", "Genre": ["Tag 1", "Mine"]}
    stage.plex.control("POST", f"items/{key}", {"set": mine, "lock": True})
    reconcile(stage)
    kept = backup(stage)
    edit_all_but_summary = {**ALL, "details": "Old words"}
    stage.edit_scene("1", **edit_all_but_summary)
    stage.poll()
    stage.work()
    restore(stage, kept)
    reconcile(stage)
    shown = stage.item_of_file("a.mp4")
    assert shown["summary"] == "My own words"
    assert sorted(shown["Genre"]) == ["Mine", "Tag 2", "Tag 3"]
    assert shown["title"] == "New title"


def test_a_person_may_go_back_to_a_former_value(stage: Inside) -> None:
    """Nothing is older here: Plex's stamp grows, and the value is a person's like any other."""
    edit(stage, title="New title")
    key = stage.item_of_file("a.mp4")["ratingKey"]
    time.sleep(1.1)  # as above
    stage.plex.control("POST", f"items/{key}", {"set": {"title": "Scene 1"}, "lock": True})
    reconcile(stage)
    assert stage.item_of_file("a.mp4")["title"] == "Scene 1"


@pytest.mark.parametrize("is_mine", [False, True], ids=["ours", "a person's"])
def test_a_poster_that_was_replaced_since_is_replaced_again_and_a_persons_stays(*, is_mine: bool) -> None:
    world = small_world(scene(1, "a.mp4", cover={"seed": 1}), items=[item("a.mp4")])
    with inside(world) as stage:
        stage.sync()
        key = stage.item_of_file("a.mp4")["ratingKey"]
        if is_mine:
            stage.ask_plex("POST", f"/library/metadata/{key}/posters", b"mine")
            stage.plex.control("POST", f"items/{key}", {"lock": ["thumb"]})
        kept, then = backup(stage), poster(stage)
        stage.stash.control("POST", "raw_scene", {"id": 1, "cover": {"seed": 7}})
        edit(stage, title="New title")
        now = poster(stage)
        assert (now == then) == is_mine
        restore(stage, kept)
        reconcile(stage)
        assert stage.differences() == {}
        assert poster(stage) == now


def poster(stage: Inside) -> str:
    return str(stage.item_of_file("a.mp4")["thumb"]["sha1"])


@pytest.mark.parametrize("told_by", ["another item", "the library's counter"])
def test_an_item_that_was_touched_before_anybody_looked_is_put_right_too(told_by: str) -> None:
    """Its stamp is newer than all that is remembered."""
    names = ("a.mp4", "b.mp4") if told_by == "another item" else ("a.mp4",)
    scenes = (scene(place, name, tag_ids=["1"], details="Old words") for place, name in enumerate(names, 1))
    with inside(small_world(*scenes, items=[item(name) for name in names], tags=TAGS)) as stage:
        stage.later += 1
        stage.sync()
        kept = backup(stage)
        for title in ("Newer", "Still newer", "Newest"):
            for place in range(1, len(names) + 1):
                stage.edit_scene(str(place), title=f"{title} title {place}", tag_ids=["2"], details="New words")
            stage.poll()
            stage.work()
        assert stage.differences() == {}
        restore(stage, kept)
        key = stage.item_of_file("a.mp4")["ratingKey"]
        stage.plex.control("POST", f"items/{key}", {"set": {"studio": "A person's"}, "lock": ["studio"]})
        stage.later += 60
        stage.work()
        reconcile(stage)
        shown = stage.item_of_file("a.mp4")
        assert (shown["title"], shown["summary"], shown["Genre"]) == ("Newest title 1", "New words", ["Tag 2"])
        assert shown["studio"] == "A person's"
