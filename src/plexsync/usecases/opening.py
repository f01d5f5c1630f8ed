"""The data folder opened by a process that is not the agent: to look, to ask, and to try out."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TypeVar, final

from plexsync.runtime.context import Context
from plexsync.runtime.target import Target, targets_of
from plexsync.store import Store
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
