"""A dry run: what would be written is said, and its jobs wait until writing is switched on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence

from plexsync.store import Store
from plexsync.store.jobs import Job, Setback, Work
from plexsync.sync.artwork import ArtworkSync
from plexsync.sync.planner import ScenePlan
from plexsync.sync.retry_policy import held

_log = logging.getLogger("plexsync")


class DryRun:
    """Holds jobs back; all of it runs in the worker's thread."""

    def __init__(self, store: Store, covers: ArtworkSync, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._covers = covers
        self._now = now

    def hold(self, jobs: Mapping[int, Job], scene_plans: Sequence[ScenePlan]) -> None:
        """Say what would be written; where nothing would, the job is done."""
        now = self._now()
        with self._store.transaction():
            for scene_plan in scene_plans:
                job = jobs[scene_plan.scene.id]
                if not scene_plan.changes and _is_known(scene_plan):
                    settle = self._store.jobs.leave_image if self._covers.wants(scene_plan) else self._store.jobs.finish
                    settle([job], now)
                    continue
                _log.info("dry run: scene %s: %d fields would change", scene_plan.scene.id, scene_plan.changes)
                self._store.jobs.defer(job, _setback(scene_plan.changes, Work.ALL, now), now)

    def hold_images(self, jobs: Sequence[Job]) -> None:
        """Let images wait."""
        now = self._now()
        with self._store.transaction():
            for job in jobs:
                self._store.jobs.defer(job, _setback(0, Work.IMAGE, now), now)


def _is_known(scene_plan: ScenePlan) -> bool:
    return scene_plan.records.keys() >= set(scene_plan.link.rating_keys)


def _setback(changes: int, work: Work, now: float) -> Setback:
    return held("dry_run", {"fields": str(changes)}, now, work)
