"""Scenes merged in Stash: Plex shows at the file of the one that is gone what the one that stays says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from inside import Inside, inside, item, scene, small_world

MERGE = "mutation Do($input: SceneMergeInput!) { sceneMerge(input: $input) { id } }"
TAGS = [{"id": str(number), "name": f"Tag {number}"} for number in (1, 2)]
LONG_AGO = "2024-01-01T00:00:00Z"
DAY = 86_400.0


@pytest.fixture
def stage() -> Iterator[Inside]:
    """Scene 1 has an item; scene 2 never had one."""
    world = small_world(
        scene(1, "a.mp4", tag_ids=["1"], details="Words of the first", date="2020-02-03"),
        scene(2, "b.mp4", tag_ids=["2"]),
        items=[item("a.mp4")],
        tags=TAGS,
    )
    with inside(world) as stage:
        stage.later += 1
        stage.sync()
        assert shown(stage) == ("Scene 1", "Words of the first", ["Tag 1"])
        yield stage


def shown(stage: Inside, name: str = "a.mp4") -> tuple[Any, ...]:
    item = stage.item_of_file(name)
    return item["title"], item.get("summary") or "", item["Genre"]


def merge(stage: Inside, source: str, into: str) -> None:
    stage.ask_stash(MERGE, input={"source": [source], "destination": into})
    stage.poll()
    stage.work()
    stage.poll()
    stage.work()


def begin_scene(stage: Inside, created_at: str, name: str = "c.mp4") -> str:
    """Have a scan find a file."""
    made = scene(0, name, tag_ids=["2"], created_at=created_at, updated_at=created_at)
    made.pop("id")
    (new,) = stage.stash.control("POST", "scene", [made])["ids"]
    stage.reconcile()
    stage.work()
    return str(new)


def test_into_a_scene_that_never_had_an_item(stage: Inside) -> None:
    merge(stage, "1", into="2")
    assert shown(stage) == ("Scene 2", "", ["Tag 2"])


def test_into_a_scene_that_is_younger_than_what_is_left(stage: Inside) -> None:
    stage.later += DAY
    new = begin_scene(stage, datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
    stage.later += DAY
    stage.reconcile()
    merge(stage, "1", into=new)
    assert shown(stage) == ("Scene 0", "", ["Tag 2"])


@pytest.mark.parametrize("created_at", [LONG_AGO, "2036-01-01T00:00:00Z"])
def test_a_scene_that_nobody_knew_takes_the_place_of_one_that_is_gone(stage: Inside, created_at: str) -> None:
    """A clean and a scan, or another database, whose scenes may be as old as they like: what it lacks stays."""
    stage.later += DAY
    stage.reconcile()
    stage.mutate("sceneDestroy", id="1")
    begin_scene(stage, created_at, "a.mp4")
    stage.work()
    stage.poll()
    stage.work()
    assert shown(stage) == ("Scene 0", "Words of the first", ["Tag 1", "Tag 2"])


def encode_anew_in_plex(stage: Inside) -> None:
    """Plex takes a new file for a version of the old one, which goes."""
    old = stage.item_of_file("a.mp4")["ratingKey"]
    stage.plex.control("POST", "unscanned", {"section": "1", "files": [{"path": "/media/c.mp4", "size": 1005}]})
    scan_plex(stage)
    stage.plex.control("POST", f"items/{old}/merge", {"ids": [stage.item_of_file("c.mp4")["ratingKey"]]})
    stage.plex.control("POST", "vanish", {"section": "1", "paths": ["/media/a.mp4"]})
    scan_plex(stage)


def scan_plex(stage: Inside) -> None:
    stage.plex.control("POST", "sections/1/scan")
    for _ in range(100):
        if not stage.plex.control("GET", "dump")["sections"][0].get("refreshing"):
            break
        time.sleep(0.02)
    time.sleep(0.2)


@pytest.mark.parametrize("is_plex_first", [True, False], ids=["Plex first", "Stash first"])
@pytest.mark.parametrize("is_edited", [True, False], ids=["edited", "as it was"])
def test_a_file_encoded_anew_leaves_what_was_there(stage: Inside, *, is_plex_first: bool, is_edited: bool) -> None:
    """A scan finds the new file while the old scene is still there, and a clean takes that one: nobody merged them."""
    stage.later += DAY
    new = begin_scene(stage, datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
    stage.mutate("sceneUpdate", id=new, title="", tag_ids=[])
    stage.later += DAY
    if is_edited:
        stage.edit_scene("1", rating100=40)
        stage.poll()
        stage.work()
    stage.reconcile()
    if is_plex_first:
        encode_anew_in_plex(stage)
        stage.reconcile()
        stage.work()
    stage.mutate("sceneDestroy", id="1")
    if not is_plex_first:
        encode_anew_in_plex(stage)
    for _ in range(2):
        stage.poll()
        stage.work()
        stage.later += 3600
        stage.reconcile()
        stage.work()
    assert shown(stage, "c.mp4") == ("Scene 1", "Words of the first", ["Tag 1"])
