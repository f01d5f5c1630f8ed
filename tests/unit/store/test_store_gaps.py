"""Gaps as rows with a beginning and an end; and state of the version before them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plexsync.store import Store
from plexsync.store.database import connect
from plexsync.store.gaps import Found, GapRow
from plexsync.store.jobs import Priority, State, Work
from plexsync.store.schema import MIGRATIONS


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    yield store
    store.close()


def open_gaps(store: Store) -> list[tuple[str, int, int, int]]:
    rows = store.gaps.listed(("empty", "stale", "orphan"), 99)
    return [(gap.kind, gap.scene_id, gap.opened_run, gap.seen_run) for gap, _ in rows]


def test_a_gap_that_stays_is_one_row(store: Store) -> None:
    store.gaps.see([Found("empty", 1, "10", {"fields": {"studio": "empty"}}), Found("empty", 2, "11", {})], 1, 100.0)
    store.gaps.see([Found("empty", 1, "10", {"fields": {"title": "empty"}})], 2, 200.0)
    assert open_gaps(store) == [("empty", 1, 1, 2), ("empty", 2, 1, 1)]
    (gap,) = store.gaps.of_scene(1)
    assert (gap.opened_at, gap.seen_at, gap.detail) == (100.0, 200.0, {"fields": {"title": "empty"}})
    assert gap.action == "found", "until a run has decided"


def test_what_a_run_no_longer_sees_can_be_told_and_ended(store: Store) -> None:
    store.gaps.see([Found("empty", scene, "", {}) for scene in (1, 2, 3)], 1, 100.0)
    store.gaps.see([Found("empty", 1, "", {})], 2, 200.0)
    unseen = store.gaps.unseen(2, 0, 99)
    assert [(scene, kind) for _, scene, kind in unseen] == [(2, "empty"), (3, "empty")]
    assert store.gaps.unseen(2, unseen[0][0], 99) == unseen[1:]
    store.gaps.end([unseen[0][0]], 200.0)
    assert [scene for _, scene, _, _ in open_gaps(store)] == [1, 3]


def test_what_was_done_about_a_gap_stays_until_another_run_decides(store: Store) -> None:
    store.gaps.see([Found("empty", 1, "", {}), Found("empty", 2, "", {})], 1, 100.0)
    store.gaps.act({store.gaps.seen_in(1, 0, 9)[0].id: "queued"})
    store.gaps.see([Found("empty", 1, "", {}), Found("empty", 2, "", {})], 2, 200.0)
    store.gaps.hold(2)
    assert [row.action for row in store.gaps.seen_in(2, 0, 9)] == ["queued", "held"]


def test_a_gap_that_comes_back_is_another_one(store: Store) -> None:
    store.gaps.see([Found("stale", 1, "", {})], 1, 100.0)
    store.gaps.close([1], ("stale", "empty"), 150.0)
    store.gaps.see([Found("stale", 1, "", {})], 2, 200.0)
    rows = store.gaps.of_scene(1)
    assert [(row.opened_run, row.closed_at) for row in rows] == [(2, 0.0), (1, 150.0)], "open ones first"


def test_counts_lists_and_pages(store: Store) -> None:
    store.gaps.see([Found("empty", scene, "", {}) for scene in range(1, 8)] + [Found("orphan", 9, "5", {})], 4, 1.0)
    first: tuple[GapRow, ...] = store.gaps.seen_in(4, 0, 5)
    rest = store.gaps.seen_in(4, first[-1].id, 5)
    assert len(first) + len(rest) == 8
    store.gaps.act({row.id: "queued" for row in first})
    assert store.gaps.counts() == {("empty", "queued"): 5, ("empty", "found"): 2, ("orphan", "found"): 1}
    assert len(store.gaps.listed(("empty",), 3)) == 3
    assert [gap.scene_id for gap, _ in store.gaps.listed(("orphan",), 9, run_id=4)] == [9]


def test_old_closed_gaps_are_dropped_and_open_ones_stay(store: Store) -> None:
    store.gaps.see([Found("empty", scene, "", {}) for scene in (1, 2, 3)], 1, 1.0)
    store.gaps.close([1, 2], ("empty",), 50.0)
    assert store.gaps.purge(40.0, 99) == 0
    assert store.gaps.purge(60.0, 1) == 1
    assert store.gaps.purge(60.0, 99) == 1
    assert [scene for _, scene, _, _ in open_gaps(store)] == [3]


def test_every_question_about_gaps_uses_an_index(store: Store) -> None:
    for question in (
        "SELECT * FROM gap WHERE seen_run = 1 AND id > 5 ORDER BY id LIMIT 5",
        "UPDATE gap SET closed_at = 1 WHERE closed_at = 0 AND scene_id = 1 AND kind IN ('a')",
        "SELECT * FROM gap WHERE scene_id = 1 ORDER BY closed_at > 0, closed_at DESC LIMIT 5",
        "SELECT id FROM gap WHERE closed_at > 0 AND closed_at < 9 LIMIT 5",
        "SELECT * FROM run WHERE kind = 'reconcile' ORDER BY started_at DESC, id DESC LIMIT 20",
        "SELECT scene_id FROM scene_file WHERE path >= '/a/' AND path < '/a0'",
        "SELECT scene_id FROM job WHERE scene_id BETWEEN 1 AND 9 AND work = 'all'",
    ):
        plan = [row[3] for row in store.connection.execute(f"EXPLAIN QUERY PLAN {question}")]
        assert all(" SCAN " not in f" {step}" for step in plan), (question, plan)


def test_state_of_the_first_version_goes_on_where_it_was(tmp_path: Path) -> None:
    old = connect(tmp_path, MIGRATIONS[:1])
    old.execute(
        "INSERT INTO job VALUES (7, 'waiting', 'image', 3, 1, 2, 10.0, 20.0, 1, 'missing', '{}', 'feed', 4, 30.0)"
    )
    old.execute("INSERT INTO run VALUES (4, 'sync', 'task', 'all', 'done', 9, '{\"done\": 9}', 1.0, 2.0)")
    old.execute("INSERT INTO scene VALUES (7, 'Title', 'c', 'u', 'hash')")
    old.execute("INSERT INTO plex_section VALUES ('1', 'Movies', 5, 6, 7.0)")
    old.execute(
        "INSERT INTO link VALUES (7, '10', '1', '{\"pushed\":{},\"wanted\":{},\"intended\":{}}', 'f', 8, "
        '\'{"etag": "", "seen": "", "uploads": {}}\', 9.0)'
    )
    old.close()
    store = Store(tmp_path)
    try:
        job = store.jobs.get(7)
        assert job is not None
        assert (job.state, job.work, job.revision, job.attempts, job.cause) == (
            State.WAITING,
            Work.IMAGE,
            3,
            1,
            "missing",
        )
        run = store.runs.get(4)
        assert run is not None
        assert (run.total, run.result, run.allowed) == (9, {"done": 9}, False)
        known = store.scenes.between(1, 9)[7]
        assert (known.columns, known.is_read) == ("", True), "what was not kept then is not held against it"
        assert store.library.sections()["1"].locations == ()
        assert store.links.summaries(1, 9)[7][0].rules == "", "by which rules it was synced is not known"
        store.jobs.enqueue_cleanup([7], origin="reconcile", now=40.0, run_id=5)
        job = store.jobs.get(7)
        assert job is not None
        assert (job.work, job.priority) == (Work.CLEAR, Priority.BULK)
        assert (tmp_path / "state.db.v1.bak").exists()
        assert store.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    finally:
        store.close()
