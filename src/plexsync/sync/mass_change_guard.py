"""The brake on what nobody edited: it waits until all of it is known, and for a person if it is too much.

It goes by what each scene says of itself, and not by the way a change came in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from plexsync.domain.reconcile.brakes import Vanished, is_too_much
from plexsync.runtime.mass_change import limits, taken_of_late
from plexsync.runtime.stash_load.coverage import Coverage
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.history.runs import SYNC, UNDO, WEIGHED
from plexsync.store.jobs import Job
from plexsync.store.state import RETURN_NEEDS_RUN, VANISHED
from plexsync.sync.planner import ScenePlan

CALM_SECONDS = 2.0
"""How long nothing more must have been held before all of it counts as known."""

LONGEST_QUEUE, LONGEST_SEARCH = 10.0, 120.0
"""After how long a queue that is never empty, or a search that does not end, is waited for no more."""

WEIGH_EVERY, NEVER = 0.5, 3600.0

_log = logging.getLogger("plexsync")


class MassChangeGuard:
    """Holds what would take something away that nobody edited, and lets it pass if it is little; for one thread.

    A reconcile run has its own brakes, before it asks for anything. A person's edit or wish is never held. An
    undo is a wish for what goes back, not for what else its scenes would lose.
    """

    def __init__(self, store: Store, target: Target, coverage: Coverage, now: Callable[[], float]) -> None:
        self._store = store
        self._target = target
        self._coverage = coverage
        self._now = now
        self._is_weighed = self._is_alarmed = False
        self._held_at = 0.0

    def holds(self, job: Job, scene_plan: ScenePlan) -> Mapping[str, str] | None:
        """Return what is to be said of a scene that has to wait, None if it may go on."""
        losses = scene_plan.losses
        if not losses or job.is_asked or not self._is_doubtful(job, scene_plan):
            return None
        self._is_weighed, self._held_at = False, self._now()
        return {"run": str(job.run_id), "because": scene_plan.changed_by.value, "takes": "; ".join(losses)}

    def _is_doubtful(self, job: Job, scene_plan: ScenePlan) -> bool:
        run = self._store.runs.get(job.run_id)
        if run is not None and (run.allowed or run.scope == WEIGHED):
            return False
        by = scene_plan.changed_by
        is_of_many = run is not None and run.kind in {SYNC, UNDO}
        return by.is_nobodys or (is_of_many and not by.is_persons)

    def holds_clearing(self, run_id: int) -> bool:
        """Tell whether what vanished scenes left has to stay for now, because most scenes have vanished."""
        run = self._store.runs.get(run_id)
        return not (run is not None and run.allowed) and self.look_for_vanished().is_alarming

    def look_for_vanished(self) -> Vanished:
        """Count the items whose scenes are gone from Stash, and remember the number for whoever asks."""
        known = self._store.state.get(VANISHED, Vanished())
        gone, linked = self._store.links.orphaned(), self._store.links.number()
        found = Vanished(gone, linked, min(known.accepted, gone))
        if found != known:
            self._store.state.put(VANISHED, found)
        self._is_alarmed = found.is_alarming
        if known.is_alarming and not found.is_alarming:
            self._store.state.put(RETURN_NEEDS_RUN, value=True)
        if found.is_alarming and not known.is_alarming:
            _log.warning("%d of %d synced items belong to scenes that are gone from Stash", gone, linked)
        return found

    def worked(self, *, gone: int) -> None:
        """Note that scenes were worked on, of which so many are gone: what is held may look different now."""
        if gone or self._is_alarmed:
            self._is_weighed, self._held_at = False, self._now()

    @property
    def weighs_in(self) -> float:
        """In how many seconds there may be something to weigh."""
        return NEVER if self._is_weighed else WEIGH_EVERY

    def weigh(self) -> bool:
        """Let pass what is held if it is little and nothing more is to come; tells whether anything was let pass."""
        if self._is_weighed or not self._is_all_known():
            return False
        self._is_weighed = True
        vanished = self.look_for_vanished()
        held = self._store.jobs.number_held()
        if not held:
            return False
        taken = taken_of_late(self._store, self._now())
        linked = self._store.links.number()
        if vanished.is_alarming or is_too_much(taken + held, linked, limits(self._target.settings)):
            _log.warning("a brake holds %d of %d scenes: `plexsync status` says why", held, linked)
            return False
        with self._store.transaction():
            run = self._store.runs.start(SYNC, "brake", WEIGHED, self._now())
            self._store.runs.add(run, held)
            self._store.runs.take(run, held)
            self._store.jobs.release_held(run, self._now())
        return True

    def _is_all_known(self) -> bool:
        waited = abs(self._now() - self._held_at)  # a clock may be set back
        if waited < CALM_SECONDS or (self._coverage.is_searching and waited < LONGEST_SEARCH):
            return False
        return waited > LONGEST_QUEUE or not self._store.jobs.ready(self._now())
