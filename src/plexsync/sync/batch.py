"""What is done with a batch of jobs: read the newest state, plan, apply, and settle what becomes of each."""

from __future__ import annotations

import logging
import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from plexsync.domain.errors import InternalError, ItemError, ItemGone, SceneUnreadable, ServerError, SettingsError
from plexsync.domain.gaps import QUEUED, GapKind
from plexsync.domain.model import Scene, Verdict
from plexsync.index import ownership
from plexsync.index.index import Index
from plexsync.plex.items import PlexItems
from plexsync.runtime.context import Context
from plexsync.runtime.observer.happenings import AttemptFailed, PicturesSent, ScenesSynced
from plexsync.runtime.shared import Shared
from plexsync.runtime.target import Target
from plexsync.stash import scenes as stash_scenes
from plexsync.store import Store
from plexsync.store.jobs import Job, Priority, State, Work
from plexsync.sync.applier import Applied, Applier
from plexsync.sync.artwork import ArtworkSync
from plexsync.sync.batch_sizes import LARGE, NOTED_AT_ONCE, BatchEnded, Between, parts
from plexsync.sync.cleanup import Cleanup
from plexsync.sync.dry_run import DryRun
from plexsync.sync.fault_isolation import Step
from plexsync.sync.mass_change_guard import MassChangeGuard
from plexsync.sync.planner import Planner, ScenePlan
from plexsync.sync.poll_schedule import PollSchedule
from plexsync.sync.retry_policy import RetryRule, held, parked
from plexsync.sync.throughput import Throughput

_OF_SCENES = tuple(kind.value for kind in GapKind if kind is not GapKind.ORPHAN)
_MENDED = tuple(kind.value for kind in QUEUED)
_log = logging.getLogger("plexsync")


