"""The queue: one row per scene, its state and its revisions.

``wanted_rev`` grows with every hint; whoever works on a scene remembers the revision it saw first and finishes with it,
so a hint that arrives meanwhile leaves the job wanted. States: ``queued`` (ready), ``waiting`` (for ``due_at`` or for
something to show up), ``dead`` (needs a person), ``done``.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from types import MappingProxyType

AT_ONCE = 2000


class State(str, Enum):
    """Where a job is."""

    QUEUED = "queued"
    WAITING = "waiting"
    DEAD = "dead"
    DONE = "done"


class Work(str, Enum):
    """The work to be done about a scene: all of it, only its image, or clearing what one that is gone left in Plex."""

    ALL = "all"
    IMAGE = "image"
    CLEAR = "clear"


class Priority(IntEnum):
    """The order of work: what a person asked for, a fresh edit, many edits at once, a whole library, images."""

    PERSON = 0
    FRESH = 1
    MANY = 2
    BULK = 3
    IMAGE = 4


UNLINKED = frozenset({"missing", "ambiguous", "unmapped", "no_file", "declined"})
"""Causes that say that a scene has no certain item in Plex."""

PARKED = UNLINKED | {"dry_run", "brake", "stopped"}
"""Causes that no retry mends by itself: such a job waits for the world to change."""


@dataclass(frozen=True, slots=True)
class Job:
    """A scene that needs looking at; ``revision`` is the wanted revision at the time of reading.

    Of ``attempts`` that failed, the first did at ``failed_at`` (0.0 if none did); ``changed_at`` is when the job last
    came into its state: for a dead letter, when it was given up. ``parked_at`` is since when it has been parked for
    its cause, 0.0 where it is not parked. ``edit_id`` is the run of an edit that concerns many scenes, 0 for none.
    ``is_asked`` says that a person asked for this very scene; one that only goes first is judged as it was before.
    """

    scene_id: int
    state: State
    work: Work
    revision: int
    priority: int
    attempts: int
    cause: str
    detail: Mapping[str, str]
    origin: str
    run_id: int
    wanted_at: float
    due_at: float
    failed_at: float = 0.0
    changed_at: float = 0.0
    parked_at: float = 0.0
    edit_id: int = 0
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Setback:
    """Why a job could not be finished and what comes next: waiting until ``due_at``, or dead.

    ``work`` is what is left to do.
    """

    state: State
    cause: str
    detail: Mapping[str, str]
    due_at: float
    work: Work = Work.ALL


@dataclass(frozen=True, slots=True)
class Count:
    """How many jobs share a state and a cause; ``oldest`` is the oldest ``wanted_at`` among them."""

    state: State
    cause: str
    number: int
    oldest: float


_ENQUEUE = """
    INSERT INTO job (scene_id, state, work, wanted_rev, done_rev, priority, wanted_at, due_at, attempts, cause, detail,
                     origin, run_id, edit_id, is_asked, changed_at)
    VALUES (:scene, 'queued', :work, 1, 0, :priority, :now, :now, 0, '', '{}', :origin, :run, :edit, :asked, :now)
    ON CONFLICT (scene_id) DO UPDATE SET
        wanted_rev = wanted_rev + 1,
        priority = CASE WHEN state = 'queued' THEN min(priority, excluded.priority) ELSE excluded.priority END,
        wanted_at = CASE WHEN state = 'queued' THEN wanted_at ELSE excluded.wanted_at END,
        run_id = CASE WHEN excluded.run_id = 0 AND state IN ('queued', 'waiting') THEN run_id ELSE excluded.run_id END,
        edit_id = CASE WHEN excluded.edit_id = 0 AND state IN ('queued', 'waiting') THEN edit_id
            ELSE excluded.edit_id END,
        is_asked = CASE WHEN state = 'queued' THEN max(is_asked, excluded.is_asked) ELSE excluded.is_asked END,
        attempts = CASE WHEN excluded.origin IN ('plex', 'reconcile') THEN attempts ELSE 0 END,
        failed_at = CASE WHEN excluded.origin IN ('plex', 'reconcile') THEN failed_at ELSE 0 END,
        state = 'queued', work = excluded.work, due_at = excluded.due_at, cause = '', detail = '{}',
        origin = excluded.origin, changed_at = excluded.changed_at
