"""A store to try things out on: it reads ``state.db`` and writes to a file of its own that holds only what changes.

Each table that may be written is hidden by a temporary view of the same name. The view shows the kept rows that were
not touched, and the new ones. The file has no name any more once it is open, and lies in the data folder: there is no
copy, a full temporary folder does not matter, and memory is bounded however large the library is.
"""

from __future__ import annotations

import os
import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from string import Template
from types import MappingProxyType

from plexsync.store import Store
from plexsync.store.database import BUSY_SECONDS
from plexsync.store.history.undo import Undos
from plexsync.store.jobs import Jobs, Priority

_NEVER_WRITTEN = frozenset({"job", "journal", "run", "command", "gap", "ignored_scene", "undo"})
"""The tables of what is asked of the agent and what it did: trying out has no business there."""

_SWEPT = "plex_item"
"""The table of which a full listing moves one column in every row; only that column is kept of an unchanged row."""
_NAME = re.compile(r'^(CREATE (?:UNIQUE )?(?:TABLE|INDEX)) "?(\w+)"?(?: ON "?(\w+)"?)?', re.IGNORECASE)
_CACHE_KB = 16_000


_MARK = "coalesce((SELECT sweep FROM swept WHERE swept.rating_key = k.rating_key), k.sweep) AS sweep"
_EACH = (
    Template("CREATE TABLE gone_$name ($typed_keys, PRIMARY KEY ($keys)) WITHOUT ROWID"),
    Template(
        """CREATE TEMP VIEW $name AS
           SELECT $kept FROM kept.$name AS k WHERE NOT EXISTS (SELECT 1 FROM gone_$name AS g WHERE $is_gone)
           UNION ALL SELECT $columns FROM new_$name"""
    ),
    Template(
        """CREATE TEMP TRIGGER drop_$name INSTEAD OF DELETE ON $name BEGIN
               INSERT OR IGNORE INTO gone_$name VALUES ($old_key);
               DELETE FROM new_$name WHERE $is_old;
           END"""
    ),
    Template(
        """CREATE TEMP TRIGGER change_$name INSTEAD OF UPDATE ON $name BEGIN
               INSERT OR IGNORE INTO gone_$name VALUES ($old_key);
               DELETE FROM new_$name WHERE $is_old;
               INSERT OR IGNORE INTO gone_$name VALUES ($new_key);
               INSERT OR REPLACE INTO new_$name VALUES ($values);
           END"""
    ),
)
_PUTTING = Template(
    """CREATE TEMP TRIGGER put_$name INSTEAD OF INSERT ON $name BEGIN
           INSERT OR IGNORE INTO gone_$name VALUES ($new_key);
           INSERT OR REPLACE INTO new_$name VALUES ($values);
       END"""
)
_IS_ONLY_SWEPT = Template(
    """EXISTS (SELECT 1 FROM kept.$name AS k WHERE $as_kept
           AND NOT EXISTS (SELECT 1 FROM gone_$name AS g WHERE $is_gone))"""
)
_SWEEPING = (
    Template("CREATE TABLE swept (rating_key TEXT PRIMARY KEY, sweep) WITHOUT ROWID"),
    Template(_PUTTING.template.replace("BEGIN", "WHEN NOT $is_only_swept BEGIN")),
    Template(
        """CREATE TEMP TRIGGER sweep_$name INSTEAD OF INSERT ON $name WHEN $is_only_swept
           BEGIN INSERT OR REPLACE INTO swept VALUES ($new_key, NEW.sweep); END"""
    ),
)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table's columns, what is put into each, and which of them name a row."""

    name: str
    columns: tuple[str, ...]
    given: tuple[str, ...]
    keys: tuple[str, ...]
    typed_keys: tuple[str, ...]


