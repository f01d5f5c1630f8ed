"""History is kept for a while and then dropped, a little at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plexsync.domain.model import Base, Change, Field, Plan, Why
from plexsync.store import Store
from plexsync.store.history.writes import RunSummary, WriteFilter


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    yield store
    store.close()


def noted(store: Store, scene: int, at: float) -> None:
    change = Change(Field.TITLE, "a", "b", Why.UPDATE)
    store.journal.plan([Plan(scene, "10", "1", (change,), (), Base())], {}, at)


def test_old_entries_go_oldest_first_and_no_more_than_asked_for(store: Store) -> None:
    for at in (30.0, 10.0, 20.0, 100.0):
        noted(store, int(at), at)
    assert store.journal.purge(50.0, 2) == 2
    assert [len(store.journal.of_scene(scene)) for scene in (10, 20, 30, 100)] == [0, 0, 1, 1]
    assert store.journal.purge(50.0, 2) == 1
    assert len(store.journal.of_scene(100)) == 1


def test_a_run_that_goes_on_is_kept_however_old(store: Store) -> None:
    ended, going = (store.runs.start("sync", "test", "all", 1.0) for _ in range(2))
    store.runs.end(ended, "done", {}, 2.0)
    store.runs.purge(50.0)
    assert [run.id for run in store.runs.newest(5)] == [going]


def test_the_writes_of_a_run_stand_scene_by_scene_and_field_by_field(store: Store) -> None:
    run = store.runs.start("sync", "test", "all", 1.0)
    for scene in (2, 1):
        for of in (Field.RATING, Field.SUMMARY, Field.TITLE):
            store.journal.plan(
                [Plan(scene, "10", "1", (Change(of, "a", "b", Why.UPDATE),), (), Base())], {scene: run}, 1.0
            )
            store.journal.settle(scene, "10", [of.value])
    found = store.writes.of_run(run, WriteFilter(), 0, 10)
    assert [(one.scene_id, one.field.value) for one in found] == [
        (scene, name) for scene in (1, 2) for name in ("title", "summary", "rating")
    ]
    for offset in range(8):
        for limit in (1, 2, 4):
            assert store.writes.of_run(run, WriteFilter(), offset, limit) == found[offset : offset + limit]
    titles = WriteFilter(field="title")
    assert [one.scene_id for one in store.writes.of_run(run, titles, 1, 5)] == [2]
    assert store.writes.summary(run) == RunSummary(2, 1, ("title", "summary", "rating"))
    assert store.writes.summary(run + 1) == RunSummary(0, 0, ())
