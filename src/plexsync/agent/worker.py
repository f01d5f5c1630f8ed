"""The worker: takes jobs, reads the newest state, plans, applies, and settles what becomes of each job."""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass

from plexsync.advice import explain_error
from plexsync.agent import census
from plexsync.agent.applier import Applied, Applier, Between
from plexsync.agent.batches import ONE_READ, parts
from plexsync.agent.breaker import Breaker
from plexsync.agent.covers import Covers
from plexsync.agent.dry_run import DryRun
from plexsync.agent.full_runs import FullRuns
from plexsync.agent.index import Index
from plexsync.agent.listener import PlexNews, Told
from plexsync.agent.lookout import Lookout
from plexsync.agent.orphans import Orphans
from plexsync.agent.outcome import RetryRule, held, parked
from plexsync.agent.planner import Outlook, Planner
from plexsync.agent.run_brake import RunBrake
from plexsync.agent.snapshots import Snapshots
from plexsync.agent.starts import Starts
from plexsync.agent.stash_time import StashTime
from plexsync.agent.surroundings import Surroundings
from plexsync.agent.suspicion import Step, Suspicion
from plexsync.core.digest import columns, content
from plexsync.core.gaps import QUEUED, GapKind
from plexsync.core.pacing import Pace
from plexsync.errors import (
    ItemError,
    ItemGone,
    PlexSyncError,
    SceneFails,
    SceneUnreadable,
    ServerError,
    SettingsError,
    Starting,
    Stumbled,
)
from plexsync.model import Scene, Verdict
from plexsync.stash import scenes as stash_scenes
from plexsync.store import Store
from plexsync.store.jobs import Job, Priority

LARGE_BATCH = 4 * ONE_READ  # so that equal changes of many fill whole requests, in more than one library
IDLE_SECONDS = 60.0
RATE_SECONDS = 300.0
FRESH_SECONDS = 10.0
REST_SECONDS = 0.25
PROBE_BATCH = 10
_OF_SCENES = tuple(kind.value for kind in GapKind if kind is not GapKind.ORPHAN)
_MENDED = tuple(kind.value for kind in QUEUED)
_log = logging.getLogger("plexsync")


@dataclass(frozen=True, slots=True)
class Shared:
    """What the agent's threads share: settings and clients, what was told and compared, starts, two signals."""

    surroundings: Surroundings
    snapshots: Snapshots
    wanted: threading.Event
    urgent: threading.Event
    news: PlexNews
    starts: Starts
    full_runs: FullRuns
    stash_time: StashTime

    @classmethod
    def around(cls, surroundings: Surroundings, snapshots: Snapshots) -> Shared:
        """Make one in which nothing has happened yet."""
        return cls(
            surroundings,
            snapshots,
            threading.Event(),
            threading.Event(),
            PlexNews(),
            Starts(),
            FullRuns(),
            StashTime(),
        )


