"""Commands: how tasks, page and command line ask the agent for something, and hear of its progress.

A client that waits for a command says so by :meth:`Commands.listen` once a second. A command that nobody listens to
any more before it ended belonged to a task that was stopped.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plexsync.domain.phrases import kind_of
from plexsync.net.decode import DECODE_ERRORS, misfit, read_json, real


@dataclass(frozen=True, slots=True)
class Command:
    """One command; ``state`` is new, running, done, failed or cancelled; ``progress`` 0..1."""

    id: int
    name: str
    arguments: Mapping[str, object]
    state: str
    progress: float
    result: Mapping[str, Any]
    asked_at: float
    heard_at: float


# Other programs may leave anything in the file; a text that is no UTF-8 could not even be fetched as one.
_COLUMNS = """id, CAST(name AS BLOB) AS name, CAST(arguments AS BLOB) AS arguments, state, progress,
    CAST(result AS BLOB) AS result, asked_at, heard_at"""


def _command(row: sqlite3.Row) -> Command:
    """Read a row; raises one of DECODE_ERRORS where it holds something else than a command."""
    return Command(
        id=row["id"],
        name=row["name"].decode(),
        arguments=_object(row["arguments"]),
        state=row["state"],
        progress=real(row["progress"]),
        result=_object(row["result"]),
        asked_at=real(row["asked_at"]),
        heard_at=real(row["heard_at"]),
    )


def _object(raw: bytes) -> Mapping[str, Any]:
    found = read_json(raw)
    if not isinstance(found, dict):
        raise TypeError(f"{kind_of(found)} in place of an object")
    return found


def _refusal(name: str, problem: Exception) -> dict[str, Any]:
    return {"code": "bad_command", "data": {"command": name, "detail": misfit(problem)}}


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

    def take(self, now: float, *, only: Sequence[str] = (), but: Sequence[str] = ()) -> Command | None:
        """Take the oldest new command, ``only`` of some names if any are given, or return None; it is running then.

        A row that cannot be read as a command is closed as failed, and the next one taken.
        """
        while (row := self._next(only, but)) is not None:
            command = self._read_or_close(row, now)
            if command is not None:
                return command
        return None

    def _read_or_close(self, row: sqlite3.Row, now: float) -> Command | None:
        try:
            return _command(row)
        except DECODE_ERRORS as problem:
            self.end(row["id"], "failed", _refusal("", problem), now)
            return None

    def _next(self, only: Sequence[str], but: Sequence[str]) -> sqlite3.Row | None:
        which = f"name IN ({','.join('?' * len(only))})" if only else f"name NOT IN ({','.join('?' * len(but))})"
        found: sqlite3.Row | None = self._db.execute(
            f"""UPDATE command SET state = 'running' WHERE id =
                (SELECT id FROM command WHERE state = 'new' AND {which} ORDER BY id LIMIT 1)
                RETURNING {_COLUMNS}""",
            (*only, *but),
        ).fetchone()
        return found

    def refuse(self, command: Command, problem: Exception, now: float) -> None:
        """Close a command that makes no sense, saying what is wrong with it."""
        self.end(command.id, "failed", _refusal(command.name, problem), now)

    def get(self, command_id: int) -> Command | None:
        """Return a command as it stands; of a row that cannot be read as one, None."""
        row = self._db.execute(f"SELECT {_COLUMNS} FROM command WHERE id = ?", (command_id,)).fetchone()
        try:
            return None if row is None else _command(row)
        except DECODE_ERRORS:
            return None

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

    def cancel(self, command_id: int) -> None:
        """Ask whoever carries it out to stop."""
        self._db.execute(
            "UPDATE command SET state = 'cancelled' WHERE id = ? AND state IN ('new', 'running')", (command_id,)
        )

    def unfinished(self, name: str) -> Command | None:
        """Return the newest command of a name that has not ended, None if there is none."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM command WHERE state IN ('new', 'running') AND name = ? ORDER BY id DESC LIMIT 1",
            (name,),
        ).fetchone()
        try:
            return None if row is None else _command(row)
        except DECODE_ERRORS:
            return None

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
