"""How the agent describes itself to everybody who looks into ``state.db``: alive since when, waiting for what."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from plexsync import __version__
from plexsync.detect.stash_watcher import StashWatcher
from plexsync.domain.settings import Settings
from plexsync.sync.worker import Worker


def describe(
    workers: Sequence[Worker], stash_watcher: StashWatcher, settings: Settings, started_at: float
) -> dict[str, Any]:
    """Put into plain values what there is to say; ``started_at`` is UTC seconds."""
    trips = [worker.breaker.trip for worker in workers]
    breakers = {"worker": next(filter(None, trips), None), "feed": stash_watcher.breaker.trip}
    return {
        "pid": os.getpid(),
        "version": __version__,
        "started_at": started_at,
        "sees_file": stash_watcher.sees_file,
        "breakers": {name: None if trip is None else asdict(trip) for name, trip in breakers.items()},
        "problems": [problem.data for problem in settings.problems],
        "paused": settings.flag("paused"),
        "dry_run": settings.flag("dry_run"),
        "rate": round(sum(worker.rate for worker in workers), 1),
    }
