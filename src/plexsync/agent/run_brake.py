"""The brake on a sync over many scenes: it may take away from so many items, and then its scenes wait for a person."""

from __future__ import annotations

from plexsync.agent.planner import Outlook
from plexsync.agent.surroundings import Surroundings
from plexsync.core.brakes import Limits, takes_away
from plexsync.settings import Settings
from plexsync.store import Store
from plexsync.store.jobs import Job, Priority

SYNC = "sync"


def limits(settings: Settings) -> Limits:
    """Return how much a run may take away by the settings."""
    return Limits(int(settings.number("brake_items")), settings.number("brake_percent") / 100)


class RunBrake:
    """Counts what each sync run takes away; for the worker's thread.

    A reconcile run has its own brakes, before it asks for anything. What an edit or a person asked for is never held.
    """

    def __init__(self, store: Store, surroundings: Surroundings) -> None:
        self._store = store
        self._around = surroundings
        self._taken: dict[int, int] = {}

    def holds(self, job: Job, outlook: Outlook) -> bool:
        """Tell whether a scene has to wait, and count what it takes away if not."""
        taking = sum(takes_away(plan, (outlook.items or {})[plan.rating_key]) for plan in outlook.plans)
        if not taking or job.priority != Priority.BULK or not self._is_braked(job.run_id):
            return False
        most = limits(self._around.settings)
        taken = self._taken.get(job.run_id, 0) + taking
        if taken > most.items and taken > most.share * self._store.links.number():
            return True
        self._taken[job.run_id] = taken
        return False

    def _is_braked(self, run_id: int) -> bool:
        run = self._store.runs.get(run_id)
        return run is not None and run.kind == SYNC and run.state == "running" and not run.allowed
