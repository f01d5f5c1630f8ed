"""A worker plans its next batch while it sends the edits of this one, by the settings that are in force then."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from inside import Inside, inside, item, scene, small_world

from plexsync.domain.model import Field
from plexsync.store.history.runs import UNDO
from plexsync.store.history.undo import UndoRow
from plexsync.store.jobs import Priority
from plexsync.sync.batch_sizes import ONE_READ

NUMBER = ONE_READ + 30
PLEX = {"read_latency_ms": 0, "write_latency_ms": 8}


@pytest.fixture(scope="module")
def stage() -> Iterator[Inside]:
    scenes = [scene(one, f"{one}.mp4") for one in range(1, NUMBER + 1)]
    items = [{**item(f"{one}.mp4"), "title": f"file {one}"} for one in range(1, NUMBER + 1)]
    settings = {"image_poster": "off", "no_startup_reconcile": True}
    with inside(small_world(*scenes, items=items), plex_options=PLEX, settings=settings) as stage:
        run = stage.store.runs.start(UNDO, "test", "1", stage.now())
        stage.store.undos.keep([UndoRow(run, NUMBER + 1, "1", Field.TITLE, 1)])  # batches of an undo are small
        yield stage


def first_batch(stage: Inside, title: str) -> None:
    """Rename all scenes, and bring the first batch over."""
    for one in range(1, NUMBER + 1):
        stage.edit_scene(str(one), title=f"{title} {one}")
    stage.store.jobs.enqueue(range(1, NUMBER + 1), priority=Priority.MANY, origin="test", now=stage.now())
    assert stage.worker.turn()
    stage.reset_counts()


def titles(stage: Inside) -> set[str]:
    return {str(shown["title"]) for shown in stage.items().values()}


def test_the_next_batch_asks_stash_for_nothing_any_more(stage: Inside) -> None:
    first_batch(stage, "Title")
    assert stage.worker.turn()
    assert stage.stash_counts()["query"] == 0
    assert titles(stage) == {f"Title {one}" for one in range(1, NUMBER + 1)}


def test_settings_that_change_between_two_batches_hold_for_the_second_one(stage: Inside) -> None:
    first_batch(stage, "Other")
    stage.reload(policy_title="off")
    assert stage.worker.turn()
    assert stage.stash_counts()["query"] > 0, "all of it is read and planned anew"
    assert sum(title.startswith("Other") for title in titles(stage)) == ONE_READ
