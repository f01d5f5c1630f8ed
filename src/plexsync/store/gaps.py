"""Gaps: what reconcile runs found, from the run that saw a gap first to the moment it was gone.

A gap that stays is one row, however many runs see it: a library half of which Plex does not know adds no rows a day.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Found:
    """A gap as a run finds it; ``rating_key`` is "" where it is about no one item."""

    kind: str
    scene_id: int
    rating_key: str
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class GapRow:
    """A gap as it is kept.

    ``action`` is what the last run did about it: "queued", "already_queued", "reported", "given_up" (the scene is a
    dead letter), "held" (a brake), or "found" where the run did not come to decide. ``closed_at`` is 0.0 while it is
    open; all times are UTC seconds.
    """

    id: int
    kind: str
    scene_id: int
    rating_key: str
    detail: Mapping[str, Any]
    action: str
    opened_run: int
    opened_at: float
    seen_run: int
    seen_at: float
    closed_at: float


def _row(row: sqlite3.Row) -> GapRow:
    return GapRow(
        id=row["id"],
        kind=row["kind"],
        scene_id=row["scene_id"],
        rating_key=row["rating_key"],
        detail=json.loads(row["detail"]),
        action=row["action"],
        opened_run=row["opened_run"],
        opened_at=row["opened_at"],
        seen_run=row["seen_run"],
        seen_at=row["seen_at"],
        closed_at=row["closed_at"],
    )


class Gaps:
    """The ``gap`` table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def see(self, found: Iterable[Found], run_id: int, now: float) -> None:
        """Open gaps, or note that they are still there."""
        self._db.executemany(
            """INSERT INTO gap (kind, scene_id, rating_key, detail, action, opened_run, opened_at, seen_run, seen_at,
                                closed_at)
               VALUES (:kind, :scene, :item, :detail, 'found', :run, :now, :run, :now, 0)
               ON CONFLICT (scene_id, kind, rating_key) WHERE closed_at = 0
               DO UPDATE SET detail = excluded.detail, seen_run = :run, seen_at = :now""",
            [
                {
                    "kind": gap.kind,
                    "scene": gap.scene_id,
                    "item": gap.rating_key,
                    "detail": json.dumps(dict(gap.detail), ensure_ascii=False),
                    "run": run_id,
                    "now": now,
                }
                for gap in found
            ],
        )

    def seen_in(self, run_id: int, after: int, limit: int) -> tuple[GapRow, ...]:
        """Return gaps of a run in order of their ids, beginning after one."""
        rows = self._db.execute(
            "SELECT * FROM gap WHERE seen_run = ? AND id > ? ORDER BY id LIMIT ?", (run_id, after, limit)
        )
        return tuple(map(_row, rows))

    def act(self, actions: Mapping[int, str]) -> None:
        """Write down what was done about gaps, by their ids."""
        self._db.executemany("UPDATE gap SET action = ? WHERE id = ?", [(what, id_) for id_, what in actions.items()])

    def close(self, scene_ids: Iterable[int], kinds: Sequence[str], now: float) -> None:
        """Close the gaps of some kinds of scenes that were just dealt with."""
        marks = ",".join("?" * len(kinds))
        self._db.executemany(
            f"UPDATE gap SET closed_at = ? WHERE closed_at = 0 AND scene_id = ? AND kind IN ({marks})",
            [(now, scene, *kinds) for scene in scene_ids],
        )

    def hold(self, run_id: int) -> None:
        """Note that a brake holds what a run found and nothing was done about yet."""
        self._db.execute("UPDATE gap SET action = 'held' WHERE seen_run = ? AND action = 'found'", (run_id,))

    def unseen(self, run_id: int, after: int, limit: int) -> tuple[tuple[int, int, str], ...]:
        """Return (id, scene, kind) of open gaps that a run has not seen, in order of their ids, beginning after one."""
        rows = self._db.execute(
            "SELECT id, scene_id, kind FROM gap WHERE id > ? AND closed_at = 0 AND seen_run != ? ORDER BY id LIMIT ?",
            (after, run_id, limit),
        )
        return tuple((row["id"], row["scene_id"], row["kind"]) for row in rows)

    def end(self, ids: Iterable[int], now: float) -> None:
        """Close gaps by their ids."""
        self._db.executemany("UPDATE gap SET closed_at = ? WHERE id = ?", [(now, id_) for id_ in ids])

    def counts(self) -> dict[tuple[str, str], int]:
        """Count the open gaps by kind and by what was done about them."""
        rows = self._db.execute(
            "SELECT kind, action, count(*) AS number FROM gap WHERE closed_at = 0 GROUP BY kind, action"
        )
        return {(row["kind"], row["action"]): row["number"] for row in rows}

    def listed(self, kinds: Sequence[str], limit: int, *, run_id: int | None = None) -> tuple[tuple[GapRow, str], ...]:
        """Return open gaps of some kinds with their scenes' titles, or those that one run saw."""
        marks = ",".join("?" * len(kinds))
        which, given = ("gap.closed_at = 0", ()) if run_id is None else ("gap.seen_run = ?", (run_id,))
        rows = self._db.execute(
            f"""SELECT gap.*, coalesce(scene.title, '') AS title FROM gap LEFT JOIN scene ON scene.id = gap.scene_id
                WHERE {which} AND gap.kind IN ({marks}) ORDER BY gap.kind, gap.scene_id LIMIT ?""",
            (*given, *kinds, limit),
        )
        return tuple((_row(row), row["title"]) for row in rows)

    def of_scene(self, scene_id: int, limit: int = 50) -> tuple[GapRow, ...]:
        """Return a scene's gaps, open ones first, then the newest."""
        rows = self._db.execute(
            "SELECT * FROM gap WHERE scene_id = ? ORDER BY closed_at > 0, closed_at DESC LIMIT ?", (scene_id, limit)
        )
        return tuple(map(_row, rows))

    def purge(self, before: float, most: int) -> int:
        """Drop up to ``most`` gaps that were closed before a time; returns how many."""
        cursor = self._db.execute(
            "DELETE FROM gap WHERE id IN (SELECT id FROM gap WHERE closed_at > 0 AND closed_at < ? LIMIT ?)",
            (before, most),
        )
        return cursor.rowcount
