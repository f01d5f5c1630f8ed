"""A damaged ``state.db``: found when the agent starts, put aside, and built anew.

Only the holder of the lease does this. What is taken over is what no server can tell: what PlexSync itself left on
each item, without which it would count as a person's, and the id under which Plex knows this install.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from plexsync.advice import explain
from plexsync.agent.shelves import MACHINE
from plexsync.agent.surroundings import CLIENT_ID
from plexsync.store import Store
from plexsync.store.database import BUSY_SECONDS
from plexsync.store.links import Links, Memory
from plexsync.store.schema import MIGRATIONS
from plexsync.store.trouble import is_damage

REBUILT = "rebuilt"
WANTS_RUN = "rebuilt_wants_run"
KEPT = 3
_NAME = "state.db"
_MAGIC = b"SQLite format 3\0"
_MOST_GROWTH = 10
_MOST_FAILURES = 20_000
_TAKEN_OVER = (CLIENT_ID, MACHINE)
_log = logging.getLogger("plexsync")


def mend(folder: Path, now: float) -> None:
    """Put a damaged ``state.db`` aside and begin a new one that says so; a sound one is left alone."""
    detail = find(folder / _NAME)
    if not detail:
        return
    kept = _put_aside(folder, now)
    with closing(Store(folder)) as store:
        _take_over(kept, store)
        store.put(REBUILT, {"at": now, "path": str(kept), "detail": detail})
        store.put(WANTS_RUN, now)
    _log.error("%s", explain("state_rebuilt", {"path": str(kept), "detail": detail}))


def find(path: Path) -> str:
    """Return what is wrong with a database file, "" if it is sound or not there."""
    if not path.exists():
        return ""
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
        try:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.DatabaseError as problem:
            if not is_damage(problem):
                raise
            return str(problem)
    return "" if found == "ok" else " ".join(found.replace("*", "").split())


def _put_aside(folder: Path, now: float) -> Path:
    """Rename the file with its write-ahead log, and delete all but the newest of those put aside before."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
    kept = folder / f"{_NAME}.damaged-{stamp}"
    for suffix in ("-wal", ""):
        with suppress(FileNotFoundError):
            (folder / f"{_NAME}{suffix}").rename(folder / f"{kept.name}{suffix}")
    (folder / f"{_NAME}-shm").unlink(missing_ok=True)
    older = sorted(file for file in folder.glob(f"{_NAME}.damaged-*") if not file.name.endswith(("-wal", "-shm")))
    for file in older[:-KEPT]:
        for suffix in ("", "-wal", "-shm"):
            (folder / f"{file.name}{suffix}").unlink(missing_ok=True)
    return kept


def _take_over(damaged: Path, store: Store) -> None:
    """Take over what can be read of the damaged file, if it has the tables of this version."""
    _fill_up(damaged)
    with closing(sqlite3.connect(damaged, timeout=BUSY_SECONDS)) as old, suppress(sqlite3.DatabaseError):
        old.row_factory = sqlite3.Row
        if int(old.execute("PRAGMA user_version").fetchone()[0]) != len(MIGRATIONS):
            return
        values = dict(_readable(old, _TAKEN_OVER))
        with store.transaction():
            for key, value in values.items():
                store.put(key, value)
            for memory in _memories(old):
                # Without fingerprint and rules: nothing counts as settled before it was compared.
                store.links.remember(replace(memory, fingerprint="", rules=""))


def _fill_up(damaged: Path) -> None:
    """Give a file that was cut off its old length again, or SQLite refuses to read what is left of it.

    Page size and number of pages stand in the header (big-endian, at 16 and 28; a size of 1 means 65536).
    """
    with damaged.open("rb") as file:
        header = file.read(32)
    page = int.from_bytes(header[16:18], "big")
    length = (65536 if page == 1 else page) * int.from_bytes(header[28:32], "big")
    if header.startswith(_MAGIC) and damaged.stat().st_size < length <= _MOST_GROWTH * damaged.stat().st_size:
        os.truncate(damaged, length)


def _readable(old: sqlite3.Connection, keys: Sequence[str]) -> Iterator[tuple[str, object]]:
    for key in keys:
        with suppress(sqlite3.DatabaseError, ValueError):
            row = old.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
            if row is not None:
                yield key, json.loads(row[0])


def _memories(old: sqlite3.Connection) -> Iterator[Memory]:
    """Return the memories that can be read, feeling the way past each page that cannot."""
    scene, failures = 0, 0
    while failures < _MOST_FAILURES:
        with suppress(sqlite3.DatabaseError, ValueError, KeyError, TypeError):
            for memory in Links(old).beyond(scene):
                scene, failures = memory.scene_id, 0
                yield memory
            return
        scene, failures = scene + 1, failures + 1
