"""One connection to ``state.db``: opening, migration with a backup first, transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from plexsync.domain.errors import StateDamaged, StateTooNew
from plexsync.store.files import private_file
from plexsync.store.files.stash_files import move_out
from plexsync.store.schema import MIGRATIONS
from plexsync.store.sqlite import write_ahead_log
from plexsync.store.sqlite.errors import is_damage

BUSY_SECONDS = 20.0


def connect(folder: Path, migrations: Sequence[str] = MIGRATIONS) -> sqlite3.Connection:
    """Open ``state.db`` in ``folder``, creating or migrating it; the folder is made 0700 and the file 0600.

    Raises:
        StateTooNew: it was written by a newer version.
        StateDamaged: it is no database any more.
        OSError, sqlite3.Error: the folder cannot be written.

    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "state.db"
    private_file.make(path)  # SQLite's own files beside it are given its mode
    # The agent opens its connections in one thread and hands each to the one thread that uses it.
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        # NORMAL: a power cut may take back the last commits, but jobs, cursor and links go back together.
        write_ahead_log.turn_on(connection, BUSY_SECONDS)
        connection.executescript("PRAGMA synchronous=NORMAL; PRAGMA cache_size=-4000;")
        _bring_up_to_date(connection, path, migrations)
    except BaseException as problem:
        connection.close()
        if is_damage(problem):
            raise StateDamaged(path=str(path), detail=str(problem)) from problem
        raise
    return connection


def _bring_up_to_date(connection: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    found = _version(connection)
    if found > len(migrations):
        raise StateTooNew(path=str(path), version=str(found), known=str(len(migrations)))
    if found:
        move_out(connection, path.parent)
    if found < len(migrations):
        _migrate(connection, path, migrations)


def _migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    connection.execute("BEGIN EXCLUSIVE")
    try:
        version = _version(connection)  # another process may have migrated while this one waited
        if 0 < version < len(migrations):
            _back_up(path, path.with_name(f"state.db.v{version}.bak"))
        for script in migrations[version:]:
            for statement in filter(str.strip, script.split(";")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version={len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _back_up(path: Path, backup: Path) -> None:
    private_file.make(backup)
    source, target = sqlite3.connect(path), sqlite3.connect(backup)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write several tables at once or not at all; keep it under 20 ms and without network inside."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")  # on a full disk it fails, and leaves the transaction open
    except BaseException:
        if connection.in_transaction:  # a failing write may have ended it already
            connection.execute("ROLLBACK")
        raise
