"""Before and after of every field that is written, kept before the write goes out.

All rows of one attempt carry its id. Where an attempt was killed, its rows stay open until the item is read the next
time: a field that shows what was sent is written, any other is not.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from types import MappingProxyType

from plexsync.domain.model import Artwork, Change, Field, Plan, Value, Why
from plexsync.domain.text import fold
from plexsync.store.links import SyncRecord
from plexsync.store.sqlite.chunked import rows_of

EVERYTHING = -1
"""In place of a run: all that is remembered."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of one item: what was there, what was sent, why, and whether Plex showed it afterwards.

    ``attempt`` names what was sent together. ``was_locked`` is None, and ``base`` too, where nothing is known: ``base``
    is what PlexSync had written there before. ``photos`` are the addresses of an actor's photo before and after.
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
    photos: Mapping[str, tuple[str, str]] = default(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Observed:
    """An item as it was read before a write: what it shows, which fields are locked, what we had pushed there.

    ``photos`` are those of its actors, by their names. ``is_unsure`` tells that the attempt before was not confirmed:
    what Plex did not show then may have arrived since.
    """

    fields: Mapping[Field, Value] = default(default_factory=dict)
    locked: frozenset[Field] = frozenset()
    pushed: Mapping[Field, Value] = default(default_factory=dict)
    photos: Mapping[str, str] = default(default_factory=dict)
    is_unsure: bool = False

    def shows(self, entry: Entry) -> bool:
        """Tell whether the item proves that a change arrived; pictures are seen by no value, a lock by its turn."""
        of, before, after = entry.field, entry.before, entry.after
        shown = self.fields.get(of) if isinstance(of, Field) else None
        if shown is None or entry.why == Why.PHOTO.value:
            return False
        if before == after:
            return entry.why == Why.LOCK.value and (of in self.locked) is not bool(entry.was_locked)
        if isinstance(shown, str) or isinstance(after, str):
            return after in {shown, self.fields.get(Field.TITLE) if of is Field.SORT_TITLE else shown}
        return set(map(fold, shown)) == set(map(fold, after))


@dataclass(frozen=True, slots=True)
class Replaced:
    """A picture that another one replaces: by which name it went, or by its address where nobody looked at its name.

    ``after`` is the SHA-1 of the new one, or its name where Plex had it already.
    """

    before: str
    after: str
    why: Why
    was_locked: bool
    run: int


_INSERT = """
    INSERT INTO journal (attempt, run_id, at, scene_id, rating_key, section_id, field, before, after, why, state,
                         locked, base, photos)
    VALUES (:attempt, :run, :at, :scene, :key, :section, :field, :before, :after, :why, 'planned', :locked, :base,
            :photos)
"""

_AS_BEFORE = "="
"""In place of a base that is what was there before: most are, and the value is not kept twice."""


def _value(text: str) -> Value:
    value = json.loads(text)
    return value if isinstance(value, str) else tuple(value)


FIELD_OF: Mapping[str, Field | Artwork] = {of.value: of for of in (*Field, *Artwork)}
"""Fields and pictures by name."""


def _base(kept: str, before: str) -> Value | None:
    return _value(before if kept == _AS_BEFORE else kept) if kept else None


def entry_of(row: sqlite3.Row) -> Entry:
    """Read a row of the table."""
    return Entry(
        id=row["id"],
        attempt=row["attempt"],
        section_id=row["section_id"],
        was_locked=None if row["locked"] < 0 else bool(row["locked"]),
        base=_base(row["base"], row["before"]),
        photos={name: (was, now) for name, (was, now) in json.loads(row["photos"] or "{}").items()},
        run_id=row["run_id"],
        at=row["at"],
        scene_id=row["scene_id"],
        rating_key=row["rating_key"],
        field=FIELD_OF[row["field"]],
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
        """Note what is about to be written to items as they were ``observed`` (by their keys); returns the attempt.

        ``run_ids`` tell by scene for which run; what is undone is of the undo's own.
        """
        plans = tuple(plans)
        for plan in plans:
            self.close(plan.scene_id, plan.rating_key, observed.get(plan.rating_key, Observed()))
        attempt = self.next_id()
        self._db.executemany(
            _INSERT,
            [
                {"attempt": attempt, "run": _run_of(plan, change, run_ids), "at": now, **columns}
                for plan in plans
                for change in plan.changes
                for columns in [_columns(plan, change, observed.get(plan.rating_key))]
            ],
        )
        return attempt

    def plan_picture(self, record: SyncRecord, image: Artwork, replaced: Replaced, now: float) -> int:
        """Note that a picture is about to be replaced; returns the entry."""
        self._db.execute(
            """UPDATE journal SET state = 'failed'
               WHERE state = 'planned' AND scene_id = ? AND rating_key = ? AND field = ?""",
            (record.scene_id, record.rating_key, image.value),
        )
        attempt = self.next_id()
        cursor = self._db.execute(
            _INSERT,
            {
                "attempt": attempt,
                "run": replaced.run,
                "at": now,
                "scene": record.scene_id,
                "key": record.rating_key,
                "section": record.section_id,
                "field": image.value,
                "before": json.dumps(replaced.before),
                "after": json.dumps(replaced.after),
                "why": replaced.why.value,
                "locked": int(replaced.was_locked),
                "base": json.dumps(record.cover.ours.get(image.value, "")),
                "photos": "",
            },
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
        """Settle what an attempt that was cut off left open, or what came late, by what the item shows now.

        Pictures stay open: they are settled when they are looked at.
        """
        rows = self._db.execute(
            "SELECT * FROM journal WHERE state = 'planned' AND scene_id = ? AND rating_key = ?", (scene_id, rating_key)
        ).fetchall()
        if item.is_unsure:
            rows += self._db.execute(
                """SELECT * FROM journal WHERE state = 'failed' AND scene_id = :scene AND rating_key = :key
                   AND attempt = (SELECT max(attempt) FROM journal WHERE scene_id = :scene AND rating_key = :key)""",
                {"scene": scene_id, "key": rating_key},
            ).fetchall()
        for entry in map(entry_of, rows):
            if isinstance(entry.field, Field):
                state = "written" if item.shows(entry) else "failed"
                self._db.execute("UPDATE journal SET state = ? WHERE id = ?", (state, entry.id))

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
        entries = map(entry_of, rows)
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
        return tuple(map(entry_of, rows))

    def written_to(self, scene_id: int, limit: int = 50) -> tuple[Entry, ...]:
        """Return what Plex has shown after it was written for a scene, newest first."""
        rows = self._db.execute(
            """SELECT * FROM journal WHERE scene_id = ? AND state = 'written' ORDER BY at DESC, id DESC LIMIT ?""",
            (scene_id, limit),
        )
        return tuple(map(entry_of, rows))

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
        return tuple(map(entry_of, rows))

    def next_id(self) -> int:
        """Return the id that the next entry gets."""
        return int(self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM journal").fetchone()[0])

    def of_run(self, run_id: int, scene_ids: Iterable[int]) -> Iterator[Entry]:
        """Yield what a run wrote of some scenes, or may have written before it was cut off; oldest first by scene."""
        rows = rows_of(self._db, "SELECT * FROM journal WHERE run_id = ? AND scene_id", scene_ids, str(run_id))
        return (entry_of(row) for row in sorted(rows, key=lambda row: int(row["id"])) if row["state"] != "failed")

    def of_scenes(self, scene_ids: Iterable[int]) -> Iterator[Entry]:
        """Yield all that was written of some scenes, or may have been before it was cut off; oldest first by scene."""
        rows = rows_of(self._db, "SELECT * FROM journal WHERE scene_id", scene_ids)
        return (entry_of(row) for row in sorted(rows, key=lambda row: int(row["id"])) if row["state"] != "failed")

    def undone(self, run_id: int, scene_ids: Iterable[int]) -> Iterator[Entry]:
        """Yield the entries that an undo of a run, or of :data:`EVERYTHING`, is about."""
        return self.of_scenes(scene_ids) if run_id == EVERYTHING else self.of_run(run_id, scene_ids)

    def scenes_undone(self, run_id: int, after: int, limit: int) -> tuple[int, ...]:
        """Return the next scenes with ids beyond ``after`` that an undo of a run, or of everything, is about."""
        if run_id != EVERYTHING:
            return self.scenes_of_run(run_id, after, limit)
        rows = self._db.execute(
            """SELECT DISTINCT scene_id FROM journal WHERE scene_id > ? AND state != 'failed'
               ORDER BY scene_id LIMIT ?""",
            (after, limit),
        )
        return tuple(int(row[0]) for row in rows)

    def has_tried(self, run_id: int, place: tuple[int, str, Field | Artwork]) -> bool:
        """Tell whether a run has ever sent something for a scene to a field of an item, whatever came of it."""
        scene_id, rating_key, of = place
        row = self._db.execute(
            "SELECT 1 FROM journal WHERE run_id = ? AND scene_id = ? AND rating_key = ? AND field = ? LIMIT 1",
            (run_id, scene_id, rating_key, of.value),
        ).fetchone()
        return row is not None

    def scenes_of_run(self, run_id: int, after: int, limit: int) -> tuple[int, ...]:
        """Return the next scenes with ids beyond ``after`` to whose items a run wrote, or may have written."""
        rows = self._db.execute(
            """SELECT DISTINCT scene_id FROM journal WHERE run_id = ? AND scene_id > ? AND state != 'failed'
               ORDER BY scene_id LIMIT ?""",
            (run_id, after, limit),
        )
        return tuple(int(row[0]) for row in rows)

    def last_run_of(self, scene_id: int) -> int | None:
        """Return the run that last wrote something for a scene, None if none did."""
        row = self._db.execute(
            "SELECT run_id FROM journal WHERE scene_id = ? AND state = 'written' ORDER BY at DESC, id DESC LIMIT 1",
            (scene_id,),
        ).fetchone()
        return None if row is None else int(row[0])

    def later_than(self, entry: Entry) -> Entry | None:
        """Return what was last written to the same field of the same item since, if anything was."""
        row = self._db.execute(
            """SELECT * FROM journal WHERE scene_id = ? AND at >= ? AND rating_key = ? AND field = ? AND id > ?
                   AND state = 'written' ORDER BY at DESC, id DESC LIMIT 1""",
            (entry.scene_id, entry.at, entry.rating_key, entry.field.value, entry.id),
        ).fetchone()
        return None if row is None else entry_of(row)

    def scenes_since(self, at: float) -> int:
        """Count the scenes to which something was written since a time (UTC seconds)."""
        row = self._db.execute(
            "SELECT count(DISTINCT scene_id) FROM journal WHERE at >= ? AND state = 'written'", (at,)
        ).fetchone()
        return int(row[0])

    def written_since(self, scene_id: int, rating_key: str, at: float) -> tuple[Entry, ...]:
        """Return what was written for a scene to an item since a time (UTC seconds), newest first."""
        rows = self._db.execute(
            """SELECT * FROM journal WHERE scene_id = ? AND at >= ? AND rating_key = ? AND state = 'written'
               ORDER BY at DESC, id DESC""",
            (scene_id, at, rating_key),
        )
        return tuple(map(entry_of, rows))


def _run_of(plan: Plan, change: Change, run_ids: Mapping[int, int]) -> int:
    undone = plan.undo.get(change.field)
    return run_ids.get(plan.scene_id, 0) if undone is None else undone.run


def _columns(plan: Plan, change: Change, item: Observed | None) -> dict[str, str | int]:
    """Return a change's own columns, from the scene on."""
    before = json.dumps(change.before, ensure_ascii=False)
    columns: dict[str, str | int] = {
        "scene": plan.scene_id,
        "key": plan.rating_key,
        "section": plan.section_id,
        "field": change.field.value,
        "before": before,
        "after": json.dumps(change.after, ensure_ascii=False),
        "why": change.why.value,
        "locked": -1,
        "base": "",
        "photos": "",
    }
    if item is None:
        return columns
    pushed = item.pushed.get(change.field)
    base = "" if pushed is None else json.dumps(pushed, ensure_ascii=False)
    photos = {name: (item.photos.get(name, ""), url) for name, url in change.photos.items()}
    columns["locked"] = int(change.field in item.locked)
    columns["base"] = _AS_BEFORE if base == before else base
    columns["photos"] = json.dumps(photos, ensure_ascii=False) if photos else ""
    return columns
