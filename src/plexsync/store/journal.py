"""Before and after of every field that is written, kept before the write goes out.

All rows of one attempt carry its id. Where an attempt was killed, its rows stay open until the item is read the next
time: a field that shows what was sent is written, any other is not.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from plexsync.domain.model import Artwork, Change, Field, Plan, Value, Why
from plexsync.domain.text import fold
from plexsync.store.links import SyncRecord


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of one item: what was there, what was sent, why, and whether Plex showed it afterwards.

    ``attempt`` names what was sent together. ``was_locked`` is None, and ``base`` too, where nothing is known: ``base``
    is what PlexSync had written there before.
    """

    id: int
    attempt: int
    run_id: int
    at: float
    scene_id: int
    rating_key: str
    section_id: str
    field: Field | Artwork
    before: Value
    after: Value
    why: str
    state: str
    was_locked: bool | None = None
    base: Value | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """An item as it was read before a write: what it shows, which fields are locked, what we had pushed there."""

    fields: Mapping[Field, Value] = field(default_factory=dict)
    locked: frozenset[Field] = frozenset()
    pushed: Mapping[Field, Value] = field(default_factory=dict)

    def shows(self, of: Field, before: Value, after: Value, why: str) -> bool:
        """Tell whether the item proves that a change arrived; pictures and locks alone are seen by no value."""
        shown = self.fields.get(of)
        if shown is None or why == Why.PHOTO.value:
            return False
        if before == after:
            return why == Why.LOCK.value and of in self.locked
        if isinstance(shown, str) or isinstance(after, str):
            return after in {shown, self.fields.get(Field.TITLE) if of is Field.SORT_TITLE else shown}
        return set(map(fold, shown)) == set(map(fold, after))


_AS_BEFORE = "="
"""In place of a base that is what was there before: most are, and the value is not kept twice."""


def _value(text: str) -> Value:
    value = json.loads(text)
    return value if isinstance(value, str) else tuple(value)


def _field(name: str) -> Field | Artwork:
    return Artwork(name) if name in {image.value for image in Artwork} else Field(name)


def _base(kept: str, before: str) -> Value | None:
    return _value(before if kept == _AS_BEFORE else kept) if kept else None


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        id=row["id"],
        attempt=row["attempt"],
        section_id=row["section_id"],
        was_locked=None if row["locked"] < 0 else bool(row["locked"]),
        base=_base(row["base"], row["before"]),
        run_id=row["run_id"],
        at=row["at"],
        scene_id=row["scene_id"],
        rating_key=row["rating_key"],
        field=_field(row["field"]),
        before=_value(row["before"]),
        after=_value(row["after"]),
        why=row["why"],
        state=row["state"],
    )


