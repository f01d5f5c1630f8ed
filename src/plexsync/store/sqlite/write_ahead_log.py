"""A database's write-ahead log, turned on as patiently as everything else waits."""

from __future__ import annotations

import sqlite3
import time

from plexsync.store.sqlite.errors import is_locked

AGAIN_SECONDS = 0.01


def turn_on(connection: sqlite3.Connection, patience: float) -> None:
    """Let a file have its write-ahead log, and try again for so many seconds while another process is at it.

    SQLite itself does not wait here: of two processes that open a new file together, one is refused
    (``tests/unit/store/test_store_database.py``).
    """
    until = time.monotonic() + patience
    while not _turn_on(connection, may_fail=time.monotonic() < until):
        time.sleep(AGAIN_SECONDS)


def _turn_on(connection: sqlite3.Connection, *, may_fail: bool) -> bool:
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as problem:
        if may_fail and is_locked(problem):
            return False
        raise
    return True
