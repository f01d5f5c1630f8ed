"""Causes in words, and ten thousand dead letters at no cost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from plexsync.domain.errors import ItemError
from plexsync.domain.model import Scene
from plexsync.overview.scene_counts import scene_counts
from plexsync.store import Store
from plexsync.store.jobs import Priority, Setback, State
from plexsync.store.scenes import FileRow
from plexsync.usecases.needs_you import ignoring
from plexsync.usecases.needs_you.causes import CAUSES, Remedy, needs_you, scenes_of
from plexsync.usecases.needs_you.counts import needs_you_counts
from plexsync.usecases.queue import changes, dead_letters
from plexsync.usecases.queue.pages import listed

NOW = 1_000_000.0
MANY = 10_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    yield store
    store.close()


def give_up(store: Store, *scenes: int, cause: str = "item_rejected", **detail: str) -> None:
    with store.transaction():
        store.jobs.enqueue(scenes, priority=Priority.BULK, origin="test", now=NOW - 10)
        for scene in scenes:
            job = store.jobs.get(scene)
            assert job is not None
            store.jobs.defer(job, Setback(State.DEAD, cause, {"code": cause, **detail}, NOW), NOW)


@pytest.mark.parametrize("cause", [kind.code for kind in ItemError.__subclasses__()])
def test_every_dead_letter_has_a_title_what_it_means_and_what_to_do(store: Store, cause: str) -> None:
    store.scenes.remember(Scene(7, title="Titled"), "hash", "", (), 0.0)
    give_up(store, 7, cause=cause, detail="what the server said", fields="title", rating_key="12")
    (group,) = needs_you(store.folder, NOW).groups
    assert cause in CAUSES
    assert group.title != cause
    assert group.advice.text
    assert group.advice.next_step
    assert group.for_all in {Remedy.RETRY, Remedy.BUG_REPORT}
    assert group.for_one is Remedy.RETRY
    (row,) = group.rows
    assert (row.title, row.rating_key, row.attempts) == ("Titled", "12", 1)
    assert row.fact
    assert dead_letters.retry(store.folder, NOW, cause) == 1
    assert needs_you(store.folder, NOW).groups == ()


def test_a_scene_without_a_title_is_named_by_its_file(store: Store) -> None:
    store.scenes.remember(Scene(7), "hash", "", (FileRow("/data/a/film.mp4", "/data/a/film.mp4", 1),), 0.0)
    give_up(store, 7)
    assert needs_you(store.folder, NOW).groups[0].rows[0].title == "film.mp4"


def test_of_scenes_that_were_shown_before_it_is_said_what_became_of_them(store: Store) -> None:
    give_up(store, 1, 2, 3)
    store.scenes.remember(Scene(2), "hash", "", (), 0.0)
    store.queue.retry_dead_of([1], NOW)
    ignoring.ignore(store.folder, [2], NOW)
    found = needs_you(store.folder, NOW, seen=[1, 2, 3, 4])
    assert [row.scene_id for row in found.groups[0].rows] == [3]
    assert {one.scene_id: one.state for one in found.became} == {1: "on_the_way", 2: "other", 4: "in_sync"}


def test_ten_thousand_dead_letters_are_counted_paged_ignored_and_retried(store: Store) -> None:
    give_up(store, *range(1, MANY + 1), detail="bad date")
    give_up(store, MANY + 1, cause="bug")
    began = time.perf_counter()
    counts = needs_you_counts(store, NOW)
    counted_in = time.perf_counter() - began
    assert (counts.total, [one.cause for one in counts.causes]) == (MANY + 1, ["item_rejected", "bug"])
    assert scene_counts(store, NOW).needs_you == counts.total
    began = time.perf_counter()
    first = needs_you(store.folder, NOW).groups[0]
    page = scenes_of(store.folder, "item_rejected", NOW, limit=1000, offset=MANY - 500)
    shown_in = time.perf_counter() - began
    assert (len(first.rows), page.total, len(page.rows)) == (3, MANY, 500)
    assert page.rows[-1].scene_id == MANY
    assert counted_in < 0.1
    assert shown_in < 0.5
    act = ignoring.ignore_cause(store.folder, "item_rejected", NOW)
    assert act.scenes == MANY
    assert needs_you_counts(store, NOW).total == 1
    assert ignoring.heed_act(store.folder, act.act, NOW).scenes == MANY
    assert store.jobs.ready(NOW)


def test_clearing_says_that_nothing_is_lost_and_when_it_is_found_again(store: Store) -> None:
    store.jobs.enqueue([1, 2, 3], priority=Priority.BULK, origin="test", now=NOW)
    asked = changes.clearing(store.folder, NOW)
    assert (asked.scenes, asked.lost.text) == (
        3, "Nothing is lost: the next reconcile or full sync finds again what differs.",
    )  # fmt: skip
    assert changes.clear(store.folder, NOW).removed == 3
    assert listed(store.folder).rows == ()
