"""The queue against a model of a few lines, with a kill at any point: a hint is never lost, the last revision wins."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from plexsync.store import Store
from plexsync.store.jobs import Job, Priority, Setback, State, Work
from plexsync.store.state import SCANNED_AT

SCENES = st.integers(1, 6)
SOME_SCENES = st.lists(SCENES, min_size=1, max_size=4, unique=True)
PRIORITIES = st.sampled_from(list(Priority))
RUNS = st.sampled_from([0, 0, 7, 8])
PAUSES = st.sampled_from([1.0, 10.0, 500.0])
CAUSES = st.sampled_from(["item_rejected", "not_applied", "missing", "ambiguous", "dry_run"])
PARKED_CAUSES = {"missing", "ambiguous", "dry_run"}


@dataclass
class Row:
    """The queue's proper state of one scene.

    ``covered`` is the revision up to which work was done, ``hinted`` whether a hint came that no work covered.
    """

    state: State
    work: Work
    revision: int
    priority: int
    due_at: float
    attempts: int
    cause: str
    run: int
    wanted_at: float
    hinted: bool
    covered: int


class Queue(RuleBasedStateMachine):
    """A feed, a worker and a person, each with a connection of its own, on one real file."""

    def __init__(self) -> None:
        super().__init__()
        self.folders = tempfile.TemporaryDirectory(prefix="plexsync-model-")
        self.lives = 0
        self.now = 1000.0
        self.rows: dict[int, Row] = {}
        self.hand: list[Job] = []
        self.gone: set[int] = set()

    @initialize()
    def start(self) -> None:
        self.open()

    def open(self) -> None:
        folder = Path(self.folders.name) / str(self.lives)
        self.feed, self.worker, self.person = Store(folder), Store(folder), Store(folder)

    def close(self) -> None:
        for store in (self.feed, self.worker, self.person):
            store.close()

    def teardown(self) -> None:
        if hasattr(self, "feed"):
            problem = self.worker.connection.execute("PRAGMA integrity_check").fetchone()[0]
            self.close()
            assert problem == "ok"
        self.folders.cleanup()

    @rule(scenes=SOME_SCENES, priority=PRIORITIES, run=RUNS)
    def hint(self, scenes: list[int], priority: Priority, run: int) -> None:
        """The feed notes jobs and cursor at once."""
        scenes = [scene for scene in scenes if scene not in self.gone]
        with self.feed.transaction():
            self.feed.jobs.enqueue(scenes, priority=priority, origin="feed", now=self.now, run_id=run)
            self.feed.state.put(SCANNED_AT, self.now)
        for scene in scenes:
            self.rows[scene] = self.hinted(self.rows.get(scene), int(priority), run)

    def hinted(self, row: Row | None, priority: int, run: int) -> Row:
        queued = row is not None and row.state is State.QUEUED
        return Row(
            state=State.QUEUED,
            work=Work.ALL,
            revision=1 if row is None else row.revision + 1,
            priority=min(priority, row.priority) if row and queued else priority,
            due_at=self.now,
            attempts=0,
            cause="",
            run=run or (row.run if row and row.state in {State.QUEUED, State.WAITING} else 0),
            wanted_at=row.wanted_at if row and queued else self.now,
            hinted=True,
            covered=0 if row is None else row.covered,
        )

    @rule(scenes=SOME_SCENES)
    def hint_cut_short(self, scenes: list[int]) -> None:
        """Killed before the commit: neither job nor cursor moved, so the next poll tells the same again."""
        cursor = self.person.state.get(SCANNED_AT)
        self.feed.connection.execute("BEGIN IMMEDIATE")
        self.feed.jobs.enqueue(scenes, priority=Priority.FRESH, origin="feed", now=self.now)
        self.feed.state.put(SCANNED_AT, self.now + 0.5)
        self.kill()
        assert self.person.state.get(SCANNED_AT) == cursor

    @rule(limit=st.integers(1, 8), most=PRIORITIES)
    def claim(self, limit: int, most: Priority) -> None:
        jobs = self.worker.jobs.claim(limit, self.now, most)
        for row in self.rows.values():
            if row.state is State.WAITING and row.due_at <= self.now:
                row.state = State.QUEUED
        ready = {scene for scene, row in self.rows.items() if row.state is State.QUEUED and row.priority <= most}
        taken = {job.scene_id for job in jobs}
        assert bool(taken) == bool(ready)
        assert taken <= ready
        assert len({job.work for job in jobs}) <= 1
        order = [(job.priority, job.due_at) for job in jobs]
        assert order == sorted(order)
        passed_over = {scene for scene in ready - taken if jobs and self.rows[scene].work == jobs[0].work}
        assert all((self.rows[scene].priority, self.rows[scene].due_at) >= order[-1] for scene in passed_over)
        held = {job.scene_id for job in self.hand}
        self.hand += [job for job in jobs if job.scene_id not in held]

    @precondition(lambda self: self.hand)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        job = self.put_down(data)
        self.worker.jobs.finish([job], self.now)
        row = self.rows[job.scene_id]
        if row.revision != job.revision and row.state is not State.QUEUED:
            return  # a person cleared what was hinted meanwhile
        row.attempts, row.cause, row.covered = 0, "", job.revision
        if row.revision == job.revision:
            row.state, row.hinted = State.DONE, False

    @precondition(lambda self: self.hand)
    @rule(data=st.data())
    def leave_image(self, data: st.DataObject) -> None:
        job = self.put_down(data)
        self.worker.jobs.leave_image([job], self.now)
        row = self.rows[job.scene_id]
        if row.revision == job.revision:
            row.state, row.work, row.priority, row.attempts = State.QUEUED, Work.IMAGE, int(Priority.IMAGE), 0

    @precondition(lambda self: self.hand)
    @rule(data=st.data(), state=st.sampled_from([State.WAITING, State.DEAD]), cause=CAUSES, pause=PAUSES)
    def defer(self, data: st.DataObject, state: State, cause: str, pause: float) -> None:
        job = self.put_down(data)
        due_at = self.now + pause
        self.worker.jobs.defer(job, Setback(state, cause, {}, due_at, job.work), self.now)
        row = self.rows[job.scene_id]
        if row.revision == job.revision:
            row.state, row.cause, row.due_at, row.work = state, cause, due_at, job.work
            row.attempts = job.attempts + (cause not in PARKED_CAUSES)

    @precondition(lambda self: self.hand)
    @rule(data=st.data())
    def find_gone(self, data: st.DataObject) -> None:
        """The worker read that a scene is no longer in Stash, which never gives an id twice."""
        job = self.put_down(data)
        self.worker.jobs.forget([job.scene_id])
        del self.rows[job.scene_id]
        self.gone.add(job.scene_id)

    def put_down(self, data: st.DataObject) -> Job:
        return self.hand.pop(data.draw(st.integers(0, len(self.hand) - 1)))

    @rule()
    def retry(self) -> None:
        dead = [row for row in self.rows.values() if row.state is State.DEAD]
        assert self.person.queue.retry_dead(self.now) == len(dead)
        for row in dead:
            row.state, row.attempts, row.cause = State.QUEUED, 0, ""
            row.due_at = row.wanted_at = self.now
            row.priority = int(Priority.BULK)

    @rule(states=st.sets(st.sampled_from([State.QUEUED, State.WAITING, State.DEAD]), min_size=1))
    def clear(self, states: set[State]) -> None:
        """The only way, beside a finish, to be rid of a hint: a person says so."""
        given_up = [row for row in self.rows.values() if row.state in states]
        assert self.person.queue.clear(sorted(states), self.now) == len(given_up)
        for row in given_up:
            row.state, row.cause, row.hinted = State.DONE, "cleared", False

    @rule(run=st.sampled_from([7, 8]))
    def stop_run(self, run: int) -> None:
        """A job from before or after the run's one hint stays wanted."""
        rows = [
            row
            for row in self.rows.values()
            if row.run == run
            and row.state is State.QUEUED
            and row.priority == Priority.BULK
            and row.revision == row.covered + 1
        ]
        assert self.person.jobs.withdraw_run(run, self.now) == len(rows)
        for row in rows:
            row.state, row.cause, row.hinted = State.DONE, "cleared", False

    @rule(scenes=SOME_SCENES)
    def show_up(self, scenes: list[int]) -> None:
        self.worker.jobs.wake_waiting(scenes, "missing", self.now)
        for scene in scenes:
            row = self.rows.get(scene)
            if row is not None and row.state is State.WAITING and row.cause == "missing":
                row.state, row.due_at = State.QUEUED, self.now

    @rule()
    def change_settings(self) -> None:
        waiting = [row for row in self.rows.values() if row.state is State.WAITING]
        assert self.worker.jobs.wake_parked(self.now, self.worker.jobs.waiting_for()) == len(waiting)
        for row in waiting:
            row.state, row.due_at = State.QUEUED, self.now

    @rule(seconds=PAUSES)
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def kill(self) -> None:
        """The next agent has only what is on disk at this moment; the worker holds nothing any more."""
        old = self.feed.folder
        self.lives += 1
        new = old.with_name(str(self.lives))
        new.mkdir()
        for name in ("state.db", "state.db-wal"):
            if (old / name).exists():
                shutil.copy(old / name, new / name)
        self.close()
        self.hand.clear()
        self.open()

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        if not hasattr(self, "feed"):
            return
        for scene in range(1, 7):
            job, row = self.person.jobs.get(scene), self.rows.get(scene)
            assert (job is None) == (row is None)
            if job is None or row is None:
                continue
            seen = (job.state, job.work, job.revision, job.priority, job.due_at, job.attempts, job.cause, job.run_id)
            assert (*seen, job.wanted_at) == (
                row.state, row.work, row.revision, row.priority, row.due_at, row.attempts, row.cause, row.run,
                row.wanted_at,
            )  # fmt: skip

    @invariant()
    def no_hint_is_lost(self) -> None:
        assert not [scene for scene, row in self.rows.items() if row.hinted and row.state is State.DONE]

    @invariant()
    def counts_agree(self) -> None:
        if not hasattr(self, "feed"):
            return
        open_rows = [row for row in self.rows.values() if row.state is not State.DONE]
        counted = {(count.state, count.cause): (count.number, count.oldest) for count in self.person.jobs.counts()}
        expected: dict[tuple[State, str], tuple[int, float]] = {}
        for row in open_rows:
            number, oldest = expected.get((row.state, row.cause), (0, row.wanted_at))
            expected[row.state, row.cause] = (number + 1, min(oldest, row.wanted_at))
        assert counted == expected
        waiting = [row.due_at for row in open_rows if row.state is State.WAITING]
        assert self.person.jobs.next_due() == min(waiting, default=None)
        queued = sum(row.state is State.QUEUED for row in open_rows)
        assert self.person.jobs.ready(self.now) == bool(queued or any(due <= self.now for due in waiting))
        for run in (7, 8):
            left = any(row.run == run and row.state is State.QUEUED for row in open_rows)
            assert self.person.jobs.left_in_run(run) == left


Queue.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestQueue = Queue.TestCase
