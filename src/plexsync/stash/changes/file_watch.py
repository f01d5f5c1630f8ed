"""Stash's database file: it moves with every write, and only then (docs/engineering/stash.md §4.4a)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from plexsync.stash import queries
from plexsync.stash.client import StashClient

Mark = tuple[int, int, int] | None


def database_path(client: StashClient, folder: str) -> str:
    """Return the path of the SQLite file on Stash's own machine.

    Stash's set-up writes a relative one where its files stay in the folder it was started in; that is the folder of its
    config file. ``folder`` is that folder as Stash told it to a plugin, "" where it never did.
    """
    named = str(client.query(queries.DATABASE)["configuration"]["general"]["databasePath"])
    return str(Path(folder) / named) if folder else named


class FileWatch:
    """Tells whether something was written to a database since it was asked last; not for several threads."""

    def __init__(self, path: str, stat: Callable[[str], os.stat_result] = os.stat) -> None:
        """Watch the file and its write-ahead log; a path relative to Stash's own folder cannot be seen."""
        self._files: tuple[str, ...] = (f"{path}-wal", path) if Path(path).is_absolute() else ()
        self._stat = stat
        self._marks = self._poll()
        self._is_anew = False

    @property
    def visible(self) -> bool:
        """Whether the database itself could be seen when it was last looked for."""
        return bool(self._marks) and self._marks[-1] is not None

    @property
    def trace(self) -> tuple[str, ...]:
        """Return a trace that tells a later life whether anything was written since the last :meth:`moved`."""
        return (*self._files, *map(str, self._marks))

    @property
    def written_at(self) -> float:
        """When something was written last before the last :meth:`moved` (UTC seconds by the file system's clock)."""
        return max((mark[0] for mark in self._marks if mark is not None), default=0) / 1e9

    def moved(self) -> bool:
        """Tell whether either file is another one, of another size or time than at the last call.

        A file that went or came counts as moved. Two commits within one step of the file system's clock (1 to 4 ms) can
        look like one: ask Stash a few milliseconds after this.
        """
        marks, before = self._poll(), self._marks
        self._marks = marks
        self._is_anew = self._is_anew or _is_other_file(before[:1], marks[:1])
        return marks != before

    def is_still(self) -> bool:
        """Tell, for the price of one stat, that nothing was written since the last :meth:`moved`; it notes nothing.

        Every write goes through the log first. Where there is no log, this tells nothing.
        """
        log = self._marks[0] if self._marks else None
        return log is not None and self._mark(self._files[0]) == log

    def reopened(self) -> bool:
        """Tell whether the database was closed since this was last asked, as it is when Stash ends.

        SQLite takes the write-ahead log away with the last connection and makes another one for the next process.
        """
        anew, self._is_anew = self._is_anew, False
        return anew

    def _poll(self) -> tuple[Mark, ...]:
        return tuple(self._mark(file) for file in self._files)

    def _mark(self, file: str) -> Mark:
        try:
            found = self._stat(file)
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def _is_other_file(before: tuple[Mark, ...], now: tuple[Mark, ...]) -> bool:
    """Tell whether a file that was there is gone, has another inode, or began anew under the same."""
    return any(
        old is not None and (new is None or new[2] != old[2] or new[1] < old[1])
        for old, new in zip(before, now, strict=True)
    )
