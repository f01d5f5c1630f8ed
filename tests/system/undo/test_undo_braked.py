"""An undo of scenes that a brake holds: what was asked for goes back, and nothing else is let pass."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from undo_stage import Undos, past

from plexsync.store.history.runs import UNDO
from plexsync.store.history.undo import UndoState

OLDER = {"updated_at": "2020-01-01T00:00:00Z"}


@pytest.fixture
def two() -> Iterator[Undos]:
    with past(2, settings={"image_poster": "off", "brake_items": 1, "brake_percent": 1}) as stage:
        yield stage


def braked_run(stage: Undos, stamp: dict[str, str]) -> int:
    """Bring new titles over, let a brake hold the loss of a tag that nobody took; returns the run of the titles."""
    stage.first_sync()
    for number in (1, 2):
        stage.edit_scene(str(number), title=f"Newer {number}")
    stage.poll()
    stage.work()
    run = stage.title_run()
    for number in (1, 2):
        stage.stash.control("POST", "raw_scene", {"id": number, "tag_ids": ["1"], **stamp})
    stage.store.commands.ask("sync", {"scope": "all", "origin": "test", "allowed": False}, stage.now())
    stage.commands.turn()
    stage.work()
    assert stage.store.jobs.number_held() == 2
    return run


def titles(stage: Undos) -> set[str]:
    return {found["title"] for found in stage.snapshot().values()}


@pytest.mark.parametrize("stamp", [OLDER, {}], ids=["an older Stash", "a deleted tag"])
def test_the_undone_fields_go_back_and_held_losses_stay_held(two: Undos, stamp: dict[str, str]) -> None:
    run = braked_run(two, stamp)
    stamps = {key: record.stamp for key, record in two.store.links.of_scenes([1, 2]).items()}
    undo = two.ask_undo(run)
    two.work()
    two.commands.turn()
    assert not two.store.runs.running(UNDO)
    assert {(row.scene_id, row.field.value) for row in two.rows(undo, UndoState.BACK)} >= {(1, "title"), (2, "title")}
    assert titles(two) == {"Harbour 1", "Harbour 2"}
    assert two.store.jobs.number_held() == 2
    left = {key: record.stamp for key, record in two.store.links.of_scenes([1, 2]).items()}
    assert left == stamps, "the brake still knows that the scenes are as nobody left them"
    two.later += 5
    two.work()
    assert two.store.jobs.number_held() == 2, "not even when all of it is known"
    assert all("Stash's" in found["Genre"] for found in two.snapshot().values())


def test_an_undo_that_fails_on_a_braked_scene_is_tried_again(two: Undos) -> None:
    run = braked_run(two, {})
    refuse = {"match": {"method": "PUT"}, "kind": "status", "status": 400}
    two.plex.control("POST", "faults", [{**refuse, "times": -1}])
    undo = two.ask_undo(run)
    two.work()
    assert {row.field.value for row in two.rows(undo, UndoState.WANTED)} >= {"title"}
    assert two.store.jobs.number_held() == 0, "what waits for a person is not tried again"
    two.plex.control("POST", "faults", [])
    two.later += 3600
    two.work()
    assert titles(two) == {"Harbour 1", "Harbour 2"}
    assert two.rows(undo, UndoState.WANTED) == ()
    assert two.store.jobs.number_held() == 2
