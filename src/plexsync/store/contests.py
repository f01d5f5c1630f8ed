"""Fields that somebody else keeps changing, as long as the contest lasts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from plexsync.domain.merge.contest import Contest
from plexsync.domain.model import Field
from plexsync.store.sqlite.chunked import rows_of

_SELECT = "SELECT scene_id, rating_key, field, times, first_at, last_at, held_at FROM contest WHERE"


@dataclass(frozen=True, slots=True)
class ContestedField:
    """On how many items a field is left alone, and one of their scenes."""

    field: Field
    items: int
    scene_id: int


class Contests:
    """The ``contest`` table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def of_items(self, rating_keys: Iterable[str]) -> dict[tuple[int, str, Field], Contest]:
        """Return what is known of some items, by scene, item and field."""
        rows = rows_of(self._db, f"{_SELECT} rating_key", rating_keys)
        return {(one.scene_id, one.rating_key, one.field): one for one in map(_contest, rows)}

    def of_scene(self, scene_id: int) -> tuple[Contest, ...]:
        """Return the fields of a scene's items that are left alone."""
        rows = self._db.execute(f"{_SELECT} scene_id = ? AND held_at > 0 ORDER BY rating_key, field", (scene_id,))
        return tuple(map(_contest, rows))

    def scenes(self) -> frozenset[int]:
        """Return the scenes with a field that is left alone."""
        return frozenset(int(row[0]) for row in self._db.execute("SELECT scene_id FROM contest WHERE held_at > 0"))

    def held(self) -> tuple[ContestedField, ...]:
        """Return the fields that are left alone, those of most items first."""
        rows = self._db.execute(
            """SELECT field, count(*) AS items, min(scene_id) AS scene FROM contest
               WHERE held_at > 0 GROUP BY field ORDER BY items DESC, field"""
        )
        return tuple(ContestedField(Field(row["field"]), row["items"], row["scene"]) for row in rows)

    def keep(self, contests: Iterable[Contest]) -> None:
        """Keep contests as they stand now."""
        self._db.executemany(
            """INSERT OR REPLACE INTO contest (scene_id, rating_key, field, times, first_at, last_at, held_at)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            [
                (one.scene_id, one.rating_key, one.field.value, one.times, one.first_at, one.last_at, one.held_at)
                for one in contests
            ],
        )

    def forget(self, contests: Iterable[Contest]) -> None:
        """Drop contests that are over."""
        self._db.executemany(
            "DELETE FROM contest WHERE rating_key = ? AND field = ? AND scene_id = ?",
            [(one.rating_key, one.field.value, one.scene_id) for one in contests],
        )

    def forget_all(self) -> None:
        """Drop all: they were about another server."""
        self._db.execute("DELETE FROM contest")

    def purge(self, before: float) -> None:
        """Drop those of which nothing was seen since a moment."""
        self._db.execute("DELETE FROM contest WHERE max(last_at, held_at) < ?", (before,))


def _contest(row: sqlite3.Row) -> Contest:
    return Contest(
        scene_id=row["scene_id"],
        rating_key=row["rating_key"],
        field=Field(row["field"]),
        times=row["times"],
        first_at=row["first_at"],
        last_at=row["last_at"],
        held_at=row["held_at"],
    )
