"""Scenes as the feed just read them, so that a single edit costs Stash one query and not two.

A snapshot is good for exactly the revision that was noted after it was read: any later change moves the revision.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping

from plexsync.domain.model import Scene
from plexsync.store.jobs import Job

GOOD_FOR = 10.0
MOST = 200


class Prefetch:
    """Hands scenes from the feed's thread to the worker's."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._now = now
        self._kept: dict[int, tuple[int, float, Scene]] = {}

    def keep(self, scenes: Iterable[Scene], revisions: Mapping[int, int]) -> None:
        """Keep scenes with the revision their job got after they were read."""
        with self._lock:
            now = self._now()
            for scene in scenes:
                self._kept[scene.id] = (revisions[scene.id], now, scene)
            while len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]

    def take(self, jobs: Iterable[Job]) -> dict[int, Scene]:
        """Take the scenes whose snapshot is of the jobs' own revision and not old."""
        with self._lock:
            now = self._now()
            found = {}
            for job in jobs:
                revision, at, scene = self._kept.pop(job.scene_id, (0, 0.0, None))
                if scene is not None and revision == job.revision and now - at <= GOOD_FOR:
                    found[job.scene_id] = scene
            return found