class UnmovedJobs(Jobs):
    """The queue as it is: trying something out queues and wakes nothing."""

    def enqueue(  # noqa: PLR0913  as in what it stands for
        self,
        scene_ids: Iterable[int],
        *,
        priority: Priority,
        origin: str,
        now: float,
        run_id: int = 0,
        edits: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        """Queue nothing."""

    def wake_waiting(self, scene_ids: Iterable[int], cause: str, now: float) -> None:
        """Wake nothing."""

    def wake_parked(self, now: float, causes: Iterable[str]) -> int:
        """Wake nothing."""
        del now, causes
        return 0


class UnmovedUndos(Undos):
    """The wishes as they are: trying something out ends none."""

    def stay(self, reason: str) -> None:
        """Leave all as it is."""


class Overlay(Store):
    """A store whose writes nobody sees and which are gone when it is closed. Needs a :class:`Store` that stays open."""

    def __init__(self, kept: Store) -> None:
        """Raises OSError and sqlite3.Error where the data folder has no room."""
        self._use(kept.folder, _open(kept.folder))
        self.jobs = UnmovedJobs(self.connection)
        self.undos = UnmovedUndos(self.connection)


def _open(folder: Path) -> sqlite3.Connection:
    path = _new_file(folder)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, uri=True)
    connection.row_factory = sqlite3.Row
    try:
        connection.executescript(
            f"""PRAGMA main.journal_mode=OFF; PRAGMA main.synchronous=OFF; PRAGMA main.locking_mode=EXCLUSIVE;
                PRAGMA temp_store=MEMORY; PRAGMA main.cache_size=-{_CACHE_KB};"""
        )
        kept = (folder / "state.db").absolute().as_uri()
        connection.execute("ATTACH ? AS kept", (f"{kept}?mode=ro",))
        tables = connection.execute("SELECT name FROM kept.sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            if table not in _NEVER_WRITTEN:
                _cover(connection, table)
    except BaseException:
        connection.close()
        raise
    finally:
        with suppress(OSError):  # Windows keeps an open file; the next overlay removes it
            path.unlink()
    return connection


def _new_file(folder: Path) -> Path:
    for old in folder.glob("overlay-*.db"):
        with suppress(OSError):
            old.unlink()
    descriptor, name = tempfile.mkstemp(prefix="overlay-", suffix=".db", dir=folder)
    os.close(descriptor)
    return Path(name)


def _cover(connection: sqlite3.Connection, name: str) -> None:
    """Hide one table behind a view that can be written."""
    rows = connection.execute(f"PRAGMA kept.table_info({name})").fetchall()
    key_rows = [row for row in sorted(rows, key=lambda row: int(row["pk"])) if row["pk"]]
    keys = tuple(row["name"] for row in key_rows)
    typed_keys = tuple(f"{row['name']} {row['type']}" for row in key_rows)  # of another type no index would be used
    given = tuple(
        f"NEW.{row['name']}" if row["dflt_value"] is None else f"coalesce(NEW.{row['name']}, {row['dflt_value']})"
        for row in rows
    )
    table = _Table(name, tuple(row["name"] for row in rows), given, keys, typed_keys)
    for statement in (*_empty_copies(connection, name), *_statements(table)):
        connection.execute(statement)


def _empty_copies(connection: sqlite3.Connection, name: str) -> Iterator[str]:
    """Make the table of new rows, with the indexes of the kept one."""
    rows = connection.execute("SELECT sql FROM kept.sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", (name,))
    for (sql,) in rows.fetchall():
        yield _NAME.sub(lambda found: f"{found[1]} new_{found[2]}" + (f" ON new_{found[3]}" if found[3] else ""), sql)


def _statements(table: _Table) -> Iterator[str]:
    """Make what hides a kept table: the keys of rows that are replaced or taken away, the view, and its triggers."""
    is_swept = table.name == _SWEPT
    parts = {
        "name": table.name,
        "keys": ", ".join(table.keys),
        "typed_keys": ", ".join(table.typed_keys),
        "columns": ", ".join(table.columns),
        "kept": ", ".join(_MARK if is_swept and of == "sweep" else f"k.{of}" for of in table.columns),
        "values": ", ".join(table.given),
        "new_key": ", ".join(f"NEW.{key}" for key in table.keys),
        "old_key": ", ".join(f"OLD.{key}" for key in table.keys),
        "is_gone": " AND ".join(f"g.{key} = k.{key}" for key in table.keys),
        "is_old": " AND ".join(f"{key} = OLD.{key}" for key in table.keys),
        "as_kept": " AND ".join(f"k.{of} IS NEW.{of}" for of in table.columns if of != "sweep"),
    }
    parts["is_only_swept"] = _IS_ONLY_SWEPT.substitute(parts)
    for statement in (*_EACH, *(_SWEEPING if is_swept else (_PUTTING,))):
        yield statement.substitute(parts)
