"""Rows of servers' answers that could not be used, one by one, until a listing shows them in order again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from plexsync.domain.left_out import UNKNOWN, LeftOut


class LeftOutRows:
    """The ``left_out`` table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, rows: Iterable[LeftOut]) -> None:
        """Keep some rows; one that is known already takes its newest words."""
        self._db.executemany(
            """INSERT OR REPLACE INTO left_out (server, place, key, library, title, path, problem)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            [(row.server, row.place, row.key, row.library, row.title, row.path, row.problem) for row in rows],
        )

    def replace(self, server: str, place: str, rows: Iterable[LeftOut]) -> None:
        """Keep exactly the rows that a complete listing of a place has left out."""
        self._db.execute("DELETE FROM left_out WHERE server = ? AND place = ?", (server, place))
        self.add(rows)

    def forget(self, server: str, keys: Iterable[str]) -> None:
        """Drop rows that were read well meanwhile, or are gone."""
        self._db.executemany("DELETE FROM left_out WHERE server = ? AND key = ?", [(server, key) for key in keys])

    def forget_server(self, server: str) -> None:
        """Drop all rows of a server."""
        self._db.execute("DELETE FROM left_out WHERE server = ?", (server,))

    def number(self) -> int:
        """Count all rows."""
        return int(self._db.execute("SELECT count(*) FROM left_out").fetchone()[0])

    def without_key(self, server: str, place: str) -> int:
        """Count the rows of a place whose own key cannot be read: no index holds them."""
        row = self._db.execute(
            "SELECT count(*) FROM left_out WHERE server = ? AND place = ? AND key >= ? AND key < ?",
            (server, place, UNKNOWN, chr(ord(UNKNOWN) + 1)),
        ).fetchone()
        return int(row[0])

    def listed(self, limit: int) -> tuple[LeftOut, ...]:
        """Return some rows, by server and place."""
        rows = self._db.execute(
            """SELECT server, place, key, library, title, path, problem FROM left_out
               ORDER BY server, place, key LIMIT ?""",
            (limit,),
        )
        return tuple(LeftOut(*row) for row in rows)
