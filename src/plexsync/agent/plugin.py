"""The installed plugin's files: replaced by an update, gone after an uninstall."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from plexsync.runtime.file_mark import Mark, file_mark


class Plugin:
    """The plugin folder that the agent was started from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = (folder / "hook.py", folder / "plexsync" / "__init__.py", folder / "StashPlexSync.yml")
        self._first = self._marks()
        self._last = self._first

    def _marks(self) -> tuple[Mark, ...]:
        return tuple(map(file_mark, self._files))

    def fate(self) -> str:
        """Return "same", "changing", "replaced" (another version, complete and at rest) or "gone"."""
        marks = self._marks()
        at_rest, self._last = marks == self._last, marks
        if marks == self._first:
            return "same"
        if not at_rest:
            return "changing"
        if all(mark is None for mark in marks):
            return "gone"
        return "changing" if None in marks else "replaced"

    def clear_away(self) -> None:
        """Take away the empty folders that an uninstallation leaves: Stash deletes files, and no folder with folders.

        A folder that holds anybody's file stays (docs/engineering/stash.md §6).
        """
        for folder, _, _ in os.walk(self._folder, topdown=False):
            with suppress(OSError):
                Path(folder).rmdir()
