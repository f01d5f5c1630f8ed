"""The SQLite file that tells of every write and of nothing else.

The simulator keeps its library in memory. This file exists so that its write-ahead log moves exactly when the real
server's would. It moves once per committed mutation, and never on a read (docs/engineering/stash.md §4.4a).
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import BinaryIO

TIDY_SECONDS = 30.0


class Database:
    """A real SQLite database in WAL mode with one counter in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.silent = False
        self._written_before = 0
        self._written_at: float | None = None
        self._gone: list[BinaryIO] = []
        self._connection = _opened(path)

    def count(self) -> int:
        """Return how many writes this file, and those it replaced, have seen."""
        return self._written_before + _count(self._connection)

    def commit(self) -> None:
        """Write a little, unless the file was told to be silent."""
        if not self.silent:
            self._connection.execute("UPDATE writes SET count = count + 1")
            self._written_at = time.monotonic()

    def tidy(self) -> None:
        """Write as the server does when it closes its connections, half a minute after the last write.

        Each runs `PRAGMA optimize` (pkg/sqlite/driver.go), which moves the log and changes nothing (traced on v0.30.1).
        """
        if self._written_at is not None and time.monotonic() - self._written_at >= TIDY_SECONDS:
            self._written_at = None
            if not self.silent:
                self._connection.execute("UPDATE writes SET count = count")

    def close(self) -> None:
        """Close the file, which checkpoints and removes its log, as a clean end of the real server does."""
        self._watch_go("-wal")
        self._connection.close()

    def abandon(self) -> None:
        """Close the file as a killed server leaves it: the log stays beside it, with what is in it."""
        survivor = _opened(self.path)
        self._connection.close()
        self._connection = survivor

    def reopen(self) -> None:
        """Open the file as the next process would: after a clean end with a log of its own, new and empty."""
        self._begin()

    def reset(self) -> None:
        """Delete the file and its log and make new ones, as a full import does (Database.Reset in pkg/sqlite)."""
        self._written_before = self.count()
        self._watch_go("", "-wal")
        self._connection.close()
        self._remove()
        self._begin()

    def replace(self) -> None:
        """Put another file in the place of this closed one, as who restores a backup does."""
        self._connection.close()
        content = self.path.read_bytes()
        self._watch_go("", "-wal")
        self._remove()
        self.path.write_bytes(content)

    def _watch_go(self, *suffixes: str) -> None:
        """Hold files that are about to go, so that no new one gets the number (inode) of an old one by chance."""
        if os.name != "nt":
            paths = [Path(f"{self.path}{suffix}") for suffix in suffixes]
            self._gone += [path.open("rb") for path in paths if path.exists()]

    def _begin(self) -> None:
        self._connection.close()
        self._connection = _opened(self.path)
        while self._gone:
            self._gone.pop().close()

    def _remove(self) -> None:
        for suffix in ("", "-shm", "-wal"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("PRAGMA synchronous = normal")
    connection.execute("CREATE TABLE IF NOT EXISTS writes (count INTEGER NOT NULL)")
    if _count(connection) == 0:
        connection.execute("INSERT INTO writes VALUES (1)")
    return connection


def _count(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT COALESCE(SUM(count), 0) FROM writes").fetchone()[0])
