"""Each edit has its journal row before it goes out, though rows of later ones are written while it is on its way."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

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
