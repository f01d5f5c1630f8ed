"""The SQLite file that tells of every write and of nothing else.

The simulator keeps its library in memory; this file exists so that its write-ahead log moves exactly when the real
server's would: once per committed mutation, never on a read (docs of the recordings, reference §4.4a).
"""

from __future__ import annotations

import sqlite3
from pathlib import Path


class Database:
    """A real SQLite database in WAL mode with one counter in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.silent = False
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = wal")
        self._connection.execute("PRAGMA synchronous = normal")
        self._connection.execute("CREATE TABLE IF NOT EXISTS writes (count INTEGER NOT NULL)")
        if self.count() == 0:
            self._connection.execute("INSERT INTO writes VALUES (1)")

    def count(self) -> int:
        """Return how many writes this file has seen."""
        row = self._connection.execute("SELECT COALESCE(SUM(count), 0) FROM writes").fetchone()
        return int(row[0])

    def commit(self) -> None:
        """Write a little, unless the file was told to be silent."""
        if not self.silent:
            self._connection.execute("UPDATE writes SET count = count + 1")

    def close(self) -> None:
        """Close the file, which checkpoints and removes its log, as a clean end of the real server does."""
        self._connection.close()
