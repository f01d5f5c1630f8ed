"""The data folder: opened for a moment, its troubles in the words of our own errors."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from plexsync import store as stores
from plexsync.domain.advice import Advice, explain
from plexsync.domain.errors import FolderUnusable, PlexSyncError, StateDamaged
from plexsync.store.files.overview_file import OverviewFile
from plexsync.store.sqlite.errors import is_damage

if TYPE_CHECKING:
    from plexsync.store import Store

_TRIAL_BYTES = 65536


@contextmanager
def open_store(folder: Path) -> Iterator[Store]:
    """Open what is remembered for the length of a ``with`` block.

    Raises :class:`FolderUnusable`, :class:`StateDamaged` and :class:`StateTooNew`.
    """
    with usable(folder), closing(stores.Store(folder)) as store:
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


def rebuilt(store: Store) -> Iterator[Advice]:
    """Say that the database was damaged and built anew, as long as the file that was put aside is still there."""
    from plexsync.store.state import REBUILT  # noqa: PLC0415  whoever reads a file beside the store does not wait for it

    kept = store.state.get(REBUILT)
    if kept is not None and Path(kept.path).exists():
        yield explain("state_rebuilt", {"path": kept.path, "detail": kept.detail})


def writing_trouble(folder: Path) -> Advice | None:
    """Return what keeps a file of some size from being written into the folder, None if nothing does."""
    try:
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"\0" * _TRIAL_BYTES)
            trial.flush()
    except OSError as problem:
        return explain("folder_unusable", {"path": str(folder), "detail": str(problem.strerror)})
    return None