"""


def job_of(row: sqlite3.Row) -> Job:
    """Read a row of the table."""
    return Job(
        scene_id=row["scene_id"],
        state=State(row["state"]),
        work=Work(row["work"]),
        revision=row["wanted_rev"],
        priority=row["priority"],
        attempts=row["attempts"],
        cause=row["cause"],
        detail=json.loads(row["detail"]),
        origin=row["origin"],
        run_id=row["run_id"],
        wanted_at=row["wanted_at"],
        due_at=row["due_at"],
        failed_at=row["failed_at"],
        changed_at=row["changed_at"],
        parked_at=row["parked_at"] if row["cause"] in PARKED else 0.0,
        edit_id=row["edit_id"],
        is_asked=bool(row["is_asked"]),
    )


class Jobs:
    """The ``job`` table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def enqueue(  # noqa: PLR0913  which scenes, and by whose wish
        self,
        scene_ids: Iterable[int],
        *,
        priority: Priority,
        origin: str,
        now: float,
        run_id: int = 0,
        edits: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        """Note that scenes need looking at; revives dead and waiting ones. A hint is never refused (F1).

        Attempts that failed are forgotten where something new was said in Stash or asked by a person. A finding
        of PlexSync's own, in Plex or by comparing, is no reason to begin anew: one more try is all it gives.
        ``edits`` are the runs of edits that concern many scenes, by scene.
        """
        wish = {"work": Work.ALL.value, "priority": int(priority), "now": now, "origin": origin, "run": run_id}
        wish["asked"] = priority is Priority.PERSON
        self._db.executemany(_ENQUEUE, [{**wish, "scene": scene, "edit": edits.get(scene, 0)} for scene in scene_ids])

    def enqueue_cleanup(self, scene_ids: Iterable[int], *, origin: str, now: float, run_id: int) -> None:
        """Note that what scenes that are gone from Stash left in Plex is to go too; a later hint takes this back."""
        rows = [
            {"scene": scene, "priority": int(Priority.BULK), "now": now, "origin": origin, "run": run_id}
            for scene in scene_ids
        ]
        self._db.executemany(_ENQUEUE, [{**row, "work": Work.CLEAR.value, "edit": 0, "asked": False} for row in rows])

    def enqueue_finished(self, scene_ids: Collection[int], *, priority: Priority, origin: str, now: float) -> None:
        """Note that scenes need looking at of which nothing is wanted otherwise; others are looked at anyway."""
        found = self.among(scene_ids)
        done = (scene for scene in scene_ids if found.get(scene, (State.DONE, ""))[0] is State.DONE)
        self.enqueue(done, priority=priority, origin=origin, now=now)

    def enqueue_again(self, scene_ids: Iterable[int], *, priority: Priority, origin: str, now: float) -> None:
        """Note that scenes need looking at of which somebody wanted something before; others are left alone."""
        self.enqueue((scene for scene in scene_ids if self.revision(scene)), priority=priority, origin=origin, now=now)

    def claim(
        self, limit: int, now: float, max_priority: int = Priority.IMAGE, but: Collection[int] = ()
    ) -> tuple[Job, ...]:
        """Return the next jobs of one kind of work, first making ready those whose time has come.

        ``but`` names scenes (a thousand at most) that let others go first.
        """
        self._db.execute("UPDATE job SET state = 'queued' WHERE state = 'waiting' AND due_at <= ?", (now,))
        marks = ",".join("?" * len(but))
        rows = self._db.execute(
            f"""SELECT * FROM job WHERE state = 'queued' AND priority <= ? AND scene_id NOT IN ({marks})
                ORDER BY priority, due_at LIMIT ?""",
            (max_priority, *but, limit),
        )
        jobs = tuple(map(job_of, rows))
        return tuple(job for job in jobs if job.work is jobs[0].work)

    def leave_image(self, jobs: Iterable[Job], now: float) -> None:
        """Note that everything but the images of these scenes is done; a hint that came meanwhile wants it all."""
        self._db.executemany(
            """UPDATE job SET work = 'image', priority = ?, is_asked = 0, state = 'queued', attempts = 0, failed_at = 0,
                   changed_at = ? WHERE scene_id = ? AND wanted_rev = ?""",
            [(int(Priority.IMAGE), now, job.scene_id, job.revision) for job in jobs],
        )

    def next_due_but(self, causes: Iterable[str]) -> float | None:
        """Return when the next waiting job becomes ready that waits for none of some causes (UTC seconds), or None."""
        left_out = tuple(causes)
        marks = ",".join("?" * len(left_out))
        row = self._db.execute(
            f"SELECT min(due_at) FROM job WHERE state = 'waiting' AND cause NOT IN ({marks})",
            left_out,
        ).fetchone()
        return None if row[0] is None else float(row[0])

    def retried(self, most: int) -> tuple[int, ...]:
        """Return some of the scenes that wait for another try, the next ones first."""
        rows = self._db.execute(
            """SELECT scene_id FROM job WHERE state = 'waiting' AND cause NOT IN (SELECT value FROM json_each(?))
               ORDER BY due_at LIMIT ?""",
            (json.dumps(sorted(PARKED)), most),
        )
        return tuple(int(row[0]) for row in rows)

    def next_due(self) -> float | None:
        """Return when the next waiting job becomes ready (UTC seconds), or None."""
        row = self._db.execute("SELECT min(due_at) FROM job WHERE state = 'waiting'").fetchone()
        return None if row[0] is None else float(row[0])

    def finish(self, jobs: Iterable[Job], now: float) -> None:
        """Mark jobs as done up to the revision that was read; those wanted again meanwhile stay as they are."""
        self._db.executemany(
            """UPDATE job SET done_rev = max(done_rev, :rev), attempts = 0, failed_at = 0, cause = '', detail = '{}',
                   parked_for = '', parked_at = 0, changed_at = :now,
                   state = CASE WHEN wanted_rev = :rev THEN 'done' ELSE 'queued' END
               WHERE scene_id = :scene AND (wanted_rev = :rev OR state = 'queued')""",
            [{"rev": job.revision, "now": now, "scene": job.scene_id} for job in jobs],
        )

    def defer(self, job: Job, setback: Setback, now: float) -> None:
        """Let a job wait or make it a dead letter, in one statement (F30); a hint that came meanwhile keeps it queued.

        Counts one attempt unless the job is parked: waiting for the world to change is no failure. Since when it has
        been parked for one cause is kept, whatever was asked for meanwhile.
        """
        is_failure = setback.cause not in PARKED
        self._db.execute(
            """UPDATE job SET state = ?1, cause = ?2, detail = ?3, due_at = ?4, work = ?5, attempts = ?6,
                   failed_at = ?7, changed_at = ?8, parked_for = ?2,
                   parked_at = CASE WHEN parked_for = ?2 AND parked_at > 0 THEN min(parked_at, ?8) ELSE ?8 END
               WHERE scene_id = ?9 AND wanted_rev = ?10""",
            (
                setback.state.value,
                setback.cause,
                json.dumps(dict(setback.detail), ensure_ascii=False),
                setback.due_at,
                setback.work.value,
                job.attempts + is_failure,
                now if is_failure and not job.attempts else job.failed_at,
                now,
                job.scene_id,
                job.revision,
            ),
        )

    def wake_waiting(self, scene_ids: Iterable[int], cause: str, now: float) -> None:
        """Make jobs ready again that wait for one cause, which may be no more; not a new hint."""
        self._db.executemany(
            """UPDATE job SET state = 'queued', due_at = ?, changed_at = ?
               WHERE scene_id = ? AND state = 'waiting' AND cause = ?""",
            [(now, now, scene, cause) for scene in scene_ids],
        )

    def queued_among(self, scene_ids: Iterable[int]) -> frozenset[int]:
        """Return those of some scenes that are queued."""
        return frozenset(scene for scene, (state, _) in self.among(scene_ids).items() if state is State.QUEUED)

    def unreadable_among(self, scene_ids: Iterable[int]) -> frozenset[int]:
        """Return those of some scenes that were given up because Stash cannot answer for them."""
        found = self.among(scene_ids).items()
        return frozenset(scene for scene, job in found if job == (State.DEAD, "scene_unreadable"))

    def among(self, scene_ids: Iterable[int]) -> dict[int, tuple[State, str]]:
        """Return state and cause of the jobs there are for some scenes."""
        found = {}
        for scene in scene_ids:
            row = self._db.execute("SELECT state, cause FROM job WHERE scene_id = ?", (scene,)).fetchone()
            if row is not None:
                found[scene] = (State(row["state"]), str(row["cause"]))
        return found

    def unfinished_between(self, first: int, last: int) -> frozenset[int]:
        """Return the scenes with ids from first to last whose newest state may not be in Plex, by their jobs.

        Those queued or to be tried again, those held by a brake or a dry run, those given up or taken out of the queue.
        """
        marks = ",".join("?" * len(UNLINKED))
        rows = self._db.execute(
            f"""SELECT scene_id FROM job WHERE scene_id BETWEEN ? AND ? AND work != 'image'
                    AND (state IN ('queued', 'dead') OR (state = 'waiting' AND cause NOT IN ({marks}))
                         OR (state = 'done' AND cause = 'cleared'))""",
            (first, last, *sorted(UNLINKED)),
        )
        return frozenset(int(row[0]) for row in rows)

    def number_held(self) -> int:
        """Count the scenes that a brake holds."""
        row = self._db.execute("SELECT count(*) FROM job WHERE state = 'waiting' AND cause = 'brake'").fetchone()
        return int(row[0])

    def release_held(self, run_id: int, now: float) -> int:
        """Let pass what a brake holds, as a part of a run; returns how many scenes."""
        cursor = self._db.execute(
            """UPDATE job SET state = 'queued', run_id = ?, due_at = ?, changed_at = ?, cause = '', detail = '{}'
               WHERE state = 'waiting' AND cause = 'brake'""",
            (run_id, now, now),
        )
        return cursor.rowcount

    def held_examples(self, limit: int) -> tuple[Job, ...]:
        """Return some of the scenes that a brake holds."""
        rows = self._db.execute("SELECT * FROM job WHERE state = 'waiting' AND cause = 'brake' LIMIT ?", (limit,))
        return tuple(map(job_of, rows))

    def has_waiting(self, cause: str) -> bool:
        """Tell whether any scene waits for this cause."""
        row = self._db.execute("SELECT 1 FROM job WHERE state = 'waiting' AND cause = ? LIMIT 1", (cause,)).fetchone()
        return row is not None

    def waiting_for(self) -> frozenset[str]:
        """Return what jobs wait for, by cause."""
        rows = self._db.execute("SELECT DISTINCT cause FROM job WHERE state = 'waiting'")
        return frozenset(str(row[0]) for row in rows)

    def wake_parked(self, now: float, causes: Iterable[str]) -> int:
        """Make the jobs ready that wait for some causes, which may be no more; what a brake or a person holds stays.

        In short statements, or a fresh edit would have to wait for all of them; returns how many.
        """
        return sum(self._wake_cause(cause, now) for cause in causes if cause not in {"brake", "stopped"})

    def _wake_cause(self, cause: str, now: float) -> int:
        woken = 0
        while True:
            cursor = self._db.execute(
                """UPDATE job SET state = 'queued', due_at = ?, changed_at = ? WHERE scene_id IN
                   (SELECT scene_id FROM job WHERE state = 'waiting' AND cause = ? LIMIT ?)""",
                (now, now, cause, AT_ONCE),
            )
            woken += cursor.rowcount
            if cursor.rowcount < AT_ONCE:
                return woken

    def make_way(self, before: float) -> None:
        """Let edits from before a moment go behind fresher ones: they have waited for a server that was away.

        In short statements, as :meth:`wake_parked`.
        """
        changed = AT_ONCE
        while changed == AT_ONCE:
            changed = self._db.execute(
                """UPDATE job SET priority = ? WHERE scene_id IN
                   (SELECT scene_id FROM job WHERE state = 'queued' AND priority = ? AND due_at < ? LIMIT ?)""",
                (int(Priority.MANY), int(Priority.FRESH), before, AT_ONCE),
            ).rowcount

    def wake_set_back(self, now: float) -> None:
        """Make jobs ready that were put aside later than now: the clock was set back, and what they wait for with it.

        Looks at all that wait, so not to be asked often. A job that a brake holds stays.
        """
        self._db.execute(
            """UPDATE job SET state = 'queued', due_at = :now, changed_at = :now
               WHERE state = 'waiting' AND changed_at > :now AND cause != 'brake'""",
            {"now": now},
        )

    def get(self, scene_id: int) -> Job | None:
        """Return one scene's job, or None if there never was one."""
        row = self._db.execute("SELECT * FROM job WHERE scene_id = ?", (scene_id,)).fetchone()
        return None if row is None else job_of(row)

    def revision(self, scene_id: int) -> int:
        """Return the wanted revision of a scene, 0 if there was never a job for it."""
        row = self._db.execute("SELECT wanted_rev FROM job WHERE scene_id = ?", (scene_id,)).fetchone()
        return 0 if row is None else int(row[0])

    def counts(self) -> tuple[Count, ...]:
        """Count the jobs that are not done, by state and cause."""
        rows = self._db.execute(
            """SELECT state, cause, count(*) AS number, min(wanted_at) AS oldest FROM job
               WHERE state IN ('queued', 'waiting', 'dead') GROUP BY state, cause"""
        )
        return tuple(Count(State(row["state"]), row["cause"], row["number"], row["oldest"]) for row in rows)

    def numbers(self) -> dict[tuple[State, str], int]:
        """Count the jobs that are not done, by state and cause; from an index alone."""
        rows = self._db.execute(
            """SELECT state, cause, count(*) AS number FROM job
               WHERE state IN ('queued', 'waiting', 'dead') GROUP BY state, cause"""
        )
        return {(State(row["state"]), str(row["cause"])): int(row["number"]) for row in rows}

    def number_missing(self, before: float) -> int:
        """Count the scenes whose file Plex has not found since before a time (UTC seconds)."""
        row = self._db.execute(
            "SELECT count(*) FROM job WHERE state = 'waiting' AND cause = 'missing' AND parked_at < ?", (before,)
        ).fetchone()
        return int(row[0])

    def oldest_queued(self) -> float:
        """Return since when the job waits that is next (UTC seconds), 0.0 where none is queued."""
        row = self._db.execute(
            "SELECT wanted_at FROM job WHERE state = 'queued' ORDER BY priority, due_at LIMIT 1"
        ).fetchone()
        return 0.0 if row is None else float(row[0])

    def ready(self, now: float) -> bool:
        """Tell whether any job could be worked on at once; not how many, which would cost more the longer the queue."""
        row = self._db.execute(
            """SELECT EXISTS (SELECT 1 FROM job WHERE state = 'queued')
                   OR EXISTS (SELECT 1 FROM job WHERE state = 'waiting' AND due_at <= ?)""",
            (now,),
        ).fetchone()
        return bool(row[0])

    def left_in_run(self, run_id: int) -> bool:
        """Tell whether any job of a run is still queued."""
        row = self._db.execute(
            "SELECT EXISTS (SELECT 1 FROM job WHERE run_id = ? AND state = 'queued')", (run_id,)
        ).fetchone()
        return bool(row[0])

    def result_of_run(self, run_id: int) -> dict[str, int]:
        """Count what became of a run's jobs: done, or the cause that holds them up."""
        rows = self._db.execute(
            """SELECT CASE WHEN state = 'done' THEN 'done' ELSE cause END AS what, count(*) AS number
               FROM job WHERE run_id = ? GROUP BY what""",
            (run_id,),
        )
        return {str(row["what"]): int(row["number"]) for row in rows}

    def example(self, state: State, cause: str) -> Job | None:
        """Return one of the jobs that share a state and a cause."""
        row = self._db.execute(
            "SELECT * FROM job WHERE state = ? AND cause = ? LIMIT 1", (state.value, cause)
        ).fetchone()
        return None if row is None else job_of(row)

    def withdraw_run(self, run_id: int, now: float, priority: Priority = Priority.BULK) -> int:
        """Take back what a run alone asked for; what was wanted before or since stays queued. Returns how many."""
        cursor = self._db.execute(
            """UPDATE job SET state = 'done', cause = 'cleared', changed_at = ?
               WHERE run_id = ? AND state = 'queued' AND priority = ? AND wanted_rev = done_rev + 1""",
            (now, run_id, int(priority)),
        )
        return cursor.rowcount

    def forget(self, scene_ids: Iterable[int]) -> None:
        """Drop the jobs of scenes that are gone from Stash."""
        self._db.executemany("DELETE FROM job WHERE scene_id = ?", [(scene,) for scene in scene_ids])
