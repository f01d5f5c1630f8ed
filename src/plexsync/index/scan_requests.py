"""Folders that Plex is to scan for files it does not list, and for which files that was asked lately."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from plexsync.runtime.clock import has_passed

PAUSE = 24 * 3600.0
K = TypeVar("K")
V = TypeVar("V")
AT_ONCE = 5
EVERY = 60.0
MOST_FILES, MOST_FOLDERS = 20_000, 5_000
Folder = tuple[str, str]
"""A library's id and a path as Plex sees it."""


class ScanRequests:
    """Asks for each file once a day, as Plex may have its reasons not to list one; a few folders a minute.

    It holds the newest requests alone: whole libraries may be missing, and a file that is dropped is noted again when
    its scene is looked at again.
    """

    def __init__(self) -> None:
        self._asked: dict[str, float] = {}
        self._folders: dict[Folder, None] = {}
        self._scanned_at = -EVERY

    def __len__(self) -> int:
        """Count what is held: files and folders."""
        return len(self._asked) + len(self._folders)

    def is_new(self, path: str, now: float) -> bool:
        """Tell whether nobody asked for a file lately, and note that somebody does."""
        if not has_passed(PAUSE, self._asked.pop(path, -PAUSE), now):
            self._asked[path] = now
            return False
        self._asked[path] = now
        _shrink(self._asked, MOST_FILES)
        return True

    def note(self, folders: Iterable[Folder]) -> None:
        """Note folders to scan; one that is noted again is the newest."""
        for folder in folders:
            self._folders.pop(folder, None)
            self._folders[folder] = None
        _shrink(self._folders, MOST_FOLDERS)

    def clear(self) -> None:
        """Drop all folders: nothing is to be scanned."""
        self._folders.clear()

    def take(self, now: float) -> list[Folder]:
        """Take some folders, the newest first; none before a minute has passed."""
        if not self._folders or not has_passed(EVERY, self._scanned_at, now):
            return []
        self._scanned_at = now
        return [self._folders.popitem()[0] for _ in range(min(AT_ONCE, len(self._folders)))]


def _shrink(held: dict[K, V], most: int) -> None:
    """Drop the oldest entries beyond a number."""
    while len(held) > most:
        del held[next(iter(held))]
