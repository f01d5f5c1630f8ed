"""A batch of jobs on its way: read the newest state, plan, apply; it says what becomes of each job.

A batch is a sequence of steps. It pauses before each of them (:class:`~plexsync.sync.steps.Moment`), and whoever runs
it decides what comes next: this batch, a fresh edit, a rest, or nothing any more.

::

    text    read scenes ─► plan ─► (dry run | brake) ─► edit ─► Done, ImageLeft, Deferred, Dead
            (175 each)     (175 each)                   └─► no item: Parked     gone from Stash: SceneGone
    image   send one after the other ─► see and lock (100 each) ─► Done, Deferred, Dead
    clear   those that are back: as text; else plan to leave nothing ─► edit ─► Cleared, Deferred, Dead
"""

from __future__ import annotations

import logging
import random
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from plexsync.domain.errors import InternalError, ItemError, ItemGone, SceneUnreadable, ServerError, SettingsError
from plexsync.domain.model import Scene, Verdict
from plexsync.domain.phrases import counted
from plexsync.domain.reconcile.gaps import QUEUED
from plexsync.index import ownership
from plexsync.index.index import Index
from plexsync.runtime.observer.happenings import ScenesSent
from plexsync.runtime.servers import Servers
from plexsync.runtime.shared import Shared
from plexsync.runtime.target import Target
from plexsync.stash.scenes import Read
from plexsync.store import Store
from plexsync.store.history.runs import UNDO
from plexsync.store.history.undo import UndoRow
from plexsync.store.jobs import Job, Priority, Work
from plexsync.sync.applier import Applied, Applier
from plexsync.sync.batch_sizes import LARGE, NOTED_AT_ONCE, parts
from plexsync.sync.cleanup import Cleanup
from plexsync.sync.contested_fields import ContestedFields
from plexsync.sync.mass_change_guard import MassChangeGuard
from plexsync.sync.outcomes import (
    Cleared,
    Dead,
    Deferred,
    Done,
    ImageLeft,
    Outcome,
    Parked,
    SceneGone,
    Settlement,
    set_back,
)
from plexsync.sync.pictures.artwork import ArtworkSync
from plexsync.sync.pictures.cover_round import AT_ONCE, CoverRound
from plexsync.sync.pictures.plan import may_change
from plexsync.sync.planned_ahead import AheadTools, PlannedAhead
from plexsync.sync.planner import Planner, ScenePlan
from plexsync.sync.poll_schedule import PollSchedule
from plexsync.sync.retry_policy import RetryRule, held
from plexsync.sync.steps import Moment, Step, Steps
from plexsync.sync.undoing.plan import NO_PLANS, Undoing, UndoPlanner
from plexsync.sync.undoing.settlement import UndoSettlement

_MENDED = tuple(kind.value for kind in QUEUED)
_HEEDLESS = frozenset({Verdict.LINKED, Verdict.IGNORED})
"""Scenes that wait for no item."""
_log = logging.getLogger("plexsync")


class Batch:
    """Jobs of one kind of work; ``left_out`` are scenes that something else has dealt with meanwhile.

    ``known`` are plans of its scenes that were made ahead, as long as they were not used.
    """

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = {job.scene_id: job for job in jobs}
        self.left_out: set[int] = set()
        self.known = NO_PLANS

    @property
    def is_bulk(self) -> bool:
        """Tell whether anything of it is no fresh edit."""
        return any(job.priority > Priority.FRESH for job in self.jobs.values())

    def staying(self, scenes: Iterable[Scene]) -> list[Scene]:
        """Return those of some scenes that are not left out."""
        return [scene for scene in scenes if scene.id not in self.left_out]


