"""Leaves a field alone for a while that somebody else changes as often as PlexSync writes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from plexsync.domain.merge.contest import Contest, put_back
from plexsync.domain.model import Base, Field, Plan
from plexsync.runtime.observer.happenings import FieldContested
from plexsync.runtime.observer.observer import Observer
from plexsync.store import Store
from plexsync.store.jobs import Job
from plexsync.sync.planner import ScenePlan

UNASKED = frozenset({"feed", "plex"})
"""Origins of jobs for which nobody asked: what was noticed in Stash or in Plex."""

Known = Mapping[tuple[int, str, Field], Contest]


class ContestedFields:
    """Knows which fields are contested; for the worker's thread."""

    def __init__(self, store: Store, observer: Observer, now: Callable[[], float]) -> None:
        self._store = store
        self._observer = observer
        self._now = now

    def hold(self, jobs: Mapping[int, Job], scene_plans: Sequence[ScenePlan]) -> list[ScenePlan]:
        """Return the plans without the fields that are to be left alone, and note which those are.

        A new value of Stash is written, and so is all that a reconcile or a person asks for.
        """
        known = self._store.contests.of_items(plan.rating_key for one in scene_plans for plan in one.plans)
        if not known:
            return list(scene_plans)
        held: list[Contest] = []
        plans = [self._spared(one, jobs[one.scene.id], known, held) for one in scene_plans]
        self._note(known, scene_plans, held)
        return plans

    def _spared(self, scene_plan: ScenePlan, job: Job, known: Known, held: list[Contest]) -> ScenePlan:
        if job.origin not in UNASKED or job.is_asked:
            return scene_plan
        plans = []
        for plan in scene_plan.plans:
            contests = [one for of in repeated(scene_plan, plan) if (one := known.get(_key(plan, of))) and one.is_on]
            held += contests
            plans.append(without(plan, {one.field for one in contests}))
        return replace(scene_plan, plans=tuple(plans))

    def _note(self, known: Known, scene_plans: Sequence[ScenePlan], held: Sequence[Contest]) -> None:
        """Keep what is left alone, and forget contests that nobody fights any more."""
        now = self._now()
        wanting = {_key(plan, change.field) for one in scene_plans for plan in one.plans for change in plan.changes}
        over = [one for key, one in known.items() if key not in wanting and one.has_calmed(now)]
        if held or over:
            with self._store.transaction():
                self._store.contests.keep(one.held(now) for one in held)
                self._store.contests.forget(over)
        for one in held:
            if not one.held_at:
                self._observer.tell(FieldContested(one.scene_id, one.rating_key, one.field, one.times))

    def written(self, scene_plans: Sequence[ScenePlan]) -> None:
        """Count the fields into which the same was written again."""
        again = [(plan, of) for one in scene_plans for plan in one.plans for of in repeated(one, plan)]
        if not again:
            return
        known, now = self._store.contests.of_items({plan.rating_key for plan, _ in again}), self._now()
        with self._store.transaction():
            self._store.contests.keep(
                known.get(_key(plan, of), Contest(plan.scene_id, plan.rating_key, of)).put_back(now)
                for plan, of in again
            )


def repeated(scene_plan: ScenePlan, plan: Plan) -> Iterator[Field]:
    """Yield the fields that are to get what was left there before."""
    record = scene_plan.records.get(plan.rating_key)
    return put_back(plan, scene_plan.desired, Base() if record is None else record.base)


def without(plan: Plan, fields: Collection[Field]) -> Plan:
    """Return a plan that leaves some fields as they are, though they differ."""
    left = tuple(change for change in plan.changes if change.field not in fields)
    return replace(plan, changes=left, held=plan.held | frozenset(fields)) if fields else plan


def _key(plan: Plan, of: Field) -> tuple[int, str, Field]:
    return plan.scene_id, plan.rating_key, of
