"""The agent as a process: lease, threads, signals, status, and beginning anew.

It begins anew for a new version, and when the data folder can be used again.
"""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TextIO

from plexsync import __version__
from plexsync.agent import recovery, spawn
from plexsync.agent.commands import CommandRunner
from plexsync.agent.lock import AgentLock
from plexsync.agent.log import open_log
from plexsync.agent.status import describe
from plexsync.detect.plex_events import PlexEventListener
from plexsync.detect.stash_watcher import StashWatcher
from plexsync.domain.advice import Advice, explain, explain_error
from plexsync.domain.errors import PlexSyncError, StateDamaged
from plexsync.reconcile.scheduler import Scheduler
from plexsync.runtime.clock import has_passed
from plexsync.runtime.context import Context
from plexsync.runtime.file_mark import Mark, file_mark
from plexsync.runtime.prefetch import Prefetch
from plexsync.runtime.shared import Shared
from plexsync.store import Store
from plexsync.store.sqlite.errors import is_damage, is_passing
from plexsync.store.state import AGENT_STATUS, FOLDER_PROBE, AgentStatus
from plexsync.sync.worker import Worker

PATIENCE = 3.0
END_SECONDS = 2.0
HOUSE_SECONDS = 1.0
STATUS_SECONDS = 60.0
FOLDER_SECONDS = 3.0
PROBE_BYTES = 256 * 1024
PLUGIN_SECONDS = 2.0
_log = logging.getLogger("plexsync")


class Plugin:
    """The installed plugin's files: replaced by an update, gone after an uninstall."""

    def __init__(self, folder: Path) -> None:
        self._files = (folder / "hook.py", folder / "plexsync" / "__init__.py", folder / "StashPlexSync.yml")
        self._first = self._marks()
        self._last = self._first

    def _marks(self) -> tuple[Mark, ...]:
        return tuple(map(file_mark, self._files))

    def fate(self) -> str:
        """Return "same", "changing", "replaced" (another version, complete and at rest) or "gone"."""
        marks = self._marks()
        at_rest, self._last = marks == self._last, marks
        if marks == self._first:
            return "same"
        if not at_rest:
            return "changing"
        if all(mark is None for mark in marks):
            return "gone"
        return "changing" if None in marks else "replaced"


