"""The worker: takes the next jobs when servers answer, lets fresh edits go first, and notes who fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from plexsync.domain.errors import PlexSyncError, SceneFails, ServerError, Starting, TakesNoEdits
from plexsync.domain.merge.intents import LATEST_SECONDS
from plexsync.runtime.clock import has_come
from plexsync.runtime.listening.plex_news import ItemNews
from plexsync.runtime.observer.happenings import BreakerClosed, BreakerOpened
from plexsync.runtime.shared import Shared
from plexsync.runtime.sync_state import is_scanned
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.jobs import Job, Priority, Work
from plexsync.sync.batch import Batch, BatchRunner
from plexsync.sync.batch_sizes import LARGE, ONE_READ, most_at_once
from plexsync.sync.fault_isolation import FaultIsolation
from plexsync.sync.poll_schedule import DEAF_PAUSE, PAUSES
from plexsync.sync.steps import Moment, Step, Steps

IDLE_SECONDS = 60.0
FRESH_SECONDS = 10.0


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
        self._runner = BatchRunner(store, shared, self._target, self._target.servers, now, following=self._following)
        self.index, self._poll_schedule = self._runner.index, self._runner.poll_schedule
        self._isolation = FaultIsolation(LARGE)
        self._turned_at = float("inf")
        self._recheck_at: float | None = 0.0  # what an earlier life left is not known yet
        self.at_work: tuple[int, ...] = ()
        self._is_at_rest = True

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop."""
        while not stop.is_set():
            self._shared.wanted.clear()
            if not self.turn(stop):
                self._shared.wanted.wait(self._pause())

    @property
    def rate(self) -> float:
        """Scenes finished per minute, over the last five or since work began; 0.0 while there is nothing to do."""
        return 0.0 if self._is_at_rest else self._runner.settlement.rate.per_minute(self._now())

    def _pause(self) -> float:
        now = self._now()
        if self._context.settings.flag("paused") or not is_scanned(self._store):
            return IDLE_SECONDS
        if self.breaker.trip is not None:
            return min(IDLE_SECONDS, max(0.05, self.breaker.trip.next_probe_at - now))
        due = self._store.jobs.next_due()
        soonest = min(at for at in (due, self._recheck_at, self._poll_schedule.next_at) if at is not None)
        ripe_in = self._target.news.ripe_in
        ripe = IDLE_SECONDS if ripe_in is None else max(0.05, ripe_in)
        return min(
            IDLE_SECONDS, max(0.05, soonest - now), ripe, self._runner.guard.weighs_in, self._runner.cleanup.due_in
        )

    def turn(self, stop: threading.Event | None = None) -> bool:
        """Work on one batch; returns False when there is nothing to do now."""
        has_worked = self._turn(stop)
        self._is_at_rest = not has_worked
        return has_worked

    def _turn(self, stop: threading.Event | None) -> bool:
        self._catch_up()
        if self._context.settings.flag("paused") or not self.breaker.allows(self._now()):
            return False
        if not is_scanned(self._store):
            return False  # the watcher takes it and then wakes the worker
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
            self._runner.forget_plans_ahead()
            self.breaker.probe_now()

    def _next_batch(self, stop: threading.Event | None) -> bool:
        trip = self.breaker.trip
        if trip is None and not self._runner.guard.weigh() and self._is_idle():
            return False
        if trip is not None and trip.is_lasting and trip.data.get("server") != "stash":
            self.index.forget_readiness()
        self.index.make_ready()
        self.index.rules.catch_up()
        self._poll_plex()
        self._recheck()
        if trip is not None and trip.is_lasting:
            self._store.jobs.make_way(self._now() - FRESH_SECONDS)
        self._shared.urgent.clear()
        jobs = self._claim()
        self.at_work = tuple(job.scene_id for job in jobs)
        self._is_at_rest &= not jobs
        try:
            self._try(jobs, stop)
        finally:
            self.at_work = ()
            self._recheck_at = self._store.links.next_recheck()
        if not jobs:
            self._runner.cleanup.remove_emptied()
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
            and not self._is_recheck_due
            and not self._poll_schedule.is_due(now)
            and not is_told
            and self._runner.cleanup.due_in > 0.0
        )

    def _claim(self) -> tuple[Job, ...]:
        """Take the next jobs: fresh edits first, and when all others are through, those that let them go first."""
        suspects, limit = self._isolation.suspects, self._most_at_once
        return (
            self._store.jobs.claim(min(limit, ONE_READ), self._now(), Priority.FRESH, suspects)
            or self._store.jobs.claim(limit, self._now(), but=suspects)
            or self._store.jobs.claim(limit, self._now())
        )

    def _following(self, but: Collection[int]) -> tuple[Job, ...]:
        """Return the jobs that are most likely the next ones; none where that is decided by how this batch does."""
        if self.breaker.trip is not None or self._isolation.suspects:
            return ()
        jobs = self._store.jobs.claim(self._most_at_once, self._now(), but=but)
        return tuple(job for job in jobs if job.work is Work.ALL)

    @property
    def _most_at_once(self) -> int:
        trip = self.breaker.trip
        return most_at_once(
            self._target.throttle.batch(self._isolation.limit),
            takes_no_edits=self._takes_no_edits,
            is_probing=trip is not None and trip.is_lasting,
            is_undoing=self._store.undos.is_open(),
        )

    def _try(self, jobs: Sequence[Job], stop: threading.Event | None) -> None:
        """Work on jobs; a scene that fails while others do well has itself to blame, not the server."""
        work = _Work(self._runner, jobs)
        try:
            is_through = self._work(work, stop)
        except ServerError as error:
            if isinstance(error, TakesNoEdits) or not self._isolation.falls_on_one(work.scenes, work.step):
                raise
            facts = {name: error.data[name] for name in ("server", "status", "detail") if name in error.data}
            self._runner.settlement.settle([self._runner.failed(jobs[0], SceneFails(**facts))])
            self._recover()
            return
        if is_through:
            self._isolation.done(work.scenes, work.passed)
            # Only now: a server that lists its libraries may still refuse every write.
            if not jobs or not self._takes_no_edits or Step.EDIT in work.passed:
                self._recover()

    @property
    def _takes_no_edits(self) -> bool:
        return self.breaker.trip is not None and self.breaker.trip.code == TakesNoEdits.code

    def _work(self, work: _Work, stop: threading.Event | None) -> bool:
        """Take one step after the other, and decide between two of them what comes next.

        Returns False when the batch is given up: the agent stops, or the settings are others than it was planned by.
        """
        while True:
            if (stop is not None and stop.is_set()) or self._shared.context.generation != self._context.generation:
                return False
            if work.may_be_overtaken and self._shared.urgent.is_set():
                self._shared.urgent.clear()
                work.overtake(self._fresh(work.at_work))
            elif (rest := self._rest(work)) > 0.0:
                self._shared.rest(rest)
            elif not self._step(work):
                return True

    def _step(self, work: _Work) -> bool:
        """Take the next step; returns False when the batch is through."""
        moment = work.advance()
        if moment is None:
            if not work.is_overtaken:
                return False
            work.go_back()
            work.overtake(self._fresh(work.at_work))
            return True
        self._runner.settlement.settle(moment.outcomes)
        if work.is_bulk:
            work.rests_until = time.monotonic() + self._target.throttle.take_rest()
        return True

    def _rest(self, work: _Work) -> float:
        """Return for how long to spare a server before the next step; fresh edits do not wait."""
        if work.is_overtaken or not work.is_bulk or self._shared.urgent.is_set():
            return 0.0
        of_stash = self._shared.load_budget.rest(self._now()) if work.step is Step.SCENE else 0.0
        return max(of_stash, work.rests_until - time.monotonic())

    def _poll_plex(self) -> None:
        """See what is new in Plex: what it told of, and now and then what listings show. Scenes may wait for it."""
        told, missed = self._target.news.take() if self._target.news.ripe_in == 0.0 else ({}, False)
        if missed:
            self._poll_schedule.poll_now(self._now())
        try:
            if self._poll_schedule.is_due(self._now()):  # first: it notices whether another server has taken the place
                self.index.scan_some()
                self.index.refresh()
                longest = DEAF_PAUSE if self._target.hearing.is_deaf else PAUSES[-1]
                self._poll_schedule.go_on(self._now(), longest=longest)
            self._hear(told)
        except PlexSyncError:
            if told or missed:
                self._target.news.miss()
            raise

    def _recheck(self) -> None:
        """Queue the scenes on whose items an edit of before may have taken effect by now."""
        if not self._is_recheck_due:
            return
        now = self._now()
        with self._store.transaction():
            due = self._store.links.to_recheck(now, LATEST_SECONDS)
            self._store.jobs.enqueue_finished(due, priority=Priority.MANY, origin="plex", now=now)

    @property
    def _is_recheck_due(self) -> bool:
        return self._recheck_at is not None and has_come(self._recheck_at, self._now(), LATEST_SECONDS)

    def _hear(self, told: Mapping[str, ItemNews]) -> None:
        """Look at what Plex told of in the chosen libraries.

        The echo of our own writes is left out: it is heard before they are done.
        """
        chosen = {section.id for section in self.index.library_sync.sections}
        told = {key: one for key, one in told.items() if one.section_id in {*chosen, ""} or not chosen}
        own = {
            key
            for key, summary in self._store.links.owners_of(told).items()
            if summary.is_complete
            and summary.item_updated_at == told[key].updated_at
            and told[key].heard_at <= summary.synced_at
        }
        if told.keys() - own:
            self.index.read_items(told.keys() - own)

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

    def _fresh(self, at_work: Mapping[int, int]) -> tuple[Job, ...]:
        """Take the next fresh edits: of other scenes, or else of those at work that were edited once more."""
        suspects, claim, now = self._isolation.suspects, self._store.jobs.claim, self._now()
        return claim(ONE_READ, now, Priority.FRESH, suspects | at_work.keys()) or tuple(
            job
            for job in claim(LARGE, now, Priority.FRESH, suspects)
            if at_work.get(job.scene_id) not in {None, job.revision}
        )


