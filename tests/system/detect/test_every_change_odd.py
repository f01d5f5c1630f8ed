"""Changes under odd circumstances: another clock or zone, the file out of sight, somebody watching, many at once."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from agent_stage import wait_for
from change_stage import OLD, Changes, changes

from plexsync.store.state import AGENT_STATUS, AgentStatus

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def stage() -> Iterator[Changes]:
    with changes(45, uneven=20) as stage:
        yield stage


def edit_and_see(stage: Changes, title: str) -> None:
    scene = stage.take()
    stage.edit_scene(scene, title=title)
    stage.sees(lambda: stage.shown(scene)["title"] == title)


@contextmanager
def repeated(work: Callable[[], object], seconds: float) -> Iterator[None]:
    """Do something again and again, beside the test."""
    end = threading.Event()

    def repeat() -> None:
        while not end.wait(seconds):
            work()

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def test_somebody_watches_and_no_full_scan_is_made_and_an_edit_arrives(stage: Changes) -> None:
    watch_and_edit(stage)


def test_somebody_watches_in_an_old_stash() -> None:
    with changes(3, uneven=10, version=OLD) as stage:
        watch_and_edit(stage)


def watch_and_edit(stage: Changes) -> None:
    watched = stage.take()
    stage.rig_idle()
    time.sleep(1.0)
    stage.reset_counts()
    plays = "mutation Do($id: ID!) { sceneSaveActivity(id: $id, resume_time: 1, playDuration: 0.3) }"
    counts = "mutation Do($id: ID!) { sceneAddPlay(id: $id) { count } }"
    with repeated(lambda: (stage.ask_stash(plays, id=watched), stage.ask_stash(counts, id=watched)), 0.3):
        time.sleep(1.5)
        edit_and_see(stage, "edited meanwhile")
        time.sleep(1.5)
    assert stage.asked("Poll") >= 5
    assert stage.asked("Listing") == 0
    assert stage.asked("Watched") <= stage.asked("Poll") + 1


@pytest.mark.parametrize("seconds", [-86400, 86400], ids=["a day back", "a day ahead"])
def test_a_clock_that_jumps(stage: Changes, seconds: int) -> None:
    edit_and_see(stage, f"before {seconds}")
    stage.stash.control("POST", "clock_offset", {"seconds": seconds})
    try:
        for turn in range(3):
            edit_and_see(stage, f"jumped {seconds}, {turn}")
        tag = stage.create("tag", f"Clock {seconds}")
        scene = stage.take()
        stage.edit_scene(scene, tag_ids=[tag])
        stage.sees(lambda: stage.shown(scene)["Genre"] == [f"Clock {seconds}"])
        stage.mutate("tagUpdate", id=tag, name=f"Clock renamed {seconds}")
        stage.sees(lambda: stage.shown(scene)["Genre"] == [f"Clock renamed {seconds}"])
    finally:
        stage.stash.control("POST", "clock_offset", {"seconds": 0})
    edit_and_see(stage, f"and back {seconds}")


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Auckland", "UTC"])
def test_a_server_in_another_zone(stage: Changes, zone: str) -> None:
    stage.stash.control("POST", "timezone", {"zone": zone})
    for turn in range(2):
        edit_and_see(stage, f"in {zone}, {turn}")


@pytest.fixture(scope="module")
def unseen() -> Iterator[Changes]:
    """A stage from whose agent the database file is hidden, as from another container."""
    with changes(10, uneven=10, poll_seconds=0.5) as stage:
        stage.kill_agent()
        (stage.folder / "stash").rename(stage.folder / "another machine")
        stage.begin()
        stage.wait_until(lambda: not stage.store.state.get(AGENT_STATUS, AgentStatus()).sees_file, 10)
        yield stage
        (stage.folder / "another machine").rename(stage.folder / "stash")


def test_out_of_sight_an_edit_arrives_by_polling(unseen: Changes) -> None:
    edit_and_see(unseen, "out of sight")
    scene, tag = unseen.take(), unseen.create("tag", "Polled")
    unseen.edit_scene(scene, tag_ids=[tag])
    unseen.sees(lambda: unseen.shown(scene)["Genre"] == ["Polled"])
    unseen.mutate("tagDestroy", id=tag)
    unseen.sees(lambda: unseen.shown(scene)["Genre"] == [])


def test_out_of_sight_a_moved_file_is_found_by_a_run(unseen: Changes) -> None:
    scene = unseen.take()
    path = unseen.path(scene).replace("/film", " elsewhere/film")
    unseen.add_items(path)
    folder = path.rpartition("/")[0]
    unseen.stash.control("POST", "rename_folder", {"from": folder.replace(" elsewhere", ""), "to": folder})
    unseen.ask("reconcile", {"scope": "all", "origin": "test"}, 30)
    unseen.sees(lambda: unseen.title_at(path) == f"Row {scene}")


COLUMNS: dict[str, tuple[Any, str, Any]] = {
    "title": ("By SQL", "title", "By SQL"),
    "date": ("1999-09-09", "originallyAvailableAt", "1999-09-09"),
    "rating": (15, "userRating", 1.5),
    "studio_id": (2, "studio", ""),
    "director": ("S. Q. Ell", "Director", ["S. Q. Ell"]),
}


@pytest.mark.parametrize("column", COLUMNS)
def test_exec_sql_on_a_column(stage: Changes, column: str) -> None:
    scene, (value, field, shown) = stage.take(), COLUMNS[column]
    stage.sql(f"UPDATE scenes SET {column} = ? WHERE id = ?", value, scene)
    stage.sees(lambda: stage.shown(scene).get(field) == (shown or stage.studio_name(value)))


@pytest.mark.parametrize("kind", ["tag", "performer", "studio", "group"])
def test_exec_sql_renames_an_entity(stage: Changes, kind: str) -> None:
    """Not even the entity's own stamp moves."""
    scene, name = stage.take(), stage.name(kind)
    entity = stage.create(kind, name)
    many = [{"group_id": entity}] if kind == "group" else [entity]
    plural = {"studio": "studio_id", "group": "groups"}.get(kind, f"{kind}_ids")
    stage.edit_scene(scene, **{plural: entity if kind == "studio" else many})
    stage.sees(lambda: name in str(stage.shown(scene)))
    stage.sql(f"UPDATE {kind}s SET name = ? WHERE id = ?", f"SQL {kind}", entity)
    stage.sees(lambda: f"SQL {kind}" in str(stage.shown(scene)))


