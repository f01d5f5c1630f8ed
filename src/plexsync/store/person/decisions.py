"""A person's decisions about scenes: which are ignored, and which items are theirs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plexsync.domain.person.decisions import Choice, Says
from plexsync.store.sqlite.chunked import rows_of

_CHOICES = "SELECT scene_id, says, rating_key, section_id, path_key, at FROM item_choice"


@dataclass(frozen=True, slots=True)
class IgnoredScene:
    """A scene that a person wants left alone; ``created_at`` is Stash's stamp of it, ``at`` UTC seconds."""

    scene_id: int
    created_at: str
    at: float


class Decisions:
    """The tables ``ignored_scene`` and ``item_choice``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def ignore(self, scenes: Mapping[int, str], now: float) -> None:
        """Leave scenes alone from now on, each given with its stamp of creation; one that is ignored stays so."""
        self._db.executemany(
            "INSERT OR IGNORE INTO ignored_scene (scene_id, created_at, at) VALUES (?, ?, ?)",
            [(scene, created, now) for scene, created in scenes.items()],
        )

    def heed(self, scene_ids: Iterable[int]) -> tuple[int, ...]:
        """Ignore scenes no longer; returns those that were ignored."""
        return tuple(scene for scene in scene_ids if self._heed(scene))

    def _heed(self, scene_id: int) -> bool:
        return self._db.execute("DELETE FROM ignored_scene WHERE scene_id = ?", (scene_id,)).rowcount > 0

    def ignored_among(self, scene_ids: Iterable[int]) -> dict[int, str]:
        """Return those of some scenes that are ignored, each with the stamp of creation it had."""
        rows = rows_of(self._db, "SELECT scene_id, created_at FROM ignored_scene WHERE scene_id", scene_ids)
        return {int(row["scene_id"]): str(row["created_at"]) for row in rows}

    def ignored(self, limit: int, offset: int = 0) -> tuple[IgnoredScene, ...]:
        """Return ignored scenes, the newest decision first."""
        rows = self._db.execute(
            "SELECT scene_id, created_at, at FROM ignored_scene ORDER BY at DESC, scene_id LIMIT ? OFFSET ?",
            (limit, offset),
        )
        return tuple(IgnoredScene(*row) for row in rows)

    def ignored_at(self, at: float) -> tuple[int, ...]:
        """Return the scenes that were ignored at one moment: together, by one act of a person."""
        rows = self._db.execute("SELECT scene_id FROM ignored_scene WHERE at = ?", (at,))
        return tuple(int(row[0]) for row in rows)

    def number_ignored(self) -> int:
        """Count the ignored scenes."""
        return int(self._db.execute("SELECT count(*) FROM ignored_scene").fetchone()[0])

    def choose(self, choices: Iterable[Choice]) -> None:
        """Keep what a person said of scenes and items."""
        self._db.executemany(
            """INSERT OR REPLACE INTO item_choice (scene_id, says, rating_key, section_id, path_key, at)
               VALUES (?, ?, ?, ?, ?, ?)""",
            [(one.scene_id, one.says.value, one.rating_key, one.section_id, one.path_key, one.at) for one in choices],
        )

    def drop(self, choices: Iterable[Choice]) -> None:
        """Drop some of what was said."""
        self._db.executemany(
            "DELETE FROM item_choice WHERE scene_id = ? AND rating_key = ? AND path_key = ?",
            [(one.scene_id, one.rating_key, one.path_key) for one in choices],
        )

    def about(self, rating_keys: Iterable[str], path_keys: Iterable[str]) -> frozenset[Choice]:
        """Return what was said of some items, or of items that held some files."""
        found = {_choice(row) for row in rows_of(self._db, f"{_CHOICES} WHERE rating_key", rating_keys)}
        return frozenset(found | {_choice(row) for row in rows_of(self._db, f"{_CHOICES} WHERE path_key", path_keys)})

    def choices_of(self, scene_id: int) -> tuple[Choice, ...]:
        """Return what was said of a scene's items."""
        return tuple(map(_choice, self._db.execute(f"{_CHOICES} WHERE scene_id = ?", (scene_id,))))

    def choices(self, limit: int) -> tuple[Choice, ...]:
        """Return what was said of scenes and items, by scene."""
        return tuple(map(_choice, self._db.execute(f"{_CHOICES} ORDER BY scene_id LIMIT ?", (limit,))))

    def forget(self, scene_ids: Iterable[int]) -> None:
        """Drop what was decided about scenes that are gone from Stash."""
        for scene in scene_ids:
            self._db.execute("DELETE FROM ignored_scene WHERE scene_id = ?", (scene,))
            self._db.execute("DELETE FROM item_choice WHERE scene_id = ?", (scene,))

    def forget_keys(self) -> None:
        """Forget by which keys the items were known, not what was said: another server gives others."""
        self._db.execute("UPDATE OR REPLACE item_choice SET rating_key = '', section_id = ''")


def _choice(row: sqlite3.Row) -> Choice:
    return Choice(row["scene_id"], Says(row["says"]), row["rating_key"], row["section_id"], row["path_key"], row["at"])
