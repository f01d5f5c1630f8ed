"""Every operation on scenes that Stash's table and the recordings name: performed there, seen in Plex.

The rows of docs/engineering/stash.md §1.2 and of tests/recordings/stash/hooks/INDEX.md are divided among the files
test_every_change*: scenes (here), entities, files, changes of nothing, and changes that only a full scan or a deep run
finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from change_stage import SECONDS, Changes, changes

SAVE = "mutation Save($id: ID!) { sceneUpdate(input: { id: $id, %s }) { id } }"
FULL = (
    'title: "All new", code: "C-1", details: "New words.", director: "A New One", date: "2011-12", rating100: 35,'
    ' organized: true, urls: ["https://example.org/new"], studio_id: "3", performer_ids: ["4", "5"],'
    ' tag_ids: ["6"], groups: [{ group_id: "2", scene_index: 1 }]'
)
FULL_SHOWN = {
    "title": "All new",
    "summary": "New words.",
    "originallyAvailableAt": "2011-12-01",
    "userRating": 3.5,
    "Director": ["A New One"],
}
SAVES: dict[str, tuple[str, dict[str, Any]]] = {
    "scene_update_title": ('title: "Another"', {"title": "Another"}),
    "scene_update_rating": ("rating100: 80", {"userRating": 8.0}),
    "scene_update_rating_null": ("rating100: null", {"userRating": None}),
    "scene_update_full_edit": (FULL, FULL_SHOWN),
    "details cleared": ("details: null", {"summary": None}),
    "performers and tags cleared": ("performer_ids: [], tag_ids: []", {"Role": [], "Genre": []}),
}


@pytest.fixture(scope="module")
def stage() -> Iterator[Changes]:
    with changes(75) as stage:
        yield stage


def shows(stage: Changes, scene: str, wanted: dict[str, Any]) -> bool:
    item = stage.shown(scene)
    return all((item.get(name) or None) == (value or None) for name, value in wanted.items())


@pytest.mark.parametrize("row", SAVES)
def test_a_save(stage: Changes, row: str) -> None:
    scene, (fields, wanted) = stage.take(), SAVES[row]
    assert not shows(stage, scene, wanted)
    stage.ask_stash(SAVE % fields, id=scene)
    stage.sees(lambda: shows(stage, scene, wanted))


def test_bulk_scene_update_3(stage: Changes) -> None:
    scenes = stage.take_some(3)
    tag = stage.create("tag", "In bulk")
    stage.mutate_list("bulkSceneUpdate", ids=scenes, rating100=90, studio_id="4", tag_ids={"mode": "ADD", "ids": [tag]})
    stage.sees(lambda: all("In bulk" in stage.shown(scene)["Genre"] for scene in scenes))
    assert {stage.shown(scene)["userRating"] for scene in scenes} == {9.0}


def test_scenes_update_2(stage: Changes) -> None:
    scenes = stage.take_some(2)
    body = "mutation Do($input: [SceneUpdateInput!]!) { scenesUpdate(input: $input) { id } }"
    stage.ask_stash(body, input=[{"id": scene, "title": f"Parsed {scene}"} for scene in scenes])
    stage.sees(lambda: all(stage.shown(scene)["title"] == f"Parsed {scene}" for scene in scenes))


def test_into_a_group_and_out_again(stage: Changes) -> None:
    scene, group = stage.take(), stage.create("group", "A trilogy")
    stage.edit_scene(scene, groups=[{"group_id": group, "scene_index": 2}])
    stage.sees(lambda: stage.shown(scene)["Collection"] == ["A trilogy"])
    stage.edit_scene(scene, groups=[])
    stage.sees(lambda: not stage.shown(scene)["Collection"])


@pytest.mark.parametrize("fields", ["", 'tag_ids: ["3"], performer_ids: ["2"],'], ids=["scene_create", "_with_tags"])
def test_a_scene_made_by_hand_has_no_file_and_nothing_to_say(stage: Changes, fields: str) -> None:
    with stage.nothing_goes_out():
        made = stage.graphql(f'mutation {{ sceneCreate(input: {{ {fields} title: "By hand" }}) {{ id }} }}')
    stage.wait_until(lambda: stage.job(made["id"]).cause == "no_file")


def test_a_scene_made_of_a_file_of_another(stage: Changes) -> None:
    """sceneCreate with file_ids takes the file away from the scene that had it, which does not move."""
    scene = stage.take()
    path = stage.add_file(scene, "taken away")
    body = 'mutation Do($f: [ID!]) { sceneCreate(input: { title: "Made of it", tag_ids: ["5"], file_ids: $f }) { id } }'
    made = stage.ask_stash(body, f=[stage.file(scene, 1)])["sceneCreate"]["id"]
    stage.wait_until(lambda: stage.title_at(path) == "Made of it", SECONDS)
    item = stage.shown_at(path)
    assert item is not None
    assert item["summary"] == stage.shown(scene)["summary"], "a new scene clears nothing that it does not say"
    given = {"details": "Its own", "date": "2021-02-03", "rating100": 50, "performer_ids": ["2"], "studio_id": "2"}
    stage.edit_scene(made, **given)
    stage.edit_scene(made, tag_ids=["1", "2", "5"], performer_ids=["1", "2"])
    stage.sees(lambda: (stage.shown_at(path) or {})["summary"] == "Its own")


def is_forgotten(stage: Changes, scene: str) -> bool:
    return stage.store.jobs.get(int(scene)) is None and int(scene) not in stage.store.scenes.ids()


DESTROYS = {
    "": "",
    "with_file": ", delete_file: true, delete_generated: true",
    "with_file_entry": ", destroy_file_entry: true",
}


@pytest.mark.parametrize("extra", DESTROYS.values(), ids=DESTROYS)
def test_scene_destroy(stage: Changes, extra: str) -> None:
    scene = stage.take()
    before = stage.shown(scene)
    stage.ask_stash(f"mutation Do($id: ID!) {{ sceneDestroy(input: {{ id: $id {extra} }}) }}", id=scene)
    stage.sees(lambda: is_forgotten(stage, scene))
    assert stage.shown(scene) == before


def test_scenes_destroy_2_and_30(stage: Changes) -> None:
    for number in (2, 30):
        scenes = stage.take_some(number)
        stage.ask_stash("mutation Do($ids: [ID!]!) { scenesDestroy(input: { ids: $ids }) }", ids=scenes)
        stage.sees(lambda gone=scenes: all(is_forgotten(stage, scene) for scene in gone))


def test_scene_merge_of_scenes_with_files(stage: Changes) -> None:
    """No hook tells of it: neither of the destination nor of the source, whose item now shows the destination."""
    destination, *sources = stage.take_some(3)
    stage.mutate("sceneMerge", source=sources, destination=destination, values={"id": destination, "title": "Merged"})
    stage.sees(lambda: all(stage.shown(scene)["title"] == "Merged" for scene in (destination, *sources)))
    assert all(is_forgotten(stage, scene) for scene in sources)


def test_autotag(stage: Changes) -> None:
    tag, performer, studio = (
        stage.create(kind, name)
        for kind, name in (("tag", "Windmill"), ("performer", "Ada Miller"), ("studio", "Sail"))
    )
    scene, other = stage.take(), stage.take()
    stage.edit_scene(scene, studio_id=None)
    stage.graphql(
        "mutation Do($input: MoveFilesInput!) { moveFiles(input: $input) }",
        input={
            "ids": [stage.file(scene)],
            "destination_folder": "/data/movies/Sail/windmill",
            "destination_basename": "Ada Miller.mp4",
        },
    )
    stage.add_items("/data/movies/Sail/windmill/Ada Miller.mp4")
    asked = {"performers": [performer], "studios": [studio], "tags": [tag]}
    stage.do_job("mutation Do($input: AutoTagMetadataInput!) { metadataAutoTag(input: $input) }", input=asked)
    path = "/data/movies/Sail/windmill/Ada Miller.mp4"
    stage.sees(lambda: "Windmill" in (stage.shown_at(path) or {"Genre": []})["Genre"])
    item = stage.shown_at(path)
    assert item is not None
    assert item["studio"] == "Sail"
    assert "Ada Miller" in {role["tag"] for role in item["Role"]}
    assert "Windmill" not in stage.shown(other)["Genre"]


def identify(stage: Changes, scenes: list[str], **options: Any) -> None:
    fields = [
        {"field": field, "strategy": "OVERWRITE", "createMissing": True}
        for field in ("title", "date", "studio", "performers", "tags")
    ]
    asked = {
        "sources": [{"source": {"scraper_id": "made-up"}}],
        "options": {"fieldOptions": fields, **options},
        "sceneIDs": scenes,
    }
    stage.do_job("mutation Do($input: IdentifyMetadataInput!) { metadataIdentify(input: $input) }", input=asked)


def test_identify_and_what_it_makes(stage: Changes) -> None:
    """Performers, studios and tags that identify makes fire no hook."""
    first, second = stage.take_some(2)
    match = {"title": "Found", "date": "2001-01-01", "studio": "Found Studio"}
    found = {**match, "performers": ["Found Person"], "tags": ["found tag"]}
    stage.stash.control("POST", "identify", {first: found, second: {**found, "title": "Found too"}})
    identify(stage, [first, second])
    stage.sees(lambda: (stage.shown(first)["title"], stage.shown(second)["title"]) == ("Found", "Found too"))
    item = stage.shown(second)
    assert (item["studio"], item["Genre"]) == ("Found Studio", ["found tag"])
    assert [role["tag"] for role in item["Role"]] == ["Found Person"]


def test_identify_with_several_matches_sets_the_skip_tag(stage: Changes) -> None:
    scene, tag = stage.take(), stage.create("tag", "To be looked at")
    stage.stash.control("POST", "identify", {scene: {"multiple": True}})
    identify(stage, [scene], skipMultipleMatches=True, skipMultipleMatchTag=tag)
    stage.sees(lambda: "To be looked at" in stage.shown(scene)["Genre"])


def test_another_primary_file(stage: Changes) -> None:
    """A scene without a title takes the name of its first file; which that is moves the scene."""
    scene = stage.take()
    path = stage.add_file(scene, "the better copy")
    stage.edit_scene(scene, primary_file_id=stage.file(scene, 1), title="First of all")
    stage.sees(lambda: stage.title_at(path) == "First of all")
    assert stage.shown(scene)["title"] == "First of all"
