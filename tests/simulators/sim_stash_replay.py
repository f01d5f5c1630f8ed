"""The effects of a change in the simulated Stash: rows that moved, hooks that fired, and whether the file moved."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim_stash_client import BareStash
from sim_stash_plugin import Recorder

from plexsync_simulators.shared.json_type import Json

Moves = dict[str, dict[str, str]]


def moves(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> Moves:
    """Tell of each row that is different whether it moved, is new or is gone."""
    found: Moves = {}
    for table, rows in after.items():
        for id_ in before[table].keys() | rows.keys():
            old, new = before[table].get(id_), rows.get(id_)
            if old != new:
                found.setdefault(table, {})[id_] = "new" if old is None else "gone" if new is None else "moved"
    return found


@dataclass
class Effect:
    """Effects of one change: the rows that moved, the hooks with their inputs, whether the database file moved."""

    answer: Any
    moves: Moves
    hooks: list[Json]
    file_moved: bool

    @property
    def events(self) -> list[tuple[str, int]]:
        """The hooks' types and ids."""
        return [(hook["type"], hook["id"]) for hook in self.hooks]


@dataclass
class Bench:
    """A simulated Stash with the recorder plugin."""

    stash: BareStash
    recorder: Recorder
    folder: Path
    now: int = 1000

    def control(self, path: str, body: Any = None) -> Any:
        return self.stash.process.control("POST", path, body)

    def times(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = self.stash.process.control("GET", "times")
        return found

    def do(self, query: str, **variables: Any) -> Effect:
        """Send a mutation, wait for its job if it starts one, and return what it did."""
        self.now += 10
        self.control("clock_offset", {"seconds": self.now})
        self.recorder.take()
        before, file = self.times(), self._file()
        time.sleep(0.01)
        (answer,) = self.stash.data(query, **variables).values()
        if isinstance(answer, str) and answer.isdigit():
            self.wait(answer)
        hooks = [call["args"]["hookContext"] for call in self.recorder.take()]
        return Effect(answer, moves(before, self.times()), hooks, self._file() != file)

    def wait(self, job: str) -> Json:
        query = "query($i:ID!){findJob(input:{id:$i}){status description progress error}}"
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            found: Json = self.stash.data(query, i=job)["findJob"]
            if found["status"] in ("FINISHED", "FAILED", "CANCELLED"):
                assert found["error"] is None, found
                return found
            time.sleep(0.01)
        raise AssertionError(f"job {job} does not end")

    def _file(self) -> tuple[int, int]:
        found = (self.folder / "stash-go.sqlite-wal").stat()
        return found.st_ino, found.st_mtime_ns
