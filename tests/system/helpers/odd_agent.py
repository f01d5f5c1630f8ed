"""Be the agent under odd circumstances: `python odd_agent.py --data FOLDER agent`, with the circumstances in the
environment. Nothing of PlexSync is touched; what is odd is the world it runs in.

ODD_COMMIT="12 before" (or "12 after"): killed at the twelfth commit of any of its connections.
ODD_CLOCK=FILE: the clock is off by as many seconds as stand in the file at that moment.
ODD_READ_ONLY=FILE: while it is there no connection can write, as on a file system that was mounted anew read-only.
ODD_SPACE=FILE: no file may grow beyond the bytes that stand in the file at the start, as on a full disk; 0: it may.
"""

from __future__ import annotations

import os
import runpy
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

COMMIT, CLOCK, READ_ONLY, SPACE = "ODD_COMMIT", "ODD_CLOCK", "ODD_READ_ONLY", "ODD_SPACE"
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Fate:
    """At which commit to die, counted over all connections."""

    def __init__(self, words: str) -> None:
        number, self._when = words.split()
        self._left = int(number)
        self._lock = threading.Lock()

    def commits(self) -> bool:
        """Note that a commit begins; tells whether to die once it is done."""
        with self._lock:
            self._left -= 1
            if self._left:
                return False
            if self._when == "before":
                die()
            return True


class Deadly(sqlite3.Connection):
    """A connection that counts its commits, those of single statements too."""

    def __init__(self, *given: Any, fate: Fate, **more: Any) -> None:
        super().__init__(*given, **more)
        self._fate = fate
        self._dies = False
        self.set_trace_callback(self._begins)

    def _begins(self, statement: str) -> None:
        self._returned()
        words = statement.lstrip().upper()
        if words.startswith("COMMIT") or (words.startswith(WRITES) and not self.in_transaction):
            self._dies = self._fate.commits()

    def _returned(self) -> None:
        if self._dies:
            die()

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        cursor = super().execute(sql, parameters)
        self._returned()
        return cursor

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        cursor = super().executemany(sql, parameters)
        self._returned()
        return cursor


class Barred(sqlite3.Connection):
    """A connection that cannot write as long as a file is there."""

    def __init__(self, *given: Any, file: Path, **more: Any) -> None:
        super().__init__(*given, **more)
        self._file = file

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        super().execute(f"PRAGMA query_only = {int(self._file.exists())}")
        return super().execute(sql, parameters)


def odd_clock(file: Path, real: Callable[[], float]) -> float:
    return real() + float(file.read_text(encoding="ascii"))


def main() -> None:
    given = os.environ
    if COMMIT in given:
        vars(sqlite3)["connect"] = partial(sqlite3.connect, factory=partial(Deadly, fate=Fate(given[COMMIT])))
    if READ_ONLY in given:
        vars(sqlite3)["connect"] = partial(sqlite3.connect, factory=partial(Barred, file=Path(given[READ_ONLY])))
    if CLOCK in given:
        vars(time)["time"] = partial(odd_clock, Path(given[CLOCK]), time.time)
    if SPACE in given:
        import resource  # noqa: PLC0415  does not exist on Windows

        most = int(Path(given[SPACE]).read_text(encoding="ascii")) or resource.RLIM_INFINITY
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    sys.path[0] = ""
    runpy.run_module("plexsync.cli", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
