"""A scene that takes the place of a vanished one takes nothing away: what it does not say stays in Plex."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from change_stage import SECONDS, Changes, changes

Json = dict[str, Any]
SCENES = 80
FIELDS = ("title", "titleSort", "summary", "originallyAvailableAt", "studio", "userRating", "Role", "Genre", "thumb")


@pytest.fixture(scope="module")
def stage() -> Iterator[Changes]:
    with changes(SCENES, uneven=1, orphan_policy="clear") as stage:
        yield stage


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
