"""Carries out what people ask for, and shows how it goes."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexsync.domain.errors import PlexSyncError
from plexsync.domain.merge.contest import FORGOTTEN_SECONDS
from plexsync.index.missing_folders import folders_to_scan
from plexsync.net.decode import DECODE_ERRORS, flag, misfit, real, text, whole
from plexsync.reconcile.scheduler import COMMAND as RECONCILE
from plexsync.runtime.client_liveness import is_gone
from plexsync.runtime.clock import has_come
from plexsync.runtime.file_mark import Mark, file_mark
from plexsync.runtime.observer.happenings import RunBegan, RunEnded
from plexsync.runtime.shared import Shared
from plexsync.stash import scenes as stash_scenes
from plexsync.store import Store
from plexsync.store.commands import Command
from plexsync.store.history.runs import SYNC
from plexsync.store.jobs import Priority
from plexsync.store.state import HISTORY_AT
from plexsync.sync.undoing.arguments import BadUndo
from plexsync.sync.undoing.requests import UndoRequests

AT_ONCE = ("wake", "restart")
"""The main thread carries these out: they ask no server."""

SCANNED_AT_ONCE = 10_000
"""Scenes for whose files Plex is asked to scan at once."""

Handler = Callable[[Command], Mapping[str, object]]
CHUNK = 500
KEEP_COMMANDS_SECONDS = 7 * 24 * 3600.0
DAY = 24 * 3600.0
PURGE_EVERY = 3600.0
PURGED_AT_ONCE = 500
_log = logging.getLogger("plexsync")


class ClientGone(Exception):
    """The asker of a run is gone: the task was stopped."""


class BadCommand(Exception):
    """A command that asks for nothing that can be done."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of a sync: ``moment`` (UTC seconds) goes with "since", ``scenes`` with "scenes"."""

    scope: str
    origin: str
    allowed: bool
    moment: float = 0.0
    scenes: tuple[int, ...] = ()

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Asked:
        """Read a command's arguments; raises :class:`BadCommand`."""
        try:
            scope = text(arguments["scope"])
            if scope not in {"all", "since", "scenes"}:
                raise ValueError(f"no scope {scope}")
            return cls(
                scope,
                text(arguments["origin"]),
                flag(arguments.get("allowed", False)),
                real(arguments["moment"]) if scope == "since" else 0.0,
                tuple(map(whole, arguments["scenes"])) if scope == "scenes" else (),
            )
        except DECODE_ERRORS as problem:
            raise BadCommand(misfit(problem)) from problem


class Inbox:
    """Takes commands, and ends each by what its handler returns or raises."""

    def __init__(self, store: Store, handlers: Mapping[str, Handler], now: Callable[[], float]) -> None:
        self._store = store
        self._handlers = handlers
        self._now = now

    def take(self, *, only: Sequence[str] = (), but: Sequence[str] = ()) -> None:
        """Carry out all new ones."""
        while (command := self._store.commands.take(self._now(), only=only, but=but)) is not None:
            self._carry_out(command)

    def _carry_out(self, command: Command) -> None:
        if command.name not in self._handlers:
            facts = {"code": "unknown_command", "data": {"command": command.name}}
            self._store.commands.end(command.id, "failed", facts, self._now())
            return
        try:
            result = self._handlers[command.name](command)
        except ClientGone:
            self._store.commands.end(command.id, "cancelled", {}, self._now())
        except (BadCommand, BadUndo) as problem:
            self._store.commands.refuse(command, problem, self._now())
        except PlexSyncError as error:
            _log.warning("%s: %s", command.name, error)
            self._store.commands.end(command.id, "failed", {"code": error.code, "data": error.data}, self._now())
        else:
            self._store.commands.end(command.id, "done", result, self._now())


