"""Runs: one sync or reconcile over many scenes, who or what asked for it and what became of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SYNC = "sync"
"""The kind of a run that syncs."""

WEIGHED = "weighed"
"""The scope of a run of changes that a brake held until all of them were known, and then let pass."""

OVERWRITES = "overwrite"
"""The scope of a run that writes Stash's value over one that stayed in Plex, because a person wanted that."""

RECONCILE = "reconcile"
"""The kind of a run that compares both sides."""

UNDO = "undo"
"""The kind of a run that takes back what another one wrote."""

EDIT = "edit"
"""The kind of a run of edits in Stash that belong together: those that were brought over within a minute."""

EDIT_SECONDS = 60.0

NEWEST = (1e18, 2**62)
"""A moment and an id that are beyond those of any run: where the first page begins."""

_ASKED = (SYNC, RECONCILE, UNDO)


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    ``kind`` is sync, reconcile, undo or edit; ``state`` is running, done, stopped, failed or braked. ``allowed`` tells
    whether the brakes were released for it. ``ended_at`` is 0.0 while it runs.
    """

    id: int
    kind: str
    origin: str
    scope: str
    state: str
    allowed: bool
    total: int
    result: Mapping[str, Any]
    started_at: float
    ended_at: float


def _run(row: sqlite3.Row) -> Run:
    return Run(
        id=row["id"],
        kind=row["kind"],
        origin=row["origin"],
        scope=row["scope"],
        state=row["state"],
        allowed=bool(row["allowed"]),
        total=row["total"],
        result=json.loads(row["result"]),
        started_at=row["started_at"],
        ended_at=row["ended_at"],
    )


class Runs:
    """The ``run`` table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def start(self, kind: str, origin: str, scope: str, now: float, *, allowed: bool = False) -> int:
        """Begin a run; returns its id."""
        cursor = self._db.execute(
            """INSERT INTO run (kind, origin, scope, state, allowed, taken, total, result, started_at, ended_at)
               VALUES (?, ?, ?, 'running', ?, 0, 0, '{}', ?, 0)""",
            (kind, origin, scope, allowed, now),
        )
        return int(cursor.lastrowid or 0)

    def edit(self, now: float) -> int:
        """Return the run of the edits that are brought over at this moment, beginning one if there is none."""
        row = self._db.execute(
            """SELECT id FROM run WHERE kind = ? AND origin = '' AND started_at BETWEEN ? AND ?
               ORDER BY started_at DESC LIMIT 1""",
            (EDIT, now - EDIT_SECONDS, now),
        ).fetchone()
        if row is not None:
            return int(row[0])
        return self.note("", {}, now)

    def note(self, origin: str, facts: Mapping[str, str], now: float) -> int:
        """Note an edit in Stash, with what is to be told of it; returns its run."""
        run = self.start(EDIT, origin, "", now)
        self.end(run, "done", facts, now)
        return run

    def add(self, run_id: int, scenes: int) -> None:
        """Count scenes that a run has queued."""
        self._db.execute("UPDATE run SET total = total + ? WHERE id = ?", (scenes, run_id))

    def take(self, run_id: int, items: int) -> None:
        """Count items from which a run takes something away."""
        self._db.execute("UPDATE run SET taken = taken + ? WHERE id = ?", (items, run_id))

    def taken(self, kind: str, since: float) -> int:
        """Return from how many items the runs of a kind have taken something away unasked since a time."""
        row = self._db.execute(
            "SELECT coalesce(sum(taken), 0) FROM run WHERE kind = ? AND started_at >= ? AND allowed = 0", (kind, since)
        ).fetchone()
        return int(row[0])

    def show(self, run_id: int, result: Mapping[str, object]) -> None:
        """Write down how far a run is."""
        self._db.execute(
            "UPDATE run SET result = ? WHERE id = ?", (json.dumps(dict(result), ensure_ascii=False), run_id)
        )

    def end(self, run_id: int, state: str, result: Mapping[str, object], now: float) -> None:
        """Close a run."""
        self._db.execute(
            "UPDATE run SET state = ?, result = ?, ended_at = ? WHERE id = ?",
            (state, json.dumps(dict(result), ensure_ascii=False), now, run_id),
        )

    def stop_unfinished(self, now: float) -> int:
        """Mark runs as stopped that a killed agent left open; returns how many. An undo goes on: its rows are kept."""
        cursor = self._db.execute(
            "UPDATE run SET state = 'stopped', ended_at = ? WHERE state = 'running' AND kind != ?", (now, UNDO)
        )
        return cursor.rowcount

    def purge(self, before: float) -> None:
        """Drop runs that began before a time."""
        self._db.execute("DELETE FROM run WHERE started_at < ? AND state != 'running'", (before,))

    def newest(self, limit: int) -> tuple[Run, ...]:
        """Return the newest runs that somebody or something asked for first; edits are none of them."""
        newest = [run for kind in _ASKED for run in self.newest_of(kind, limit)]
        return tuple(sorted(newest, key=lambda run: (-run.started_at, -run.id))[:limit])

    def newest_of(self, kind: str, limit: int) -> tuple[Run, ...]:
        """Return the newest runs of one kind first."""
        rows = self._db.execute(
            "SELECT * FROM run WHERE kind = ? ORDER BY started_at DESC, id DESC LIMIT ?", (kind, limit)
        )
        return tuple(map(_run, rows))

    def page(self, kinds: Sequence[str], before: tuple[float, int], since: float, limit: int) -> tuple[Run, ...]:
        """Return the newest runs of some kinds that began before a moment (and id) and since another, newest first."""
        rows = self._db.execute(
            """SELECT * FROM run WHERE started_at <= ? AND started_at >= ? AND (started_at, id) < (?, ?)
                   AND kind IN (SELECT value FROM json_each(?))
               ORDER BY started_at DESC, id DESC LIMIT ?""",
            (before[0], since, *before, json.dumps(list(kinds)), limit),
        )
        return tuple(map(_run, rows))

    def undone_by(self, run_id: int) -> Run | None:
        """Return the newest undo of a run, None if nobody has undone it."""
        row = self._db.execute(
            "SELECT * FROM run WHERE kind = ? AND scope = ? ORDER BY started_at DESC LIMIT 1", (UNDO, str(run_id))
        ).fetchone()
        return None if row is None else _run(row)

    def running(self, kind: str) -> tuple[Run, ...]:
        """Return the runs of a kind that are not over."""
        rows = self._db.execute("SELECT * FROM run WHERE state = 'running' AND kind = ?", (kind,))
        return tuple(map(_run, rows))

    def get(self, run_id: int) -> Run | None:
        """Return one run."""
        row = self._db.execute("SELECT * FROM run WHERE id = ?", (run_id,)).fetchone()
        return None if row is None else _run(row)
