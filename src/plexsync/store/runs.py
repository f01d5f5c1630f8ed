"""Runs: one sync over many scenes, who asked for it and what became of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Run:
    """One run; ``state`` is running, done, stopped or failed; ``ended_at`` 0.0 while it runs."""

    id: int
    kind: str
    origin: str
    scope: str
    state: str
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
        total=row["total"],
        result=json.loads(row["result"]),
        started_at=row["started_at"],
        ended_at=row["ended_at"],
    )


class Runs:
    """The ``run`` table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def start(self, kind: str, origin: str, scope: str, now: float) -> int:
        """Begin a run; returns its id."""
        cursor = self._db.execute(
            """INSERT INTO run (kind, origin, scope, state, total, result, started_at, ended_at)
               VALUES (?, ?, ?, 'running', 0, '{}', ?, 0)""",
            (kind, origin, scope, now),
        )
        return int(cursor.lastrowid or 0)

    def add(self, run_id: int, scenes: int) -> None:
        """Count scenes that a run has queued."""
        self._db.execute("UPDATE run SET total = total + ? WHERE id = ?", (scenes, run_id))

    def end(self, run_id: int, state: str, result: Mapping[str, Any], now: float) -> None:
        """Close a run."""
        self._db.execute(
            "UPDATE run SET state = ?, result = ?, ended_at = ? WHERE id = ?",
            (state, json.dumps(dict(result), ensure_ascii=False), now, run_id),
        )

    def stop_unfinished(self, now: float) -> int:
        """Mark runs as stopped that a killed agent left open; returns how many."""
        cursor = self._db.execute("UPDATE run SET state = 'stopped', ended_at = ? WHERE state = 'running'", (now,))
        return cursor.rowcount

    def purge(self, before: float) -> None:
        """Drop runs that began before a time."""
        self._db.execute("DELETE FROM run WHERE started_at < ? AND state != 'running'", (before,))

    def newest(self, limit: int) -> tuple[Run, ...]:
        """Return the newest runs first."""
        rows = self._db.execute("SELECT * FROM run ORDER BY started_at DESC, id DESC LIMIT ?", (limit,))
        return tuple(map(_run, rows))

    def running(self) -> tuple[Run, ...]:
        """Return the runs that are not over."""
        return tuple(map(_run, self._db.execute("SELECT * FROM run WHERE state = 'running'")))

    def get(self, run_id: int) -> Run | None:
        """Return one run."""
        row = self._db.execute("SELECT * FROM run WHERE id = ?", (run_id,)).fetchone()
        return None if row is None else _run(row)