class CommandRunner:
    """Works on commands that may need Stash, in a thread of its own; and drops what is old."""

    def __init__(
        self,
        store: Store,
        shared: Shared,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._sleep = sleep
        self._store = store
        self._shared = shared
        self._context = shared.context
        self._now = now
        self._undos = UndoRequests(store, shared, now)
        handlers = {"sync": self._sync, "scan": self._scan, "undo": self._undos.begin, "undo_stop": self._undos.stop}
        self._inbox = Inbox(store, handlers, now)
        self._version = -1
        self._purge_at = self._history_at = 0.0
        self._is_dropping = False

    def run(self, stop: threading.Event) -> None:
        """Serve until told to stop."""
        seen = -1
        while not stop.is_set():
            self.turn()
            seen = self._shared.changes.wait(seen, max(1.0, min(PURGE_EVERY, self._purge_at - self._now())))

    def turn(self) -> None:
        """Take new commands, if any other connection has written since the last time."""
        self._purge()
        version = self._store.version()
        if version == self._version:
            return
        self._version = version
        self._inbox.take(but=(RECONCILE, *AT_ONCE))
        self._end_runs()
        self._undos.end_runs()

    def tidy_up(self) -> None:
        """Close what an earlier agent left open when it was killed."""
        with self._store.transaction():
            self._undos.after_a_kill()
            self._store.runs.stop_unfinished(self._now())
            self._store.commands.fail_unfinished(self._now())

    def _purge(self) -> None:
        """Drop what is old, a little at a time so that nobody has to wait for it."""
        if not has_come(self._purge_at, self._now(), PURGE_EVERY):
            return
        if not self._is_dropping:
            self._history_at = self._count_from()
        long_ago = self._history_at - self._context.settings.number("history_days") * DAY
        dropped = self._store.journal.purge(long_ago, PURGED_AT_ONCE)
        dropped = max(dropped, self._store.gaps.purge(long_ago, PURGED_AT_ONCE))
        self._store.runs.purge(long_ago)
        self._store.undos.purge()
        self._store.contests.purge(self._now() - FORGOTTEN_SECONDS)
        self._store.commands.purge(self._now() - KEEP_COMMANDS_SECONDS)
        self._is_dropping = dropped == PURGED_AT_ONCE
        self._purge_at = self._now() + (1.0 if self._is_dropping else PURGE_EVERY)

    def _count_from(self) -> float:
        """Return the moment from which the days of history are counted.

        It goes on by a day each time at most: a clock that is a year ahead for a while must not cost all of it.
        """
        now, known = self._now(), self._store.state.get(HISTORY_AT)
        at = now if known is None else min(now, known + DAY)
        if known is None or not known <= at < known + DAY:
            self._store.state.put(HISTORY_AT, at)
        return at

    def _sync(self, command: Command) -> Mapping[str, Any]:
        """Queue many scenes as one run; taken back if whoever asked is gone before all are queued."""
        asked = Asked.of(command.arguments)
        run = self._store.runs.start(SYNC, asked.origin, asked.scope, self._now(), allowed=asked.allowed)
        self._shared.observer.tell(RunBegan(run, SYNC, asked.scope, asked.origin))
        queued = 0
        try:
            for chunk in self._while_heard(command, self._scenes(asked)):
                with self._store.transaction():
                    priority = Priority.PERSON if asked.scope == "scenes" else Priority.BULK
                    self._store.jobs.enqueue(chunk, priority=priority, origin=asked.origin, now=self._now(), run_id=run)
                    self._store.runs.add(run, len(chunk))
                queued += len(chunk)
                self._shared.wanted.set()
                self._report(command, queued)
        except ClientGone:
            taken_back = self._store.jobs.withdraw_run(run, self._now())
            self._end_run(run, "stopped", {"queued": queued, "taken_back": taken_back})
            raise
        except PlexSyncError as error:
            self._end_run(run, "failed", {"code": error.code, "data": error.data})
            raise
        self._shared.urgent.set()
        return {"run": run, "queued": queued}

    def _while_heard(self, command: Command, chunks: Iterator[list[int]]) -> Iterator[list[int]]:
        """Pass on what is to be queued, as long as somebody waits; nothing is queued while that is in doubt."""
        for chunk in chunks:
            if is_gone(self._store, command.id, self._now(), self._sleep):
                raise ClientGone
            yield chunk

    def _report(self, command: Command, queued: int) -> None:
        total = max(queued, self._store.scenes.number())
        self._store.commands.show(command.id, min(0.99, queued / max(1, total)), {"queued": queued})

    def _scenes(self, asked: Asked) -> Iterator[list[int]]:
        if asked.scope == "scenes":
            yield from _chunks(asked.scenes)
        elif asked.scope == "since":
            yield from _chunks(sorted(stash_scenes.since(self._context.stash, asked.moment)))
        else:
            for ids in stash_scenes.all_ids(self._context.stash):
                yield from _chunks(ids)

    def _scan(self, command: Command) -> Mapping[str, Any]:
        """Ask Plex to scan for the files of scenes, or of all that wait for one; the scenes are looked at after it."""
        scenes = _scanned(command) or tuple(
            one.job.scene_id for one in self._store.queue.waiting_for("missing", SCANNED_AT_ONCE, 0)
        )
        folders = folders_to_scan(self._store, scenes)
        libraries = self._shared.targets[0].seen_from(self._context.copy()).servers.libraries
        for section, folder in folders:
            libraries.scan(section, folder)
        for chunk in _chunks(scenes):
            with self._store.transaction():
                self._store.jobs.wake_waiting(chunk, "missing", self._now())
        self._shared.wanted.set()
        return {"scenes": len(scenes), "folders": len(folders)}

    def _end_runs(self) -> None:
        """Close the runs whose jobs are all through."""
        for run in self._store.runs.running(SYNC):
            if not self._store.jobs.left_in_run(run.id):
                self._end_run(run.id, "done", self._store.jobs.result_of_run(run.id))

    def _end_run(self, run: int, state: str, result: Mapping[str, Any]) -> None:
        self._store.runs.end(run, state, result, self._now())
        self._shared.observer.tell(RunEnded(run, SYNC, state, result))


def _scanned(command: Command) -> tuple[int, ...]:
    """Return the scenes that a command names; raises :class:`BadCommand`."""
    try:
        return tuple(map(whole, command.arguments["scenes"]))  # type: ignore[call-overload]
    except DECODE_ERRORS as problem:
        raise BadCommand(misfit(problem)) from problem


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    listed = list(ids)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]


class RestartRequests:
    """Looks for a person's wish to restart while no agent is at work; leaves the database alone unless it moved."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._marks: tuple[Mark, ...] = ()

    def take(self, now: float) -> bool:
        """Tell whether somebody asked since the last time; the first time also whether somebody had asked before."""
        before, self._marks = self._marks, self._file_marks()
        return before != self._marks and self._is_asked(now)

    def _file_marks(self) -> tuple[Mark, ...]:
        return tuple(file_mark(self._folder / name) for name in ("state.db", "state.db-wal"))

    def _is_asked(self, now: float) -> bool:
        with suppress(sqlite3.Error, OSError, PlexSyncError), closing(Store(self._folder)) as store:
            asked = store.commands.take(now, only=("restart",))
            if asked is not None:
                store.commands.end(asked.id, "done", {}, now)
                return True
        return False