class Journal:
    """The ``journal`` table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def plan(
        self,
        plans: Iterable[Plan],
        run_ids: Mapping[int, int],
        now: float,
        observed: Mapping[str, Observed] = MappingProxyType({}),
    ) -> int:
        """Note what is about to be written to items as they were ``observed`` (by their keys); returns the attempt."""
        plans = tuple(plans)
        for plan in plans:
            self.close(plan.scene_id, plan.rating_key, observed.get(plan.rating_key, Observed()))
        attempt = int(self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM journal").fetchone()[0])
        self._db.executemany(
            """INSERT INTO journal (attempt, run_id, at, scene_id, rating_key, section_id, field, before, after, why,
                   state, locked, base) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'planned', ?, ?)""",
            [
                (attempt, run_ids.get(plan.scene_id, 0), now, *_columns(plan, change, observed.get(plan.rating_key)))
                for plan in plans
                for change in plan.changes
            ],
        )
        return attempt

    def plan_picture(self, record: SyncRecord, image: Artwork, change: tuple[str, str], why: Why, now: float) -> int:
        """Note that a picture is about to be replaced: the names of the one shown and of the new one.

        The one shown goes by the address that its item tells where nobody looked at its name.
        """
        before, after = (json.dumps(name) for name in change)
        self._db.execute(
            """UPDATE journal SET state = 'failed'
               WHERE state = 'planned' AND scene_id = ? AND rating_key = ? AND field = ?""",
            (record.scene_id, record.rating_key, image.value),
        )
        attempt = int(self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM journal").fetchone()[0])
        cursor = self._db.execute(
            """INSERT INTO journal (attempt, run_id, at, scene_id, rating_key, section_id, field, before, after, why,
                   state, locked, base) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, 'planned', -1, '')""",
            (
                attempt,
                now,
                record.scene_id,
                record.rating_key,
                record.section_id,
                image.value,
                before,
                after,
                why.value,
            ),
        )
        return int(cursor.lastrowid or 0)

    def settle_picture(self, entry: int, *, has_arrived: bool = True) -> None:
        """Mark a picture as written, or not."""
        self._db.execute("UPDATE journal SET state = ? WHERE id = ?", ("written" if has_arrived else "failed", entry))

    def settle_seen_picture(self, record: SyncRecord, image: Artwork, sha1: str) -> None:
        """Mark as written what an attempt that was cut off left open of a picture, now that Plex shows these bytes."""
        self._db.execute(
            """UPDATE journal SET state = 'written'
               WHERE state = 'planned' AND scene_id = ? AND rating_key = ? AND field = ? AND after = ?""",
            (record.scene_id, record.rating_key, image.value, json.dumps(sha1)),
        )

    def close(self, scene_id: int, rating_key: str, item: Observed) -> None:
        """Settle what an attempt that was cut off left open, by what the item shows now.

        Pictures stay open: they are settled when they are looked at.
        """
        rows = self._db.execute(
            """SELECT id, field, before, after, why FROM journal
               WHERE state = 'planned' AND scene_id = ? AND rating_key = ?""",
            (scene_id, rating_key),
        ).fetchall()
        for row in rows:
            of = _field(row["field"])
            if not isinstance(of, Field):
                continue
            has_arrived = item.shows(of, _value(row["before"]), _value(row["after"]), row["why"])
            self._db.execute(
                "UPDATE journal SET state = ? WHERE id = ?", ("written" if has_arrived else "failed", row["id"])
            )

    def settle(self, scene_id: int, rating_key: str, arrived: Collection[str]) -> None:
        """Mark what was planned for a scene's item: fields that Plex showed as ``written``, others as ``failed``.

        Pictures stay as they are: they have a way of their own.
        """
        self._db.execute(
            """UPDATE journal
               SET state = CASE WHEN field IN (SELECT value FROM json_each(?)) THEN 'written' ELSE 'failed' END
               WHERE state = 'planned' AND scene_id = ? AND rating_key = ?
                   AND field NOT IN (SELECT value FROM json_each(?))""",
            (json.dumps(sorted(arrived)), scene_id, rating_key, json.dumps([image.value for image in Artwork])),
        )

    def last_pictures(self, scene_id: int) -> dict[tuple[str, Artwork], Entry]:
        """Return what was last brought as each picture of a scene's items, by rating key and picture."""
        rows = self._db.execute(
            """SELECT * FROM journal
               WHERE scene_id = ? AND state = 'written' AND field IN ('poster', 'art') AND why != ?
               ORDER BY at, id""",
            (scene_id, Why.LOCK.value),
        )
        entries = map(_entry, rows)
        return {(entry.rating_key, entry.field): entry for entry in entries if isinstance(entry.field, Artwork)}

    def purge(self, before: float, most: int) -> int:
        """Drop up to ``most`` entries from before a time (UTC seconds); returns how many."""
        cursor = self._db.execute(
            "DELETE FROM journal WHERE id IN (SELECT id FROM journal WHERE at < ? ORDER BY at LIMIT ?)", (before, most)
        )
        return cursor.rowcount

    def of_scene(self, scene_id: int, limit: int = 50) -> tuple[Entry, ...]:
        """Return what was planned, written or refused for a scene, newest first."""
        rows = self._db.execute(
            "SELECT * FROM journal WHERE scene_id = ? ORDER BY at DESC, id DESC LIMIT ?", (scene_id, limit)
        )
        return tuple(map(_entry, rows))

    def written_to(self, scene_id: int, limit: int = 50) -> tuple[Entry, ...]:
        """Return what Plex has shown after it was written for a scene, newest first."""
        rows = self._db.execute(
            """SELECT * FROM journal WHERE scene_id = ? AND state = 'written' ORDER BY at DESC, id DESC LIMIT ?""",
            (scene_id, limit),
        )
        return tuple(map(_entry, rows))

    def last_written_at(self) -> float:
        """Return when something was written last (UTC seconds), 0.0 if nothing is remembered."""
        row = self._db.execute("SELECT at FROM journal WHERE state = 'written' ORDER BY at DESC LIMIT 1").fetchone()
        return 0.0 if row is None else float(row[0])

    def written_in_run(self, run_id: int) -> int:
        """Count the changes that a run has brought to Plex."""
        row = self._db.execute("SELECT count(*) FROM journal WHERE run_id = ? AND state = 'written'", (run_id,))
        return int(row.fetchone()[0])

    def newest_written(self, limit: int) -> tuple[Entry, ...]:
        """Return what was written last, newest first."""
        rows = self._db.execute("SELECT * FROM journal WHERE state = 'written' ORDER BY at DESC LIMIT ?", (limit,))
        return tuple(map(_entry, rows))

    def written_since(self, scene_id: int, rating_key: str, at: float) -> tuple[Entry, ...]:
        """Return what was written for a scene to an item since a time (UTC seconds), newest first."""
        rows = self._db.execute(
            """SELECT * FROM journal WHERE scene_id = ? AND at >= ? AND rating_key = ? AND state = 'written'
               ORDER BY at DESC, id DESC""",
            (scene_id, at, rating_key),
        )
        return tuple(map(_entry, rows))


def _columns(plan: Plan, change: Change, item: Observed | None) -> tuple[str | int, ...]:
    """Return a change's own columns, from the scene on."""
    before = json.dumps(change.before, ensure_ascii=False)
    where = (plan.scene_id, plan.rating_key, plan.section_id, change.field.value)
    what = (*where, before, json.dumps(change.after, ensure_ascii=False), change.why.value)
    if item is None:
        return (*what, -1, "")
    pushed = item.pushed.get(change.field)
    base = "" if pushed is None else json.dumps(pushed, ensure_ascii=False)
    return (*what, int(change.field in item.locked), _AS_BEFORE if base == before else base)
