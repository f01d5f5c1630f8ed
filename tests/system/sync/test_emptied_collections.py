"""A collection that PlexSync made and emptied goes from Plex; one of which anything is a person's stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from inside import Inside, inside, item, scene, small_world

from plexsync.sync.cleanup import SETTLED_SECONDS


@pytest.fixture
def stage() -> Iterator[Inside]:
    stamp = "2024-01-01T00:00:00Z"
    groups = [
        {"id": str(number), "name": name, "created_at": stamp, "updated_at": stamp}
        for number, name in ((1, "Trilogy"), (2, "Other"))
    ]
    member = {"group_ids": [[1, None]]}
    world = small_world(
        scene(1, "a.mp4", **member),
        scene(2, "b.mp4", **member),
        items=[item("a.mp4"), item("b.mp4"), item("c.mp4")],
        groups=groups,
    )
    with inside(world, settings={"image_poster": "off"}) as stage:
        stage.plex.control("POST", "switches", {"keep_empty_collections": True})
        yield stage


def collections(stage: Inside) -> dict[str, str]:
    """The collections that Plex has, and the key of each."""
    rows = stage.ask_plex("GET", "/library/sections/1/collections").get("Metadata", [])
    return {row["title"]: row["ratingKey"] for row in rows}


def removals(stage: Inside) -> int:
    return sum(one["method"] == "DELETE" for one in stage.plex.control("GET", "requests")["requests"])


def put_into_trilogy(stage: Inside, name: str) -> None:
    """A person puts an item into a collection."""
    key = stage.item_of_file(name)["ratingKey"]
    stage.ask_plex("PUT", f"/library/sections/1/all?type=1&id={key}&collection%5B0%5D.tag.tag=Trilogy")


def leave_the_group(stage: Inside, *scenes: str) -> None:
    for one in scenes:
        stage.edit_scene(one, groups=[])
    stage.poll()
    stage.work()


def settle(stage: Inside) -> None:
    stage.later += SETTLED_SECONDS
    stage.work()


def test_the_last_item_takes_the_collection_with_it(stage: Inside) -> None:
    stage.sync()
    assert list(collections(stage)) == ["Trilogy"]
    leave_the_group(stage, "1")
    settle(stage)
    assert list(collections(stage)) == ["Trilogy"], "one item is still in it"
    leave_the_group(stage, "2")
    assert list(collections(stage)) == ["Trilogy"], "Plex may still show what was before"
    settle(stage)
    assert collections(stage) == {}
    stage.edit_scene("1", groups=[{"group_id": "1"}])
    stage.poll()
    stage.work()
    leave_the_group(stage, "1")
    settle(stage)
    assert collections(stage) == {}, "the next one of the name is our own too"


def test_a_collection_that_was_there_before_stays(stage: Inside) -> None:
    put_into_trilogy(stage, "c.mp4")
    stage.sync()
    key = stage.item_of_file("c.mp4")["ratingKey"]
    stage.ask_plex("PUT", f"/library/sections/1/all?type=1&id={key}&collection%5B%5D.tag.tag-=Trilogy")
    leave_the_group(stage, "1", "2")
    settle(stage)
    assert list(collections(stage)) == ["Trilogy"]


def test_a_collection_that_holds_an_item_of_a_person_stays(stage: Inside) -> None:
    stage.sync()
    put_into_trilogy(stage, "c.mp4")
    leave_the_group(stage, "1", "2")
    settle(stage)
    assert stage.item_of_file("c.mp4")["Collection"] == ["Trilogy"]


@pytest.mark.parametrize("edit", ["summary.value=Mine", "title.value=Trilogy&title.locked=1", "title.value=Saga"])
def test_a_collection_that_a_person_edited_stays(stage: Inside, edit: str) -> None:
    stage.sync()
    key = collections(stage)["Trilogy"]
    leave_the_group(stage, "1", "2")
    stage.ask_plex("PUT", f"/library/sections/1/all?type=18&id={key}&{edit}")
    settle(stage)
    assert key in collections(stage).values()


def test_a_collection_with_a_background_of_a_persons_stays(stage: Inside) -> None:
    stage.sync()
    key = collections(stage)["Trilogy"]
    stage.ask_plex("POST", f"/library/metadata/{key}/arts", b"mine")
    leave_the_group(stage, "1", "2")
    settle(stage)
    assert list(collections(stage)) == ["Trilogy"]


def test_a_collection_that_a_person_made_anew_stays(stage: Inside) -> None:
    """It has the name of ours, which the person had removed, and another key."""
    stage.sync()
    stage.ask_plex("DELETE", f"/library/collections/{collections(stage)['Trilogy']}")
    put_into_trilogy(stage, "c.mp4")
    put_into_trilogy(stage, "a.mp4")
    key = stage.item_of_file("c.mp4")["ratingKey"]
    stage.ask_plex("PUT", f"/library/sections/1/all?type=1&id={key}&collection%5B%5D.tag.tag-=Trilogy")
    leave_the_group(stage, "1", "2")
    settle(stage)
    assert list(collections(stage)) == ["Trilogy"]


def test_a_server_that_refuses_is_left_alone_and_syncing_goes_on(stage: Inside) -> None:
    stage.sync()
    stage.plex.control("POST", "faults", {"match": {"method": "DELETE"}, "times": -1, "kind": "status", "status": 403})
    leave_the_group(stage, "1", "2")
    settle(stage)
    settle(stage)
    assert removals(stage) == 1
    stage.edit_scene("1", title="Edited")
    stage.poll()
    stage.work()
    assert stage.item_of_file("a.mp4")["title"] == "Edited"


def test_a_server_that_removes_it_by_itself_is_asked_once(stage: Inside) -> None:
    stage.plex.control("POST", "switches", {"keep_empty_collections": False})
    stage.sync()
    leave_the_group(stage, "1", "2")
    assert collections(stage) == {}
    settle(stage)
    settle(stage)
    assert not stage.store.collections.left()
    assert removals(stage) == 0


def test_a_server_that_gives_no_answer_about_one_is_left_alone(stage: Inside) -> None:
    stage.sync()
    stage.plex.control("POST", "faults", {"match": {"method": "DELETE"}, "times": -1, "kind": "reset"})
    leave_the_group(stage, "1", "2")
    trips, asked = 0, []
    for _ in range(20):
        stage.later += 120
        stage.worker.turn()
        trips += stage.worker.breaker.trip is not None
        asked.append(removals(stage))
    assert trips == 1, "once it might be away"
    assert asked[5] == asked[-1]


@pytest.mark.parametrize("by", ["the server", "a first try"])
def test_a_collection_that_is_gone_already_is_not_said_to_stay(
    stage: Inside, by: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "plexsync")
    stage.plex.control("POST", "switches", {"keep_empty_collections": by == "a first try"})
    stage.sync()
    leave_the_group(stage, "1", "2")
    fault = {"match": {"method": "DELETE"}, "times": 1, "kind": "reset", "when": "after"}
    stage.plex.control("POST", "faults", fault)
    settle(stage)
    assert collections(stage) == {}
    assert not stage.store.collections.left()
    assert "stays in Plex" not in caplog.text


def test_collections_that_cannot_be_listed_hold_up_no_edit(stage: Inside) -> None:
    """Nobody knows then whose they are, so they stay."""
    fault = {"match": {"method": "GET", "path_regex": "/sections/1/collections"}, "times": -1, "kind": "reset"}
    stage.plex.control("POST", "faults", fault)
    stage.sync()
    shown = stage.item_of_file("a.mp4")
    assert (shown["title"], shown["Collection"]) == ("Scene 1", ["Trilogy"])
    stage.plex.control("POST", "faults", [])
    leave_the_group(stage, "1", "2")
    settle(stage)
    assert list(collections(stage)) == ["Trilogy"]
