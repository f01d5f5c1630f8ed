"""Before and after of every field that is written, kept before the write goes out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from plexsync.domain.model import Field, Plan, Value


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of one item: what was there, what was sent, why, and whether Plex showed it afterwards."""

    id: int
    run_id: int
    at: float
    scene_id: int
    rating_key: str
    field: Field
    before: Value
    after: Value
    why: str
    state: str


def _value(text: str) -> Value:
    value = json.loads(text)
    return value if isinstance(value, str) else tuple(value)


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        id=row["id"],
        run_id=row["run_id"],
        at=row["at"],
        scene_id=row["scene_id"],
        rating_key=row["rating_key"],
        field=Field(row["field"]),
        before=_value(row["before"]),
        after=_value(row["after"]),
        why=row["why"],
        state=row["state"],
    )


class Journal:
    """The ``journal`` table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def plan(self, plans: Iterable[Plan], run_ids: Mapping[int, int], now: float) -> None:
        """Note what is about to be written; what an earlier attempt left open counts as failed."""
        plans = tuple(plans)
        self._db.executemany(
            "UPDATE journal SET state = 'failed' WHERE state = 'planned' AND scene_id = ? AND rating_key = ?",
            [(plan.scene_id, plan.rating_key) for plan in plans],
        )
        self._db.executemany(
            """INSERT INTO journal (run_id, at, scene_id, rating_key, field, before, after, why, state)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'planned')""",
            [
                (
                    run_ids.get(plan.scene_id, 0),
                    now,
                    plan.scene_id,
                    plan.rating_key,
                    change.field.value,
                    json.dumps(change.before, ensure_ascii=False),
                    json.dumps(change.after, ensure_ascii=False),
                    change.why.value,
                )
                for plan in plans
                for change in plan.changes
            ],
        )

    def settle(self, scene_id: int, rating_key: str, arrived: Collection[str]) -> None:
        """Mark what was planned for a scene's item: fields that Plex showed as ``written``, others as ``failed``."""
        self._db.execute(
            """UPDATE journal
               SET state = CASE WHEN field IN (SELECT value FROM json_each(?)) THEN 'written' ELSE 'failed' END
               WHERE state = 'planned' AND scene_id = ? AND rating_key = ?""",
            (json.dumps(sorted(arrived)), scene_id, rating_key),
        )

    def purge(self, before: float, most: int) -> int:
        """Drop up to ``most`` entries from before a time (UTC seconds); returns how many."""
        cursor = self._db.execute(
            "DELETE FROM journal WHERE id IN (SELECT id FROM journal WHERE at < ? ORDER BY at LIMIT ?)", (before, most)
        )
        return cursor.rowcount

    def of_scene(self, scene_id: int, limit: int = 50) -> tuple[Entry, ...]:
        """Return what was written for a scene, newest first."""
        rows = self._db.execute(
            "SELECT * FROM journal WHERE scene_id = ? ORDER BY at DESC, id DESC LIMIT ?", (scene_id, limit)
        )
        return tuple(map(_entry, rows))
