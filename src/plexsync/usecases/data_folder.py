"""The data folder: opened for a moment, its troubles in the words of our own errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from plexsync.domain.errors import FolderUnusable, PlexSyncError, StateDamaged
from plexsync.store import Store
from plexsync.store.files.overview_file import OverviewFile
from plexsync.store.sqlite.errors import is_damage


@contextmanager
def open_store(folder: Path) -> Iterator[Store]:
    """Open what is remembered for the length of a ``with`` block.

    Raises :class:`FolderUnusable`, :class:`StateDamaged` and :class:`StateTooNew`.
    """
    with usable(folder), closing(Store(folder)) as store:
        yield store


def forget_overview(folder: Path) -> None:
    """Have the next overview made anew: something was changed since the agent made the one it keeps."""
    OverviewFile(folder).forget()


@contextmanager
def usable(folder: Path) -> Iterator[None]:
    """Say in the words of our own errors that the data folder cannot be used."""
    try:
        yield
    except BrokenPipeError:
        raise
    except (OSError, sqlite3.Error) as problem:
        raise trouble_of(folder, problem) from problem


def trouble_of(folder: Path, problem: BaseException) -> PlexSyncError:
    """Turn an operating system's or a database's error into ours."""
    facts = {"path": str(folder), "detail": str(problem)}
    return StateDamaged(**facts) if is_damage(problem) else FolderUnusable(**facts)
