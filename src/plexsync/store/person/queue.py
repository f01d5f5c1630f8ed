"""The table ``job`` as a person sees it: pages in the order of the work, groups by cause, and what a person moves.

Every page is found by an index; only a search looks at each job of its list.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from plexsync.domain.person.lanes import Lane
from plexsync.store.jobs import PARKED, Job, Priority, State, job_of

STOPPED_SECONDS = 10 * 365 * 24 * 3600.0
"""How long a stopped scene waits: a person ends that, and no time."""

_WHICH: Mapping[Lane, str] = {
    Lane.WORKING: "state = 'queued' AND scene_id IN (SELECT value FROM json_each(:at_work))",
    Lane.NEXT: "state = 'queued' AND scene_id NOT IN (SELECT value FROM json_each(:at_work))",
    Lane.WAITING: "state = 'waiting' AND cause NOT IN (SELECT value FROM json_each(:parked))",
    Lane.PARKED: "state = 'waiting' AND cause IN (SELECT value FROM json_each(:parked))",
    Lane.DEAD: "state = 'dead'",
}
_ORDER: Mapping[Lane, str] = {
    Lane.WORKING: "priority, due_at, scene_id",
    Lane.NEXT: "priority, due_at, scene_id",
    Lane.WAITING: "due_at, scene_id",
    Lane.PARKED: "due_at, scene_id",
    Lane.DEAD: "priority, due_at, scene_id",
}
_FOUND = """ AND (scene_id = :number OR detail LIKE :text ESCAPE '!'
    OR EXISTS (SELECT 1 FROM scene WHERE id = scene_id AND title LIKE :text ESCAPE '!')
    OR EXISTS (SELECT 1 FROM scene_file AS f WHERE f.scene_id = job.scene_id AND path LIKE :text ESCAPE '!'))"""
_WITH_TITLE = """SELECT job.*, coalesce(scene.title, '') AS title,
        coalesce((SELECT path FROM scene_file AS f WHERE f.scene_id = job.scene_id ORDER BY position LIMIT 1), '')
            AS path
    FROM {} AS chosen JOIN job USING (scene_id) LEFT JOIN scene ON scene.id = job.scene_id"""

_RETRY = """
    UPDATE job SET state = 'queued', attempts = 0, failed_at = 0, due_at = :now, wanted_at = :now, changed_at = :now,
        cause = '', detail = '{}', priority = :priority, is_asked = :asked WHERE state = 'dead'
