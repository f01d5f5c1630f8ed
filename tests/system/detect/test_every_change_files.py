"""Every operation on files, in a Stash of today and in one that can list neither changed files nor folders.

Plex shows the files at their new places before Stash does, as items of their own without metadata. Such an item gets
its scene's metadata if the change was seen. Assigning or deleting a file moves no time stamp at all. A full scan finds
it, in both versions.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from change_stage import NEW, OLD, Changes, changes

from plexsync_simulators.world import to_plex


@pytest.fixture(scope="module", params=[NEW, OLD])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def stage(version: str) -> Iterator[Changes]:
    with changes(36, uneven=20, version=version) as stage:
        yield stage


def has_title(stage: Changes, path: str, scene: str) -> bool:
    return stage.title_at(path) == f"Row {scene}"


def move_files(stage: Changes, scenes: list[str], folder: str, name: str = "") -> None:
    asked = {"ids": [stage.file(scene) for scene in scenes], "destination_folder": folder}
    asked |= {"destination_basename": name} if name else {}
    stage.graphql("mutation Do($input: MoveFilesInput!) { moveFiles(input: $input) }", input=asked)


def test_move_files_renames_one(stage: Changes) -> None:
    scene = stage.take()
    folder = f"/data/movies/Row {scene}"
    stage.add_items(f"{folder}/renamed.mp4")
    move_files(stage, [scene], folder, "renamed.mp4")
    stage.sees(lambda: has_title(stage, f"{folder}/renamed.mp4", scene))


def test_move_files_of_several_to_a_new_folder(stage: Changes) -> None:
    scenes = stage.take_some(3)
    paths = {scene: f"/data/movies/new place/film {scene}.mp4" for scene in scenes}
    stage.add_items(*paths.values())
    move_files(stage, scenes, "/data/movies/new place")
    stage.sees(lambda: all(has_title(stage, path, scene) for scene, path in paths.items()))


def test_scan_moved_file(stage: Changes) -> None:
    scene = stage.take()
    old, new = stage.path(scene), f"/data/movies/Elsewhere/film {scene}.mp4"
    stage.add_items(new)
    stage.scan(move=[[old, new]])
    stage.sees(lambda: has_title(stage, new, scene))


def test_both_servers_see_a_file_move(stage: Changes) -> None:
    """Plex keeps the item of a moved file: it is the same one, and no value is written twice."""
    scene = stage.take()
    old, new = stage.path(scene), f"/data/movies/Elsewhere/moved {scene}.mp4"
    before = stage.shown(scene)
    stage.plex.control("POST", "move", {"section": "1", "from": to_plex(old), "to": to_plex(new)})
    stage.plex.control("POST", "sections/1/scan")
    stage.scan(move=[[old, new]])
    stage.edit_scene(scene, rating100=10)
    stage.sees(lambda: (stage.shown_at(new) or {}).get("userRating") == 1.0)
    assert (stage.shown_at(new) or {})["ratingKey"] == before["ratingKey"]


@pytest.mark.parametrize("how", ["scan_renamed_folder", "scan_folder_moved", "renamed at once"])
def test_a_renamed_folder(stage: Changes, how: str) -> None:
    """No time stamp moves: it shows where folders can be listed, else in a full scan."""
    scenes = stage.take_some(3)
    folder = f"/data/movies/three {scenes[0]}"
    move_files(stage, scenes, f"{folder}/inner")
    stage.wait_until(lambda: all(stage.store.scenes.keys_of(int(scene))[0].find("three") > 0 for scene in scenes))
    stage.rig_idle()
    to = f"/data/movies/below/another {scenes[0]}" if how == "scan_folder_moved" else f"{folder} renamed"
    new = {scene: f"{to}/inner/film {scene}.mp4" for scene in scenes}
    stage.add_items(*new.values())
    if how == "renamed at once":
        stage.stash.control("POST", "rename_folder", {"from": folder, "to": to})
    else:
        stage.scan(rename_folder=[[folder, to]])
    stage.sees(lambda: all(has_title(stage, path, scene) for scene, path in new.items()))


def test_scan_new_files_and_a_new_folder(stage: Changes) -> None:
    """New scenes have no title yet; what Plex shows is found and theirs, and their first edit arrives."""
    paths = [f"/data/movies/Brand new/film {number}.mp4" for number in range(3)]
    stage.add_items(*paths)
    stage.scan(add=[{"path": path, "size": 7_000_000, "duration": 100} for path in paths])
    body = '{ findScenes(filter: { sort: "id", direction: DESC, per_page: 3 }) { scenes { id files { path } } } }'
    scenes = {one["files"][0]["path"]: one["id"] for one in stage.ask_stash(body)["findScenes"]["scenes"]}
    assert scenes.keys() == set(paths)
    stage.sees(lambda: all(stage.store.links.of_scenes([int(scene)]) for scene in scenes.values()))
    stage.edit_scene(scenes[paths[0]], title="Named at last")
    stage.sees(lambda: stage.title_at(paths[0]) == "Named at last")


def test_scan_duplicate_file(stage: Changes) -> None:
    """A copy joins the scene of the original: both items are the scene's."""
    scene = stage.take()
    copy = stage.add_file(scene, "a copy")
    assert has_title(stage, copy, scene)


