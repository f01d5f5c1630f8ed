"""Collections in Plex that PlexSync has put items into, and which of them it made itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plexsync.store.sqlite.chunked import rows_of

Place = tuple[str, str]
"""A library's id, and the name of a collection as names are compared."""


@dataclass(frozen=True, slots=True)
class KnownCollection:
    """A collection; ``rating_key`` is "" for one that was there before PlexSync put anything into it.

    ``left_at`` is when PlexSync last began to take an item out of it, 0.0 once it was seen what is left.
    """

    place: Place
    rating_key: str = ""
    title: str = ""
    left_at: float = 0.0


class Collections:
    """The ``collection`` table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def known(self, places: Iterable[Place]) -> Mapping[Place, KnownCollection]:
        """Return what is known of some collections; others are absent."""
        wanted = frozenset(places)
        rows = rows_of(self._db, "SELECT * FROM collection WHERE name", {name for _, name in wanted})
        return {one.place: one for one in map(_known, rows) if one.place in wanted}

    def keep(self, collections: Iterable[KnownCollection]) -> None:
        """Remember collections."""
        self._db.executemany(
            "INSERT OR REPLACE INTO collection (name, section_id, rating_key, title, left_at) VALUES (?, ?, ?, ?, ?)",
            [(one.place[1], one.place[0], one.rating_key, one.title, one.left_at) for one in collections],
        )

    def left(self) -> tuple[KnownCollection, ...]:
        """Return the collections that PlexSync took an item out of since it last saw what is left."""
        return tuple(map(_known, self._db.execute("SELECT * FROM collection WHERE left_at > 0")))

    def titles(self) -> tuple[str, ...]:
        """Return the titles of all remembered collections, "" where PlexSync has not made it."""
        return tuple(str(row[0]) for row in self._db.execute("SELECT title FROM collection"))

    def forget(self, place: Place) -> None:
        """Drop a collection."""
        self._db.execute("DELETE FROM collection WHERE name = ? AND section_id = ?", (place[1], place[0]))

    def forget_all(self) -> None:
        """Drop all: they were another server's."""
        self._db.execute("DELETE FROM collection")


def _known(row: sqlite3.Row) -> KnownCollection:
    return KnownCollection((row["section_id"], row["name"]), row["rating_key"], row["title"], row["left_at"])
