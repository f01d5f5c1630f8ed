"""A dry run: what would be written is said, and its jobs wait until writing is switched on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence

from plexsync.store import Store
from plexsync.store.jobs import Job, Setback
from plexsync.sync.artwork import Covers
from plexsync.sync.planner import Outlook
from plexsync.sync.retry_policy import held

_log = logging.getLogger("plexsync")


class DryRun:
    """Holds jobs back; all of it runs in the worker's thread."""

    def __init__(self, store: Store, covers: Covers, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._covers = covers
        self._now = now

    def hold(self, jobs: Mapping[int, Job], outlooks: Sequence[Outlook]) -> None:
        """Say what would be written; where nothing would, the job is done."""
        now = self._now()
        with self._store.transaction():
            for outlook in outlooks:
                job = jobs[outlook.scene.id]
                if not outlook.changes and _is_known(outlook):
                    settle = self._store.jobs.leave_image if self._covers.wants(outlook) else self._store.jobs.finish
                    settle([job], now)
                    continue
                _log.info("dry run: scene %s: %d fields would change", outlook.scene.id, outlook.changes)
                self._store.jobs.set_aside(job, _setback(outlook.changes, "all", now), now)

    def hold_images(self, jobs: Sequence[Job]) -> None:
        """Let images wait."""
        now = self._now()
        with self._store.transaction():
            for job in jobs:
                self._store.jobs.set_aside(job, _setback(0, "image", now), now)


def _is_known(outlook: Outlook) -> bool:
    return (outlook.memories or {}).keys() >= set(outlook.link.rating_keys)


def _setback(changes: int, want: str, now: float) -> Setback:
    return held("dry_run", {"fields": str(changes)}, now, want)