class BatchRunner:
    """Tools for work on batches, in the worker's thread."""

    def __init__(  # noqa: PLR0913  both ends of the way, what is shared, and what comes next
        self,
        store: Store,
        shared: Shared,
        target: Target,
        servers: Servers,
        now: Callable[[], float] = time.time,
        *,
        following: Callable[[Collection[int]], Sequence[Job]] = lambda _: (),
    ) -> None:
        """``following`` returns the jobs that most likely come next, but for those of some scenes."""
        self._store = store
        self._shared = shared
        self._target = target
        self._scenes = servers.scenes
        self._now = now
        self._jitter = random.Random()
        self.index = Index(store, target, servers, now)
        self.poll_schedule = PollSchedule()
        self._planner = Planner(store, self.index, servers.items, servers.scenes)
        self._applier = Applier(store, target, servers.items, self._sent, now)
        self._artwork = ArtworkSync(store, target, servers, now)
        self.cleanup = Cleanup(store, target, self.index, servers.items, now)
        self.guard = MassChangeGuard(store, target, shared.coverage, now)
        self._contested = ContestedFields(store, shared.observer, now)
        self._undo_planner = UndoPlanner(store)
        self._undone = UndoSettlement(store, target, servers, now)
        self.settlement = Settlement(store, self._planner, self.cleanup, shared.observer, now)
        self._ahead_tools = AheadTools(
            store, self._planner, self._undo_planner, following, self._read_ahead, self._may_read_ahead, now
        )
        self._ahead: PlannedAhead | None = None

    def forget_plans_ahead(self) -> None:
        """Forget what was planned for the batch that comes next: something else is so than it was planned by."""
        if self._ahead is not None:
            self._ahead.close()
        self._ahead = None

    def _sent(self, scenes: int) -> None:
        """Tell how far a batch is before it is read back: who waits for it sees it move."""
        self.settlement.rate.note(scenes, self._now())
        self._shared.observer.tell(ScenesSent(scenes))

    def steps(self, batch: Batch) -> Steps[None]:
        """Work on a batch; a scene that fails all by itself, whatever the reason, stops no other."""
        if not batch.jobs:
            return
        jobs, is_through = tuple(batch.jobs.values()), False
        batch.known = self._planned_ahead(jobs)
        try:
            yield from self._guarded(batch, jobs)
            is_through = True
        finally:
            if not is_through:
                self.forget_plans_ahead()

    def _planned_ahead(self, jobs: Sequence[Job]) -> Undoing:
        """Return the plans that were made ahead for these jobs, and forget all others: this batch may outdate them."""
        known = NO_PLANS if self._ahead is None else self._ahead.of(jobs)
        self.forget_plans_ahead()
        return known

    def _guarded(self, batch: Batch, jobs: Sequence[Job]) -> Steps[None]:
        try:
            yield from self._steps(batch, jobs)
        except (ServerError, SettingsError, sqlite3.Error):
            raise
        except Exception as trouble:  # noqa: BLE001  the edge of a job
            if len(jobs) == 1:
                yield Moment(Step.SCENE, outcomes=(self._internal_error(jobs[0], trouble),))
                return
            for job in jobs:
                yield from self._guarded(batch, (job,))

    def _internal_error(self, job: Job, trouble: Exception) -> Outcome:
        if isinstance(trouble, ItemError):
            return self.failed(job, trouble)
        _log.error("scene %s", job.scene_id, exc_info=trouble)
        return self.failed(job, InternalError(detail=f"{type(trouble).__name__}: {trouble}"))

    def _steps(self, batch: Batch, jobs: Sequence[Job]) -> Steps[None]:
        kinds = {Work.IMAGE: self._images, Work.CLEAR: self._clear, Work.ALL: self._texts}
        return kinds[jobs[0].work](batch, jobs)

    def _texts(self, batch: Batch, jobs: Sequence[Job]) -> Steps[None]:
        # All are read before any is judged: of two that claim one item neither may be missed.
        known, batch.known = batch.known, NO_PLANS
        are_known = {one.scene.id for one in known.scene_plans}
        scenes: list[Scene] = []
        for part in parts([job for job in jobs if job.scene_id not in are_known]):
            scenes += yield from self._read(batch, part)
        known = self._still_theirs(known) if scenes else known
        scene_plans: list[ScenePlan] = []
        is_dry = self._target.settings.flag("dry_run")
        wishes = () if is_dry else self._wishes(scenes)
        to_undo = {row.scene_id for row in wishes}
        trying = frozenset[str]() if is_dry else self._applier.due_again
        for some in parts(scenes):
            yield Moment(Step.ITEMS)
            is_trying = any(one.trying for one in scene_plans)
            scene_plans += self._planner.plan(batch.staying(some), to_undo, frozenset() if is_trying else trying)
        if known.scene_plans or any(scene_plan.items for scene_plan in scene_plans):
            yield Moment(Step.EDIT, frozenset({Step.ITEMS}))
        if is_dry:
            linked = [scene_plan for scene_plan in scene_plans if scene_plan.link.verdict is Verdict.LINKED]
            yield Moment(Step.EDIT, outcomes=tuple(self._dry(batch.jobs[one.scene.id], one) for one in linked))
        else:
            undoing = self._undo(scene_plans, wishes, known)
            linked = [scene_plan for scene_plan in undoing.scene_plans if scene_plan.link.verdict is Verdict.LINKED]
            yield from self._edit(batch, jobs, linked, undoing)
        ignored = [one.scene.id for one in scene_plans if one.link.verdict is Verdict.IGNORED]
        yield Moment(Step.EDIT, outcomes=tuple(Done(batch.jobs[scene], _MENDED) for scene in ignored))
        yield from self._park(batch, [one for one in scene_plans if one.link.verdict not in _HEEDLESS])

    def _wishes(self, scenes: Sequence[Scene]) -> tuple[UndoRow, ...]:
        """Return what a person has asked to take back of scenes."""
        return self._store.undos.wanted([scene.id for scene in scenes]) if self._store.undos.is_open() else ()

    def _still_theirs(self, known: Undoing) -> Undoing:
        """Return the plans made ahead without those on whose items other scenes turn out to have a claim by now."""
        links = self._planner.links([one.scene for one in known.scene_plans])
        return known.only({one.scene.id for one in known.scene_plans if links[one.scene.id] == one.link})

    def _undo(self, scene_plans: Sequence[ScenePlan], wishes: Sequence[UndoRow], known: Undoing) -> Undoing:
        """Put into plans what goes back, and note what stays; ``known`` are those in which that was done ahead."""
        undoing = Undoing.joined([known, self._undo_planner.plan(scene_plans, wishes)])
        with self._store.transaction():
            self._store.undos.keep(undoing.settled)
        return undoing

    def _edit(
        self, batch: Batch, jobs: Sequence[Job], scene_plans: Sequence[ScenePlan], undoing: Undoing
    ) -> Steps[None]:
        """Write what differs, but for what a brake holds, and what somebody else keeps changing."""
        scene_plans = self._contested.hold(batch.jobs, scene_plans)
        braked = {
            one.scene.id: facts
            for one in scene_plans
            if (facts := self.guard.holds(batch.jobs[one.scene.id], one)) is not None
        }
        # No brake holds what goes back: a person has seen it and asked for it.
        free = [
            one.of_undo_alone() if one.scene.id in braked else one
            for one in scene_plans
            if one.scene.id not in braked or one.scene.id in undoing.going
        ]
        if braked:
            yield Moment(
                Step.EDIT, outcomes=tuple(self._held(batch.jobs[scene], facts) for scene, facts in braked.items())
            )
        # A change that would go in a request of its own waits for the next batch, and its scene stays queued.
        waiting = self._applier.left_over(free) if len(jobs) == LARGE else frozenset[str]()
        if batch.is_bulk and not waiting and not self._applier.due_again:
            self._ahead = PlannedAhead(self._ahead_tools, scene_plans, batch.jobs)
        applied = yield from self._apply(batch, [scene_plan.without(waiting) for scene_plan in free])
        due = [
            one
            for one in free
            if (result := applied.get(one.scene.id)) is not None
            # A scene that a brake holds waits for a person, unless its undo failed: that is tried again.
            and (result.error is not None or (one.scene.id not in braked and one.without(waiting) is one))
        ]
        self._contested.written([one for one in free if one.scene.id in applied and applied[one.scene.id].written])
        yield from self._undone.settle(undoing, applied)
        for part in parts(due):
            those = [one for one in part if one.scene.id not in batch.left_out]
            outcomes = tuple(self._judged(batch.jobs[one.scene.id], one, applied[one.scene.id]) for one in those)
            yield Moment(Step.EDIT, outcomes=outcomes)

    def _apply(self, batch: Batch, scene_plans: Sequence[ScenePlan]) -> Steps[dict[int, Applied]]:
        runs = {scene: self._run_of(job) for scene, job in batch.jobs.items()}
        applied = yield from self._applier.apply(scene_plans, runs, batch.left_out, self._ahead)
        if any(result.written for result in applied.values()):
            yield Moment(Step.EDIT, frozenset({Step.EDIT}))
        return applied

    def _run_of(self, job: Job) -> int:
        """Return the run to which a job's writes belong, 0 for the edits of the moment.

        Other needs of a scene are no part of its undo.
        """
        run = self._store.runs.get(job.run_id) if job.run_id else None
        return job.edit_id if run is None or run.kind == UNDO else run.id

    def _judged(self, job: Job, scene_plan: ScenePlan, applied: Applied) -> Outcome:
        if applied.error is not None:
            return self.failed(job, applied.error, Work.ALL)
        kind = ImageLeft if self._artwork.wants(scene_plan) else Done
        return kind(job, _MENDED, self._old_items(scene_plan), fields=applied.written, alike=scene_plan.alike)

    def _old_items(self, scene_plan: ScenePlan) -> tuple[str, ...]:
        """Return the items that are gone, now that the scene has others: Plex gives an item a new key.

        As long as a file has no item, one under another key may turn up, and is to know what was left there. An item of
        a library that is not chosen at present is not gone.
        """
        old = scene_plan.records.keys() - set(scene_plan.link.rating_keys)
        if not old or any(reason.code == "file_missing" for reason in scene_plan.link.reasons):
            return ()
        listed = self._store.library.sections().keys()
        gone = old - self._store.library.updated(old).keys()
        return tuple(key for key in gone if scene_plan.records[key].section_id in listed)

    def _dry(self, job: Job, scene_plan: ScenePlan) -> Outcome:
        """Say what would be written; where nothing would, the job is done."""
        changes, picture = scene_plan.changes, may_change(self.index.target, scene_plan)
        is_known = scene_plan.records.keys() >= set(scene_plan.link.rating_keys)
        if not changes and is_known:
            return self._dry_picture(job) if picture else Done(job)
        _log.info("dry run: scene %s: %s would change", scene_plan.scene.id, counted(changes, "field"))
        because = "" if changes and not picture else "pictures_too" if changes else "nothing"
        return self._held_dry(job, {"fields": counted(changes, "field"), "because": because}, Work.ALL)

    def _dry_clear(self, job: Job, scene_plan: ScenePlan) -> Outcome:
        facts = {"fields": counted(scene_plan.changes, "field")}
        return self._held_dry(job, facts, Work.CLEAR) if scene_plan.changes else Done(job)

    def _dry_picture(self, job: Job) -> Outcome:
        return self._held_dry(job, {"because": "pictures"}, Work.IMAGE)

    def _held_dry(self, job: Job, facts: Mapping[str, str], work: Work) -> Outcome:
        return Deferred(job, held("dry_run", facts, self._now(), work))

    def _held(self, job: Job, facts: Mapping[str, str]) -> Outcome:
        return Deferred(job, held("brake", facts, self._now(), job.work))

    def _clear(self, batch: Batch, jobs: Sequence[Job]) -> Steps[None]:
        """Take away what scenes that are gone left in Plex, if that is still wished; one that is back is synced."""
        yield Moment(Step.SCENE)
        alive = self._scenes.read([job.scene_id for job in jobs]).scenes
        yield from self._texts(batch, [job for job in jobs if job.scene_id in alive])
        gone = {job.scene_id: job for job in jobs if job.scene_id not in alive}
        if self._target.settings.text("orphan_policy") != "clear":
            yield Moment(Step.ITEMS, outcomes=tuple(map(Done, gone.values())))
            return
        held_runs = {run for run in {job.run_id for job in gone.values()} if self.guard.holds_clearing(run)}
        kept = [job for job in gone.values() if job.run_id in held_runs]
        yield Moment(Step.ITEMS, outcomes=tuple(self._held(job, {"because": "vanished"}) for job in kept))
        gone = {scene: job for scene, job in gone.items() if job.run_id not in held_runs}
        scene_plans = self.cleanup.scene_plans(tuple(gone))
        if self._target.settings.flag("dry_run"):
            yield Moment(Step.EDIT, outcomes=tuple(self._dry_clear(gone[one.scene.id], one) for one in scene_plans))
            return
        applied = yield from self._apply(batch, scene_plans)
        yield Moment(Step.EDIT, outcomes=tuple(self._cleared(gone[scene], applied[scene]) for scene in applied))

    def _cleared(self, job: Job, applied: Applied) -> Outcome:
        if applied.error is None or isinstance(applied.error, ItemGone):
            return Cleared(job)
        return self.failed(job, applied.error, Work.CLEAR)

    def _read(self, batch: Batch, jobs: Sequence[Job]) -> Steps[tuple[Scene, ...]]:
        """Read the newest state of all scenes; those that are gone are forgotten."""
        yield Moment(Step.SCENE)
        known = self._shared.prefetch.take(jobs)
        read = self._read_scenes([job.scene_id for job in jobs if job.scene_id not in known])
        unreadable = [
            self.failed(batch.jobs[scene], SceneUnreadable(scene_id=str(scene), detail=words), Work.ALL)
            for scene, words in read.unreadable.items()
        ]
        gone = [SceneGone(batch.jobs[scene]) for scene in read.gone]
        self._undone.stay(tuple(read.gone), "undo_scene_gone")
        self.guard.worked(gone=len(gone))
        yield Moment(Step.ITEMS, frozenset({Step.SCENE} if read.scenes else ()), (*unreadable, *gone))
        return (*known.values(), *read.scenes.values())

    def _read_scenes(self, scene_ids: Sequence[int]) -> Read:
        """Read scenes in Stash, and remember the files of those that are there."""
        began = time.monotonic()
        read = self._scenes.read(scene_ids)
        self._shared.load_budget.reads.spend(time.monotonic() - began, self._now())
        for part in parts(ownership.readings(read.scenes.values()), NOTED_AT_ONCE):
            with self._store.transaction():
                ownership.remember(self._store, part, (), self._now())
        return read

    def _read_ahead(self, scene_ids: Sequence[int]) -> tuple[Scene, ...]:
        """Read scenes of the batch that comes next; what is to be said of others is said in their turn."""
        return tuple(self._read_scenes(scene_ids).scenes.values())

    def _may_read_ahead(self) -> bool:
        return self._shared.load_budget.rest(self._now()) == 0.0

    def _park(self, batch: Batch, scene_plans: Sequence[ScenePlan]) -> Steps[None]:
        """Let scenes wait that have no item, or none without doubt; Plex is asked to look for those it lacks."""
        for part in parts(scene_plans, NOTED_AT_ONCE):
            outcomes = tuple(Parked(batch.jobs[one.scene.id], one.scene, one.link) for one in part)
            yield Moment(Step.ITEMS, outcomes=outcomes)
        scenes = [one.scene for one in scene_plans]
        links = self._planner.links(scenes)
        missing = [scene for scene in scenes if links[scene.id].verdict is Verdict.MISSING]
        if missing:
            self.poll_schedule.begin(self._now())
            self.index.request_scan(file for scene in missing for file in scene.files)
            self.index.scan_some()

    def _images(self, batch: Batch, jobs: Sequence[Job]) -> Steps[None]:
        if self._target.settings.flag("dry_run"):
            yield Moment(Step.IMAGE, outcomes=tuple(map(self._dry_picture, jobs)))
            return
        seen = self._store.scenes.seen([job.scene_id for job in jobs])
        for part in parts(jobs, AT_ONCE):
            yield from self._some_images(batch, part, {scene: row.updated_at for scene, row in seen.items()})

    def _some_images(self, batch: Batch, jobs: Sequence[Job], stamps: Mapping[int, str]) -> Steps[None]:
        """Send some covers, one after the other, and now and then see what became of them."""
        round_ = self._artwork.begin()
        round_.expect(key for job in jobs for key in self.index.owned_by(job.scene_id))
        sent: list[Job] = []
        for job in jobs:
            yield Moment(Step.IMAGE)
            if job.scene_id in batch.left_out:
                continue
            try:
                outcome = self._image(round_, job, stamps.get(job.scene_id))
            except ServerError:
                # One read tells now what has arrived; later it takes a list for each.
                if sent:
                    yield self._brought(batch, round_, sent)
                raise
            if outcome is None:
                sent.append(job)
                yield Moment(Step.IMAGE, frozenset({Step.IMAGE}))
            else:
                yield Moment(Step.IMAGE, outcomes=(outcome,))
            if round_.is_over:
                yield self._brought(batch, round_, sent)
                sent = []
        if sent:
            yield self._brought(batch, round_, sent)

    def _image(self, round_: CoverRound, job: Job, updated_at: str | None) -> Outcome | None:
        """Send one cover; returns what becomes of its job, None where the end of the round decides about it."""
        if updated_at is None:
            return Done(job)
        try:
            is_sent = round_.bring(job.scene_id, updated_at, self.index.owned_by(job.scene_id), self._run_of(job))
        except ItemError as error:
            return self.failed(job, error)
        return None if is_sent else Done(job)

    def _brought(self, batch: Batch, round_: CoverRound, jobs: Sequence[Job]) -> Moment:
        """See what became of the covers that were sent; those of scenes edited since come once more."""
        results = round_.close()
        outcomes = tuple(
            Done(job, pictures=result.items) if result.error is None else self.failed(job, result.error)
            for job in jobs
            if job.scene_id not in batch.left_out and (result := results[job.scene_id])
        )
        return Moment(Step.IMAGE, frozenset({Step.IMAGE} if outcomes else ()), outcomes)

    def failed(self, job: Job, error: ItemError, work: Work | None = None) -> Outcome:
        """Return what an item's trouble makes of a job: it waits for its next attempt, or is a dead letter.

        The film of an item that is gone may have another key by now: then the scene is looked at as a whole.
        """
        if isinstance(error, ItemGone) and job.work is Work.IMAGE:
            work = Work.ALL
        attempts = int(self._target.settings.number("max_attempts"))
        rule = RetryRule(attempts, self._jitter, self._shared.context.redactor.clean)
        outcome = set_back(job, rule.after(job, error, self._now(), work or job.work), error)
        if isinstance(outcome, Dead):
            self._undone.fail(job.scene_id, error.code, outcome.setback.detail)
        return outcome