class ThreadWork(Protocol):
    """What works in a thread of its own until told to stop."""

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop."""


class Agent:
    """All of the agent's parts, put together."""

    def __init__(
        self, folder: Path, plugin: Path | None, echo: TextIO | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self._plugin = None if plugin is None else Plugin(plugin)
        self._now = now
        self._stop = threading.Event()
        self._told_to_end = threading.Event()
        self._context = Context(folder)
        open_log(folder, self._context.redactor, echo)
        recovery.mend(folder, now())
        self._store = Store(folder)
        self._stores = [self._store]
        self._context.refresh(self._store)
        shared = Shared.begin(self._context, Prefetch())
        self._shared = shared
        self._commands = CommandRunner(self._store, shared, now)
        self._stash_watcher = StashWatcher(self._open_store(), shared, now)
        self._workers = [Worker(self._open_store(), shared, target, now) for target in shared.targets]
        self._schedulers = [Scheduler(self._open_store(), shared, target, now) for target in shared.targets]
        self._listeners = [PlexEventListener(target, shared.wanted.set) for target in shared.targets]
        self._started_at = now()
        self._status = AgentStatus()
        self._again = self.failed = self._lacks_folder = False
        self._house_at = self._status_at = self._plugin_at = 0.0

    def _open_store(self) -> Store:
        """Open a connection for a thread of its own."""
        store = Store(self._context.folder)
        self._stores.append(store)
        return store

    def run(self) -> bool:
        """Work until stopped; returns True when the same command line is to be started again."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._end())
        _log.info("agent %s starts, process %d", __version__, os.getpid())
        self._guarded(lambda _: self._commands.tidy_up())
        threads = [self._start(part) for part in self._parts()]
        for listener in self._listeners:
            self._start(listener)  # it waits for Plex's next word: there is nothing in it to end
        self._guarded(self._serve)
        self._stop.set()
        self._shared.wanted.set()
        self._await(threads)
        if not self._lacks_folder:
            self._guarded(self._say_goodbye)
        if not any(thread.is_alive() for thread in threads):
            for store in self._stores:
                store.close()
        if self._lacks_folder:
            self._again = self._wait_for_folder()
        _log.info("agent ends")
        return self._again and not self.failed

    def _parts(self) -> Sequence[ThreadWork]:
        """Return what is to come to its end before the process does."""
        return (*self._workers, self._stash_watcher, *self._schedulers)

    def _start(self, part: ThreadWork) -> threading.Thread:
        thread = threading.Thread(target=self._guarded, args=(part.run,), name=type(part).__name__, daemon=True)
        thread.start()
        return thread

    def _end(self) -> None:
        self._told_to_end.set()
        self._stop.set()

    def _wait_for_folder(self) -> bool:
        """Wait until something can be written into the data folder again; returns False when told to end before."""
        while not self._told_to_end.wait(FOLDER_SECONDS):
            if _takes_writes(self._context.folder):
                return True
        return False

    def _say_goodbye(self, _stop: threading.Event) -> None:
        self._context.trade_cookies()
        self._store.state.put(AGENT_STATUS, replace(self._status, ended_at=self._now()))

    @staticmethod
    def _await(threads: Sequence[threading.Thread]) -> None:
        """Give the threads a moment to end; one that waits for a server's answer is cut off, as safe as a kill."""
        until = time.monotonic() + END_SECONDS
        for thread in threads:
            thread.join(timeout=max(0.0, until - time.monotonic()))

    def _guarded(self, run: Callable[[threading.Event], None]) -> None:
        """Let no part die alone: an agent that half works looks healthy and is not."""
        try:
            run(self._stop)
        except Exception as trouble:  # noqa: BLE001  the edge of a thread
            if is_damage(trouble) or is_passing(trouble):
                recovery.note(self._context.folder, trouble)
                self._lack_folder(trouble)
            else:
                _log.exception("%s failed", threading.current_thread().name)
                self.failed = True
            self._stop.set()

    def _lack_folder(self, trouble: Exception) -> None:
        if not self._lacks_folder:
            self._lacks_folder = True
            _log.error("%s Work goes on once it can.", _words(trouble, self._context.folder))

    def _serve(self, stop: threading.Event) -> None:
        while not stop.wait(0.2):
            self._commands.turn()
            if self._commands.restart_wanted:
                self._again = True
                return
            if not has_passed(HOUSE_SECONDS, self._house_at, self._now()):
                continue
            self._house_at = self._now()
            self._keep_house()
            if self._plugin is not None and has_passed(PLUGIN_SECONDS, self._plugin_at, self._now()):
                self._plugin_at = self._now()
                fate = self._plugin.fate()
                if fate in {"replaced", "gone"}:
                    _log.info("the plugin is %s", fate)
                    self._again = fate == "replaced"
                    return

    def _keep_house(self) -> None:
        now = self._now()
        self._context.trade_cookies()
        status = describe(self._workers, self._stash_watcher, self._shared, self._started_at)
        if status != self._status or has_passed(STATUS_SECONDS, self._status_at, now):
            self._status, self._status_at = status, now
            self._store.state.put(AGENT_STATUS, replace(status, seen_at=now))


def _takes_writes(folder: Path) -> bool:
    """Tell whether the store can be written, and a little more than a start needs."""
    try:
        with closing(Store(folder)) as store:
            store.state.put(FOLDER_PROBE, "." * PROBE_BYTES)
            store.state.put(FOLDER_PROBE, "")
    except StateDamaged:
        return True  # the start sees to it
    except (OSError, sqlite3.Error) as problem:
        _log.debug("the data folder cannot be used: %s", problem)
        return False
    return True


def _words(trouble: Exception, folder: Path) -> Advice:
    """Say what is wrong with a data folder, for the log."""
    if isinstance(trouble, PlexSyncError):
        return explain_error(trouble)
    return explain("folder_unusable", {"path": str(folder), "detail": str(trouble)})


def run(folder: Path, plugin: Path | None, echo: TextIO | None = None) -> int:
    """Be the agent of a data folder until stopped; returns the exit code.

    It is 3 when another agent has the lease, 1 when a part of the agent failed: whoever supervises it then starts it
    again. ``plugin`` is the installed plugin's folder, whose fate the agent shares; ``echo`` gets the log as well.
    Raises a settings error for a state it cannot work with; its log says so too.
    """
    lock = AgentLock(folder)
    if not lock.take(PATIENCE):
        return 3
    try:
        agent = Agent(folder, plugin, echo)
        again = agent.run()
    except (PlexSyncError, OSError, sqlite3.Error) as trouble:
        recovery.note(folder, trouble)
        _log.error("%s", _words(trouble, folder))
        raise
    finally:
        lock.release()
    if again:
        spawn.start_again()
    return 1 if agent.failed else 0
