"""Values that another tool left in Plex and that a person called PlexSync's own: by run, so that it can be undone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from plexsync.domain.model import Field, Value


@dataclass(frozen=True, slots=True)
class Adoption:
    """One value of one field of one item, as it was when it was adopted.

    ``before`` is what PlexSync had written there before, None where it had written nothing.
    """

    scene_id: int
    rating_key: str
    field: Field
    value: Value
    before: Value | None = None


_NUMBERS = """
    WITH RECURSIVE taken (run_id) AS (
        SELECT max(run_id) FROM adopted
        UNION ALL
        SELECT (SELECT max(run_id) FROM adopted WHERE run_id < taken.run_id) FROM taken WHERE taken.run_id IS NOT NULL
    )
    SELECT run_id FROM taken WHERE run_id IS NOT NULL
"""


class Adoptions:
    """The table ``adopted``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, run_id: int, adopted: Iterable[Adoption]) -> None:
        """Note what a run adopts."""
        self._db.executemany(
            """INSERT OR REPLACE INTO adopted (run_id, scene_id, rating_key, field, value, before)
               VALUES (?, ?, ?, ?, ?, ?)""",
            [
                (run_id, one.scene_id, one.rating_key, one.field.value, _dump(one.value), _dump_known(one.before))
                for one in adopted
            ],
        )

    def of_run(self, run_id: int) -> tuple[Adoption, ...]:
        """Return what a run has adopted."""
        rows = self._db.execute(
            "SELECT scene_id, rating_key, field, value, before FROM adopted WHERE run_id = ? ORDER BY scene_id",
            (run_id,),
        )
        return tuple(map(_adoption, rows))

    def runs(self) -> tuple[int, ...]:
        """Return the numbers of the runs that can be taken back, the newest first."""
        return tuple(row["run_id"] for row in self._db.execute(_NUMBERS))

    def fields(self, run_id: int) -> tuple[tuple[Field, int], ...]:
        """Count what a run has adopted by field."""
        rows = self._db.execute(
            "SELECT field, count(*) AS number FROM adopted WHERE run_id = ? GROUP BY field", (run_id,)
        )
        found = {row["field"]: row["number"] for row in rows}
        return tuple((of, found[of.value]) for of in Field if of.value in found)

    def forget(self, run_id: int) -> None:
        """Forget what a run has adopted: it was taken back."""
        self._db.execute("DELETE FROM adopted WHERE run_id = ?", (run_id,))


def _adoption(row: sqlite3.Row) -> Adoption:
    before = None if row["before"] is None else _load(row["before"])
    return Adoption(row["scene_id"], row["rating_key"], Field(row["field"]), _load(row["value"]), before)


def _dump_known(value: Value | None) -> str | None:
    return None if value is None else _dump(value)


def _dump(value: Value) -> str:
    return json.dumps(value if isinstance(value, str) else list(value), ensure_ascii=False)


def _load(text: str) -> Value:
    value = json.loads(text)
    return value if isinstance(value, str) else tuple(value)
