"""Wishes about fields of items: which are to go back, or to be as Stash says, and what became of each.

A row is ``wanted`` until the worker has dealt with it. Then it went ``back``, ``stays`` as it is for a reason, has
``failed``, or was ``stopped`` by a person before its turn came.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from enum import Enum

from plexsync.domain.model import Artwork, Field
from plexsync.store.history.journal import EVERYTHING, FIELD_OF
from plexsync.store.sqlite.chunked import rows_of


class UndoState(str, Enum):
    """Where one field of an undo is."""

    WANTED = "wanted"
    BACK = "back"
    STAYS = "stays"
    FAILED = "failed"
    STOPPED = "stopped"


LIFT = 0
"""In place of the run that is undone: what was taken back is let go again."""

OVERWRITE = -2
"""In place of the run that is undone: Stash's value takes the place of what stays in Plex."""

SCOPES: Mapping[int, str] = {LIFT: "lift", EVERYTHING: "everything"}
"""The scope of an undo that is about no single run."""


@dataclass(frozen=True, slots=True)
class UndoRow:
    """One field of one item in one undo; ``undone_run`` is the run whose write goes back.

    It is :data:`LIFT` or :data:`OVERWRITE` where nothing goes back, and Stash's value is written.
    """

    run_id: int
    scene_id: int
    rating_key: str
    field: Field | Artwork
    undone_run: int
    state: UndoState = UndoState.WANTED
    reason: str = ""
    detail: Mapping[str, str] = default(default_factory=dict)

    @property
    def goes_back(self) -> bool:
        """Tell whether the field is to show again what it showed before a run."""
        return self.undone_run not in {LIFT, OVERWRITE}


def _row(row: sqlite3.Row) -> UndoRow:
    return UndoRow(
        row["run_id"],
        row["scene_id"],
        row["rating_key"],
        FIELD_OF[row["field"]],
        row["undone_run"],
        UndoState(row["state"]),
        row["reason"],
        json.loads(row["detail"]),
    )


class Undos:
    """The ``undo`` table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def keep(self, rows: Iterable[UndoRow]) -> None:
        """Keep rows as they are now."""
        self._db.executemany(
            """INSERT OR REPLACE INTO undo (run_id, scene_id, rating_key, field, undone_run, state, reason, detail)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            [
                (
                    row.run_id,
                    row.scene_id,
                    row.rating_key,
                    row.field.value,
                    row.undone_run,
                    row.state.value,
                    row.reason,
                    json.dumps(dict(row.detail), ensure_ascii=False),
                )
                for row in rows
            ],
        )

    def is_open(self) -> bool:
        """Tell whether anything is still to go back."""
        return (
            self._db.execute("SELECT 1 FROM undo INDEXED BY undo_wanted WHERE state = 'wanted' LIMIT 1").fetchone()
            is not None
        )

    def wanted(self, scene_ids: Sequence[int]) -> tuple[UndoRow, ...]:
        """Return what is still to go back of some scenes, the oldest undo first."""
        rows = rows_of(self._db, "SELECT * FROM undo WHERE state = 'wanted' AND scene_id", scene_ids)
        return tuple(sorted(map(_row, rows), key=lambda row: row.run_id))

    def number_wanted(self, scene_ids: Sequence[int]) -> dict[int, int]:
        """Count what is still to go back of some scenes; those with nothing are absent."""
        rows = rows_of(self._db, "SELECT scene_id FROM undo WHERE state = 'wanted' AND scene_id", scene_ids)
        return Counter(int(row["scene_id"]) for row in rows)

    def is_left(self, run_id: int) -> bool:
        """Tell whether an undo has anything left to do."""
        row = self._db.execute("SELECT 1 FROM undo WHERE run_id = ? AND state = 'wanted' LIMIT 1", (run_id,)).fetchone()
        return row is not None

    def counts(self, run_id: int) -> dict[str, int]:
        """Count the scenes of an undo by state; one with several states counts in each."""
        rows = self._db.execute(
            "SELECT state, count(DISTINCT scene_id) AS number FROM undo WHERE run_id = ? GROUP BY state", (run_id,)
        )
        return {str(row["state"]): int(row["number"]) for row in rows}

    def of_run(self, run_id: int, state: UndoState, offset: int, limit: int) -> tuple[UndoRow, ...]:
        """Return the rows of an undo in one state, scene by scene."""
        rows = self._db.execute(
            """SELECT * FROM undo INDEXED BY undo_state WHERE run_id = ? AND state = ?
               ORDER BY scene_id, rating_key, field LIMIT ? OFFSET ?""",
            (run_id, state.value, limit, offset),
        )
        return tuple(map(_row, rows))

    def stop(self, run_id: int) -> int:
        """Take back what an undo has not done yet; returns how many rows."""
        cursor = self._db.execute("UPDATE undo SET state = 'stopped' WHERE run_id = ? AND state = 'wanted'", (run_id,))
        return cursor.rowcount

    def stay(self, reason: str) -> None:
        """Note that all that is still wanted stays as it is, for this reason."""
        self._db.execute(
            "UPDATE undo INDEXED BY undo_wanted SET state = 'stays', reason = ? WHERE state = 'wanted'", (reason,)
        )

    def stop_scenes(self, scene_ids: Iterable[int]) -> None:
        """Take back what is not done yet of some scenes."""
        self._db.executemany(
            "UPDATE undo SET state = 'stopped' WHERE scene_id = ? AND state = 'wanted'", [(one,) for one in scene_ids]
        )

    def purge(self) -> None:
        """Drop the rows of undos from before the oldest run that is kept."""
        self._db.execute("DELETE FROM undo WHERE run_id < (SELECT min(id) FROM run)")