class Worker:
    """The one writer; all of it runs in one thread."""

    def __init__(self, store: Store, shared: Shared, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._shared = shared
        # The same for a whole turn: a plan goes to the server it was made for, by the settings it was made with.
        self._around = shared.surroundings.copy()
        self._now = now
        self._jitter = random.Random()
        self.index = Index(store, self._around, now)
        self.planner = Planner(store, self._around, self.index)
        self.pace = Pace()
        self._applier = Applier(store, self._around, self.pace, now)
        self._covers = Covers(store, self._around, now)
        self._dry_run = DryRun(store, self._covers, now)
        self._orphans = Orphans(store, self._around)
        self._brake = RunBrake(store, self._around, now)
        self.breaker = Breaker()
        self._lookout = Lookout()
        self._suspicion = Suspicion(LARGE_BATCH)
        self._step = Step.SCENE
        self._passed: set[Step] = set()
        self._turned_at = float("inf")
        self._at_work: dict[int, int] = {}  # the scenes of the batch, and the revisions they were wanted with
        self._overtaken: set[int] = set()
        self._finished: deque[tuple[float, int]] = deque()

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop."""
        with suppress(Stopped):
            while not stop.is_set():
                self._shared.wanted.clear()
                if not self.turn(stop):
                    self._shared.wanted.wait(self._pause())

    @property
    def rate(self) -> float:
        """Scenes finished per minute, over the last five."""
        now = self._now()
        return sum(number for at, number in tuple(self._finished) if at > now - RATE_SECONDS) * 60 / RATE_SECONDS

    def _count_finished(self, number: int) -> None:
        now = self._now()
        self._finished.append((now, number))
        while self._finished and self._finished[0][0] <= now - RATE_SECONDS:
            self._finished.popleft()

    def _pause(self) -> float:
        now = self._now()
        if self._around.settings.flag("paused") or not census.is_taken(self._store):
            return IDLE_SECONDS
        if self.breaker.trip is not None:
            return min(IDLE_SECONDS, max(0.05, self.breaker.trip.next_probe_at - now))
        due = self._store.jobs.next_due()
        soonest = self._lookout.next_at if due is None else min(due, self._lookout.next_at)
        ripe_in = self._shared.news.ripe_in
        return min(IDLE_SECONDS, max(0.05, soonest - now), IDLE_SECONDS if ripe_in is None else max(0.05, ripe_in))

    def turn(self, stop: threading.Event | None = None) -> bool:
        """Work on one batch; returns False when there is nothing to do now."""
        generation = self._around.generation
        self._around.catch_up(self._shared.surroundings)
        if self._around.generation != generation:
            self.breaker.probe_now()
        if self._around.settings.flag("paused") or not self.breaker.allows(self._now()):
            return False
        if not census.is_taken(self._store):
            return False  # the feeder takes it and then wakes the worker
        self._mind_the_clock()
        try:
            trip = self.breaker.trip
            if trip is not None:
                if trip.is_lasting and trip.data.get("server") != "stash":
                    self.index.forget_readiness()
            elif self._is_idle():
                return False
            self.index.make_ready()
            self.index.rules.catch_up()
            self._look_out()
            if trip is not None and trip.is_lasting:
                self._store.jobs.make_way(self._now() - FRESH_SECONDS)
            self._shared.urgent.clear()
            jobs = self._claim()
            self._try(jobs, stop)
            self._recover()  # only now: a server that lists its libraries may still refuse every write
        except PlexSyncError as error:
            self._note(error)
            return False
        return bool(jobs)

    def _mind_the_clock(self) -> None:
        """Let nothing wait for a moment that a clock set back, now or before this life, has put off."""
        now, before = self._now(), self._turned_at
        self._turned_at = now
        if now < before:
            self._store.jobs.wake_set_back(now)

    def _is_idle(self) -> bool:
        now = self._now()
        is_told = self._shared.news.ripe_in == 0.0
        return self.index.is_ready and not self._store.jobs.ready(now) and not self._lookout.is_due(now) and not is_told

    def _claim(self) -> tuple[Job, ...]:
        """Take the next jobs: fresh edits first, and when all others are through, those that let them go first."""
        limit, suspects = self.pace.batch(self._suspicion.limit), self._suspicion.suspects
        trip = self.breaker.trip
        if trip is not None and trip.is_lasting:  # so that one is back soon, and a fresh edit goes first
            limit = min(limit, PROBE_BATCH)
        return (
            self._store.jobs.claim(min(limit, ONE_READ), self._now(), Priority.FRESH, suspects)
            or self._store.jobs.claim(limit, self._now(), but=suspects)
            or self._store.jobs.claim(limit, self._now())
        )

    def _try(self, jobs: Sequence[Job], stop: threading.Event | None) -> None:
        """Work on jobs; a scene that fails while others do well has itself to blame, not the server."""
        scenes = {job.scene_id for job in jobs}
        alone = len(jobs) == 1
        self._passed.clear()
        self._at_work = {job.scene_id: job.revision for job in jobs}
        self._overtaken = set()
        is_bulk = any(job.priority > Priority.FRESH for job in jobs)
        try:
            self._work(jobs, lambda: self._let_others(stop, alone=alone, is_bulk=is_bulk))
        except ServerError as error:
            if not self._suspicion.falls_on_one(scenes, self._step):
                raise
            facts = {name: error.data[name] for name in ("server", "status", "detail") if name in error.data}
            self._give_back(jobs[0], SceneFails(**facts))
        else:
            self._suspicion.done(scenes, self._passed)

    def _give_back(self, job: Job, error: ItemError) -> None:
        """Let a scene wait for its next attempt, or make it a dead letter."""
        _log.warning("scene %s: %s", job.scene_id, error)
        now = self._now()
        self._store.jobs.set_aside(job, self._rule().after(job, error, now, job.want), now)

    def _look_out(self) -> None:
        """See what is new in Plex: what it told of, and now and then what listings show. Scenes may wait for it."""
        told, missed = self._shared.news.take() if self._shared.news.ripe_in == 0.0 else ({}, False)
        if missed:
            self._lookout.look_now(self._now())
        try:
            if self._lookout.is_due(self._now()):  # first: it notices whether another server has taken the place
                self.index.scan_some()
                self.index.refresh()
                self._lookout.go_on(self._now())
            self._hear(told)
        except PlexSyncError:
            if told or missed:
                self._shared.news.miss()
            raise

    def _hear(self, told: Mapping[str, Told]) -> None:
        """Look at what Plex told of, but for what our own writes made it tell: that is heard before they are done."""
        own = {
            key
            for key, memory in self._store.links.of_items(told).items()
            if memory.fingerprint
            and memory.item_updated_at == told[key].updated_at
            and told[key].heard_at <= memory.synced_at
        }
        if told.keys() - own:
            self.index.hear(told.keys() - own)

    def _note(self, error: PlexSyncError) -> None:
        if isinstance(error, Starting) and error.data.get("server") == "plex":
            self.pace.refused()
        if self.breaker.open(error, self._now()):
            _log.warning("waiting (%s): %s", error.code, explain_error(error))

    def _recover(self) -> None:
        trip = self.breaker.close()
        if trip is not None:
            _log.info("working again after %.0f s (%s)", self._now() - trip.since, trip.code)

    def _let_others(self, stop: threading.Event | None, *, alone: bool, is_bulk: bool) -> AbstractSet[int]:
        """Between two steps of a batch: spare a Plex that is busy, but for fresh edits, which go first."""
        if is_bulk:
            self._rest(self.pace.take_rest(), stop)
        return self._serve_urgent(stop, alone=alone)

    def _rest(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Do nothing for a while; ends early for a fresh edit or a stop."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not (stop is not None and stop.is_set()):
            if self._shared.urgent.wait(min(left, REST_SECONDS)):
                return

    def _serve_urgent(self, stop: threading.Event | None, *, alone: bool) -> AbstractSet[int]:
        """Between two steps of a batch: let fresh edits go first, and a stop take effect.

        Returns the scenes of the batch that were edited once more and are done: what it was to do of them is outdated.
        """
        if stop is not None and stop.is_set():
            raise Stopped
        if alone or not self._shared.urgent.is_set():
            return self._overtaken
        self._shared.urgent.clear()
        fresh = self._store.jobs.claim(ONE_READ, self._now(), Priority.FRESH)
        jobs = [job for job in fresh if self._at_work.get(job.scene_id) != job.revision]
        again = {job.scene_id for job in jobs} & self._at_work.keys()
        self._overtaken |= again
        self._at_work.update((job.scene_id, job.revision) for job in jobs)
        self._work(jobs, frozenset)
        return self._overtaken

    def _work(self, jobs: Sequence[Job], between: Between) -> None:
        """Keep a scene that a server refuses to read, or PlexSync itself stumbles over, from stopping all others."""
        if not jobs:
            return
        try:
            {"image": self._images, "clear": self._leavings, "all": self._texts}[jobs[0].want](jobs, between)
        except (ServerError, SettingsError, Stopped, sqlite3.Error):
            raise
        except Exception as trouble:  # noqa: BLE001  the edge of a job
            if len(jobs) > 1:
                for job in jobs:
                    self._work((job,), between)
            elif isinstance(trouble, ItemError):
                self._give_back(jobs[0], trouble)
            else:
                _log.exception("scene %s", jobs[0].scene_id)
                self._give_back(jobs[0], Stumbled(detail=f"{type(trouble).__name__}: {trouble}"))

    def _texts(self, jobs: Sequence[Job], between: Between) -> None:
        by_scene = {job.scene_id: job for job in jobs}
        # All are read before any is judged: of two that claim one item neither must be overlooked.
        scenes = [scene for part in parts(jobs) for scene in self._read({job.scene_id: job for job in part}, between)]
        self._step = Step.ITEMS
        outlooks = [outlook for part in parts(scenes) for outlook in self._plan(part, between)]
        if any(outlook.plans for outlook in outlooks):
            self._passed.add(Step.ITEMS)
        linked = [outlook for outlook in outlooks if outlook.link.verdict is Verdict.LINKED]
        if self._around.settings.flag("dry_run"):
            self._dry_run.hold(by_scene, linked)
            linked_ids = {outlook.scene.id for outlook in linked}
            self._park(by_scene, [outlook for outlook in outlooks if outlook.scene.id not in linked_ids])
            return
        linked = self._let_pass(by_scene, linked)
        # What would go in a request of its own waits for the next batch to fill it, and its scene stays queued.
        left = self._applier.left_over(linked) if len(jobs) == LARGE_BATCH else frozenset[str]()
        runs = {job.scene_id: job.run_id for job in jobs}
        applied = self._apply([outlook.without(left) for outlook in linked], runs, between)
        whole = [outlook for outlook in linked if outlook.scene.id in applied and outlook.without(left) is outlook]
        for part in parts(whole):
            self._settle(by_scene, part, applied)
        self._park(by_scene, [outlook for outlook in outlooks if outlook.link.verdict is not Verdict.LINKED])

    def _apply(self, outlooks: Sequence[Outlook], runs: Mapping[int, int], between: Between) -> dict[int, Applied]:
        self._step = Step.EDIT
        applied = self._applier.apply(outlooks, runs, between)
        if any(result.written for result in applied.values()):
            self._passed.add(Step.EDIT)
        return applied

    def _plan(self, scenes: Sequence[Scene], between: Between) -> tuple[Outlook, ...]:
        overtaken = between()
        return self.planner.plan([scene for scene in scenes if scene.id not in overtaken])

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
        self._step = Step.SCENE
        alive = stash_scenes.read(self._around.stash, [job.scene_id for job in jobs]).scenes
        self._texts([job for job in jobs if job.scene_id in alive], between)
        gone = {job.scene_id: job for job in jobs if job.scene_id not in alive}
        if self._around.settings.text("orphan_policy") != "clear":
            self._store.jobs.finish(gone.values(), self._now())
            return
        self._step = Step.ITEMS
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
            self._rest(stash_time.rest(self._now()))
            between()
        self._step = Step.SCENE
        known = self._shared.snapshots.take(jobs.values())
        began = time.monotonic()
        read = stash_scenes.read(self._around.stash, [scene for scene in jobs if scene not in known])
        if read.scenes:
            self._passed.add(Step.SCENE)
        stash_time.reads.spend(time.monotonic() - began, self._now())
        rule, now = self._rule(), self._now()
        with self._store.transaction():
            for scene_id, words in read.unreadable.items():
                error = SceneUnreadable(scene_id=str(scene_id), detail=words)
                self._store.jobs.set_aside(jobs[scene_id], rule.after(jobs[scene_id], error, now, "all"), now)
            held = {key for scene in (*read.scenes, *read.gone) for key in self._store.scenes.keys_of(scene)}
            for scene in read.scenes.values():
                self._store.scenes.remember(scene, content(scene), columns(scene), self.index.file_rows(scene.files))
            left = held - {key for scene in read.scenes for key in self._store.scenes.keys_of(scene)}
            # Who shared an item with one that is gone, or has lost its file there, may have it alone now.
            self._store.jobs.wake_waiting(self.index.rivals_at(sorted(left)), "ambiguous", now)
            self._store.scenes.forget(read.gone)
            self._store.jobs.forget(read.gone)
            self._store.gaps.close(read.gone, _OF_SCENES, now)
        return (*known.values(), *read.scenes.values())

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
            self._count_finished(len(finished) + len(images))
            done = [job.scene_id for job in (*finished, *images)]
            self._store.gaps.close(done, _MENDED, now)
            self._forget_old_ties(outlook for outlook in outlooks if outlook.scene.id in set(done))
        written = sum(result.written for result in applied.values())
        if written:
            _log.info("%d fields of %d scenes written", written, sum(1 for one in applied.values() if one.written))

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
        now = self._now()
        with self._store.transaction():
            for outlook in outlooks:
                job = jobs[outlook.scene.id]
                self._store.jobs.set_aside(job, parked(outlook.link, now), now)
        missing = [outlook for outlook in outlooks if outlook.link.verdict is Verdict.MISSING]
        if missing:
            self._lookout.begin(now)
            self.index.want_scan(file for outlook in missing for file in outlook.scene.files)
            self.index.scan_some()

    def _images(self, jobs: Sequence[Job], between: Between) -> None:
        if self._around.settings.flag("dry_run"):
            self._dry_run.hold_images(jobs)
            return
        self._step = Step.IMAGE
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
            self._passed.add(Step.IMAGE)
        self._covers.remember_stamps(touched)

    def _image(self, job: Job, updated_at: str) -> frozenset[str]:
        """Bring one cover; returns the items that got a picture."""
        try:
            touched = self._covers.sync(job.scene_id, updated_at, self.index.owned_by(job.scene_id))
        except ItemError as error:
            self._give_back(job, error)
            return frozenset()
        self._store.jobs.finish([job], self._now())
        return touched


class Stopped(Exception):
    """Raised between two writes when the agent is to end; nothing is lost, the jobs stay queued."""