class BatchRunner:
    """Handles batches for the worker, in its thread; ``step`` is where it is, ``passed`` what servers let it past.

    Work that overtakes a batch moves ``step`` too: only a job by itself is ever blamed, and nothing overtakes that.
    """

    def __init__(
        self, store: Store, shared: Shared, context: Context, target: Target, now: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._shared = shared
        self._context = context
        self._now = now
        self._jitter = random.Random()
        self.index = Index(store, target, now)
        self.poll_schedule = PollSchedule()
        self._planner = Planner(store, self.index)
        self._applier = Applier(store, target, PlexItems(lambda: target.client), now)
        self._covers = ArtworkSync(store, context, target, now)
        self._dry_run = DryRun(store, self._covers, now)
        self._orphans = Cleanup(store, target)
        self._brake = MassChangeGuard(store, target, now)
        self.rate = Throughput()
        self.step = Step.SCENE
        self.passed: set[Step] = set()

    def handle(self, jobs: Sequence[Job], between: Between) -> None:
        """Keep a scene that a server refuses to read, or PlexSync itself stumbles over, from stopping all others."""
        if not jobs:
            return
        try:
            {Work.IMAGE: self._images, Work.CLEAR: self._leavings, Work.ALL: self._texts}[jobs[0].work](jobs, between)
        except (ServerError, SettingsError, BatchEnded, sqlite3.Error):
            raise
        except Exception as trouble:  # noqa: BLE001  the edge of a job
            if len(jobs) > 1:
                for job in jobs:
                    self.handle((job,), between)
            elif isinstance(trouble, ItemError):
                self.give_back(jobs[0], trouble)
            else:
                _log.exception("scene %s", jobs[0].scene_id)
                self.give_back(jobs[0], InternalError(detail=f"{type(trouble).__name__}: {trouble}"))

    def _texts(self, jobs: Sequence[Job], between: Between) -> None:
        by_scene = {job.scene_id: job for job in jobs}
        # All are read before any is judged: of two that claim one item neither must be overlooked.
        scenes = [scene for part in parts(jobs) for scene in self._read({job.scene_id: job for job in part}, between)]
        self.step = Step.ITEMS
        scene_plans = [scene_plan for part in parts(scenes) for scene_plan in self._plan(part, between)]
        if any(scene_plan.plans for scene_plan in scene_plans):
            self.passed.add(Step.ITEMS)
        linked = [scene_plan for scene_plan in scene_plans if scene_plan.link.verdict is Verdict.LINKED]
        if self._context.settings.flag("dry_run"):
            self._dry_run.hold(by_scene, linked)
            linked_ids = {scene_plan.scene.id for scene_plan in linked}
            self._park(by_scene, [scene_plan for scene_plan in scene_plans if scene_plan.scene.id not in linked_ids])
            return
        linked = self._hold_braked(by_scene, linked)
        # What would go in a request of its own waits for the next batch to fill it, and its scene stays queued.
        left = self._applier.left_over(linked) if len(jobs) == LARGE else frozenset[str]()
        runs = {job.scene_id: job.run_id for job in jobs}
        applied = self._apply([scene_plan.without(left) for scene_plan in linked], runs, between)
        overtaken = between()
        due = [
            scene_plan
            for scene_plan in linked
            if (result := applied.get(scene_plan.scene.id)) is not None
            and scene_plan.scene.id not in overtaken
            and (result.error is not None or scene_plan.without(left) is scene_plan)
        ]
        for part in parts(due):
            self._settle(by_scene, part, applied)
        self._park(
            by_scene, [scene_plan for scene_plan in scene_plans if scene_plan.link.verdict is not Verdict.LINKED]
        )

    def _apply(self, scene_plans: Sequence[ScenePlan], runs: Mapping[int, int], between: Between) -> dict[int, Applied]:
        self.step = Step.EDIT
        applied = self._applier.apply(scene_plans, runs, between)
        if any(result.written for result in applied.values()):
            self.passed.add(Step.EDIT)
        return applied

    def _plan(self, scenes: Sequence[Scene], between: Between) -> tuple[ScenePlan, ...]:
        overtaken = between()
        return self._planner.plan([scene for scene in scenes if scene.id not in overtaken])

    def _hold_braked(self, jobs: Mapping[int, Job], scene_plans: Sequence[ScenePlan]) -> list[ScenePlan]:
        """Leave out the scenes that a brake holds; they wait for a person."""
        braked = [scene_plan for scene_plan in scene_plans if self._brake.holds(jobs[scene_plan.scene.id], scene_plan)]
        if not braked:
            return list(scene_plans)
        now = self._now()
        with self._store.transaction():
            for scene_plan in braked:
                job = jobs[scene_plan.scene.id]
                self._store.jobs.defer(job, held("brake", {"run": str(job.run_id)}, now), now)
        ids = {scene_plan.scene.id for scene_plan in braked}
        return [scene_plan for scene_plan in scene_plans if scene_plan.scene.id not in ids]

    def _leavings(self, jobs: Sequence[Job], between: Between) -> None:
        """Take away what scenes that are gone left in Plex, if that is still wished; one that is back is synced."""
        self.step = Step.SCENE
        alive = stash_scenes.read(self._context.stash, [job.scene_id for job in jobs]).scenes
        self._texts([job for job in jobs if job.scene_id in alive], between)
        gone = {job.scene_id: job for job in jobs if job.scene_id not in alive}
        if self._context.settings.text("orphan_policy") != "clear":
            self._store.jobs.finish(gone.values(), self._now())
            return
        self.step = Step.ITEMS
        scene_plans = self._orphans.scene_plans(tuple(gone))
        if self._context.settings.flag("dry_run"):
            self._dry_run.hold(gone, scene_plans)
            return
        applied = self._apply(scene_plans, {scene: job.run_id for scene, job in gone.items()}, between)
        now, rule = self._now(), self._rule()
        with self._store.transaction():
            for scene, job in gone.items():
                if scene not in applied:
                    continue
                error = applied[scene].error
                if error is None or isinstance(error, ItemGone):
                    self._orphans.forget(scene)
                    self._store.gaps.close([scene], (GapKind.ORPHAN.value,), now)
                else:
                    self._store.jobs.defer(job, rule.after(job, error, now, Work.CLEAR), now)

    def _read(self, jobs: Mapping[int, Job], between: Between) -> tuple[Scene, ...]:
        """Read the newest state of all scenes; those that are gone are forgotten."""
        between()
        load_budget = self._shared.load_budget
        if any(job.priority > Priority.FRESH for job in jobs.values()):
            self._rest(between)
        self.step = Step.SCENE
        known = self._shared.prefetch.take(jobs.values())
        began = time.monotonic()
        read = stash_scenes.read(self._context.stash, [scene for scene in jobs if scene not in known])
        rule, now = self._rule(), self._now()
        if read.scenes:
            self.passed.add(Step.SCENE)
        load_budget.reads.spend(time.monotonic() - began, now)
        with self._store.transaction():
            for scene_id, words in read.unreadable.items():
                error = SceneUnreadable(scene_id=str(scene_id), detail=words)
                self._store.jobs.defer(jobs[scene_id], rule.after(jobs[scene_id], error, now, Work.ALL), now)
            ownership.remember(self._store, (), read.gone, now)
            self._store.jobs.forget(read.gone)
            self._store.gaps.close(read.gone, _OF_SCENES, now)
        for part in parts(ownership.readings(read.scenes.values()), NOTED_AT_ONCE):
            with self._store.transaction():
                ownership.remember(self._store, part, (), now)
        return (*known.values(), *read.scenes.values())

    def _rest(self, between: Between) -> None:
        """Let a Stash that is written to have its time; fresh edits go first, and a stop takes effect."""
        while (left := self._shared.load_budget.rest(self._now())) > 0.0:
            self._shared.rest(left)
            between()
            if self._shared.urgent.is_set():  # nobody can be served while one scene is looked at alone
                return

    def _settle(
        self, jobs: Mapping[int, Job], scene_plans: Sequence[ScenePlan], applied: Mapping[int, Applied]
    ) -> None:
        now, rule = self._now(), self._rule()
        finished, images, failed = [], [], list[AttemptFailed]()
        with self._store.transaction():
            for scene_plan in scene_plans:
                job, result = jobs[scene_plan.scene.id], applied[scene_plan.scene.id]
                if result.error is not None:
                    setback = rule.after(job, result.error, now, Work.ALL)
                    self._store.jobs.defer(job, setback, now)
                    failed.append(AttemptFailed(job.scene_id, result.error, setback.state is State.DEAD))
                elif self._covers.wants(scene_plan):
                    images.append(job)
                else:
                    finished.append(job)
            self._store.jobs.finish(finished, now)
            self._store.jobs.leave_image(images, now)
            self.rate.note(len(finished) + len(images), now)
            done = [job.scene_id for job in (*finished, *images)]
            self._store.gaps.close(done, _MENDED, now)
            self._forget_old_records(scene_plan for scene_plan in scene_plans if scene_plan.scene.id in set(done))
        self._shared.observer.tell(ScenesSynced({scene: applied[scene].written for scene in done}))
        for one in failed:
            self._shared.observer.tell(one)

    def _forget_old_records(self, scene_plans: Iterable[ScenePlan]) -> None:
        """Forget what a scene had on items that are gone, now that it has others: Plex gives an item a new key.

        As long as a file has no item, one under another key may turn up, and is to know what was left there. An item of
        a library that is not chosen at present is not gone.
        """
        listed = self._store.library.sections().keys()
        for scene_plan in scene_plans:
            if any(reason.code == "file_missing" for reason in scene_plan.link.reasons):
                continue
            old = scene_plan.records.keys() - set(scene_plan.link.rating_keys)
            for key in old - self._store.library.updated(old).keys():
                if scene_plan.records[key].section_id in listed:
                    self._store.links.forget(scene_plan.scene.id, key)

    def _rule(self) -> RetryRule:
        attempts = int(self._context.settings.number("max_attempts"))
        return RetryRule(attempts, self._jitter, self._context.redactor.clean)

    def _park(self, jobs: Mapping[int, Job], scene_plans: Sequence[ScenePlan]) -> None:
        """Let scenes wait that have no item, or none without doubt; those whose cause has ended meanwhile stay queued.

        Who noted the end, be it another thread or what overtook this batch, could not yet wake them.
        """
        now, missing = self._now(), list[Scene]()
        for part in parts(scene_plans, NOTED_AT_ONCE):
            with self._store.transaction():
                self.index.rules.catch_up()
                links = self._planner.links([scene_plan.scene for scene_plan in part])
                for scene_plan in part:
                    link = links[scene_plan.scene.id]
                    if link.verdict is not Verdict.LINKED:
                        self._store.jobs.defer(jobs[scene_plan.scene.id], parked(link, now), now)
                    if link.verdict is Verdict.MISSING:
                        missing.append(scene_plan.scene)
        if missing:
            self.poll_schedule.begin(now)
            self.index.request_scan(file for scene in missing for file in scene.files)
            self.index.scan_some()

    def _images(self, jobs: Sequence[Job], between: Between) -> None:
        if self._context.settings.flag("dry_run"):
            self._dry_run.hold_images(jobs)
            return
        self.step = Step.IMAGE
        seen = self._store.scenes.seen([job.scene_id for job in jobs])
        touched: set[str] = set()
        for job in jobs:
            if job.scene_id in between():
                continue
            if job.scene_id in seen:
                touched |= self._image(job, seen[job.scene_id].updated_at)
            else:
                self._store.jobs.finish([job], self._now())
        if touched:
            self.passed.add(Step.IMAGE)
        self._covers.remember_stamps(touched)

    def _image(self, job: Job, updated_at: str) -> frozenset[str]:
        """Bring one cover; returns the items that got a picture."""
        try:
            touched = self._covers.sync(job.scene_id, updated_at, self.index.owned_by(job.scene_id))
        except ItemError as error:
            self.give_back(job, error)
            return frozenset()
        self._store.jobs.finish([job], self._now())
        if touched:
            self._shared.observer.tell(PicturesSent(job.scene_id, len(touched)))
        return touched

    def give_back(self, job: Job, error: ItemError) -> None:
        """Let a scene wait for its next attempt, or make it a dead letter."""
        now = self._now()
        setback = self._rule().after(job, error, now, job.work)
        self._store.jobs.defer(job, setback, now)
        self._shared.observer.tell(AttemptFailed(job.scene_id, error, setback.state is State.DEAD))
