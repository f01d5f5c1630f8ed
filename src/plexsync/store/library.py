"""The path index: which Plex item holds which file, by normalised full path."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from plexsync.domain.model import ListedItem, Section
from plexsync.store.sqlite.chunked import rows_of

PathKey = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A library as it was last seen; ``watermark`` is the newest ``updatedAt`` listed, ``swept_at`` 0.0 = never.

    ``locations`` and ``agent`` are the library's folders and agent as they were at that time.
    """

    id: str
    title: str
    changed: int
    watermark: int
    swept_at: float
    locations: tuple[str, ...]
    agent: str


@dataclass(frozen=True, slots=True)
class Twin:
    """A file that two or more items of one library hold."""

    path_key: str
    section_id: str
    rating_keys: tuple[str, ...]


def _section(row: sqlite3.Row) -> SectionRow:
    locations = tuple(json.loads(row["locations"]))
    return SectionRow(
        row["id"], row["title"], row["changed"], row["watermark"], row["swept_at"], locations, row["agent"]
    )


class Library:
    """The tables ``plex_section``, ``plex_item`` and ``plex_file``."""

    def __init__(self, connection: sqlite3.Connection, path_key: PathKey) -> None:
        self._db = connection
        self._key = path_key

    def sections(self) -> dict[str, SectionRow]:
        """Return the indexed sections by id."""
        rows = self._db.execute("SELECT * FROM plex_section")
        return {row["id"]: _section(row) for row in rows}

    def remember_section(self, section: Section, watermark: int, swept_at: float) -> None:
        """Keep how far a section has been listed."""
        self._db.execute(
            """INSERT OR REPLACE INTO plex_section (id, title, changed, watermark, swept_at, locations, agent)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (
                section.id,
                section.title,
                section.changed,
                watermark,
                swept_at,
                json.dumps(section.locations),
                section.agent,
            ),
        )

    def change_agent(self, section: Section) -> frozenset[int]:
        """Keep that a library has another agent; returns the scenes whose items are in it."""
        self._db.execute("UPDATE plex_section SET agent = ? WHERE id = ?", (section.agent, section.id))
        rows = self._db.execute(
            "SELECT DISTINCT scene_id FROM plex_item JOIN link USING (rating_key) WHERE plex_item.section_id = ?",
            (section.id,),
        )
        return frozenset(int(row[0]) for row in rows)

    def put(self, listed: Iterable[ListedItem], sweep: int) -> dict[str, frozenset[str]]:
        """Index some items; ``sweep`` marks the listing they came from, of two that cross the newer one.

        Returns the normalised paths, old and new, of each item that has other files than it had.
        """
        items = tuple(listed)
        self._db.executemany(
            """INSERT OR REPLACE INTO plex_item (rating_key, section_id, title, updated_at, sweep)
               VALUES (?1, ?2, ?3, ?4, max(?5, coalesce((SELECT sweep FROM plex_item WHERE rating_key = ?1), ?5)))""",
            [(item.rating_key, item.section_id, item.title, item.updated_at, sweep) for item in items],
        )
        known: dict[str, set[tuple[str, str, int]]] = {}
        select = "SELECT rating_key, path_key, path, size FROM plex_file WHERE rating_key"
        for row in rows_of(self._db, select, [item.rating_key for item in items]):
            known.setdefault(row["rating_key"], set()).add((row["path_key"], row["path"], row["size"]))
        others = {}
        for item in items:
            files = {(self._key(part.path), part.path, part.size) for part in item.parts}
            before = known.get(item.rating_key, set())
            if before == files:
                continue
            self._put_files(item.rating_key, files)
            known[item.rating_key] = files  # the same item may be listed twice
            now, then = {key for key, _, _ in files}, {key for key, _, _ in before}
            if now != then:
                others[item.rating_key] = frozenset(now | then)
        return others

    def keep(self, rating_keys: Iterable[str], section_id: str, sweep: int) -> None:
        """Note that items are still there, though a listing could not tell more of them."""
        keys = tuple(rating_keys)
        self._db.executemany(
            "UPDATE plex_item SET sweep = max(sweep, ?) WHERE rating_key = ?", [(sweep, key) for key in keys]
        )
        self._db.executemany(
            """INSERT INTO plex_item (rating_key, section_id, title, updated_at, sweep)
               SELECT ?1, ?2, '', 0, ?3 WHERE NOT EXISTS (SELECT 1 FROM plex_item WHERE rating_key = ?1)""",
            [(key, section_id, sweep) for key in keys],
        )

    def some(self, most: int, but: Collection[str]) -> tuple[str, ...]:
        """Return a few indexed items, none of those excluded."""
        rows = self._db.execute("SELECT rating_key FROM plex_item LIMIT ?", (most + len(but),))
        return tuple(str(row[0]) for row in rows if row[0] not in but)[:most]

    def titles(self, rating_keys: Iterable[str]) -> dict[str, str]:
        """Return the titles of some items as they were listed last; those not indexed are absent."""
        rows = rows_of(self._db, "SELECT rating_key, title FROM plex_item WHERE rating_key", rating_keys)
        return {str(row["rating_key"]): str(row["title"]) for row in rows}

    def all_titles(self) -> Iterator[str]:
        """Yield the titles of all indexed items."""
        return (str(row[0]) for row in self._db.execute("SELECT title FROM plex_item"))

    def _put_files(self, rating_key: str, files: Iterable[tuple[str, str, int]]) -> None:
        self._db.execute("DELETE FROM plex_file WHERE rating_key = ?", (rating_key,))
        self._db.executemany(
            "INSERT OR REPLACE INTO plex_file (path_key, rating_key, path, size) VALUES (?, ?, ?, ?)",
            [(key, rating_key, path, size) for key, path, size in sorted(files)],
        )

    def unswept(self, section_id: str, sweep: int) -> tuple[str, ...]:
        """Return a section's items that no listing since that mark has shown."""
        rows = self._db.execute(
            "SELECT rating_key FROM plex_item WHERE section_id = ? AND sweep < ?", (section_id, sweep)
        )
        return tuple(str(row[0]) for row in rows)

    def drop_unswept(self, section_id: str, sweep: int) -> int:
        """Drop a section's items that no listing since that mark has shown; returns how many."""
        self._db.execute(
            """DELETE FROM plex_file WHERE rating_key IN
                   (SELECT rating_key FROM plex_item WHERE section_id = ? AND sweep < ?)""",
            (section_id, sweep),
        )
        cursor = self._db.execute("DELETE FROM plex_item WHERE section_id = ? AND sweep < ?", (section_id, sweep))
        return cursor.rowcount

    def drop_section(self, section_id: str) -> None:
        """Drop a section that is no longer chosen."""
        self.drop_unswept(section_id, sys.maxsize)
        self._db.execute("DELETE FROM plex_section WHERE id = ?", (section_id,))

    def drop_items(self, rating_keys: Iterable[str]) -> None:
        """Drop items that Plex no longer knows."""
        for key in rating_keys:
            self._db.execute("DELETE FROM plex_file WHERE rating_key = ?", (key,))
            self._db.execute("DELETE FROM plex_item WHERE rating_key = ?", (key,))

    def holding(self, keys: Iterable[str]) -> dict[str, tuple[tuple[str, int], ...]]:
        """Return, per normalised path, the items that hold it as (rating key, file size)."""
        found: dict[str, list[tuple[str, int]]] = {key: [] for key in keys}
        for row in rows_of(self._db, "SELECT path_key, rating_key, size FROM plex_file WHERE path_key", found):
            found[row["path_key"]].append((row["rating_key"], row["size"]))
        return {key: tuple(items) for key, items in found.items()}

    def keys_of(self, rating_keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return each item's normalised paths."""
        found: dict[str, list[str]] = {item: [] for item in rating_keys}
        for row in rows_of(self._db, "SELECT rating_key, path_key FROM plex_file WHERE rating_key", found):
            found[row["rating_key"]].append(row["path_key"])
        return {item: tuple(keys) for item, keys in found.items()}

    def parts_of(self, rating_key: str) -> tuple[tuple[str, int], ...]:
        """Return path and size of each file of an item."""
        rows = self._db.execute("SELECT path, size FROM plex_file WHERE rating_key = ? ORDER BY path", (rating_key,))
        return tuple((str(row["path"]), int(row["size"])) for row in rows)

    def updated(self, rating_keys: Iterable[str]) -> dict[str, int]:
        """Return Plex's ``updatedAt`` of some items as it was listed last; those not indexed are absent."""
        rows = rows_of(self._db, "SELECT rating_key, updated_at FROM plex_item WHERE rating_key", rating_keys)
        return {str(row["rating_key"]): int(row["updated_at"]) for row in rows}

    def section_of(self, rating_keys: Iterable[str]) -> dict[str, str]:
        """Return the library of each of some items; those not indexed are absent."""
        rows = rows_of(self._db, "SELECT rating_key, section_id FROM plex_item WHERE rating_key", rating_keys)
        return {str(row["rating_key"]): str(row["section_id"]) for row in rows}

    def twins(self) -> Iterable[Twin]:
        """Yield the files that two or more items of one library hold."""
        rows = self._db.execute(
            """SELECT path_key, section_id, group_concat(rating_key) AS items
               FROM plex_file JOIN plex_item USING (rating_key)
               WHERE path_key IN (SELECT path_key FROM plex_file GROUP BY path_key HAVING count(*) > 1)
               GROUP BY path_key, section_id HAVING count(*) > 1"""
        )
        return (Twin(row["path_key"], row["section_id"], tuple(sorted(row["items"].split(",")))) for row in rows)

    def number_in(self, section_id: str) -> int:
        """Count the indexed items of one library."""
        row = self._db.execute("SELECT count(*) FROM plex_item WHERE section_id = ?", (section_id,)).fetchone()
        return int(row[0])

    def number_known(self, section_id: str) -> int:
        """Count the items of one library of which a scene of Stash has a file."""
        row = self._db.execute(
            """SELECT count(DISTINCT plex_file.rating_key) FROM plex_item JOIN plex_file USING (rating_key)
               WHERE section_id = ? AND EXISTS (SELECT 1 FROM scene_file WHERE path_key = plex_file.path_key)""",
            (section_id,),
        ).fetchone()
        return int(row[0])

    def files(self, part: int = 0, parts: int = 1) -> Iterable[tuple[str, int]]:
        """Yield every indexed file as (Plex path, size), or one of some parts by size."""
        rows = self._db.execute("SELECT path, size FROM plex_file WHERE size % ? = ?", (parts, part))
        return ((row["path"], row["size"]) for row in rows)

    def has_any(self) -> bool:
        """Tell whether any item is known."""
        return bool(self._db.execute("SELECT EXISTS (SELECT 1 FROM plex_item)").fetchone()[0])

    def number(self) -> int:
        """Count the indexed items."""
        return int(self._db.execute("SELECT count(*) FROM plex_item").fetchone()[0])
