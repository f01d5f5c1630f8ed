"""The data folder opened by a process that is not the agent: to look, to ask, and to try out."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TypeVar, final

from plexsync.agent.lock import is_held
from plexsync.detect import initial_scan
from plexsync.index.index import Index
from plexsync.runtime.context import Context
from plexsync.runtime.sync_state import is_scanned
from plexsync.runtime.target import Target, targets_of
from plexsync.stash.source import StashServer
from plexsync.store import Store
from plexsync.store.sqlite.errors import is_refused_write
from plexsync.sync.planner import Planner
from plexsync.usecases.data_folder import trouble_of, usable

T = TypeVar("T")


@final
@dataclass(frozen=True, slots=True)
class Opened:
    """A store with the settings in force and a client for Stash; to be closed, or used in a ``with``."""

    folder: Path
    store: Store
    context: Context

    @property
    def targets(self) -> tuple[Target, ...]:
        """The Plex servers that the settings name."""
        return targets_of(self.context)

    @property
    def target(self) -> Target:
        """The Plex server that a question is about: the first, as long as no question can name one."""
        return self.targets[0]

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def __enter__(self) -> Opened:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if isinstance(error, (OSError, sqlite3.Error)) and not isinstance(error, BrokenPipeError):
            raise trouble_of(self.folder, error) from error


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The worker's own parts on what PlexSync remembers, and not for writing: mostly on a copy that is thrown away."""

    store: Store
    index: Index
    planner: Planner


def open_data(folder: Path, environment: Mapping[str, str] | None = None) -> Opened:
    """Open a data folder and read the settings; Stash is asked for its page's settings if it answers.

    Raises :class:`FolderUnusable`, :class:`StateDamaged` and :class:`StateTooNew`.
    """
    with usable(folder):
        return _open_data(folder, environment)


def _open_data(folder: Path, environment: Mapping[str, str] | None) -> Opened:
    store = Store(folder)
    try:
        context = Context(folder, environment)
        context.refresh(store)
    except BaseException:
        store.close()
        raise
    return Opened(folder, store, context)


def consult(opened: Opened, work: Callable[[Rehearsal], T]) -> T:
    """Do some work about a few scenes by what a living agent remembers, or, if it does not know enough, by a copy.

    A copy is as large as ``state.db``. Raises server and settings errors, and whatever ``work`` does.
    """
    if is_held(opened.folder) and is_scanned(opened.store):
        index = Index(opened.store, opened.target)
        try:
            with opened.store.reading():
                if index.adopt():
                    return work(Rehearsal(opened.store, index, Planner(opened.store, index)))
        except sqlite3.OperationalError as problem:
            if not is_refused_write(problem):
                raise
    with rehearse(opened) as rehearsal:
        return work(rehearsal)


@contextmanager
def rehearse(opened: Opened) -> Iterator[Rehearsal]:
    """Set up the way from scenes to plans with a path index that is up to date and every scene's claims known.

    On a copy, because only the agent may write the index and wake jobs. Raises server and settings errors.
    """
    with tempfile.TemporaryDirectory(prefix="plexsync-") as folder:
        store = _copy(opened.store, Path(folder))
        try:
            if not is_scanned(store):
                initial_scan.take(store, StashServer(opened.context.stash))
            index = Index(store, opened.target)
            index.make_ready()
            yield Rehearsal(store, index, Planner(store, index))
        finally:
            store.close()


def _copy(source: Store, folder: Path) -> Store:
    target = sqlite3.connect(folder / "state.db")
    try:
        source.connection.backup(target)
    finally:
        target.close()
    return Store(folder)
