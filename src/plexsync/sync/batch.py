"""What is done with a batch of jobs: read the newest state, plan, apply, and settle what becomes of each."""

from __future__ import annotations

import logging
import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from plexsync.domain.errors import ItemError, ItemGone, SceneUnreadable, ServerError, SettingsError, Stumbled
from plexsync.domain.gaps import QUEUED, GapKind
from plexsync.domain.model import Scene, Verdict
from plexsync.index import ownership
from plexsync.index.index import Index
from plexsync.net.throttle import Pace
from plexsync.runtime.context import Surroundings
from plexsync.runtime.shared import Shared
from plexsync.stash import scenes as stash_scenes
from plexsync.store import Store
from plexsync.store.jobs import Job, Priority
from plexsync.sync.applier import Applied, Applier
from plexsync.sync.artwork import Covers
from plexsync.sync.batch_sizes import LARGE, NOTED_AT_ONCE, BatchEnded, Between, parts
from plexsync.sync.cleanup import Orphans
from plexsync.sync.dry_run import DryRun
from plexsync.sync.fault_isolation import Step
from plexsync.sync.mass_change_guard import RunBrake
from plexsync.sync.planner import Outlook, Planner
from plexsync.sync.poll_schedule import Lookout
from plexsync.sync.retry_policy import RetryRule, held, parked
from plexsync.sync.throughput import Rate

_OF_SCENES = tuple(kind.value for kind in GapKind if kind is not GapKind.ORPHAN)
_MENDED = tuple(kind.value for kind in QUEUED)
_log = logging.getLogger("plexsync")


