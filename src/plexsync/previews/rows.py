"""The rows of a preview: added as they are found, put in order at the end, and read a part at a time."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields

from plexsync.domain.reconcile.gaps import GapKind
from plexsync.domain.reconcile.preview import Filter, PreviewRow

CHANGE, LOCK, SAID = "change", "lock", "said"
"""The matter of a row: a value that would be written, a lock alone, or something that is only said."""

_NAMES = tuple(field.name for field in fields(PreviewRow))


@dataclass(frozen=True, slots=True)
class Added:
    """A row with what it is sorted by: ``group`` is one of :data:`CHANGE`, :data:`LOCK`, :data:`SAID`."""

    row: PreviewRow
    group: str
    edited_at: int


def encoded(row: PreviewRow) -> str:
    """Return a row as the file holds it."""
    return json.dumps([getattr(row, name) for name in _NAMES], ensure_ascii=False, separators=(",", ":"))


def decoded(text: str) -> PreviewRow:
    """Read a row as the file holds it."""
    values = dict(zip(_NAMES, json.loads(text), strict=True))
    values["added"], values["removed"] = tuple(values["added"]), tuple(values["removed"])
    return PreviewRow(**values)


def folded(text: str) -> str:
    """Return a text as a search compares it."""
    return unicodedata.normalize("NFC", text).casefold()


class Rows:
    """The tables ``found`` (in the order of the finding), ``row``, ``search`` and ``content``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, added: Iterable[Added]) -> None:
        """Add rows as they are found."""
        self._db.executemany(
            """INSERT INTO found (scene_id, rating_key, rank, edited_at, kind, field, about, takes, said, document)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [
                (
                    one.row.scene_id,
                    one.row.rating_key,
                    one.row.rank,
                    one.edited_at,
                    one.row.kind,
                    one.row.field,
                    one.group,
                    one.row.takes,
                    folded(one.row.said),
                    encoded(one.row),
                )
                for one in added
            ],
        )

    def put_in_order(self) -> None:
        """Number the rows: scenes that lose something first, then the newest edit, then fields in their order."""
        self._db.executescript(
            """
            BEGIN IMMEDIATE;
            CREATE TEMP TABLE standing (scene_id INTEGER PRIMARY KEY, loses INTEGER, newest INTEGER);
            INSERT INTO standing SELECT scene_id, max(takes), max(edited_at) FROM found GROUP BY scene_id;
            CREATE TEMP TABLE place AS
                SELECT row_number() OVER (ORDER BY loses DESC, newest DESC, scene_id, rating_key, rank) AS position,
                    found.rowid AS origin
                FROM found CROSS JOIN standing USING (scene_id);
            INSERT INTO row SELECT position, scene_id, kind, field, about, takes
                FROM place CROSS JOIN found ON found.rowid = origin;
            INSERT INTO search SELECT position, said FROM place CROSS JOIN found ON found.rowid = origin;
            INSERT INTO content SELECT position, document FROM place CROSS JOIN found ON found.rowid = origin;
            DROP TABLE place;
            DROP TABLE standing;
            DELETE FROM found;
            COMMIT;
            """
        )

    def page(self, wanted: Filter, offset: int, limit: int) -> tuple[int, tuple[PreviewRow, ...]]:
        """Return how many rows a filter lets through, and some of them in their order."""
        conditions, values = _conditions(wanted)
        tables = "search CROSS JOIN row USING (position)" if wanted.text else "row"  # the text is what sorts out most
        total, places = self._db.execute(
            f"""WITH hit AS MATERIALIZED
                    (SELECT position FROM {tables} WHERE {" AND ".join(conditions)} ORDER BY position)
                SELECT (SELECT count(*) FROM hit),
                    (SELECT json_group_array(position) FROM (SELECT position FROM hit LIMIT ? OFFSET ?))""",
            (*values, limit, offset),
        ).fetchone()
        found = self._db.execute(
            "SELECT document FROM content WHERE position IN (SELECT value FROM json_each(?)) ORDER BY position",
            (places,),
        )
        return int(total), tuple(decoded(document) for (document,) in found)

    def counts(self) -> dict[tuple[str, str], int]:
        """Count the rows by what they are about and by kind."""
        found = self._db.execute("SELECT about, kind, count(*) FROM row GROUP BY kind, about")
        return {(about, kind): number for about, kind, number in found}

    def fields(self) -> dict[str, int]:
        """Count the rows that would be written, by field."""
        found = self._db.execute("SELECT field, count(*) FROM row WHERE about = ? GROUP BY field", (CHANGE,))
        return dict(found.fetchall())

    def scenes(self) -> dict[str, int]:
        """Count the scenes of Stash that have rows, each once: differ, missing, needs_you or (only) reported."""
        found = self._db.execute(
            """SELECT became, count(*) FROM (
                   SELECT CASE
                       WHEN max(about != ?) THEN 'differ'
                       WHEN max(kind = ?) THEN 'missing'
                       WHEN max(kind IN (?, ?)) THEN 'needs_you'
                       ELSE 'reported' END AS became
                   FROM row WHERE scene_id != 0 AND kind != ? GROUP BY scene_id)
               GROUP BY became""",
            (SAID, *(kind.value for kind in (GapKind.MISSING, GapKind.AMBIGUOUS, GapKind.UNMAPPED, GapKind.ORPHAN))),
        )
        return {str(became): int(number) for became, number in found}

    def taken(self) -> tuple[PreviewRow, ...]:
        """Return the rows that take something away."""
        found = self._db.execute(
            "SELECT document FROM row JOIN content USING (position) WHERE takes = 1 ORDER BY position"
        )
        return tuple(decoded(document) for (document,) in found)


def _conditions(wanted: Filter) -> tuple[list[str], list[str | int]]:
    conditions, values = ["about = ?"], list[str | int]((LOCK if wanted.only_locked else CHANGE,))
    if wanted.kind and not wanted.only_locked:
        conditions, values = ["kind = ?", "about != ?"], [wanted.kind, LOCK]
    if wanted.field:
        conditions.append("field = ?")
        values.append(wanted.field)
    if wanted.taken_away:
        conditions.append("takes = 1")
    if wanted.text:
        conditions.append("instr(said, ?) > 0")
        values.append(folded(wanted.text))
    return conditions, values
