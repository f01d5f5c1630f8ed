"""The settings in force: the files they stand in are watched, and Stash is asked for those on its page."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from plexsync.plex.editing.capabilities import try_again
from plexsync.runtime.clock import has_passed
from plexsync.runtime.context import Context
from plexsync.runtime.file_mark import Mark, file_mark
from plexsync.runtime.observer.happenings import SettingsChanged
from plexsync.runtime.settings_change import causes_to_wake, fields_set_anew
from plexsync.runtime.shared import Pulse, Shared
from plexsync.store import Store
from plexsync.store.files.settings_file import SettingsFile

WATCH_SECONDS = 1.0
LOST_SECONDS = 5.0
CUT_SECONDS = 0.5
HOUR = 3600.0
MINUTE = 60.0
_log = logging.getLogger("plexsync")


class SettingsWatcher:
    """Keeps the context up to date from files; ``ask_page`` has another thread ask Stash for its page's settings."""

    def __init__(
        self,
        store: Store,
        shared: Shared,
        ask_page: Callable[[], object],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._shared = shared
        self._context = shared.context
        self._ask_page = ask_page
        self._now = now
        self._file_kept = SettingsFile(self._context.folder)
        self._mark: tuple[object, ...] = ()
        self._file: Mark = None
        self._moving: tuple[Mark, float] | None = None
        """The file as it was changed to but is not in force yet, and since when."""
        self._session_mark: Mark = None
        self._stash = ("", "")
        self._looked_at = 0.0
        self._seen = self._context.settings
        self.is_page_new = False
        """Whether Stash's page was read since; set by the thread that reads it."""

    def turn(self) -> None:
        """Look whether a file moved: Stash keeps its page's settings in config.yml."""
        file = file_mark(self._context.folder / "settings.toml")
        if self._is_being_written(file):
            return
        if self.is_page_new:
            self.is_page_new = False
            self.reload()
        if file == self._file and not has_passed(WATCH_SECONDS, self._looked_at, self._now()):
            return
        self._looked_at = self._now()
        self._context.know_cookie()
        mark = (*self._stash_marks(), file)
        if mark != self._mark:
            self.reload()
            self._mark, self._file = mark, file
            self._ask_page()

    def _is_being_written(self, file: Mark) -> bool:
        """Tell whether ``settings.toml`` may lack something for a moment only: it is gone, empty or was cut off.

        An editor that writes in place empties the file first; half a file would have its missing settings at their
        defaults.
        """
        before = self._file
        if before is None or file == before:
            self._moving = None
            return False
        if self._moving is None or self._moving[0] != file:
            self._moving = file, self._now()
        is_lost = file is None or not file[1]
        is_cut = file is not None and file[2] == before[2] and file[1] < before[1]
        patience = LOST_SECONDS if is_lost else CUT_SECONDS if is_cut else 0.0
        return not has_passed(patience, self._moving[1], self._now())

    def _stash_marks(self) -> tuple[object, ...]:
        folder = self._context.folder
        session_mark = file_mark(folder / "session.json")
        if session_mark != self._session_mark:
            session = self._context.adopt_session() or {}
            self._stash = str(session.get("url", "")), str(session.get("dir", ""))
            self._session_mark = session_mark
        url, config = self._stash
        return url, file_mark(Path(config) / "config.yml") if config else None

    def reload(self) -> None:
        """Take the settings over; the jobs that the change can matter to are looked at again."""
        self._file_kept.keep()
        self._context.reread(self._store)
        settings = self._context.settings
        _log.setLevel(settings.text("log_level").upper())
        if settings is not self._seen:
            try_again(self._store, fields_set_anew(self._seen, settings))
            causes = causes_to_wake(self._seen, settings, self._store.jobs.waiting_for())
            self._store.jobs.wake_parked(self._now(), causes)
            self._seen = settings  # only now: the database may be locked
            self._shared.observer.tell(SettingsChanged())
        self._shared.wanted.set()
        self._shared.changes.beat()


class PageReader:
    """Asks Stash for its page's settings whenever somebody wants them; ``tell`` is called when they are new.

    It has a thread of its own, for Stash may keep it waiting for as long as it likes.
    """

    def __init__(self, context: Context, tell: Callable[[], None]) -> None:
        self._context = context
        self._tell = tell
        self._wanted = Pulse()
        self.has_asked = False
        """Whether Stash has answered once, or has failed to."""

    def ask(self) -> None:
        """Have the settings read again."""
        self._wanted.beat()

    def run(self, stop: threading.Event) -> None:
        """Read until told to stop."""
        seen = 0
        while not stop.is_set():
            is_first, is_other = not self.has_asked, self._context.ask_page()
            self.has_asked = True
            if is_first or is_other:
                self._tell()
            seen = self._wanted.wait(seen, HOUR if self._sees_config() else MINUTE)

    def _sees_config(self) -> bool:
        """Tell whether Stash's config file is in sight: it moves when the page's settings change."""
        folder = self._context.stash_folder
        return bool(folder) and (Path(folder) / "config.yml").exists()