class Handler:
    """Handles batches for the worker, in its thread; ``step`` is where it is, ``passed`` what servers let it past.

    Work that overtakes a batch moves ``step`` too: only a job by itself is ever blamed, and nothing overtakes that.
    """

    def __init__(
        self, store: Store, shared: Shared, around: Surroundings, now: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._shared = shared
        self._around = around
        self._now = now
        self._jitter = random.Random()
        self.index = Index(store, around, now)
        self.lookout = Lookout()
        self.pace = Pace()
        self._planner = Planner(store, around, self.index)
        self._applier = Applier(store, around, self.pace, now)
        self._covers = Covers(store, around, self.pace, now)
        self._dry_run = DryRun(store, self._covers, now)
        self._orphans = Orphans(store, around)
        self._brake = RunBrake(store, around, now)
        self.rate = Rate()
        self.step = Step.SCENE
        self.passed: set[Step] = set()

    def handle(self, jobs: Sequence[Job], between: Between) -> None:
        """Keep a scene that a server refuses to read, or PlexSync itself stumbles over, from stopping all others."""
        if not jobs:
            return
        try:
            {"image": self._images, "clear": self._leavings, "all": self._texts}[jobs[0].want](jobs, between)
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
                self.give_back(jobs[0], Stumbled(detail=f"{type(trouble).__name__}: {trouble}"))

    def _texts(self, jobs: Sequence[Job], between: Between) -> None:
        by_scene = {job.scene_id: job for job in jobs}
        # All are read before any is judged: of two that claim one item neither must be overlooked.
        scenes = [scene for part in parts(jobs) for scene in self._read({job.scene_id: job for job in part}, between)]
        self.step = Step.ITEMS
        outlooks = [outlook for part in parts(scenes) for outlook in self._plan(part, between)]
        if any(outlook.plans for outlook in outlooks):
            self.passed.add(Step.ITEMS)
        linked = [outlook for outlook in outlooks if outlook.link.verdict is Verdict.LINKED]
        if self._around.settings.flag("dry_run"):
            self._dry_run.hold(by_scene, linked)
            linked_ids = {outlook.scene.id for outlook in linked}
            self._park(by_scene, [outlook for outlook in outlooks if outlook.scene.id not in linked_ids])
            return
        linked = self._let_pass(by_scene, linked)
        # What would go in a request of its own waits for the next batch to fill it, and its scene stays queued.
        left = self._applier.left_over(linked) if len(jobs) == LARGE else frozenset[str]()
        runs = {job.scene_id: job.run_id for job in jobs}
        applied = self._apply([outlook.without(left) for outlook in linked], runs, between)
        overtaken = between()
        due = [
            outlook
            for outlook in linked
            if (result := applied.get(outlook.scene.id)) is not None
            and outlook.scene.id not in overtaken
            and (result.error is not None or outlook.without(left) is outlook)
        ]
        for part in parts(due):
            self._settle(by_scene, part, applied)
        self._park(by_scene, [outlook for outlook in outlooks if outlook.link.verdict is not Verdict.LINKED])

    def _apply(self, outlooks: Sequence[Outlook], runs: Mapping[int, int], between: Between) -> dict[int, Applied]:
        self.step = Step.EDIT
        applied = self._applier.apply(outlooks, runs, between)
        if any(result.written for result in applied.values()):
            self.passed.add(Step.EDIT)
        return applied

    def _plan(self, scenes: Sequence[Scene], between: Between) -> tuple[Outlook, ...]:
        overtaken = between()
        return self._planner.plan([scene for scene in scenes if scene.id not in overtaken])

    def _let_pass(self, jobs: Mapping[int, Job], outlooks: Sequence[Outlook]) -> list[Outlook]:
        """Leave out the scenes that a brake holds; they wait for a person."""
        braked = [outlook for outlook in outlooks if self._brake.holds(jobs[outlook.scene.id], outlook)]
        if not braked:
            return list(outlooks)
        now = self._now()
        with self._store.transaction():
            for outlook in braked:
                job = jobs[outlook.scene.id]
                self._store.jobs.set_aside(job, held("brake", {"run": str(job.run_id)}, now), now)
        ids = {outlook.scene.id for outlook in braked}
        return [outlook for outlook in outlooks if outlook.scene.id not in ids]

    def _leavings(self, jobs: Sequence[Job], between: Between) -> None:
        """Take away what scenes that are gone left in Plex, if that is still wished; one that is back is synced."""
        self.step = Step.SCENE
        alive = stash_scenes.read(self._around.stash, [job.scene_id for job in jobs]).scenes
        self._texts([job for job in jobs if job.scene_id in alive], between)
        gone = {job.scene_id: job for job in jobs if job.scene_id not in alive}
        if self._around.settings.text("orphan_policy") != "clear":
            self._store.jobs.finish(gone.values(), self._now())
            return
        self.step = Step.ITEMS
        outlooks = self._orphans.outlooks(tuple(gone))
        if self._around.settings.flag("dry_run"):
            self._dry_run.hold(gone, outlooks)
            return
        applied = self._apply(outlooks, {scene: job.run_id for scene, job in gone.items()}, between)
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
                    self._store.jobs.set_aside(job, rule.after(job, error, now, "clear"), now)

    def _read(self, jobs: Mapping[int, Job], between: Between) -> tuple[Scene, ...]:
        """Read the newest state of all scenes; those that are gone are forgotten."""
        between()
        stash_time = self._shared.stash_time
        if any(job.priority > Priority.FRESH for job in jobs.values()):
            self._rest(between)
        self.step = Step.SCENE
        known = self._shared.snapshots.take(jobs.values())
        began = time.monotonic()
        read = stash_scenes.read(self._around.stash, [scene for scene in jobs if scene not in known])
        rule, now = self._rule(), self._now()
        if read.scenes:
            self.passed.add(Step.SCENE)
        stash_time.reads.spend(time.monotonic() - began, now)
        with self._store.transaction():
            for scene_id, words in read.unreadable.items():
                error = SceneUnreadable(scene_id=str(scene_id), detail=words)
                self._store.jobs.set_aside(jobs[scene_id], rule.after(jobs[scene_id], error, now, "all"), now)
            ownership.remember(self._store, (), read.gone, now)
            self._store.jobs.forget(read.gone)
            self._store.gaps.close(read.gone, _OF_SCENES, now)
        for part in parts(ownership.readings(read.scenes.values()), NOTED_AT_ONCE):
            with self._store.transaction():
                ownership.remember(self._store, part, (), now)
        return (*known.values(), *read.scenes.values())

    def _rest(self, between: Between) -> None:
        """Let a Stash that is written to have its time; fresh edits go first, and a stop takes effect."""
        while (left := self._shared.stash_time.rest(self._now())) > 0.0:
            self._shared.rest(left)
            between()
            if self._shared.urgent.is_set():  # nobody can be served while one scene is looked at alone
                return

    def _settle(self, jobs: Mapping[int, Job], outlooks: Sequence[Outlook], applied: Mapping[int, Applied]) -> None:
        now, rule = self._now(), self._rule()
        finished, images = [], []
        with self._store.transaction():
            for outlook in outlooks:
                job, result = jobs[outlook.scene.id], applied[outlook.scene.id]
                if result.error is not None:
                    _log.warning("scene %s: %s", outlook.scene.id, result.error)
                    self._store.jobs.set_aside(job, rule.after(job, result.error, now, "all"), now)
                elif self._covers.wants(outlook):
                    images.append(job)
                else:
                    finished.append(job)
            self._store.jobs.finish(finished, now)
            self._store.jobs.leave_image(images, now)
            self.rate.note(len(finished) + len(images), now)
            done = [job.scene_id for job in (*finished, *images)]
            self._store.gaps.close(done, _MENDED, now)
            self._forget_old_ties(outlook for outlook in outlooks if outlook.scene.id in set(done))
        written = [applied[scene].written for scene in done if applied[scene].written]
        if written:
            _log.info("%d fields of %d scenes written", sum(written), len(written))

    def _forget_old_ties(self, outlooks: Iterable[Outlook]) -> None:
        """Forget what a scene had on items that are gone, now that it has others: Plex gives an item a new key.

        As long as a file has no item, one under another key may turn up, and is to know what was left there.
        """
        for outlook in outlooks:
            if any(reason.code == "file_missing" for reason in outlook.link.reasons):
                continue
            old = (outlook.memories or {}).keys() - set(outlook.link.rating_keys)
            for key in old - self._store.library.updated(old).keys():
                self._store.links.forget(outlook.scene.id, key)

    def _rule(self) -> RetryRule:
        attempts = int(self._around.settings.number("max_attempts"))
        return RetryRule(attempts, self._jitter, self._around.redactor.clean)

    def _park(self, jobs: Mapping[int, Job], outlooks: Sequence[Outlook]) -> None:
        """Let scenes wait that have no item, or none without doubt; those whose cause has ended meanwhile stay queued.

        Who noted the end, be it another thread or what overtook this batch, could not yet wake them.
        """
        now, missing = self._now(), list[Scene]()
        for part in parts(outlooks, NOTED_AT_ONCE):
            with self._store.transaction():
                self.index.rules.catch_up()
                links = self._planner.links([outlook.scene for outlook in part])
                for outlook in part:
                    link = links[outlook.scene.id]
                    if link.verdict is not Verdict.LINKED:
                        self._store.jobs.set_aside(jobs[outlook.scene.id], parked(link, now), now)
                    if link.verdict is Verdict.MISSING:
                        missing.append(outlook.scene)
        if missing:
            self.lookout.begin(now)
            self.index.want_scan(file for scene in missing for file in scene.files)
            self.index.scan_some()

    def _images(self, jobs: Sequence[Job], between: Between) -> None:
        if self._around.settings.flag("dry_run"):
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
        return touched

    def give_back(self, job: Job, error: ItemError) -> None:
        """Let a scene wait for its next attempt, or make it a dead letter."""
        _log.warning("scene %s: %s", job.scene_id, error)
        now = self._now()
        self._store.jobs.set_aside(job, self._rule().after(job, error, now, job.want), now)
