"""``preview.db``: opened, made anew, and taken for none where it cannot be read."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import final

from plexsync.previews.head import Heads
from plexsync.previews.rows import Rows

NAME = "preview.db"
VERSION = 2
BUSY_SECONDS = 20.0
_TABLES = ("preview", "found", "row", "search", "content")
_SCHEMA = f"""
    BEGIN IMMEDIATE;
    {"".join(f"DROP TABLE IF EXISTS {name};" for name in _TABLES)}
    CREATE TABLE preview (
        id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL, request TEXT NOT NULL, asked_at REAL NOT NULL,
        began_at REAL NOT NULL, ended_at REAL NOT NULL, compared INTEGER NOT NULL, total INTEGER NOT NULL,
        is_cancelled INTEGER NOT NULL, trouble TEXT NOT NULL, figures TEXT NOT NULL
    );
    CREATE TABLE found (
        scene_id INTEGER NOT NULL, rating_key TEXT NOT NULL, rank INTEGER NOT NULL, edited_at INTEGER NOT NULL,
        kind TEXT NOT NULL, field TEXT NOT NULL, about TEXT NOT NULL, takes INTEGER NOT NULL, said TEXT NOT NULL,
        document TEXT NOT NULL
    );
    CREATE TABLE row (
        position INTEGER PRIMARY KEY, scene_id INTEGER NOT NULL, kind TEXT NOT NULL, field TEXT NOT NULL,
        about TEXT NOT NULL, takes INTEGER NOT NULL
    );
    CREATE INDEX row_about ON row (about);
    CREATE INDEX row_kind ON row (kind);
    CREATE INDEX row_field ON row (field);
    CREATE INDEX row_scene ON row (scene_id);
    CREATE INDEX row_takes ON row (takes) WHERE takes = 1;
    CREATE TABLE search (position INTEGER PRIMARY KEY, said TEXT NOT NULL);
    CREATE TABLE content (position INTEGER PRIMARY KEY, document TEXT NOT NULL);
    PRAGMA user_version = {VERSION};
    COMMIT;
"""


@final
class PreviewFile:
    """One connection to the kept preview; to be used in a ``with``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.heads = Heads(connection)
        self.rows = Rows(connection)

    def __enter__(self) -> PreviewFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def begin(self) -> None:
        """Begin a transaction."""
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """End a transaction."""
        self._db.execute("COMMIT")


def opened(folder: Path) -> PreviewFile | None:
    """Open the kept preview; None where there is none that this version can read."""
    path = folder / NAME
    if not path.exists():
        return None
    connection = _connect(path)
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
            return PreviewFile(connection)
    except sqlite3.DatabaseError:
        pass
    connection.close()
    return None


def made_anew(folder: Path) -> PreviewFile:
    """Throw the kept preview away and make an empty one, which nobody else may read.

    Raises OSError and sqlite3.Error where the folder has no room.
    """
    path = folder / NAME
    _touch(path)
    try:
        return _emptied(path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:  # what is there is no database any more
        path.unlink()
        _touch(path)
        return _emptied(path)


def _touch(path: Path) -> None:
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _emptied(path: Path) -> PreviewFile:
    connection = _connect(path)
    try:
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;")
        connection.executescript(_SCHEMA)
    except BaseException:
        connection.close()
        raise
    return PreviewFile(connection)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection
