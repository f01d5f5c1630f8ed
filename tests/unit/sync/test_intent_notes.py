"""Each edit has its journal row before it goes out, though rows of later ones are written while it is on its way."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from sync_stage import staged

from plexsync.plex.edits import Edit
from plexsync.store import Store
from plexsync.sync.sending.intent_notes import FEW

NUMBER = 5 * FEW


def test_no_edit_goes_out_before_its_intent_is_noted(tmp_path: Path) -> None:
    with staged(tmp_path) as stage, closing(Store(tmp_path)) as another:
        stage.add(NUMBER)
        planned: list[int] = []
        early: list[str] = []

        def count(edit: Edit) -> None:
            rows = another.connection.execute("SELECT DISTINCT rating_key FROM journal WHERE state = 'planned'")
            noted = {str(row[0]) for row in rows}
            planned.append(len(noted))
            early.extend(key for key in edit.rating_keys if key not in noted)
            time.sleep(0.01)  # so long it is on its way

        stage.plex.before = count
        stage.sync()
        assert not early
        assert planned[0] < NUMBER, "the first edit does not wait for the notes of all"
        assert planned == sorted(planned)
        assert planned[-1] == NUMBER
        assert {stage.title(one) for one in range(1, NUMBER + 1)} == {f"Title {one}" for one in range(1, NUMBER + 1)}


def test_edits_of_several_items_wait_for_the_notes_of_all_of_these(tmp_path: Path) -> None:
    with staged(tmp_path, parallel_writes="3") as stage, closing(Store(tmp_path)) as another:
        stage.add(NUMBER, title="The same")
        early: list[str] = []

        def compare(edit: Edit) -> None:
            rows = another.connection.execute("SELECT rating_key, field FROM journal WHERE state = 'planned'")
            noted = {(str(row[0]), str(row[1])) for row in rows}
            pieces = [(key, piece.field.value) for key in edit.rating_keys for piece in edit.pieces]
            early.extend(key for key, field in pieces if (key, field) not in noted)

        stage.plex.before = compare
        stage.sync()
        assert max(len(edit.rating_keys) for edit in stage.plex.sent) == NUMBER
        assert not early


def test_a_disk_that_fills_up_while_notes_are_made_leaves_no_edit_unremembered(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.add(NUMBER)
        stage.plex.before = lambda _: time.sleep(0.01)
        (pages,) = stage.store.connection.execute("PRAGMA page_count").fetchone()
        stage.store.connection.execute(f"PRAGMA max_page_count = {pages + 3}")
        with pytest.raises(sqlite3.OperationalError, match="full"):
            stage.sync()
        sent = {key for edit in stage.plex.sent for key in edit.rating_keys}
        noted = {key for _, key in stage.store.links.of_scenes(range(1, NUMBER + 1))}
        assert sent
        assert sent <= noted < {str(one) for one in range(1, NUMBER + 1)}
        stage.store.connection.execute("PRAGMA max_page_count = 100000")
        stage.sync()
        assert {stage.title(one) for one in range(1, NUMBER + 1)} == {f"Title {one}" for one in range(1, NUMBER + 1)}


def test_an_edit_for_which_no_thread_is_to_be_had_does_not_go_out_at_a_later_time(tmp_path: Path) -> None:
    with staged(tmp_path, parallel_writes="2") as stage:
        stage.add(2)
        before = threading.stack_size(1 << 46)  # more than any machine has
        try:
            stage.sync()
        finally:
            threading.stack_size(before)
        for one in (1, 2):
            stage.stash.change_unstamped(one, title=f"Newer {one}")
        stage.forget_questions()
        stage.sync()
        assert [stage.title(one) for one in (1, 2)] == ["Newer 1", "Newer 2"]
        assert not [edit for edit in stage.plex.sent if "Newer" not in edit.query]
