"""The queue as a person sees it: pages in the order of the work, searches, and what is moved."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from plexsync.domain.model import Scene
from plexsync.domain.person.lanes import QUEUED_LANES, Lane
from plexsync.store import Store
from plexsync.store.jobs import Priority, Setback, State
from plexsync.store.person.queue import Search
from plexsync.store.scenes import FileRow
from plexsync.usecases.queue.pages import page

NOW = 1_000.0
MANY = 12_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    yield store
    store.close()


def enqueue(store: Store, *scenes: int, priority: Priority = Priority.FRESH, now: float = NOW) -> None:
    store.jobs.enqueue(scenes, priority=priority, origin="test", now=now)


def defer(store: Store, scene: int, cause: str, state: State = State.WAITING, due_at: float = NOW + 60) -> None:
    job = store.jobs.get(scene)
    assert job is not None
    store.jobs.defer(job, Setback(state, cause, {"code": cause, "path": f"/data/{cause}.mp4"}, due_at), NOW)


def ids(store: Store, lane: Lane, text: str = "", limit: int = 100, offset: int = 0) -> list[int]:
    return [one.job.scene_id for one in store.queue.page(Search(lane, text), limit, offset)]


def test_each_part_of_the_queue_is_in_the_order_of_the_work(store: Store) -> None:
    enqueue(store, 1, 2, priority=Priority.BULK)
    enqueue(store, 3, 4, 5, 6, 7, 8)
    enqueue(store, 9, priority=Priority.PERSON)
    defer(store, 4, "item_rejected", due_at=NOW + 90)
    defer(store, 5, "item_rejected", due_at=NOW + 10)
    defer(store, 6, "missing")
    defer(store, 7, "brake")
    defer(store, 8, "bug", State.DEAD)
    assert ids(store, Lane.NEXT) == [9, 3, 1, 2]
    assert ids(store, Lane.WAITING) == [5, 4]
    assert ids(store, Lane.PARKED) == [6, 7]
    assert ids(store, Lane.DEAD) == [8]
    assert [job.scene_id for job in store.jobs.claim(9, NOW)] == [9, 3, 1, 2], "as the worker takes them"


def test_a_page_may_begin_in_one_part_and_end_in_another(store: Store) -> None:
    enqueue(store, *range(1, 11))
    for scene in (8, 9, 10):
        defer(store, scene, "missing")
    shown = page(store, QUEUED_LANES, text="", limit=4, offset=5)
    assert (shown.total, [one.row.job.scene_id for one in shown.rows]) == (10, [6, 7, 8, 9])
    assert [one.lane for one in shown.rows] == [Lane.NEXT, Lane.NEXT, Lane.PARKED, Lane.PARKED]
    assert {one.lane: one.number for one in shown.lanes} == {
        Lane.WORKING: 0, Lane.NEXT: 7, Lane.WAITING: 0, Lane.PARKED: 3,
    }  # fmt: skip


def test_scenes_in_hand_come_first_and_once(store: Store) -> None:
    enqueue(store, 1, 2, 3)
    in_hand = (2, 99)
    assert [one.job.scene_id for one in store.queue.page(Search(Lane.WORKING, "", in_hand), 9, 0)] == [2]
    assert [one.job.scene_id for one in store.queue.page(Search(Lane.NEXT, "", in_hand), 9, 0)] == [1, 3]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("17", [17]),
        ("harbour", [17]),
        ("DAWN", [17]),
        ("100%", [19]),
        ("00%", [19]),
        ("clip", [18]),
        ("_", []),
        ("'", []),
    ],
)
def test_a_search_looks_at_id_title_and_path(store: Store, text: str, found: list[int]) -> None:
    store.scenes.remember(Scene(17, title="Harbour at Dawn"), "hash", "", (), 0.0)
    store.scenes.remember(Scene(18), "hash", "", (FileRow("/data/clip.mp4", "/data/clip.mp4", 1),), 0.0)
    store.scenes.remember(Scene(19, title="100% sure"), "hash", "", (), 0.0)
    enqueue(store, 17, 18, 19, 20)
    assert ids(store, Lane.NEXT, text) == found
    assert store.queue.number(Search(Lane.NEXT, text)) == len(found)


def test_a_search_finds_the_answer_that_a_scene_waits_for(store: Store) -> None:
    enqueue(store, 1, 2)
    defer(store, 2, "missing")
    assert ids(store, Lane.PARKED, "/data/missing.mp4") == [2]


def test_what_is_moved_to_the_front_is_taken_first_in_the_order_it_was_named(store: Store) -> None:
    enqueue(store, 1, 2, priority=Priority.BULK)
    enqueue(store, 3, priority=Priority.PERSON)
    enqueue(store, 4, 5)
    defer(store, 4, "item_rejected", due_at=NOW + 9000)
    defer(store, 5, "brake")
    assert store.queue.move_to_front([2, 4, 5, 77], NOW) == 2
    assert ids(store, Lane.NEXT) == [2, 4, 3, 1]
    assert store.queue.move_to_front([1], NOW) == 1
    assert ids(store, Lane.NEXT) == [1, 2, 4, 3]
    assert ids(store, Lane.PARKED) == [5], "only its own release ends what a brake holds"


def test_what_is_removed_is_wanted_again_by_the_next_hint(store: Store) -> None:
    enqueue(store, 1, 2)
    defer(store, 2, "bug", State.DEAD)
    assert store.queue.remove([1, 2, 3], NOW) == 1
    assert ids(store, Lane.NEXT) == []
    assert ids(store, Lane.DEAD) == [2], "a dead letter is no part of the queue"
    assert store.jobs.unfinished_between(1, 1) == {1}, "a reconcile looks at it again"
    enqueue(store, 1)
    assert ids(store, Lane.NEXT) == [1]


def test_since_when_a_scene_is_parked_outlives_edits_and_new_looks(store: Store) -> None:
    enqueue(store, 1)
    defer(store, 1, "missing")
    enqueue(store, 1, now=NOW + 5000)
    job = store.jobs.get(1)
    assert job is not None
    store.jobs.defer(job, Setback(State.WAITING, "missing", {}, NOW + 9000), NOW + 6000)
    assert [one.job.parked_at for one in store.queue.page(Search(Lane.PARKED), 9, 0)] == [NOW]
    assert (store.jobs.number_missing(NOW), store.jobs.number_missing(NOW + 1)) == (0, 1)
    job = store.jobs.get(1)
    assert job is not None
    store.jobs.finish([job], NOW + 7000)
    enqueue(store, 1, now=NOW + 8000)
    defer(store, 1, "missing")
    assert store.jobs.number_missing(NOW + 1) == 1
    assert store.jobs.number_missing(NOW) == 0


def test_a_page_of_a_long_queue_costs_little_wherever_it_is(store: Store) -> None:
    """Found by an index: the last thousand of twelve thousand cost about what the first cost."""
    with store.transaction():
        enqueue(store, *range(1, MANY + 1), priority=Priority.BULK)
    began = time.perf_counter()
    last = store.queue.page(Search(Lane.NEXT), 1000, MANY - 1000)
    took = time.perf_counter() - began
    assert [one.job.scene_id for one in last] == list(range(MANY - 999, MANY + 1))
    assert took < 0.5
    for search in (Search(Lane.NEXT), Search(Lane.DEAD), Search(Lane.WAITING)):
        plan = store.connection.execute(
            f"EXPLAIN QUERY PLAN SELECT scene_id FROM job WHERE {search.condition}",
            search.values,
        )
        assert not [row["detail"] for row in plan if row["detail"].startswith("SCAN job")]