def test_scan_replaced_file(stage: Changes) -> None:
    """Another content under the same name changes the size that is remembered, and nothing in Plex."""
    scene = stage.take()
    size = stage.scene(scene)["files"][0]["size"]
    with stage.nothing_goes_out():
        stage.scan(change=[stage.path(scene)])
    assert stage.scene(scene)["files"][0]["size"] != size
    sizes = "SELECT size FROM scene_file WHERE scene_id = ?"
    stage.wait_until(lambda: stage.store.connection.execute(sizes, (scene,)).fetchone()[0] == size + 1)


def test_clean_removed_file(stage: Changes) -> None:
    scene = stage.take()
    stage.clean(stage.path(scene))
    stage.sees(lambda: stage.store.jobs.get(int(scene)) is None and int(scene) not in stage.store.scenes.ids())
    assert stage.shown(scene)["title"] == f"Row {scene}"


def test_clean_one_of_two_files(stage: Changes) -> None:
    """The first one goes: the other is the primary one now, and the item of the one that went is nobody's."""
    scene = stage.take()
    old, copy = stage.path(scene), stage.add_file(scene, "what is left")
    stage.clean(old)
    stage.edit_scene(scene, title="Only one now")
    stage.sees(lambda: stage.title_at(copy) == "Only one now")
    assert has_title(stage, old, scene)


def test_scene_assign_file(stage: Changes) -> None:
    """Neither of the two scenes moves, nor the file, nor a count."""
    owner, other = stage.take_some(2)
    path = stage.add_file(owner, "assigned to another")
    asked = {"scene_id": other, "file_id": stage.file(owner, 1)}
    stage.graphql("mutation Do($input: AssignSceneFileInput!) { sceneAssignFile(input: $input) }", input=asked)
    stage.sees(lambda: has_title(stage, path, other))


def test_delete_files(stage: Changes) -> None:
    """The second file is gone: its item is the scene's no more, and an edit of the scene leaves it alone."""
    forget_the_second_file(stage, "deleteFiles")


def test_destroy_files(stage: Changes, version: str) -> None:
    """Since v0.31: the entry alone is gone."""
    if version == NEW:
        forget_the_second_file(stage, "destroyFiles")


def forget_the_second_file(stage: Changes, mutation: str) -> None:
    scene = stage.take()
    path = stage.add_file(scene, f"gone soon by {mutation}")
    stage.ask_stash(f"mutation Do($ids: [ID!]!) {{ {mutation}(ids: $ids) }}", ids=[stage.file(scene, 1)])
    stage.sees(lambda: len(stage.store.scenes.keys_of(int(scene))) == 1)
    stage.edit_scene(scene, title="Of one file")
    stage.sees(lambda: stage.shown(scene)["title"] == "Of one file")
    assert has_title(stage, path, scene)


def test_import_objects_overwrite(stage: Changes) -> None:
    """The import brings the old stamp back with the old values."""
    scene = stage.take()
    export, before = stage.export(scene), stage.scene(scene)
    stage.edit_scene(scene, title="Between the two", details="", tag_ids=["4"])
    stage.sees(lambda: stage.shown(scene)["title"] == "Between the two")
    stage.upload(export)
    assert stage.scene(scene) == before
    stage.sees(lambda: stage.shown(scene)["title"] == f"Row {scene}")


def test_import_objects_of_a_scene_that_was_deleted(stage: Changes) -> None:
    """It comes back under another id with its old stamps; the items it had are its own again."""
    scene = stage.take()
    path, export = stage.path(scene), stage.export(scene)
    stage.edit_scene(scene, title="Not in the export")
    stage.sees(lambda: stage.shown(scene)["title"] == "Not in the export")
    stage.ask_stash("mutation Do($id: ID!) { sceneDestroy(input: { id: $id }) }", id=scene)
    stage.rig_idle()
    stage.upload(export)
    stage.sees(lambda: has_title(stage, path, scene))
