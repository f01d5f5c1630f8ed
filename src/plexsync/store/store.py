"""One connection to ``state.db``, with all its tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plexsync.domain.paths.key import path_key
from plexsync.store.collections import Collections
from plexsync.store.commands import Commands
from plexsync.store.contests import Contests
from plexsync.store.database import connect, transaction
from plexsync.store.gaps import Gaps
from plexsync.store.history.journal import Journal
from plexsync.store.history.runs import Runs
from plexsync.store.history.undo import Undos
from plexsync.store.history.writes import Writes
from plexsync.store.jobs import Jobs
from plexsync.store.left_out import LeftOutRows
from plexsync.store.library import Library
from plexsync.store.links import Links
from plexsync.store.person.adoptions import Adoptions
from plexsync.store.person.decisions import Decisions
from plexsync.store.person.queue import Queue
from plexsync.store.scenes import Scenes
from plexsync.store.state import JOURNAL_SERVERS, RESTORED_AT, ServerSpan, StateValues


class Store:
    """One thread's connection to ``state.db`` with all its tables."""

    def __init__(self, folder: Path) -> None:
        self._use(folder, connect(folder))

    def _use(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self.connection = connection
        self.jobs = Jobs(self.connection)
        self.queue = Queue(self.connection)
        self.scenes = Scenes(self.connection)
        self.links = Links(self.connection)
        self.library = Library(self.connection, path_key)
        self.journal = Journal(self.connection)
        self.runs = Runs(self.connection)
        self.commands = Commands(self.connection)
        self.gaps = Gaps(self.connection)
        self.contests = Contests(self.connection)
        self.collections = Collections(self.connection)
        self.decisions = Decisions(self.connection)
        self.left_out = LeftOutRows(self.connection)
        self.writes = Writes(self.connection)
        self.undos = Undos(self.connection)
        self.adoptions = Adoptions(self.connection)
        self.state = StateValues(self.connection)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write several tables at once or not at all."""
        with transaction(self.connection):
            yield

    def version(self) -> int:
        """Return a number that changes whenever another connection has written."""
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def rows(self) -> dict[str, int]:
        """Count the rows of each table."""
        tables = self.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return {name: self.connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for (name,) in tables}

    def change_plex(self, before: str, now: str) -> frozenset[int]:
        """Turn from one server (its machine id) to another, on which all rating keys mean something else.

        The records of the first are put away, and those of the other are taken out again. Returns the scenes of the
        latter, to be looked at: they may have changed meanwhile.
        """
        for table in ("plex_file", "plex_item", "plex_section"):
            self.connection.execute(f"DELETE FROM {table}")
        self.left_out.forget_server("plex")
        self.contests.forget_all()
        self.collections.forget_all()
        self.decisions.forget_keys()
        self.undos.stay("undo_other_server")
        self.state.put(RESTORED_AT, 0.0)
        spans = self.state.get(JOURNAL_SERVERS) or (ServerSpan(before, 0),)
        self.state.put(JOURNAL_SERVERS, (*spans, ServerSpan(now, self.journal.next_id())))
        self.links.put_away(before)
        return self.links.take_out(now)
