"""The worker: takes the next jobs when servers answer, lets fresh edits go first, and notes who fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress

from plexsync.domain.errors import PlexSyncError, SceneFails, ServerError, Starting
from plexsync.runtime.observer.happenings import BreakerClosed, BreakerOpened
from plexsync.runtime.plex_news import ItemNews
from plexsync.runtime.shared import Shared
from plexsync.runtime.sync_state import is_scanned
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.jobs import Job, Priority
from plexsync.sync.batch import BatchRunner
from plexsync.sync.batch_sizes import LARGE, ONE_READ, AgentStopping, Outdated
from plexsync.sync.fault_isolation import FaultIsolation

IDLE_SECONDS = 60.0
FRESH_SECONDS = 10.0
PROBE_BATCH = 10


class Worker:
    """The one writer to its target; all of it runs in one thread."""

    def __init__(self, store: Store, shared: Shared, target: Target, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._shared = shared
        # The same for a whole turn: a plan goes to the server it was made for, by the settings it was made with.
        self._context = shared.context.copy()
        self._now = now
        self._target = target.seen_from(self._context)
        self.breaker = target.breaker
        self._handler = BatchRunner(store, shared, self._context, self._target, now)
        self.index, self._poll_schedule = self._handler.index, self._handler.poll_schedule
        self._isolation = FaultIsolation(LARGE)
        self._turned_at = float("inf")
        self._at_work: dict[int, int] = {}  # the scenes of the batch, and the revisions they were wanted with
        self._overtaken: set[int] = set()

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop."""
        with suppress(AgentStopping):
            while not stop.is_set():
                self._shared.wanted.clear()
                if not self.turn(stop):
                    self._shared.wanted.wait(self._pause())

    @property
    def rate(self) -> float:
        """Scenes finished per minute, over the last five."""
        return self._handler.rate.per_minute(self._now())

    def _pause(self) -> float:
        now = self._now()
        if self._context.settings.flag("paused") or not is_scanned(self._store):
            return IDLE_SECONDS
        if self.breaker.trip is not None:
            return min(IDLE_SECONDS, max(0.05, self.breaker.trip.next_probe_at - now))
        due = self._store.jobs.next_due()
        soonest = self._poll_schedule.next_at if due is None else min(due, self._poll_schedule.next_at)
        ripe_in = self._target.news.ripe_in
        return min(IDLE_SECONDS, max(0.05, soonest - now), IDLE_SECONDS if ripe_in is None else max(0.05, ripe_in))

    def turn(self, stop: threading.Event | None = None) -> bool:
        """Work on one batch; returns False when there is nothing to do now."""
        self._catch_up()
        if self._context.settings.flag("paused") or not self.breaker.allows(self._now()):
            return False
        if not is_scanned(self._store):
            return False  # the feeder takes it and then wakes the worker
        self._mind_the_clock()
        try:
            return self._next_batch(stop)
        except PlexSyncError as error:
            self._note(error)
            return False

    def _catch_up(self) -> None:
        generation = self._context.generation
        self._context.catch_up(self._shared.context)
        if self._context.generation != generation:
            self.breaker.probe_now()

    def _next_batch(self, stop: threading.Event | None) -> bool:
        trip = self.breaker.trip
        if trip is None and self._is_idle():
            return False
        if trip is not None and trip.is_lasting and trip.data.get("server") != "stash":
            self.index.forget_readiness()
        self.index.make_ready()
        self.index.rules.catch_up()
        self._poll_plex()
        if trip is not None and trip.is_lasting:
            self._store.jobs.make_way(self._now() - FRESH_SECONDS)
        self._shared.urgent.clear()
        jobs = self._claim()
        with suppress(Outdated):
            self._try(jobs, stop)
            self._recover()  # only now: a server that lists its libraries may still refuse every write
        return bool(jobs)

    def _mind_the_clock(self) -> None:
        """Let nothing wait for a moment that a clock set back, now or before this life, has put off."""
        now, before = self._now(), self._turned_at
        self._turned_at = now
        if now < before:
            self._store.jobs.wake_set_back(now)

    def _is_idle(self) -> bool:
        now = self._now()
        is_told = self._target.news.ripe_in == 0.0
        return (
            self.index.is_ready
            and not self._store.jobs.ready(now)
            and not self._poll_schedule.is_due(now)
            and not is_told
        )

    def _claim(self) -> tuple[Job, ...]:
        """Take the next jobs: fresh edits first, and when all others are through, those that let them go first."""
        limit, suspects = self._target.throttle.batch(self._isolation.limit), self._isolation.suspects
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
        self._handler.passed.clear()
        self._at_work = {job.scene_id: job.revision for job in jobs}
        self._overtaken = set()
        is_bulk = any(job.priority > Priority.FRESH for job in jobs)
        try:
            self._handler.handle(jobs, lambda: self._let_others(stop, alone=alone, is_bulk=is_bulk))
        except ServerError as error:
            if not self._isolation.falls_on_one(scenes, self._handler.step):
                raise
            facts = {name: error.data[name] for name in ("server", "status", "detail") if name in error.data}
            self._handler.give_back(jobs[0], SceneFails(**facts))
        else:
            self._isolation.done(scenes, self._handler.passed)

    def _poll_plex(self) -> None:
        """See what is new in Plex: what it told of, and now and then what listings show. Scenes may wait for it."""
        told, missed = self._target.news.take() if self._target.news.ripe_in == 0.0 else ({}, False)
        if missed:
            self._poll_schedule.poll_now(self._now())
        try:
            if self._poll_schedule.is_due(self._now()):  # first: it notices whether another server has taken the place
                self.index.scan_some()
                self.index.refresh()
                self._poll_schedule.go_on(self._now())
            self._hear(told)
        except PlexSyncError:
            if told or missed:
                self._target.news.miss()
            raise

    def _hear(self, told: Mapping[str, ItemNews]) -> None:
        """Look at what Plex told of, but for what our own writes made it tell: that is heard before they are done."""
        own = {
            key
            for key, record in self._store.links.of_items(told).items()
            if record.fingerprint
            and record.item_updated_at == told[key].updated_at
            and told[key].heard_at <= record.synced_at
        }
        if told.keys() - own:
            self.index.hear(told.keys() - own)

    def _note(self, error: PlexSyncError) -> None:
        if isinstance(error, Starting) and error.data.get("server") == "plex":
            self._target.throttle.refused()
        was_open = self.breaker.trip is not None
        if self.breaker.open(error, self._now()):
            self._shared.observer.tell(BreakerOpened("worker", error, was_open))

    def _recover(self) -> None:
        trip = self.breaker.close()
        if trip is not None:
            self._shared.observer.tell(BreakerClosed("worker", trip.code, self._now() - trip.since))

    def _let_others(self, stop: threading.Event | None, *, alone: bool, is_bulk: bool) -> AbstractSet[int]:
        """Between two steps of a batch: spare a Plex that is busy, but for fresh edits, which go first."""
        until = time.monotonic() + (self._target.throttle.take_rest() if is_bulk else 0.0)
        overtaken = self._serve_urgent(stop, alone=alone)
        while (left := until - time.monotonic()) > 0 and not self._shared.urgent.is_set():
            self._shared.rest(left)
            overtaken = self._serve_urgent(stop, alone=alone)
        return overtaken

    def _serve_urgent(self, stop: threading.Event | None, *, alone: bool) -> AbstractSet[int]:
        """Between two steps of a batch: let fresh edits go first, and a stop or other settings take effect.

        Returns the scenes of the batch that were edited once more and are done: what it was to do of them is outdated.
        """
        self._go_on(stop)
        if alone or not self._shared.urgent.is_set():
            return self._overtaken
        self._shared.urgent.clear()
        while jobs := self._fresh():
            self._overtaken |= {job.scene_id for job in jobs} & self._at_work.keys()
            self._at_work.update((job.scene_id, job.revision) for job in jobs)
            self._handler.handle(jobs, lambda: self._go_on(stop))
        return self._overtaken

    def _go_on(self, stop: threading.Event | None) -> AbstractSet[int]:
        """Raise what ends the batch when the agent is to stop, or settings have changed; nothing is overtaken here."""
        if stop is not None and stop.is_set():
            raise AgentStopping
        if self._shared.context.generation != self._context.generation:
            raise Outdated
        return frozenset()

    def _fresh(self) -> tuple[Job, ...]:
        """Take the next fresh edits: of other scenes, or else of those at work that were edited once more."""
        suspects, claim, now = self._isolation.suspects, self._store.jobs.claim, self._now()
        return claim(ONE_READ, now, Priority.FRESH, suspects | self._at_work.keys()) or tuple(
            job
            for job in claim(LARGE, now, Priority.FRESH, suspects)
            if self._at_work.get(job.scene_id) not in {None, job.revision}
        )
