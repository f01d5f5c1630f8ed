"""What Stash handed over, in files of their own beside ``state.db``: both hold secrets, and ``state.db`` none."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plexsync.store import private_file


class StashFiles:
    """``session.json`` (Stash's address, session cookie and config folder) and ``page.json`` (its page's settings).

    Both are read anew each time: door, agent and command line write them. What cannot be read is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._session = folder / "session.json"
        self._page = folder / "page.json"

    @property
    def session(self) -> Mapping[str, Any] | None:
        """The session that was handed over last."""
        return _read(self._session)

    def keep_session(self, session: Mapping[str, Any]) -> None:
        """Keep a session, unless it is the one already kept. Raises OSError."""
        if session != self.session:
            private_file.write(self._session, json.dumps(dict(session)))

    @property
    def page(self) -> Mapping[str, Any]:
        """What Stash's settings page held when it was read last."""
        return _read(self._page) or {}

    def keep_page(self, page: Mapping[str, Any]) -> None:
        """Keep the page's settings. Raises OSError."""
        private_file.write(self._page, json.dumps(dict(page), ensure_ascii=False))


def move_out(connection: sqlite3.Connection, folder: Path) -> None:
    """Move what earlier versions kept of this in ``state.db`` into the files, and leave no trace of it there."""
    rows = dict(connection.execute("SELECT key, value FROM meta WHERE key IN ('session', 'plugin_settings')"))
    if not rows:
        return
    files = StashFiles(folder)
    if "session" in rows:
        files.keep_session(json.loads(rows["session"]))
    if "plugin_settings" in rows:
        files.keep_page(json.loads(rows["plugin_settings"]))
    connection.execute("DELETE FROM meta WHERE key IN ('session', 'plugin_settings')")
    connection.execute("VACUUM")  # earlier cookies stand in what is free by now
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _read(path: Path) -> Mapping[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
