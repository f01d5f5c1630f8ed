"""A scene that takes the place of a vanished one takes nothing away: what it does not say stays in Plex."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from change_stage import SECONDS, Changes, changes
from command_line import plexsync

from plexsync.store.jobs import State
from plexsync_simulators.shared.json_type import Json

SCENES = 80
FIELDS = ("title", "titleSort", "summary", "originallyAvailableAt", "studio", "userRating", "Role", "Genre", "thumb")


@pytest.fixture(scope="module")
def stage() -> Iterator[Changes]:
    with changes(SCENES, uneven=1, orphan_policy="clear") as stage:
        yield stage


def command_line(stage: Changes, *words: str) -> str:
    return plexsync(stage.data, *words).out


def braked(stage: Changes) -> str:
    lines = command_line(stage, "status").splitlines()
    return "".join(line for line in lines if line.startswith("Stopped to be safe:"))


def unmounted_and_back(stage: Changes, files: list[Json]) -> None:
    """The share goes, Stash cleans; the share comes back, Stash scans."""
    stage.clean(*(file["path"] for file in files))
    stage.rig_idle()
    stage.scan(add=[{name: file[name] for name in ("path", "size", "duration")} for file in files])


def test_share_unmounted_clean_share_back_scan(stage: Changes) -> None:
    scenes = stage.take_some(SCENES)
    by_id = {scene["id"]: scene for scene in stage.stash.control("GET", "dump")["scenes"]}
    before = {scene: stage.shown(scene) for scene in scenes}
    unmounted_and_back(stage, [by_id[scene]["files"][0] for scene in scenes])
    paths = {stage.world.belongs[scene][0] for scene in scenes}
    stage.wait_until(lambda: all(stage.owner_of(path) not in {"", *scenes} for path in paths), SECONDS)
    stage.rig_idle()
    after = {scene: stage.shown(scene) for scene in scenes}
    lost = {scene: [of for of in FIELDS if before[scene].get(of) != after[scene].get(of)] for scene in scenes}
    assert not {scene: fields for scene, fields in lost.items() if fields}


def test_a_scan_brings_back_what_a_destroyed_file_entry_left_on_the_disk() -> None:
    """Since v0.31 a scene can take its files' entries along (recorded scan_after_destroyed_scenes)."""
    with changes(2, uneven=1) as stage:
        scene = stage.take()
        before, file = stage.shown(scene), stage.scene(scene)["files"][0]
        body = "mutation Do($ids: [ID!]!) { scenesDestroy(input: { ids: $ids, destroy_file_entry: true }) }"
        stage.ask_stash(body, ids=[scene])
        stage.wait_until(lambda: int(scene) not in stage.store.scenes.ids(), SECONDS)
        stage.rig_idle()
        stage.scan(add=[{"path": file["path"], "size": file["size"], "duration": 100}])
        path = stage.world.belongs[scene][0]
        stage.wait_until(lambda: stage.owner_of(path) not in {"", scene}, SECONDS)
        stage.rig_idle()
        after = stage.shown(scene)
        assert [of for of in FIELDS if before.get(of) != after.get(of)] == []


def test_a_restored_backup_overwrites_nothing_unasked() -> None:
    with changes(SCENES, uneven=1) as stage:
        scenes = stage.take_some(SCENES)
        stage.ask_stash("mutation { backupDatabase(input: {}) }")
        edit = "mutation Do($ids: [ID!]!) { bulkSceneUpdate(input: { ids: $ids, details: %s, rating100: 90 }) { id } }"
        stage.ask_stash(edit % '"Words of this week"', ids=scenes[:70])
        stage.sees(lambda: all(stage.shown(scene)["summary"] == "Words of this week" for scene in scenes[:70]))
        stage.stash.control("POST", "restart", {"seconds": 0.5, "restore": True})
        stage.wait_until(lambda: stage.jobs_by_state().get((State.WAITING, "brake")) == 70, 60)
        stage.rig_idle()
        assert all(stage.shown(scene)["summary"] == "Words of this week" for scene in scenes[:70])
        told = command_line(stage, "status")
        assert "PlexSync holds back 70 scenes" in told
        assert told.count("For example scene") == 3
        assert 'summary "Words of this week" becomes "About ' in told
        stage.mutate("sceneUpdate", id=scenes[75], title="An edit meanwhile arrives")
        stage.mutate("sceneUpdate", id=scenes[3], title="So does one of a scene that is held")
        stage.wait_until(lambda: stage.shown(scenes[75])["title"] == "An edit meanwhile arrives", SECONDS)
        stage.wait_until(lambda: stage.shown(scenes[3])["title"].startswith("So does"), SECONDS)
        assert "69 scenes let pass." in command_line(stage, "queue", "allow")
        stage.sees(lambda: stage.shown(scenes[0])["summary"].startswith("About"))


def test_most_scenes_gone_is_told_and_nothing_of_theirs_is_taken_away() -> None:
    with changes(SCENES, uneven=1, orphan_policy="clear") as stage:
        scenes = stage.take_some(SCENES)
        paths = [stage.path(scene) for scene in scenes]
        before = {scene: stage.shown(scene) for scene in scenes}
        stage.clean(*paths)
        stage.wait_until(lambda: "gone from Stash" in braked(stage), SECONDS)
        stage.ask("reconcile", {"scope": "all", "origin": "test"}, 30)
        stage.rig_idle()
        assert {scene: stage.shown(scene) for scene in scenes} == before
        told = command_line(stage, "status")
        assert "80 of 81 synced items belong to scenes that are gone from Stash." in told
        assert "mount it and scan in Stash" in told
        assert "mount it and scan in Stash" in command_line(stage, "check")
        stage.scan(add=[{"path": path, "size": 5_000_000, "duration": 100.0} for path in paths])
        stage.wait_until(lambda: not braked(stage), SECONDS)