class _Work:
    """A batch at work, and the fresh edits that go before it: where it is, and what servers let it past."""

    def __init__(self, runner: BatchRunner, jobs: Sequence[Job]) -> None:
        self._runner = runner
        self._batch = Batch(jobs)
        self._steps: list[Steps[None]] = [runner.steps(self._batch)]
        self.at_work = {job.scene_id: job.revision for job in jobs}
        self.is_bulk = self._batch.is_bulk
        self.rests_until = 0.0
        self.step = Step.SCENE
        self.passed: set[Step] = set()

    @property
    def scenes(self) -> set[int]:
        """The scenes of the batch itself."""
        return set(self._batch.jobs)

    @property
    def is_overtaken(self) -> bool:
        """Tell whether fresh edits are at work."""
        return len(self._steps) > 1

    @property
    def may_be_overtaken(self) -> bool:
        """Tell whether fresh edits may go first: a scene looked at alone is perhaps to blame, and stays alone."""
        return len(self._batch.jobs) != 1 and not self.is_overtaken

    def overtake(self, jobs: Sequence[Job]) -> None:
        """Let fresh edits go first; those of the batch's own scenes make what it was to do of them outdated."""
        if not jobs:
            return
        self._batch.left_out |= {job.scene_id for job in jobs} & self.at_work.keys()
        self.at_work.update((job.scene_id, job.revision) for job in jobs)
        self._steps.append(self._runner.steps(Batch(jobs)))

    def go_back(self) -> None:
        """Go on with the batch."""
        self._steps.pop()

    def advance(self) -> Moment | None:
        """Take the next step of what is at work; None when that is through."""
        moment = next(self._steps[-1], None)
        if moment is not None:
            self.step = moment.ahead
            self.passed |= moment.passed
        return moment
