"""History: one row for each cause, found by scene, field or value, and cheap however long the journal is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from command_line import plexsync
from undo_stage import Undos, past

from plexsync.domain.model import in_order
from plexsync.store import Store
from plexsync.usecases.history.pages import HistoryRow, HistoryWish, history_of, history_page, run_writes
from plexsync.usecases.opening import open_data
from plexsync.usecases.undo.preview import preview
from plexsync.usecases.undo.request import UndoRequest


@pytest.fixture(scope="module")
def stage() -> Iterator[Undos]:
    """A first sync, an edit of one scene, one of two scenes, a renamed tag, a reconcile, and an undo."""
    with past(3) as stage:
        run = stage.first_sync()
        stage.edit_scene("1", title="Edited alone")
        stage.poll()
        stage.work()
        stage.later += 120.0
        for number in ("2", "3"):
            stage.edit_scene(number, details="Edited together")
        stage.poll()
        stage.work()
        stage.ask_stash('mutation($id: ID!) { tagUpdate(input: {id: $id, name: "Renamed"}) { id } }', id="2")
        stage.poll()
        stage.work()
        stage.reconcile()
        stage.undo(run, scene=3, fields=["actors"])
        yield stage


def rows(stage: Undos, **wish: object) -> list[HistoryRow]:
    return list(history_of(stage.store, HistoryWish(**wish)).rows)  # type: ignore[arg-type]


def test_each_cause_is_one_row_the_newest_first(stage: Undos) -> None:
    told = [(row.kind, row.what, row.about, row.scenes, row.fields) for row in rows(stage)]
    assert told[0][:2] == ("undo", "Undo")
    assert told[0][2].endswith(", 1 went back")
    assert told[0][2].startswith("of “Sync”, ")
    found = rows(stage)
    undone = {row.run: row.at for row in found}
    assert found[0].undoes_at in undone.values()
    assert not any(row.undoes_at for row in found[1:])
    assert told[1][:2] == ("reconcile", "Reconcile")
    assert told[1][2].endswith("nothing to write")
    assert told[2] == ("edit", "Tag renamed in Stash", "“Stash's” → “Renamed”", 3, ("genres",))
    assert told[3] == ("edit", "Edit in Stash", "2 scenes edited together", 2, ("summary",))
    assert told[4] == ("edit", "Edit in Stash", "Edited alone", 1, ("title",))
    assert told[5][:4] == ("sync", "Sync", "all scenes, asked for by test", 3)


def test_pages_hold_each_row_once(stage: Undos) -> None:
    whole = rows(stage)
    found: list[HistoryRow] = []
    cursor = ""
    while True:
        page = history_of(stage.store, HistoryWish(limit=2, cursor=cursor))
        found += page.rows
        cursor = page.cursor
        if not cursor:
            break
    assert found == whole


def test_a_row_tells_that_it_was_undone(stage: Undos) -> None:
    undo, first = rows(stage)[0], rows(stage)[-1]
    assert first.undone_by == undo.run


def test_it_is_found_by_scene_field_and_value(stage: Undos) -> None:
    assert [row.kind for row in rows(stage, scene=1)] == ["edit", "edit", "sync"]
    assert [row.about for row in rows(stage, text="edited TOGETHER")] == ["2 scenes edited together"]
    assert {row.kind for row in rows(stage, text="actors")} == {"undo", "sync"}
    assert rows(stage, text="100%") == []
    assert {row.kind for row in rows(stage, kinds=("undo", "reconcile"))} == {"undo", "reconcile"}


def test_a_run_tells_each_field_before_and_after_and_why(stage: Undos) -> None:
    run = rows(stage)[-1].run
    told = run_writes(stage.data, run, scene=2, limit=100)
    summary = next(one for one in told.writes if one.field == "summary")
    assert (summary.before, summary.after) == ("What an agent says.", "Of Stash 2.")
    assert summary.reason == "Plex's value is unlocked, so it is not a person's and gives way to Stash."
    assert "sort_title" not in {one.field for one in told.writes}
    assert run_writes(stage.data, run, text="of stash 2", limit=100).total == 1
    assert len(run_writes(stage.data, run, field="title", offset=1, limit=100).writes) == 2


def test_the_total_is_the_same_whichever_block_is_asked_for(stage: Undos) -> None:
    run = rows(stage)[-1].run
    for text in ("", "title", "nowhere to be found"):
        every = len(run_writes(stage.data, run, text=text, limit=1000).writes)
        blocks = [(0, every), (0, every + 1), (0, 1), (max(0, every - 1), 2), (every, 5), (every + 7, 5)]
        totals = {run_writes(stage.data, run, text=text, offset=at, limit=most).total for at, most in blocks if most}
        assert totals == {every}


def test_fields_stand_in_the_order_of_the_settings(stage: Undos) -> None:
    first = rows(stage)[-1]
    assert len(first.fields) > 5
    assert first.fields == in_order(first.fields)
    written = tuple(one.field for one in run_writes(stage.data, first.run, scene=1, limit=100).writes)
    assert written == in_order(written)
    with open_data(stage.data, {}) as opened:
        lines = [line.field for line in preview(opened, UndoRequest("test", first.run, 1)).lines]
    assert lines == list(in_order(lines))
    assert set(lines) >= set(first.fields)


def test_the_command_line_says_the_same(stage: Undos) -> None:
    answer = plexsync(stage.data, "history", "--json").document
    assert [row["what"] for row in answer["rows"]] == [row.what for row in rows(stage)]
    run = answer["rows"][2]["run"]
    shown = plexsync(stage.data, "history", run)
    assert "Renamed" in shown.out
    assert "Tag renamed in Stash" in plexsync(stage.data, "history").out


def test_a_run_that_was_stopped_says_how_far_it_came(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        run = store.runs.start("sync", "page", "all", 1.0)
        store.runs.add(run, 318)
        _fill(store, run, scenes=40)
        store.runs.end(run, "stopped", {}, 2.0)
        (row,) = history_of(store, HistoryWish()).rows
    assert row.about == "all scenes, started on this page, stopped in the middle: 40 of 318 scenes were written"


def test_a_page_is_quick_with_a_long_journal(tmp_path: Path) -> None:
    """A tenth of a million rows here; all queries are on indexes, so a million is no other matter."""
    with closing(Store(tmp_path)) as store:
        for number in range(100):
            run = store.runs.note("", {}, float(number))
            _fill(store, run, scenes=1000)
    began = time.process_time()
    page = history_page(tmp_path, HistoryWish(limit=30))
    assert time.process_time() - began < 0.5
    assert len(page.rows) == 30


def test_a_page_says_how_long_history_is_kept(tmp_path: Path) -> None:
    with closing(Store(tmp_path)):
        assert history_page(tmp_path, HistoryWish()).days == 90
        (tmp_path / "settings.toml").write_text("history_days = 30\n")
        assert history_page(tmp_path, HistoryWish()).days == 30


def _fill(store: Store, run: int, scenes: int) -> None:
    with store.transaction():
        store.connection.executemany(
            """INSERT INTO journal (run_id, at, scene_id, rating_key, field, before, after, why, state)
               VALUES (?, 1, ?, '7', 'title', '"a"', '"b"', 'update', 'written')""",
            [(run, scene) for scene in range(1, scenes + 1)],
        )
