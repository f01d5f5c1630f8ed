"""A damaged ``state.db``: found, put aside, and built anew.

Only the holder of the lock does this. Where the machine may have gone down under an agent, the whole file is read
through before anything else; otherwise while the agent works (:class:`Checkup`). Damage that a thread meets leaves a
mark (``state.db.doubt``): then the next start holds the indexes against the tables too. The new file takes over what no
server can tell. That is what PlexSync itself left on each item, which would otherwise count as a person's, and the id
under which Plex knows this install.
"""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from plexsync.agent.life import Life
from plexsync.domain.advice import Advice, explain, explain_error
from plexsync.domain.errors import PlexSyncError, StateDamaged
from plexsync.runtime.clock import has_passed
from plexsync.store import Store
from plexsync.store.database import BUSY_SECONDS
from plexsync.store.files import private_file
from plexsync.store.links import Links, SyncRecord
from plexsync.store.schema import MIGRATIONS
from plexsync.store.sqlite.errors import is_damage
from plexsync.store.state import (
    CLIENT_ID,
    FOLDER_PROBE,
    MACHINE_ID,
    REBUILD_NEEDS_RUN,
    REBUILT,
    Key,
    Rebuilt,
    StateValues,
)

KEPT = 3
WEEK = 7 * 24 * 3600.0
QUIET_HOURS = range(2, 6)
POLL_SECONDS = 600.0
SETTLE_SECONDS = 5.0
"""How long the agent has the disk to itself after its start."""

QUICK, CLOSE = "quick_check", "integrity_check"
_NAME = "state.db"
_PROBE_BYTES = 256 * 1024
_MARK = "state.db.doubt"
_KEPT_NAME = re.compile(r"state\.db\.damaged-\d{8}-\d{6}")
_LINKS_SINCE = 2
_MAGIC = b"SQLite format 3\0"
_MOST_GROWTH = 10
_MOST_FAILURES = 20_000
_TAKEN_OVER = (CLIENT_ID, MACHINE_ID)
_log = logging.getLogger("plexsync")


def is_doubtful(folder: Path) -> bool:
    """Tell whether an agent has met damage, or ``state.db`` is none at all; costs nothing, whatever its size."""
    return (folder / _MARK).exists() or not _opens(folder / _NAME)


def mend(folder: Path, now: float) -> None:
    """Read all of ``state.db``; put a damaged one aside and begin a new one that says so, leave a sound one alone.

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


def takes_writes(folder: Path) -> bool:
    """Tell whether the store can be written, and a little more than a start needs."""
    try:
        with closing(Store(folder)) as store:
            store.state.put(FOLDER_PROBE, "." * _PROBE_BYTES)
            store.state.put(FOLDER_PROBE, "")
    except StateDamaged:
        return True  # the start sees to it
    except (OSError, sqlite3.Error) as problem:
        _log.debug("the data folder cannot be used: %s", problem)
        return False
    return True


def is_displaced(folder: Path, inode: int) -> bool:
    """Tell whether ``state.db`` is another file than the one of this number, or gone: somebody took ours away."""
    try:
        return (folder / _NAME).stat().st_ino != inode
    except FileNotFoundError:
        return True
    except OSError:
        return False  # the folder is closed; that says nothing of the file


def put_back(open_store: Store, log_inode: int) -> bool:
    """Make ``state.db`` anew of one that is still open, though its file is gone; tells whether it did.

    A file in its place that remembers anything is a person's choice, such as a backup, and stays. The write-ahead log
    of this number belongs to ours, and would spoil another. Raises OSError and sqlite3.Error.
    """
    folder = open_store.folder
    path, fresh, log = folder / _NAME, folder / f"{_NAME}.new", folder / f"{_NAME}-wal"
    with suppress(FileNotFoundError):
        if log.stat().st_ino == log_inode:
            log.unlink()
            (folder / f"{_NAME}-shm").unlink(missing_ok=True)
    if path.exists() and _remembers(folder):
        return False
    fresh.unlink(missing_ok=True)
    private_file.make(fresh)
    with closing(sqlite3.connect(fresh)) as copy:
        open_store.connection.backup(copy)
    for name in (f"{_NAME}-wal", f"{_NAME}-shm"):
        (folder / name).unlink(missing_ok=True)
    fresh.replace(path)
    return True


def _remembers(folder: Path) -> bool:
    with closing(Store(folder)) as store:
        return bool(store.links.number())


def in_words(trouble: Exception, folder: Path) -> Advice:
    """Say what is wrong with a data folder."""
    if isinstance(trouble, PlexSyncError):
        return explain_error(trouble)
    return explain("folder_unusable", {"path": str(folder), "detail": str(trouble)})


class Checkup:
    """Reads the whole database through while the agent works; all of it happens in one thread that may be left behind.

    It does so at once where something other than an agent's clean end came before, else weekly in a quiet hour.
    """

    def __init__(self, store: Store, life: Life, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._life = life
        self._now = now

    def run(self, stop: threading.Event) -> None:
        """Check whenever it is time to; raises StateDamaged."""
        pause = SETTLE_SECONDS
        while not stop.wait(pause):
            pause = POLL_SECONDS
            if self._life.is_check_wanted or self._is_due(self._now()):
                self._check()

    def _check(self) -> None:
        began = time.monotonic()
        path = self._store.folder / _NAME
        detail = find(path)
        if detail:
            raise StateDamaged(path=str(path), detail=detail)
        self._life.checked(self._now())
        _log.info("the database is sound, says a check of %.1f s", time.monotonic() - began)

    def _is_due(self, now: float) -> bool:
        """Tell whether a week has passed and nobody minds; after two weeks only the queue counts."""
        since = self._life.checked_at
        if not has_passed(WEEK, since, now) or self._store.jobs.ready(now):
            return False
        return time.localtime(now).tm_hour in QUIET_HOURS or has_passed(2 * WEEK, since, now)


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


def _opens(path: Path) -> bool:
    """Tell whether a file is there and a database, as far as its first page shows."""
    if not path.exists():
        return False
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.DatabaseError as problem:
            if is_damage(problem):
                return False
            raise
    return True


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
    """Yield the sync records that can be read, feeling the way past each page that cannot."""
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
