"""Scenes whose items are looked at once more: a write of before may take effect when nobody waits for it any more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

AT_ONCE = 1000


class Rechecks:
    """The ``recheck`` table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def expect(self, scene_id: int, due_at: float) -> None:
        """Note when to look at a scene's items again (UTC seconds)."""
        self._db.execute("INSERT OR REPLACE INTO recheck (scene_id, due_at) VALUES (?, ?)", (scene_id, due_at))

    def due(self, now: float) -> tuple[int, ...]:
        """Return some of the scenes whose time has come."""
        rows = self._db.execute(
            "SELECT scene_id FROM recheck WHERE due_at <= ? ORDER BY due_at LIMIT ?", (now, AT_ONCE)
        )
        return tuple(int(row[0]) for row in rows)

    def next_due(self) -> float | None:
        """Return when the next one is due (UTC seconds), or None."""
        row = self._db.execute("SELECT min(due_at) FROM recheck").fetchone()
        return None if row[0] is None else float(row[0])

    def forget(self, scene_ids: Iterable[int]) -> None:
        """Drop those that were looked at."""
        self._db.executemany("DELETE FROM recheck WHERE scene_id = ?", [(scene,) for scene in scene_ids])
