"""Looking through the journal: what a run wrote, and in which runs something is found; newest first."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from plexsync.domain.model import ORDER, place_of
from plexsync.store.history.journal import Entry, entry_of

SEARCHED_AT_ONCE = 100_000
"""Entries that one search looks at: more would keep a person waiting."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The writes of a run in sum: to how many scenes, one of them, and which fields."""

    scenes: int
    scene_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WriteFilter:
    """The writes of a run that are asked for: of one scene, of one field, with a text in them; 0 and "" for all."""

    scene_id: int = 0
    field: str = ""
    text: str = ""


class Writes:
    """The ``journal`` table, for whoever looks at history."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def summary(self, run_id: int) -> RunSummary:
        """Sum up what a run wrote; reads nothing but indexes, in their order."""
        row = self._db.execute(
            """SELECT count(*) AS scenes, min(scene_id) AS scene
               FROM (SELECT DISTINCT scene_id FROM journal WHERE run_id = ? AND state = 'written')""",
            (run_id,),
        ).fetchone()
        fields = self._db.execute(
            """SELECT value FROM json_each(?) WHERE EXISTS
                   (SELECT 1 FROM journal INDEXED BY journal_field
                    WHERE run_id = ? AND field = value AND state = 'written')""",
            (json.dumps(ORDER), run_id),
        )
        return RunSummary(int(row["scenes"]), int(row["scene"] or 0), tuple(str(one[0]) for one in fields))

    def number(self, run_id: int, wanted: WriteFilter) -> int:
        """Count the writes of a run."""
        where, given = _condition(run_id, wanted)
        return int(
            self._db.execute(f"SELECT count(*) FROM journal INDEXED BY journal_run WHERE {where}", given).fetchone()[0]
        )

    def of_run(self, run_id: int, wanted: WriteFilter, offset: int, limit: int) -> tuple[Entry, ...]:
        """Return writes of a run, scene by scene, the fields of each in their order."""
        where, given = _condition(run_id, wanted)
        place = self._place(where, given, offset)
        if place is None:
            return ()
        scene, before = place
        rows = self._db.execute(
            f"""SELECT * FROM journal INDEXED BY journal_run WHERE {where} AND scene_id >= ?
                {_IN_ORDER} LIMIT ? OFFSET ?""",
            (*given, scene, limit, offset - before),
        )
        return tuple(map(entry_of, rows))

    def _place(self, where: str, given: tuple[str | int, ...], offset: int) -> tuple[int, int] | None:
        """Return the scene in whose writes an offset lies, and how many writes come before those; None beyond all.

        An index counts them: to put all of them in order takes many times as long.
        """
        if not offset:
            return 0, 0
        of_run = f"FROM journal INDEXED BY journal_run WHERE {where}"
        found = self._db.execute(
            f"SELECT scene_id {of_run} ORDER BY scene_id LIMIT 1 OFFSET ?",
            (*given, offset),
        ).fetchone()
        if found is None:
            return None
        before = self._db.execute(f"SELECT count(*) {of_run} AND scene_id < ?", (*given, found[0]))
        return int(found[0]), int(before.fetchone()[0])

    def runs_of_scene(self, scene_id: int) -> tuple[int, ...]:
        """Return the runs that wrote something for a scene, newest first."""
        rows = self._db.execute(
            """SELECT run_id FROM journal WHERE scene_id = ? AND state = 'written'
               GROUP BY run_id ORDER BY max(at) DESC""",
            (scene_id,),
        )
        return tuple(int(row[0]) for row in rows)

    def runs_with(self, text: str, before: int) -> tuple[tuple[int, ...], int]:
        """Search the entries before an id for a text; returns the runs, newest first, and where to go on, 0 at the end.

        A text is found in the title of a scene, in a value, or as the name of a field.
        """
        newest = self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM journal").fetchone()[0]
        last = min(before or int(newest), int(newest))
        first = max(0, last - SEARCHED_AT_ONCE)
        rows = self._db.execute(
            f"""SELECT run_id FROM journal WHERE id >= ? AND id < ? AND state = 'written' AND {_FOUND}
                GROUP BY run_id ORDER BY max(id) DESC""",
            (first, last, *_found(text)),
        )
        return tuple(int(row[0]) for row in rows), first


_IN_ORDER = f"""ORDER BY scene_id, rating_key,
    CASE field {" ".join(f"WHEN '{name}' THEN {place_of(name)}" for name in ORDER)} ELSE {len(ORDER)} END, id"""

_FOUND = """(field = ? OR before LIKE ? ESCAPE '!' OR after LIKE ? ESCAPE '!'
    OR scene_id IN (SELECT id FROM scene WHERE title LIKE ? ESCAPE '!'))"""


def _found(text: str) -> tuple[str, str, str, str]:
    like = "%" + text.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
    return text.strip().lower(), like, like, like


def _condition(run_id: int, wanted: WriteFilter) -> tuple[str, tuple[str | int, ...]]:
    """Return the condition of a query and its values; a sort title that follows its title has no row of its own."""
    parts, given = ["run_id = ? AND state = 'written' AND field != 'sort_title'"], [str(run_id)]
    if wanted.scene_id:
        parts.append("scene_id = ?")
        given.append(str(wanted.scene_id))
    if wanted.field:
        parts.append("field = ?")
        given.append(wanted.field)
    if wanted.text:
        parts.append(_FOUND)
        given += _found(wanted.text)
    return " AND ".join(parts), tuple(given)
