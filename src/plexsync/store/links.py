"""The links of scenes and items: what was pushed there, and with which rules."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from plexsync.domain.model import Base, Field, Intent, Value
from plexsync.store.cover import Cover, cover_of, cover_text
from plexsync.store.sqlite.chunked import rows_of

_EXPECTED = "expected"
"""Stands for the stamp where Stash is to be asked once more whether the cover is the same."""

RECHECKED_AT_ONCE = 1000

_TAKEN_BACK = """instr(base, '"taken_back":') + instr(images, '"taken_back":') > 0"""
"""The condition of an index: whether a person has taken back something of a record."""

_PARTS = ("pushed", "wanted", "inherited")


@dataclass(frozen=True, slots=True)
class SyncRecord:
    """One scene on one item.

    ``fingerprint`` names the desired values and rules it was synced with, ``rules`` the rules alone; both are "" while
    a write is not confirmed. ``item_updated_at`` is Plex's ``updatedAt`` after our own write. ``born`` and ``stamp``
    are the scene's ``created_at`` and ``updated_at`` when it was last synced, "" where they are not known. ``there_at``
    is when a scene that is gone was last found in a listing of all scenes, 0.0 as long as it is there. ``files`` are
    marks of the files that the scene had when it was last synced. ``is_misplaced`` tells that the item was the scene's
    by a path map of before alone. ``is_handed_on`` tells that it is another scene's, as the present one finds it. At
    ``recheck_at`` the item is read again, 0.0 for not at all.
    """

    scene_id: int
    rating_key: str
    section_id: str
    base: Base
    fingerprint: str
    rules: str
    item_updated_at: int
    cover: Cover
    synced_at: float
    born: str = ""
    stamp: str = ""
    there_at: float = 0.0
    files: tuple[str, ...] = ()
    is_handed_on: bool = False
    recheck_at: float = 0.0
    is_misplaced: bool = False


@dataclass(frozen=True, slots=True)
class LinkSummary:
    """A summary for full scans of one scene on one item: see :class:`SyncRecord`."""

    scene_id: int
    rating_key: str
    is_complete: bool
    rules: str
    item_updated_at: int
    synced_at: float


def _dump(values: Mapping[Field, Value]) -> dict[str, str | list[str]]:
    return {of.value: value if isinstance(value, str) else list(value) for of, value in values.items()}


def _load(values: Mapping[str, str | list[str]]) -> dict[Field, Value]:
    return {Field(name): value if isinstance(value, str) else tuple(value) for name, value in values.items()}


def _intents(kept: Iterable[tuple[str, str | list[str], float]]) -> tuple[Intent, ...]:
    return tuple(Intent(Field(name), value if isinstance(value, str) else tuple(value), at) for name, value, at in kept)


def _fields(names: Iterable[str]) -> frozenset[Field]:
    return frozenset(map(Field, names))


def _record(row: sqlite3.Row) -> SyncRecord:
    base = json.loads(row["base"])
    return SyncRecord(
        scene_id=row["scene_id"],
        rating_key=row["rating_key"],
        section_id=row["section_id"],
        base=Base(
            **{part: _load(base.get(part, {})) for part in _PARTS},
            intents=_intents(base.get("intents", ())),
            taken_back=_fields(base.get("taken_back", ())),
        ),
        fingerprint=row["fingerprint"],
        rules=row["rules"],
        item_updated_at=row["item_updated_at"],
        cover=cover_of(row["images"]),
        synced_at=row["synced_at"],
        born=base.get("born", ""),
        stamp=base.get("stamp", ""),
        there_at=base.get("there_at", 0.0),
        files=tuple(base.get("files", ())),
        recheck_at=row["recheck_at"] if "recheck_at" in row.keys() else 0.0,  # noqa: SIM118  a damaged file of old
        is_misplaced=bool(base.get("misplaced", False)),
    )


def _dump_base(record: SyncRecord) -> str:
    kept = record.base
    parts = zip(_PARTS, (kept.pushed, kept.wanted, kept.inherited), strict=True)
    marks: dict[str, object] = {"born": record.born, "stamp": record.stamp, "files": record.files}
    if kept.intents:
        marks["intents"] = [(intent.field.value, intent.value, intent.at) for intent in kept.intents]
    if record.there_at:
        marks["there_at"] = record.there_at
    if record.is_misplaced:
        marks["misplaced"] = True
    if kept.taken_back:
        marks["taken_back"] = sorted(of.value for of in kept.taken_back)
    return json.dumps({**{name: _dump(values) for name, values in parts}, **marks}, ensure_ascii=False)


def _newest(rows: Iterable[sqlite3.Row]) -> dict[str, sqlite3.Row]:
    """Return the newest row of each item; two scenes have had one only where a file was given to another scene."""
    found: dict[str, sqlite3.Row] = {}
    for row in rows:
        known = found.get(row["rating_key"])
        if known is None or row["synced_at"] > known["synced_at"]:
            found[row["rating_key"]] = row
    return found


_SUMMARIES = (
    "SELECT scene_id, rating_key, fingerprint != '' AS complete, rules, item_updated_at, synced_at FROM link WHERE"
)


def _summary(row: sqlite3.Row) -> LinkSummary:
    return LinkSummary(
        row["scene_id"],
        row["rating_key"],
        bool(row["complete"]),
        row["rules"],
        row["item_updated_at"],
        row["synced_at"],
    )


_IN_PLACE = """(scene_id, rating_key) IN
    (SELECT link.scene_id, rating_key FROM link JOIN plex_file USING (rating_key)
     JOIN scene_file ON scene_file.scene_id = link.scene_id AND scene_file.path_key = plex_file.path_key
     WHERE link.scene_id IN (SELECT value FROM json_each(?)))"""
"""The condition of the items that hold a file of their scene, of some scenes."""


class Links:
    """The ``link`` table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def remember(self, record: SyncRecord) -> None:
        """Keep one sync record; the item is no other scene's any more."""
        self._db.execute(
            "DELETE FROM link WHERE rating_key = ? AND scene_id != ?", (record.rating_key, record.scene_id)
        )
        self._db.execute(
            """INSERT OR REPLACE INTO link (scene_id, rating_key, section_id, base, fingerprint, rules,
                   item_updated_at, images, synced_at, recheck_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                record.scene_id,
                record.rating_key,
                record.section_id,
                _dump_base(record),
                record.fingerprint,
                record.rules,
                record.item_updated_at,
                cover_text(record.cover),
                record.synced_at,
                record.recheck_at,
            ),
        )

    def beyond(self, scene_id: int) -> Iterator[SyncRecord]:
        """Return the sync records of all scenes with a higher id, one by one and in their order."""
        return map(_record, self._db.execute("SELECT * FROM link WHERE scene_id > ? ORDER BY scene_id", (scene_id,)))

    def of_scenes(self, scene_ids: Sequence[int]) -> dict[tuple[int, str], SyncRecord]:
        """Return the sync records of some scenes by (scene id, rating key)."""
        records = map(_record, rows_of(self._db, "SELECT * FROM link WHERE scene_id", scene_ids))
        return {(record.scene_id, record.rating_key): record for record in records}

    def marks(self, scene_ids: Sequence[int]) -> dict[int, int]:
        """Return a number for each of some scenes that is another one when their sync records are others.

        Scenes without a record are absent. The numbers are good for as long as the process lives.
        """
        rows = rows_of(self._db, "SELECT scene_id, rating_key, base, images FROM link WHERE scene_id", scene_ids)
        found: dict[int, list[object]] = {}
        for row in rows:
            found.setdefault(int(row["scene_id"]), []).append((row["rating_key"], row["base"], row["images"]))
        return {scene: hash(tuple(records)) for scene, records in found.items()}

    def of_items(self, rating_keys: Iterable[str]) -> dict[str, SyncRecord]:
        """Return the newest sync record of each of some items, whichever scene's it is."""
        rows = _newest(rows_of(self._db, "SELECT * FROM link WHERE rating_key", rating_keys))
        return {key: _record(row) for key, row in rows.items()}

    def see(self, rating_key: str, updated_at: int, now: float) -> None:
        """Note an item's ``updatedAt`` after a write of ours that changed nothing of its text."""
        self._db.execute(
            "UPDATE link SET item_updated_at = ?, synced_at = ? WHERE rating_key = ?", (updated_at, now, rating_key)
        )

    def leave(self, scene_ids: Iterable[int], there_at: float) -> None:
        """Note of scenes that are gone when they were last found in a listing of all scenes."""
        for record in self.of_scenes(tuple(scene_ids)).values():
            self._db.execute(
                "UPDATE link SET base = ? WHERE scene_id = ? AND rating_key = ?",
                (_dump_base(replace(record, there_at=there_at)), record.scene_id, record.rating_key),
            )

    def misplace(self, scene_ids: Collection[int]) -> None:
        """Note of items that hold a file of their scene that they will be its no more, by another path map."""
        self._mark_those_in_place("json_set(base, '$.misplaced', json('true'))", scene_ids)

    def put_in_place(self, scene_ids: Collection[int]) -> None:
        """Take :meth:`misplace` back for the items that hold a file of their scene all the same."""
        self._mark_those_in_place("json_remove(base, '$.misplaced')", scene_ids)

    def _mark_those_in_place(self, base: str, scene_ids: Collection[int]) -> None:
        # A row that is damaged costs only itself.
        which = f"{_IN_PLACE} AND json_valid(base)"
        self._db.execute(f"UPDATE link SET base = {base} WHERE {which}", (json.dumps(sorted(scene_ids)),))

    def to_recheck(self, now: float, longest: float) -> tuple[int, ...]:
        """Return some of the scenes whose items are to be read again by now, and forget that they are.

        A moment more than ``longest`` seconds ahead was noted before the clock was set back, and has come.
        """
        rows = self._db.execute(
            """UPDATE link SET recheck_at = 0 WHERE (scene_id, rating_key) IN
                   (SELECT scene_id, rating_key FROM link
                    WHERE recheck_at > 0 AND NOT (recheck_at > ? AND recheck_at <= ?) LIMIT ?)
               RETURNING scene_id""",
            (now, now + longest, RECHECKED_AT_ONCE),
        )
        return tuple({int(row[0]) for row in rows})

    def next_recheck(self) -> float | None:
        """Return when the next item is to be read again (UTC seconds), or None."""
        row = self._db.execute("SELECT min(recheck_at) FROM link WHERE recheck_at > 0").fetchone()
        return None if row[0] is None else float(row[0])

    def with_covers_seen(self, stamps: Mapping[int, str]) -> frozenset[int]:
        """Return the scenes whose covers were dealt with under these very stamps, by scene id."""
        select = "SELECT scene_id, json_extract(images, '$.seen') AS seen FROM link WHERE scene_id"
        rows = rows_of(self._db, select, stamps)
        return frozenset(row["scene_id"] for row in rows if row["seen"].startswith(stamps[row["scene_id"]]))

    def expect_covers(self, scene_ids: Iterable[int]) -> None:
        """Note that some scenes may have other covers than those that were dealt with, by whatever policies."""
        self._db.executemany(
            """UPDATE link SET images = json_set(images, '$.seen',
                   ? || substr(json_extract(images, '$.seen'), instr(json_extract(images, '$.seen') || ' ', ' ')))
               WHERE scene_id = ?""",
            [(_EXPECTED, scene) for scene in scene_ids],
        )

    def doubt_covers(self, scene_ids: Iterable[int]) -> None:
        """Note that the pictures of some scenes' items may have been replaced: they are looked at again."""
        for record in self.of_scenes(tuple(scene_ids)).values():
            self.remember(replace(record, cover=replace(record.cover, seen="")))

    def forget(self, scene_id: int, rating_key: str) -> None:
        """Drop the sync record of a scene on an item."""
        self._db.execute("DELETE FROM link WHERE scene_id = ? AND rating_key = ?", (scene_id, rating_key))

    def put_away(self, machine_id: str) -> None:
        """Put all that is known aside, under the machine id of the server it is about."""
        self._db.execute("DELETE FROM link_kept WHERE machine_id = ?", (machine_id,))
        self._db.execute(
            """INSERT INTO link_kept (machine_id, scene_id, rating_key, section_id, base, images, synced_at)
               SELECT ?, scene_id, rating_key, section_id, base, images, synced_at FROM link""",
            (machine_id,),
        )
        self._db.execute("DELETE FROM link")

    def take_out(self, machine_id: str) -> frozenset[int]:
        """Take out what was put aside for a server, as not confirmed; returns the scenes it is about."""
        self._db.execute(
            """INSERT OR REPLACE INTO link (scene_id, rating_key, section_id, base, fingerprint, rules,
                   item_updated_at, images, synced_at)
               SELECT scene_id, rating_key, section_id, base, '', '', 0, images, synced_at
               FROM link_kept WHERE machine_id = ?""",
            (machine_id,),
        )
        self._db.execute("DELETE FROM link_kept WHERE machine_id = ?", (machine_id,))
        return frozenset(int(row[0]) for row in self._db.execute("SELECT DISTINCT scene_id FROM link"))

    def summaries(self, first: int, last: int) -> dict[int, tuple[LinkSummary, ...]]:
        """Return the links of the scenes with ids from first to last, by scene."""
        rows = self._db.execute(f"{_SUMMARIES} scene_id BETWEEN ? AND ?", (first, last))
        found: dict[int, list[LinkSummary]] = {}
        for summary in map(_summary, rows):
            found.setdefault(summary.scene_id, []).append(summary)
        return {scene: tuple(summaries) for scene, summaries in found.items()}

    def owners_of(self, rating_keys: Iterable[str]) -> dict[str, LinkSummary]:
        """Return the newest link of each of some items."""
        rows = _newest(rows_of(self._db, f"{_SUMMARIES} rating_key", rating_keys))
        return {key: _summary(row) for key, row in rows.items()}

    def orphans(self) -> Iterable[LinkSummary]:
        """Yield the links of scenes that are no longer remembered: they are gone from Stash."""
        rows = self._db.execute(f"{_SUMMARIES} scene_id NOT IN (SELECT id FROM scene)")
        return map(_summary, rows)

    def of_gone(self, scene_ids: Iterable[int]) -> Iterable[LinkSummary]:
        """Yield the links of some scenes."""
        for scene in scene_ids:
            rows = self._db.execute(f"{_SUMMARIES} scene_id = ?", (scene,))
            yield from map(_summary, rows)

    def orphaned(self) -> int:
        """Count the links of scenes that are gone from Stash."""
        row = self._db.execute("SELECT count(*) FROM link WHERE scene_id NOT IN (SELECT id FROM scene)").fetchone()
        return int(row[0])

    def gone(self) -> int:
        """Count the links to items that are in no listing any more."""
        row = self._db.execute(
            "SELECT count(*) FROM link WHERE rating_key NOT IN (SELECT rating_key FROM plex_item)"
        ).fetchone()
        return int(row[0])

    def some_items(self, most: int) -> tuple[str, ...]:
        """Return a few items, others each time."""
        rows = self._db.execute(
            """SELECT rating_key FROM link
               WHERE scene_id > (SELECT abs(random()) % max(1, max(scene_id)) FROM link) LIMIT ?""",
            (most,),
        )
        return tuple(str(row[0]) for row in rows)

    def number(self) -> int:
        """Count the links."""
        return int(self._db.execute("SELECT count(*) FROM link").fetchone()[0])

    def number_taken_back(self) -> int:
        """Count the scenes with something that a person has taken back."""
        row = self._db.execute(f"SELECT count(DISTINCT scene_id) FROM link WHERE {_TAKEN_BACK}").fetchone()
        return int(row[0])

    def taken_back(self, scene_ids: Iterable[int]) -> tuple[SyncRecord, ...]:
        """Return the sync records of some scenes with something that a person has taken back."""
        rows = rows_of(self._db, f"SELECT * FROM link WHERE {_TAKEN_BACK} AND scene_id", scene_ids)
        return tuple(map(_record, rows))

    def scenes_taken_back(self, after: int, limit: int) -> tuple[int, ...]:
        """Return the next scenes with ids beyond ``after`` of which a person has taken something back."""
        rows = self._db.execute(
            f"SELECT DISTINCT scene_id FROM link WHERE {_TAKEN_BACK} AND scene_id > ? ORDER BY scene_id LIMIT ?",
            (after, limit),
        )
        return tuple(int(row[0]) for row in rows)