@pytest.mark.parametrize("how", ["scenes_tags", "details"])
def test_exec_sql_that_only_a_deep_run_finds(stage: Changes, how: str) -> None:
    """A listing leaves out the texts, and the people of a scene."""
    scene = stage.take()
    before = stage.shown(scene)
    if how == "details":
        stage.sql("UPDATE scenes SET details = ? WHERE id = ?", "Written by SQL", scene)
    else:
        stage.sql("INSERT INTO scenes_tags (scene_id, tag_id) VALUES (?, 6)", scene)
    stage.ask("reconcile", {"scope": "all", "deep": True, "origin": "test"}, 30)
    field = "summary" if how == "details" else "Genre"
    stage.sees(lambda: stage.shown(scene)[field] != before[field])


def test_metadata_import() -> None:
    """The whole library is wiped, is empty for a while, and comes back under other ids with its old stamps."""
    with changes(8, uneven=20) as stage:
        scene = stage.take()
        stage.do_job("mutation { metadataExport }")
        stage.edit_scene(scene, title="Not in the export", tag_ids=[])
        stage.sees(lambda: stage.shown(scene)["title"] == "Not in the export")
        stage.stash.control("POST", "import_seconds", {"seconds": 1.0})
        stage.do_job("mutation { metadataImport }")
        stage.sees(lambda: stage.shown(scene)["title"] == f"Row {scene}", 20)
        assert stage.plex_counts()["DELETE"] == 0


def test_a_backup_is_restored(stage: Changes) -> None:
    """Stash begins again with a database in which the stamps are older than those that were seen."""
    scene = stage.take()
    stage.ask_stash("mutation { backupDatabase(input: { download: false }) }")
    stage.edit_scene(scene, title="Not in the backup", tag_ids=["5"])
    stage.sees(lambda: stage.shown(scene)["title"] == "Not in the backup")
    stage.stash.control("POST", "restart", {"seconds": 0.5, "restore": True})
    time.sleep(1.0)
    stage.sees(lambda: stage.shown(scene)["title"] == f"Row {scene}", 20)


def digest(stage: Changes, scene: str) -> str:
    with urllib.request.urlopen(f"{stage.stash.url}/scene/{scene}/screenshot", timeout=10) as answer:
        return hashlib.sha1(answer.read(), usedforsecurity=False).hexdigest()


def test_every_way_to_another_cover() -> None:
    with changes(6, uneven=5, image_poster="poster") as stage:
        ways: dict[str, Callable[[str], object]] = {
            "scene_update_cover": lambda scene: stage.edit_scene(
                scene, cover_image=f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
            ),
            "scene_generate_screenshot": lambda scene: stage.ask_stash(
                "mutation Do($id: ID!) { sceneGenerateScreenshot(id: $id, at: 2) }", id=scene
            ),
            "generate_covers_phash": lambda scene: stage.do_job(
                "mutation Do($i: GenerateMetadataInput!) { metadataGenerate(input: $i) }",
                i={"sceneIDs": [scene], "covers": True, "phashes": True, "overwrite": True},
            ),
        }
        for way, change in ways.items():
            scene = stage.take()
            before = digest(stage, scene)
            stage.sees(partial(has_poster, stage, scene, before))
            change(scene)
            after = digest(stage, scene)
            assert after != before, way
            stage.sees(partial(has_poster, stage, scene, after))


def has_poster(stage: Changes, scene: str, wanted: str) -> bool:
    return bool(stage.shown(scene)["thumb"]["sha1"] == wanted)


def test_a_tag_of_500_scenes_is_renamed_and_a_save_goes_first() -> None:
    with changes(520, uneven=80) as stage:
        tag, scenes = stage.create("tag", "On many"), stage.take_some(500)
        stage.mutate_list("bulkSceneUpdate", ids=scenes, tag_ids={"mode": "ADD", "ids": [tag]})
        stage.wait_equal(40)
        saved = stage.take()
        stage.plex.control("POST", "latency", {"write_ms": 150})
        stage.reset_counts()
        stage.mutate("tagUpdate", id=tag, name="On very many")
        stage.wait_until(lambda: stage.plex_counts()["PUT"] >= 1)
        stage.edit_scene(saved, title="Saved meanwhile")
        took = wait_for(lambda: stage.shown(saved)["title"] == "Saved meanwhile", 10)
        assert stage.plex_counts()["PUT"] <= 12
        stage.sees(lambda: all("On very many" in stage.shown(scene)["Genre"] for scene in scenes[::50]), 40)
        assert stage.plex_counts()["PUT"] <= 13
        assert took <= 5.0
