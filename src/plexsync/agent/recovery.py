"""A damaged ``state.db``: found when the agent starts, put aside, and built anew.

Only the holder of the lease does this. The whole file is read through at each start; where an agent has met damage it
leaves a mark (``state.db.doubt``), and the next start holds the indexes against the tables too. What is taken over is
what no server can tell: what PlexSync itself left on each item, without which it would count as a person's, and the id
under which Plex knows this install.
"""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from plexsync.domain.advice import explain
from plexsync.domain.errors import StateDamaged
from plexsync.store import Store
from plexsync.store.database import BUSY_SECONDS
from plexsync.store.files import private_file
from plexsync.store.links import Links, SyncRecord
from plexsync.store.schema import MIGRATIONS
from plexsync.store.sqlite.errors import is_damage
from plexsync.store.state import CLIENT_ID, MACHINE_ID, REBUILD_NEEDS_RUN, REBUILT, Key, Rebuilt, StateValues

KEPT = 3
QUICK, CLOSE = "quick_check", "integrity_check"
_NAME = "state.db"
_MARK = "state.db.doubt"
_KEPT_NAME = re.compile(r"state\.db\.damaged-\d{8}-\d{6}")
_LINKS_SINCE = 2
_MAGIC = b"SQLite format 3\0"
_MOST_GROWTH = 10
_MOST_FAILURES = 20_000
_TAKEN_OVER = (CLIENT_ID, MACHINE_ID)
_log = logging.getLogger("plexsync")


def mend(folder: Path, now: float) -> None:
    """Put a damaged ``state.db`` aside and begin a new one that says so; a sound one is left alone.

    It may be cut off at any point: where the new one does not say yet what it was built after, the next start goes on.
    """
    kept = _put_aside_if_damaged(folder, now) or max(_kept(folder), default=None)
    if kept is not None:
        with closing(Store(folder)) as store:
            if store.state.get(REBUILT) is None:
                _build_anew(kept, store, now)
    (folder / _MARK).unlink(missing_ok=True)


def note(folder: Path, trouble: BaseException) -> None:
    """Have the next start look closely, if it is a damaged ``state.db`` that ends this life."""
    if is_damage(trouble) or isinstance(trouble, StateDamaged):
        with suppress(OSError):
            private_file.write(folder / _MARK, "")


def find(path: Path, check: str = QUICK) -> str:
    """Return what is wrong with a database file, "" if it is sound or not there."""
    if not path.exists():
        return ""
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
        try:
            found = str(connection.execute(f"PRAGMA {check}(1)").fetchone()[0])
        except sqlite3.DatabaseError as problem:
            if not is_damage(problem):
                raise
            return str(problem)
    return "" if found == "ok" else " ".join(found.replace("*", "").split())


def _put_aside_if_damaged(folder: Path, now: float) -> Path | None:
    """Put a damaged file aside, or finish doing so; the mark keeps its new name from before the first rename."""
    mark = folder / _MARK
    name = mark.read_text(encoding="utf-8", errors="replace") if mark.exists() else None
    if name is None or not _KEPT_NAME.fullmatch(name):
        if not find(folder / _NAME, QUICK if name is None else CLOSE):
            return None
        name = time.strftime(f"{_NAME}.damaged-%Y%m%d-%H%M%S", time.gmtime(now))
        private_file.write(mark, name)
    kept = folder / name
    if not kept.exists():
        _put_aside(folder, kept)
    older = sorted(_kept(folder) - {kept})
    for file in older[: 1 - KEPT]:
        for suffix in ("", "-wal", "-shm"):
            (folder / f"{file.name}{suffix}").unlink(missing_ok=True)
    return kept if kept.exists() else None


def _put_aside(folder: Path, kept: Path) -> None:
    """Rename the file with its write-ahead log, the log first: a new file must not find it."""
    log, kept_log = folder / f"{_NAME}-wal", folder / f"{kept.name}-wal"
    with suppress(FileNotFoundError):
        if kept_log.exists():  # cut off between the two: the log that is there by now is a visitor's
            log.unlink()
        else:
            log.rename(kept_log)
    with suppress(FileNotFoundError):
        (folder / _NAME).rename(kept)
    (folder / f"{_NAME}-shm").unlink(missing_ok=True)


def _kept(folder: Path) -> set[Path]:
    return {file for file in folder.glob(f"{_NAME}.damaged-*") if _KEPT_NAME.fullmatch(file.name)}


def _build_anew(kept: Path, store: Store, now: float) -> None:
    """Take over what can be read and say so, both or neither."""
    detail = _detail(kept)
    _fill_up(kept)
    with closing(sqlite3.connect(kept, timeout=BUSY_SECONDS)) as old, store.transaction():
        old.row_factory = sqlite3.Row
        if _has_our_tables(old):
            _take_over(old, store)
        store.state.put(REBUILT, Rebuilt(now, str(kept), detail))
        store.state.put(REBUILD_NEEDS_RUN, value=True)
    _log.error("%s", explain("state_rebuilt", {"path": str(kept), "detail": detail}))


def _detail(kept: Path) -> str:
    try:
        return find(kept, CLOSE) or "details unknown"
    except sqlite3.DatabaseError as problem:
        return str(problem)


def _has_our_tables(old: sqlite3.Connection) -> bool:
    with suppress(sqlite3.DatabaseError):
        return _LINKS_SINCE <= int(old.execute("PRAGMA user_version").fetchone()[0]) <= len(MIGRATIONS)
    return False


def _take_over(old: sqlite3.Connection, store: Store) -> None:
    """Take over what can be read of a damaged file, and nothing that is known better by now."""
    values = {key: _readable(old, key) for key in _TAKEN_OVER}
    if store.state.get(MACHINE_ID) not in {None, values[MACHINE_ID]}:
        return  # built about another server meanwhile, on which these keys mean other items
    for key, value in values.items():
        if value is not None and store.state.get(key) is None:
            store.state.put(key, value)
    for record in _records(old):
        known = store.links.of_items([record.rating_key]).get(record.rating_key)
        if known is None or known.synced_at < record.synced_at:
            # Without fingerprint and rules: nothing counts as settled before it was compared.
            store.links.remember(replace(record, fingerprint="", rules=""))


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


def _readable(old: sqlite3.Connection, key: Key[str]) -> str | None:
    with suppress(sqlite3.DatabaseError):
        return StateValues(old).get(key)
    return None


def _records(old: sqlite3.Connection) -> Iterator[SyncRecord]:
    """Return the memories that can be read, feeling the way past each page that cannot."""
    scene, failures = 0, 0
    while failures < _MOST_FAILURES:
        before = scene
        with suppress(sqlite3.DatabaseError, ValueError, KeyError, TypeError):
            for record in Links(old).beyond(scene):
                scene, failures = record.scene_id, 0
                yield record
            return
        failures += 1
        if scene == before:
            scene += 1
