"""The agent as a process: it takes the lock, lives, and begins anew where that helps.

Nothing unexpected ends it. A failure of the main thread is waited out here, with the lock kept; then the process begins
anew in place. One that the system kills cannot do so: hook, task, page or a service manager start the next.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from pathlib import Path
from typing import TextIO

from plexsync.agent import recovery, spawn
from plexsync.agent.commands import RestartRequests
from plexsync.agent.life import PAUSES, Life, PartFailure
from plexsync.agent.lock import AgentLock
from plexsync.agent.log import keep_crashes, open_log
from plexsync.agent.main_thread import END_OF, Agent, End
from plexsync.agent.plugin import Plugin
from plexsync.agent.threads import Signals
from plexsync.domain.advice import explain
from plexsync.domain.errors import PlexSyncError
from plexsync.runtime.clock import has_come
from plexsync.runtime.context import Context
from plexsync.store.sqlite.errors import is_damage, is_passing

PATIENCE = 3.0
POLL_SECONDS = 1.0
STARTING, RUNNING = "starting", "running in the background"
_log = logging.getLogger("plexsync")


class Crash(Exception):
    """The process before this one crashed outside of Python's reach."""


def run(folder: Path, plugin: Path | None, echo: TextIO | None = None) -> int:
    """Be the agent of a data folder until stopped; returns the exit code.

    It is 3 when another agent has the lock. ``plugin`` is the installed plugin's folder, whose fate the agent shares;
    ``echo`` gets the log as well. Raises what a person has to put right before it can start; its log says so too.
    """
    lock = AgentLock(folder)
    if not (lock.resume() or lock.take(PATIENCE)):
        return 3
    try:
        end = _live(folder, None if plugin is None else Plugin(plugin), echo)
    except (PlexSyncError, OSError, sqlite3.Error) as trouble:
        recovery.note(folder, trouble)
        _log.error("%s", recovery.in_words(trouble, folder))
        lock.release()
        raise
    if end is End.ANEW:
        lock.hand_over()
    else:
        lock.release()  # another version may know nothing of a lock that is handed over
    if end is not End.DONE:
        spawn.start_again()
    return 0


def _live(folder: Path, plugin: Plugin | None, echo: TextIO | None) -> End:
    """Live once; tell what comes after."""
    context, life, signals = Context(folder), Life(folder), Signals()
    open_log(folder, context.redactor, echo)
    agent = None
    try:
        crash = keep_crashes(folder)
        if crash:
            _log.error("the agent before this one crashed:\n%s", crash)
            life.fail(RUNNING, Crash(crash.partition("\n")[0]), time.time(), context.redactor.clean)
        _mend(folder, life, signals)
        signals.listen()
        agent = Agent(context, plugin, life, signals)
        end = _unless_told(agent.run(), signals)
    except Exception as trouble:
        if agent is None and _is_for_a_person(trouble):
            raise
        part = STARTING if agent is None else RUNNING
        failure = life.fail(part, trouble, time.time(), context.redactor.clean)
        _log.exception("%s", explain("part_failed", failure.facts(time.time())))
        end = _unless_told(_wait_out(failure, folder, plugin, signals), signals)
    if end is End.DONE and plugin is not None and plugin.fate() == "gone":
        plugin.clear_away()
    if end is End.DONE and agent is not None and agent.is_held_up:
        logging.shutdown()
        os._exit(0)  # Python itself would wait for threads of a pool, and they for the server
    return end


def _unless_told(end: End, signals: Signals) -> End:
    """Return the end; whoever was told to end while it came about does not begin anew."""
    return End.DONE if end is not End.DONE and signals.put_off() else end


def _mend(folder: Path, life: Life, signals: Signals) -> None:
    """Read the whole database before anything else where there is a reason; it takes seconds in a large library."""
    if life.before.may_be_damaged or recovery.is_doubtful(folder):
        signals.let_through()
        recovery.mend(folder, time.time())
        life.checked(time.time())


def _is_for_a_person(trouble: Exception) -> bool:
    """Tell whether a start can only succeed once a person has put something right."""
    return isinstance(trouble, PlexSyncError | OSError) or is_damage(trouble) or is_passing(trouble)


def _wait_out(failure: PartFailure, folder: Path, plugin: Plugin | None, signals: Signals) -> End:
    """Wait for the moment to try again, or for a person who wants it now."""
    requests = RestartRequests(folder)
    while not signals.told_to_end:
        if has_come(failure.next_at, time.time(), PAUSES[-1]) or requests.take(time.time()):
            return End.ANEW
        end = None if plugin is None else END_OF.get(plugin.fate())
        if end is not None:
            return end
        signals.bell.wait(POLL_SECONDS)
    return End.DONE
