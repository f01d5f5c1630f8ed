"""The item of the probe named by its scene: found as `plexsync why` finds it, and only where it is exactly one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from agent_stage import single
from command_line import plexsync

from plexsync_simulators.rig import Rig
from plexsync_simulators.world import make_world

WORLD = make_world(40, 1)


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with Rig(WORLD) as made:
        yield made


def test_a_scene_names_its_item(rig: Rig) -> None:
    (scene,) = single(WORLD, 1)
    ran = plexsync(rig.data, "probe", "--item", scene, stdin="n\n")
    item = rig.item_of(scene)
    assert f"“{item['title']}” ({item['ratingKey']})" in ran.err
    assert ran.code == 1
    assert not (rig.data / "probe.journal").exists()


def test_a_scene_without_an_item_and_one_that_is_not_there_are_refused(rig: Rig) -> None:
    absent = next(scene for scene, paths in WORLD.belongs.items() if not paths)
    for scene in (absent, "99999"):
        ran = plexsync(rig.data, "probe", "--item", scene, "--yes", "--json")
        assert ran.document["error"]["code"] in {"probe_items", "no_such_scene"}
    methods = rig.plex.control("GET", "requests?counts=1")["methods"]
    assert set(methods) == {"GET"}
