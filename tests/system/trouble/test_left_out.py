"""An unusable part of an answer costs only itself, and is named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from agent_stage import single
from inside import Inside, inside, item, scene, small_world

from plexsync.store.jobs import State
from plexsync.store.state import SCANNED_AT
from plexsync.usecases.status.lines import lines_of
from plexsync.usecases.status.report import status
from plexsync_simulators.world import make_world

SETTINGS = {"image_poster": "off", "no_startup_reconcile": True}


@pytest.fixture
def stage() -> Iterator[Inside]:
    with inside(make_world(24, 3), settings=SETTINGS) as stage:
        yield stage


def said(stage: Inside) -> str:
    return "\n".join(lines_of(status(stage.data, stage.now())))


def key_of(stage: Inside, scene_id: str) -> str:
    (key,) = stage.store.links.of_gone([int(scene_id)])
    return key.rating_key


def test_half_a_letter_in_a_foreign_item_stops_nothing(stage: Inside) -> None:
    stage.plex.control(
        "POST", "items", {"section": "1", "items": [{"title": "Caf\udcc3", "files": [{"path": "/media/odd.mkv"}]}]}
    )
    stage.sync()
    assert stage.differences() == {}
    assert stage.reconcile(deep=True).state == "done"


@pytest.mark.parametrize("deep", [False, True])
def test_a_row_that_plex_cannot_list_costs_only_itself(stage: Inside, *, deep: bool) -> None:
    stage.sync()
    odd = single(stage.world, 1)[0]
    key = key_of(stage, odd)
    stage.plex.control("POST", "switches", {"broken_rows": key})
    others = [one["id"] for one in stage.world.stash["scenes"] if one["id"] != odd]
    stage.edit_scene(others[0], title="Edited meanwhile")
    found = stage.reconcile(deep=deep)
    assert found.state == "done"
    stage.work()
    assert stage.differences() == {}
    assert stage.store.library.updated([key])
    assert found.result["scenes"] == len(others) + 1


@pytest.mark.parametrize("deep", [False, True])
def test_an_item_that_plex_cannot_read_costs_only_itself(stage: Inside, *, deep: bool) -> None:
    stage.sync()
    odd, other = single(stage.world, 2)
    key = key_of(stage, odd)
    stage.plex.control("POST", "switches", {"broken_reads": key, "broken_rows": key})
    for one in (odd, other):
        stage.edit_scene(one, title=f"Edited {one}")
    found = stage.reconcile(deep=deep)
    assert found.state == "done"
    assert int(odd) in found.gaps["unreadable"]
    stage.work()
    assert stage.differences().keys() <= {stage.item_now(key)["media"][0]["parts"][0]["path"]}
    assert f"Left out: {stage.store.library.titles([key])[key]} in Plex's library" in said(stage)
    stage.plex.control("POST", "switches", {"broken_reads": "", "broken_rows": ""})
    assert "unreadable" not in stage.reconcile().gaps
    assert "Left out" not in said(stage)


def test_a_run_over_one_scene_whose_item_cannot_be_read_ends_well(stage: Inside) -> None:
    stage.sync()
    odd = single(stage.world, 1)[0]
    stage.plex.control("POST", "switches", {"broken_reads": key_of(stage, odd)})
    stage.edit_scene(odd, title="The only one of today")
    found = stage.reconcile(scope="24h", since=stage.now() - 3600)
    assert (found.state, found.gaps["unreadable"]) == ("done", {int(odd)})


def test_a_scene_of_the_year_10000_does_not_stop_the_first_scan() -> None:
    world = small_world(scene(1, "a.mp4"), scene(2, "b.mp4"), items=[item("a.mp4"), item("b.mp4")])
    with inside(world, settings=SETTINGS) as stage:
        stage.stash.control("POST", "raw_scene", {"id": "1", "updated_at": "10000-01-01T00:00:00Z"})
        stage.store.connection.execute("DELETE FROM meta WHERE key = ?", (SCANNED_AT.name,))
        stage.begin_life()
        stage.poll()
        stage.sync()
        assert stage.differences() == {}
        stage.edit_scene("2", title="Edited")
        stage.poll()
        stage.work()
        assert stage.differences() == {}
        assert not any(state is State.DEAD for state, _ in stage.jobs_by_state())


def test_a_stash_that_fails_at_every_scene_is_an_outage_and_gives_none_up(stage: Inside) -> None:
    stage.sync()
    scenes = [one["id"] for one in stage.world.stash["scenes"]]
    stage.stash.control("POST", "switches", {"broken_scenes": ",".join(scenes)})
    stage.enqueue(*scenes[:20])
    stage.reset_counts()
    for _ in range(5):
        stage.later += 3600
        stage.worker.turn()
    assert stage.worker.breaker.trip is not None
    assert stage.worker.breaker.trip.code == "bad_answer"
    assert {stage.job(one).attempts for one in scenes[:20]} == {0}
    assert stage.stash_counts()["query"] < 60, "they are not asked for one by one"
    stage.stash.control("POST", "switches", {"broken_scenes": scenes[0]})
    stage.later += 3600
    while stage.worker.turn():
        stage.later += 1
    found = stage.jobs_by_state()
    assert found[State.WAITING, "scene_unreadable"] == 1, "this one alone is to blame"
    assert stage.job(scenes[0]).cause == "scene_unreadable"
    assert not any(state is State.QUEUED for state, _ in found)