"""


@dataclass(frozen=True, slots=True)
class TitledJob:
    """A job with the title and the first file of its scene, "" where none is known."""

    job: Job
    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Search:
    """A list of jobs: one part of the queue, and the words to look for, "" for all.

    ``at_work`` are the scenes that the worker has in hand.
    """

    lane: Lane
    text: str = ""
    at_work: tuple[int, ...] = ()

    @property
    def condition(self) -> str:
        """The SQL that its jobs fulfil."""
        return _WHICH[self.lane] + (_FOUND if self.text else "")

    @property
    def values(self) -> dict[str, str | int]:
        """The values that the SQL asks for."""
        number = self.text.strip()
        return {
            "at_work": json.dumps(self.at_work),
            "parked": json.dumps(sorted(PARKED)),
            "number": int(number) if number.isdecimal() and len(number) < len(str(2**63)) else 0,
            "text": f"%{_escaped(self.text)}%",
        }


@dataclass(frozen=True, slots=True)
class RestOfRun:
    """How many scenes of a run are still to come, were stopped by a person, or wait for something else."""

    coming: int
    stopped: int
    parked: int


class Queue:
    """The table ``job`` for people."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def number(self, search: Search) -> int:
        """Count the jobs of a list."""
        row = self._db.execute(f"SELECT count(*) FROM job WHERE {search.condition}", search.values)
        return int(row.fetchone()[0])

    def page(self, search: Search, limit: int, offset: int) -> tuple[TitledJob, ...]:
        """Return some jobs of a list, in the order of the work."""
        order = _ORDER[search.lane]
        chosen = f"(SELECT scene_id FROM job WHERE {search.condition} ORDER BY {order} LIMIT :limit OFFSET :offset)"
        rows = self._db.execute(
            f"{_WITH_TITLE.format(chosen)} ORDER BY {order}", {**search.values, "limit": limit, "offset": offset}
        )
        return tuple(map(_titled, rows))

    def of_scenes(self, scene_ids: Iterable[int]) -> tuple[TitledJob, ...]:
        """Return the jobs of some scenes, in their order."""
        chosen = "(SELECT value AS scene_id, key AS place FROM json_each(?))"
        rows = self._db.execute(f"{_WITH_TITLE.format(chosen)} ORDER BY chosen.place", (json.dumps(list(scene_ids)),))
        return tuple(map(_titled, rows))

    def dead_of(self, cause: str, limit: int, offset: int) -> tuple[TitledJob, ...]:
        """Return some dead letters of one cause, by scene."""
        return self._of_cause("state = 'dead' AND cause = :cause", {"cause": cause}, limit, offset)

    def waiting_for(self, cause: str, limit: int, offset: int) -> tuple[TitledJob, ...]:
        """Return some scenes that wait for a cause, by their ids."""
        return self._of_cause("state = 'waiting' AND cause = :cause", {"cause": cause}, limit, offset)

    def missing_since(self, before: float, limit: int, offset: int) -> tuple[TitledJob, ...]:
        """Return some scenes that have waited for their file since before a moment, by their ids."""
        which = "state = 'waiting' AND cause = 'missing' AND parked_at < :before"
        return self._of_cause(which, {"before": before}, limit, offset)

    def _of_cause(
        self, which: str, values: Mapping[str, str | float], limit: int, offset: int
    ) -> tuple[TitledJob, ...]:
        chosen = f"(SELECT scene_id FROM job WHERE {which} ORDER BY scene_id LIMIT :limit OFFSET :offset)"
        rows = self._db.execute(
            f"{_WITH_TITLE.format(chosen)} ORDER BY scene_id", {**values, "limit": limit, "offset": offset}
        )
        return tuple(map(_titled, rows))

    def move_to_front(self, scene_ids: Iterable[int], now: float) -> int:
        """Let scenes go before all others, the first of them first; what waits no longer does. Returns how many.

        A scene that a brake or a dry run holds stays where it is: a person ends that otherwise. The others only change
        their place: a brake judges them as before.
        """
        moved = list(scene_ids)
        row = self._db.execute(
            "SELECT min(due_at) FROM job WHERE state = 'queued' AND priority = ?", (int(Priority.PERSON),)
        ).fetchone()
        first = min(now, now if row[0] is None else row[0]) - 0.001 * len(moved)
        cursor = self._db.executemany(
            """UPDATE job SET state = 'queued', priority = ?, due_at = ?, changed_at = ? WHERE scene_id = ?
                   AND state IN ('queued', 'waiting') AND NOT (state = 'waiting' AND cause IN ('brake', 'dry_run'))""",
            [(int(Priority.PERSON), first + 0.001 * place, now, scene) for place, scene in enumerate(moved)],
        )
        return cursor.rowcount

    def remove(self, scene_ids: Iterable[int], now: float) -> int:
        """Take scenes out of the queue, as if they were done; returns how many."""
        cursor = self._db.executemany(
            """UPDATE job SET state = 'done', cause = 'cleared', detail = '{}', changed_at = ?
               WHERE scene_id = ? AND state IN ('queued', 'waiting')""",
            [(now, scene) for scene in scene_ids],
        )
        return cursor.rowcount

    def rest_of_run(self, run_id: int) -> RestOfRun:
        """Count what is not written yet of a run; an edit since is no longer the run's."""
        row = self._db.execute(
            """SELECT sum(state = 'queued' OR (state = 'waiting' AND NOT is_parked)) AS coming,
                   sum(state = 'waiting' AND cause = 'stopped') AS stopped,
                   sum(state = 'waiting' AND is_parked AND cause != 'stopped') AS parked
               FROM (SELECT state, cause, cause IN (SELECT value FROM json_each(:parked)) AS is_parked
                     FROM job INDEXED BY job_run
                     WHERE run_id = :run AND state IN ('queued', 'waiting') AND priority >= :bulk)""",
            {"run": run_id, "bulk": int(Priority.BULK), "parked": json.dumps(sorted(PARKED))},
        ).fetchone()
        return RestOfRun(*(number or 0 for number in row))

    def stop_run(self, run_id: int, now: float) -> int:
        """Let wait what is left of a run, until a person says more; an edit since goes on. Returns how many scenes."""
        cursor = self._db.execute(
            """UPDATE job SET state = 'waiting', cause = 'stopped', detail = '{}', due_at = ?, changed_at = ?
               WHERE run_id = ? AND state = 'queued' AND priority >= ?""",
            (now + STOPPED_SECONDS, now, run_id, int(Priority.BULK)),
        )
        return cursor.rowcount

    def resume_stopped(self, now: float) -> int:
        """Go on with all that was stopped; returns how many scenes."""
        cursor = self._db.execute(
            """UPDATE job SET state = 'queued', cause = '', due_at = ?, changed_at = ?
               WHERE state = 'waiting' AND cause = 'stopped'""",
            (now, now),
        )
        return cursor.rowcount

    def remove_stopped(self, now: float) -> int:
        """Take all that was stopped out of the queue, as if it were done; returns how many scenes."""
        cursor = self._db.execute(
            """UPDATE job SET state = 'done', cause = 'cleared', changed_at = ?
               WHERE state = 'waiting' AND cause = 'stopped'""",
            (now,),
        )
        return cursor.rowcount

    def leave_alone(self, scene_ids: Iterable[int], now: float) -> None:
        """End the jobs of scenes that a person ignores; what the worker has in hand does not bring them back."""
        self._db.executemany(
            """UPDATE job SET state = 'done', wanted_rev = wanted_rev + 1, done_rev = wanted_rev + 1, cause = '',
                   detail = '{}', attempts = 0, failed_at = 0, parked_for = '', parked_at = 0, changed_at = ?
               WHERE scene_id = ? AND state != 'done'""",
            [(now, scene) for scene in scene_ids],
        )

    def retry_dead(self, now: float, cause: str | None = None) -> int:
        """Queue the dead letters of a cause, or all, again with a clean record; returns how many."""
        cursor = self._db.execute(
            _RETRY if cause is None else f"{_RETRY} AND cause = :cause",
            {"now": now, "priority": int(Priority.BULK), "asked": False, "cause": cause},
        )
        return cursor.rowcount

    def retry_dead_of(self, scene_ids: Iterable[int], now: float) -> int:
        """Queue some scenes' dead letters again, before all else: a person waits for them. Returns how many."""
        cursor = self._db.executemany(
            f"{_RETRY} AND scene_id = :scene",
            [{"now": now, "priority": int(Priority.PERSON), "asked": True, "scene": scene} for scene in scene_ids],
        )
        return cursor.rowcount

    def clear(self, states: Sequence[State], now: float, older_than: float | None = None) -> int:
        """Give up jobs in some states (as if done); returns how many. ``older_than`` is a ``changed_at`` bound."""
        marks = ",".join("?" * len(states))
        cursor = self._db.execute(
            f"""UPDATE job SET state = 'done', cause = 'cleared', detail = '{{}}', changed_at = ?
                WHERE state IN ({marks}) AND changed_at < ?""",
            (now, *(state.value for state in states), now + 1 if older_than is None else older_than),
        )
        return cursor.rowcount


def _titled(row: sqlite3.Row) -> TitledJob:
    return TitledJob(job_of(row), str(row["title"]), str(row["path"]))


def _escaped(text: str) -> str:
    return "".join(f"!{letter}" if letter in "!%_" else letter for letter in text)
