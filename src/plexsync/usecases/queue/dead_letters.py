"""Dead letters, tried again or forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from plexsync.domain.errors import ItemError
from plexsync.store.jobs import State
from plexsync.usecases.data_folder import open_store

DAY = 24 * 3600.0
GIVEN_UP_FOR = tuple(sorted(kind.code for kind in ItemError.__subclasses__()))
"""The causes of dead letters."""


@dataclass(frozen=True, slots=True)
class Retried:
    """How many dead letters were queued again."""

    scenes: int


def retry(folder: Path, now: float, cause: str | None = None) -> int:
    """Queue the dead letters of one cause again, or all; returns how many."""
    with open_store(folder) as store:
        return store.queue.retry_dead(now, cause)


def retry_scenes(folder: Path, scene_ids: Iterable[int], now: float) -> int:
    """Queue some scenes' dead letters again; returns how many."""
    with open_store(folder) as store:
        return store.queue.retry_dead_of(scene_ids, now)


def clear(folder: Path, now: float, older_than_days: float | None = None) -> int:
    """Forget all dead letters, or those that were given up so many days ago; returns how many."""
    oldest = None if older_than_days is None else now - older_than_days * DAY
    with open_store(folder) as store:
        return store.queue.clear((State.DEAD,), now, older_than=oldest)
