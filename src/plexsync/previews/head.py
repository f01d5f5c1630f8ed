"""How a preview stands: what was asked for, how far it is, how it ended."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SET_UP = "set-up"
"""The origin of a preview that the set-up asks for: it keeps a sum and no rows."""

STARTING, RUNNING, DONE, CANCELLED, FAILED = "starting", "running", "done", "cancelled", "failed"


@dataclass(frozen=True, slots=True)
class Head:
    """The state of the kept preview.

    Times are UTC seconds, 0.0 where it has not come to that. ``compared`` of ``total`` scenes are judged. ``trouble``
    holds code and data of what ended it, ``figures`` the counts of one that is done.
    """

    state: str
    request: Mapping[str, Any]
    asked_at: float
    began_at: float
    ended_at: float
    compared: int
    total: int
    is_cancelled: bool
    trouble: Mapping[str, Any]
    figures: Mapping[str, Any]

    @property
    def is_of_set_up(self) -> bool:
        """Tell whether the set-up has asked for it."""
        return bool(self.request["origin"] == SET_UP)


class Heads:
    """The table ``preview``, which has one row at most."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def get(self) -> Head | None:
        """Return how the preview stands, None where there is none."""
        row = self._db.execute("SELECT * FROM preview WHERE id = 1").fetchone()
        if row is None:
            return None
        return Head(
            state=row["state"],
            request=json.loads(row["request"]),
            asked_at=row["asked_at"],
            began_at=row["began_at"],
            ended_at=row["ended_at"],
            compared=row["compared"],
            total=row["total"],
            is_cancelled=bool(row["is_cancelled"]),
            trouble=json.loads(row["trouble"]),
            figures=json.loads(row["figures"]),
        )

    def ask(self, request: Mapping[str, Any], now: float) -> None:
        """Note that a preview is asked for."""
        self._db.execute(
            """INSERT OR REPLACE INTO preview (id, state, request, asked_at, began_at, ended_at, compared, total,
                   is_cancelled, trouble, figures) VALUES (1, ?, ?, ?, 0, 0, 0, 0, 0, '{}', '{}')""",
            (STARTING, json.dumps(dict(request)), now),
        )

    def begin(self, now: float) -> None:
        """Note that the comparing begins."""
        self._db.execute("UPDATE preview SET state = ?, began_at = ? WHERE id = 1", (RUNNING, now))

    def show(self, compared: int, total: int) -> bool:
        """Note how far it is; tells whether it is to go on."""
        row = self._db.execute(
            "UPDATE preview SET compared = ?, total = ? WHERE id = 1 RETURNING is_cancelled", (compared, total)
        ).fetchone()
        return row is not None and not row[0]

    def cancel(self) -> None:
        """Ask whoever makes it to stop."""
        self._db.execute("UPDATE preview SET is_cancelled = 1 WHERE id = 1")

    def end(self, state: str, now: float, *, trouble: Mapping[str, Any], figures: Mapping[str, Any]) -> None:
        """Note how it ended."""
        self._db.execute(
            "UPDATE preview SET state = ?, ended_at = ?, trouble = ?, figures = ? WHERE id = 1",
            (state, now, json.dumps(dict(trouble)), json.dumps(dict(figures), ensure_ascii=False)),
        )
