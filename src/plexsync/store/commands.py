"""Commands: how tasks, page and command line ask the agent for something, and hear of its progress.

Whoever waits for a command says so by :meth:`Commands.listen` once a second; a command that nobody listens to any more
before it ended belonged to a task that was stopped.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Command:
    """One command; ``state`` is new, running, done, failed or cancelled; ``progress`` 0..1."""

    id: int
    name: str
    arguments: Mapping[str, Any]
    state: str
    progress: float
    result: Mapping[str, Any]
    asked_at: float
    heard_at: float


def _command(row: sqlite3.Row) -> Command:
    return Command(
        id=row["id"],
        name=row["name"],
        arguments=json.loads(row["arguments"]),
        state=row["state"],
        progress=row["progress"],
        result=json.loads(row["result"]),
        asked_at=row["asked_at"],
        heard_at=row["heard_at"],
    )


class Commands:
    """The ``command`` table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def ask(self, name: str, arguments: Mapping[str, Any], now: float) -> int:
        """Leave a command for the agent; returns its id."""
        cursor = self._db.execute(
            """INSERT INTO command (name, arguments, state, progress, result, asked_at, heard_at, ended_at)
               VALUES (?, ?, 'new', 0, '{}', ?, ?, 0)""",
            (name, json.dumps(dict(arguments)), now, now),
        )
        return int(cursor.lastrowid or 0)

    def take(self, *, only: Sequence[str] = (), but: Sequence[str] = ()) -> Command | None:
        """Take the oldest new command, ``only`` of some names if any are given, or return None; it is running then."""
        which = f"name IN ({','.join('?' * len(only))})" if only else f"name NOT IN ({','.join('?' * len(but))})"
        row = self._db.execute(
            f"""UPDATE command SET state = 'running' WHERE id =
                (SELECT id FROM command WHERE state = 'new' AND {which} ORDER BY id LIMIT 1) RETURNING *""",  # noqa: S608  only marks
            (*only, *but),
        ).fetchone()
        return None if row is None else _command(row)

    def get(self, command_id: int) -> Command | None:
        """Return a command as it stands."""
        row = self._db.execute("SELECT * FROM command WHERE id = ?", (command_id,)).fetchone()
        return None if row is None else _command(row)

    def listen(self, command_id: int, now: float) -> None:
        """Say that somebody is still waiting for it."""
        self._db.execute("UPDATE command SET heard_at = ? WHERE id = ?", (now, command_id))

    def show(self, command_id: int, progress: float, result: Mapping[str, Any]) -> None:
        """Write progress (0..1) and what there is to say so far."""
        self._db.execute(
            "UPDATE command SET progress = ?, result = ? WHERE id = ?",
            (progress, json.dumps(dict(result), ensure_ascii=False), command_id),
        )

    def end(self, command_id: int, state: str, result: Mapping[str, Any], now: float) -> None:
        """Close a command as done, failed or cancelled."""
        self._db.execute(
            "UPDATE command SET state = ?, result = ?, ended_at = ?, progress = 1 WHERE id = ?",
            (state, json.dumps(dict(result), ensure_ascii=False), now, command_id),
        )

    def fail_unfinished(self, now: float) -> int:
        """Close commands that a killed agent left running; returns how many."""
        cursor = self._db.execute(
            """UPDATE command SET state = 'failed', result = '{"error": "agent_ended"}', ended_at = ?
               WHERE state = 'running'""",
            (now,),
        )
        return cursor.rowcount

    def purge(self, before: float) -> None:
        """Drop commands asked before a time."""
        self._db.execute("DELETE FROM command WHERE asked_at < ? AND state NOT IN ('new', 'running')", (before,))
