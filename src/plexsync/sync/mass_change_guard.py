"""The brake on a sync over many scenes: it may take away from so many items, and then its scenes wait for a person."""

from __future__ import annotations

from collections.abc import Callable

from plexsync.domain.brakes import takes_away
from plexsync.runtime.mass_change import limits
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.jobs import Job, Priority
from plexsync.store.runs import SYNC
from plexsync.sync.planner import ScenePlan

SPAN_SECONDS = 24 * 3600.0
"""What runs take away within a day counts together: asked for again and again it would come to all of it."""


class MassChangeGuard:
    """Counts what sync runs take away; for the worker's thread.

    A reconcile run has its own brakes, before it asks for anything. What an edit or a person asked for is never held.
    """

    def __init__(self, store: Store, target: Target, now: Callable[[], float]) -> None:
        self._store = store
        self._target = target
        self._now = now

    def holds(self, job: Job, scene_plan: ScenePlan) -> bool:
        """Tell whether a scene has to wait, and count what it takes away if not."""
        if job.priority != Priority.BULK:
            return False
        taking = sum(takes_away(plan, scene_plan.items[plan.rating_key]) for plan in scene_plan.plans)
        if not taking or not self._is_braked(job.run_id):
            return False
        most = limits(self._target.settings)
        taken = self._store.runs.taken(SYNC, self._now() - SPAN_SECONDS) + taking
        if taken > most.items and taken > most.share * self._store.links.number():
            return True
        self._store.runs.take(job.run_id, taking)
        return False

    def _is_braked(self, run_id: int) -> bool:
        run = self._store.runs.get(run_id)
        return run is not None and run.kind == SYNC and not run.allowed
