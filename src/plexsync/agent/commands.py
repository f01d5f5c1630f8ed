"""The desk: takes what people and schedules ask for, sees it through, and shows how it goes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexsync.domain.errors import PlexSyncError
from plexsync.net.decode import DECODE_ERRORS, flag, misfit, real, text, whole
from plexsync.reconcile.scheduler import COMMAND as RECONCILE
from plexsync.runtime.client_liveness import is_gone
from plexsync.runtime.clock import has_come, has_passed
from plexsync.runtime.file_mark import file_mark
from plexsync.runtime.observer.happenings import RunBegan, RunEnded, SettingsChanged
from plexsync.runtime.settings_change import causes_to_wake
from plexsync.runtime.shared import Shared
from plexsync.stash import scenes as stash_scenes
from plexsync.store import Store
from plexsync.store.commands import Command
from plexsync.store.jobs import Priority
from plexsync.store.runs import SYNC

POLL_SECONDS = 0.2
SETTINGS_SECONDS = 1.0
RECENT_SECONDS = 24 * 3600.0
CHUNK = 500
KEEP_COMMANDS_SECONDS = 7 * 24 * 3600.0
DAY = 24 * 3600.0
PURGE_EVERY = 3600.0
PURGED_AT_ONCE = 500
_log = logging.getLogger("plexsync")


class ClientGone(Exception):
    """Whoever asked for a run is gone: the task was stopped."""


class BadCommand(Exception):
    """A command that asks for nothing that can be done."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sync is asked for: ``moment`` (UTC seconds) goes with "since", ``scenes`` with "scenes"."""

    scope: str
    origin: str
    allowed: bool
    moment: float = 0.0
    scenes: tuple[int, ...] = ()

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Asked:
        """Read a command's arguments; raises :class:`Senseless`."""
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


class CommandRunner:
    """Works on commands, in the agent's main thread."""

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
        self._version = -1
        self._settings_mark: tuple[object, ...] = ()
        self._settings_at = 0.0
        self._purge_at = 0.0
        self.restart_wanted = False

    def tidy_up(self) -> None:
        """Close what an earlier agent left open when it was killed."""
        with self._store.transaction():
            self._store.runs.stop_unfinished(self._now())
            self._store.commands.fail_unfinished(self._now())

    def _purge(self) -> None:
        """Drop what is old, a little at a time so that nobody has to wait for it."""
        if not has_come(self._purge_at, self._now(), PURGE_EVERY):
            return
        long_ago = self._now() - self._context.settings.number("history_days") * DAY
        dropped = self._store.journal.purge(long_ago, PURGED_AT_ONCE)
        dropped = max(dropped, self._store.gaps.purge(long_ago, PURGED_AT_ONCE))
        self._store.runs.purge(long_ago)
        self._store.commands.purge(self._now() - KEEP_COMMANDS_SECONDS)
        self._purge_at = self._now() + (1.0 if dropped == PURGED_AT_ONCE else PURGE_EVERY)

    def turn(self) -> None:
        """Take new commands, if any other process has written since the last look."""
        self._watch_settings()
        self._purge()
        version = self._store.version()
        if version == self._version:
            return
        self._version = version
        self._shared.wanted.set()
        while (command := self._store.commands.take(self._now(), but=(RECONCILE,))) is not None:
            self._carry_out(command)
        self._end_runs()

    def _watch_settings(self) -> None:
        """Read the settings again when one of their files moved: Stash keeps its page's settings in config.yml."""
        if not has_passed(SETTINGS_SECONDS, self._settings_at, self._now()):
            return
        self._settings_at = self._now()
        session = self._context.files.session or {}
        files = [self._context.folder / "settings.toml"]
        if session.get("dir"):
            files.append(Path(session["dir"]) / "config.yml")
        mark = (session.get("url"), *map(file_mark, files))
        if mark != self._settings_mark:
            self._settings_mark = mark
            self.reload()

    def reload(self) -> None:
        """Read the settings again; the jobs that the change can matter to are looked at again."""
        before = self._context.settings
        is_changed = self._context.refresh(self._store)
        _log.setLevel(self._context.settings.text("log_level").upper())
        if is_changed:
            causes = causes_to_wake(before, self._context.settings, self._store.jobs.waiting_for())
            self._store.jobs.wake_parked(self._now(), causes)
            self._shared.observer.tell(SettingsChanged())
        self._shared.wanted.set()

    def _carry_out(self, command: Command) -> None:
        handlers: Mapping[str, Callable[[Command], Mapping[str, Any]]] = {
            "wake": self._wake,
            "sync": self._sync,
            "restart": self._restart,
        }
        if command.name not in handlers:
            facts = {"code": "unknown_command", "data": {"command": command.name}}
            self._store.commands.end(command.id, "failed", facts, self._now())
            return
        try:
            result = handlers[command.name](command)
        except ClientGone:
            self._store.commands.end(command.id, "cancelled", {}, self._now())
        except BadCommand as problem:
            self._store.commands.refuse(command, problem, self._now())
        except PlexSyncError as error:
            _log.warning("%s: %s", command.name, error)
            self._store.commands.end(command.id, "failed", {"code": error.code, "data": error.data}, self._now())
        else:
            self._store.commands.end(command.id, "done", result, self._now())

    def _wake(self, _command: Command) -> Mapping[str, Any]:
        self.reload()
        return {}

    def _restart(self, _command: Command) -> Mapping[str, Any]:
        self.restart_wanted = True
        return {}

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
            for page in stash_scenes.listing(self._context.stash):
                yield from _chunks(page.ids)

    def _end_runs(self) -> None:
        """Close the runs whose jobs are all through."""
        for run in self._store.runs.running(SYNC):
            if not self._store.jobs.left_in_run(run.id):
                self._end_run(run.id, "done", self._store.jobs.result_of_run(run.id))

    def _end_run(self, run: int, state: str, result: Mapping[str, Any]) -> None:
        self._store.runs.end(run, state, result, self._now())
        self._shared.observer.tell(RunEnded(run, SYNC, state, result))

    def run(self, stop: threading.Event) -> None:
        """Serve until told to stop."""
        while not stop.wait(POLL_SECONDS) and not self.restart_wanted:
            self.turn()


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    listed = list(ids)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]
