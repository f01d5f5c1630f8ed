"""An item is written for one scene only, and for the right one, however files wander between scenes and items."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from inside import Inside, inside, item, scene, small_world


@pytest.fixture
def stage() -> Iterator[Inside]:
    world = small_world(
        scene(1, "a.mp4", cover={"seed": 1}),
        scene(2, "b.mp4", cover={"seed": 2}),
        items=[item("a.mp4"), item("b.mp4")],
    )
    with inside(world) as stage:
        yield stage


def key(stage: Inside, name: str) -> str:
    return str(stage.items()[f"/media/{name}"]["ratingKey"])


def test_two_items_that_plex_merged_since_the_last_listing_are_a_doubt(stage: Inside) -> None:
    stage.sync()
    first, second = key(stage, "a.mp4"), key(stage, "b.mp4")
    for gone in (first, second):
        stage.plex.control("DELETE", f"items/{gone}")
    stage.plex.control("POST", "items", {"section": "1", "ratingKey": first, **item("a.mp4", "b.mp4")})
    assert key(stage, "b.mp4") == first
    stage.edit_scene("1", title="Changed")
    stage.poll()
    stage.work()
    assert stage.job(1).cause == "ambiguous"
    assert stage.item_now(first)["title"] != "Changed"


def test_a_merge_in_stash_makes_the_item_the_other_scenes(stage: Inside) -> None:
    stage.sync()
    merge = "mutation { sceneMerge(input: {source: [2], destination: 1}) { id } }"
    stage.ask_stash(merge)
    stage.poll()
    stage.work()
    assert stage.items()["/media/a.mp4"]["title"] == "Scene 1"
    assert stage.items()["/media/b.mp4"]["title"] == "Scene 1"


def test_what_a_person_changed_before_the_merge_stays(stage: Inside) -> None:
    stage.sync()
    stage.plex.control("POST", f"items/{key(stage, 'b.mp4')}", {"set": {"title": "Mine"}, "lock": ["title"]})
    stage.ask_stash("mutation { sceneMerge(input: {source: [2], destination: 1}) { id } }")
    stage.poll()
    stage.work()
    assert stage.items()["/media/b.mp4"]["title"] == "Mine"


def test_a_cover_goes_only_to_the_items_of_today() -> None:
    world = small_world(
        scene(1, "a.mp4"), scene(2, "b.mp4", "c.mp4", cover={"seed": 2}), items=[item("b.mp4"), item("c.mp4")]
    )
    with inside(world) as stage:
        stage.sync()
        before = stage.item_of_file("c.mp4")["thumb"]["sha1"]
        assert before == stage.item_of_file("b.mp4")["thumb"]["sha1"]
        files = stage.ask_stash("{ findScene(id: 2) { files { id } } }")["findScene"]["files"]
        stage.ask_stash(f'mutation {{ sceneAssignFile(input: {{scene_id: 1, file_id: "{files[1]["id"]}"}}) }}')
        stage.stash.control("POST", "raw_scene", {"id": 2, "cover": {"seed": 3}})
        stage.edit_scene("2", title="Other cover")
        stage.enqueue(2)  # and not yet the other, whose file it is now
        stage.work()
        assert stage.item_of_file("b.mp4")["thumb"]["sha1"] != before
        assert stage.item_of_file("c.mp4")["thumb"]["sha1"] == before


def test_a_rival_that_is_deleted_sets_the_other_free() -> None:
    with inside(small_world(scene(1, "a.mp4"), scene(2, "b.mp4"), items=[item("a.mp4", "b.mp4")])) as stage:
        stage.sync()
        assert stage.job(1).cause == "ambiguous"
        stage.ask_stash("mutation { sceneDestroy(input: {id: 2}) }")
        stage.poll()
        stage.work()
        assert stage.item_of_file("a.mp4")["title"] == "Scene 1"


def test_a_file_that_a_scan_gives_to_a_new_scene_later_clears_nothing() -> None:
    """A scene of two files vanished; the new, bare scene gets the second file when it was synced already."""
    world = small_world(
        scene(1, "a.mp4", "b.mp4", details="Words of years"),
        scene(2, "c.mp4"),
        items=[item("a.mp4"), item("b.mp4"), item("c.mp4")],
    )
    with inside(world, settings={"image_poster": "off"}) as stage:
        stage.sync()
        files = [row["id"] for row in stage.ask_stash("{ findScene(id: 1) { files { id } } }")["findScene"]["files"]]
        stage.ask_stash("mutation { sceneDestroy(input: { id: 1 }) }")
        stage.poll()
        stage.work()
        first, second = files
        create = "mutation Do($file: ID!) { sceneCreate(input: { file_ids: [$file] }) { id } }"
        created = stage.ask_stash(create, file=first)["sceneCreate"]["id"]
        calm(stage)
        assign = "mutation Do($scene: ID!, $file: ID!) { sceneAssignFile(input: { scene_id: $scene, file_id: $file }) }"
        stage.ask_stash(assign, scene=created, file=second)
        calm(stage)
        for name in ("a.mp4", "b.mp4"):
            shown = stage.item_of_file(name)
            assert (shown["title"], shown["summary"]) == ("Scene 1", "Words of years"), name


def calm(stage: Inside) -> None:
    for _ in range(6):
        stage.poll()
        stage.work()
