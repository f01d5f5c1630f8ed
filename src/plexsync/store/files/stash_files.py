"""The session and settings that Stash handed over, in files beside ``state.db``: both hold secrets, it holds none."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from plexsync.store.files import private_file

_UNCLEARED = "uncleared"
_PATIENCE_MS = 1000


class StashFiles:
    """``session.json`` (Stash's address, session cookie and config folder) and ``page.json`` (its page's settings).

    ``session.wanted`` is there while Stash accepts the kept session no more.

    Both are read anew each time: plugin, agent and command line write them. An unreadable file counts as missing.
    """

    def __init__(self, folder: Path) -> None:
        self._session = folder / "session.json"
        self._page = folder / "page.json"
        self._wanted = folder / "session.wanted"

    @property
    def session(self) -> Mapping[str, Any] | None:
        """The session that was handed over last."""
        found = _read(self._session)
        return found if found is not None and _is_session(found) else None

    def keep_session(self, session: Mapping[str, object]) -> None:
        """Keep a session, unless it is the one already kept. Raises OSError."""
        if session != self.session:
            private_file.write(self._session, json.dumps(dict(session)))

    def want_session(self, *, is_wanted: bool) -> None:
        """Say whether Stash does not accept the kept session: ``plugin/hook.py`` then hands the next one over."""
        with suppress(OSError):
            if is_wanted:
                private_file.make(self._wanted)
            else:
                self._wanted.unlink(missing_ok=True)

    @property
    def page(self) -> Mapping[str, Any]:
        """The values of Stash's settings page when it was read last."""
        return _read(self._page) or {}

    def keep_page(self, page: Mapping[str, Any]) -> None:
        """Keep the page's settings. Raises OSError."""
        private_file.write(self._page, json.dumps(dict(page), ensure_ascii=False))


def move_out(connection: sqlite3.Connection, folder: Path) -> None:
    """Move what earlier versions kept of this in ``state.db`` into the files, and leave no trace of it there.

    To clear the space it stood in may fail (a full disk, a process that reads just now): each opening tries it again.
    """
    keys = ("session", "plugin_settings", _UNCLEARED)
    rows = dict(connection.execute("SELECT key, value FROM meta WHERE key IN (?, ?, ?)", keys))
    if not rows:
        return
    files = StashFiles(folder)
    if "session" in rows:
        files.keep_session(json.loads(rows["session"]))
    if "plugin_settings" in rows:
        files.keep_page(json.loads(rows["plugin_settings"]))
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, 'true')", (_UNCLEARED,))
    connection.execute("DELETE FROM meta WHERE key IN ('session', 'plugin_settings')")
    with suppress(sqlite3.OperationalError):
        _clear(connection)


def _clear(connection: sqlite3.Connection) -> None:
    """Write the file anew and empty its log, for earlier cookies stand in what is free by now; nobody waits long."""
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
    try:
        connection.execute("VACUUM")
        is_read, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not is_read:
            connection.execute("DELETE FROM meta WHERE key = ?", (_UNCLEARED,))
    finally:
        connection.execute(f"PRAGMA busy_timeout = {patience}")


def _is_session(found: Mapping[str, Any]) -> bool:
    return all(isinstance(found.get(key), str) for key in ("url", "cookie")) and isinstance(found.get("dir", ""), str)


def _read(path: Path) -> Mapping[str, object] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
