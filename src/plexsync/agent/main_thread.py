"""The agent's main thread: it starts the others, takes quick commands, and shows how things stand.

It asks no server for anything. So it obeys a signal or a command within two seconds, whatever hangs.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from enum import Enum
from functools import partial

from plexsync import __version__
from plexsync.agent import recovery
from plexsync.agent.commands import AT_ONCE, CommandRunner, Inbox
from plexsync.agent.life import Life
from plexsync.agent.plugin import Plugin
from plexsync.agent.settings import PageReader, SettingsWatcher
from plexsync.agent.status import SecondAgentWatch, describe
from plexsync.agent.threads import Deputy, Role, Signals, Threads, Work
from plexsync.detect.plex_events import PlexEventListener
from plexsync.detect.stash_watcher import StashWatcher
from plexsync.domain.advice import explain
from plexsync.domain.errors import StateDamaged
from plexsync.overview.facts import AgentLife, is_session_refused, two_agents
from plexsync.overview.keeper import OverviewKeeper
from plexsync.overview.server_names import ServerNamesReader
from plexsync.overview.watch import MARK as OVERVIEW_MARK
from plexsync.overview.watch import OverviewWatch
from plexsync.reconcile.scheduler import Scheduler
from plexsync.runtime.clock import has_passed
from plexsync.runtime.context import Context
from plexsync.runtime.file_mark import Mark, file_mark
from plexsync.runtime.reach.keeper import AddressKeeper
from plexsync.runtime.shared import Shared
from plexsync.runtime.stash_load.prefetch import Prefetch
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.commands import Command
from plexsync.store.sqlite.errors import is_damage, is_locked, is_passing
from plexsync.store.state import AGENT_STATUS, NOBODY, AgentStatus
from plexsync.sync.worker import Worker

END_SECONDS = 1.2
PAGE_SECONDS = 10.0
POLL_SECONDS = 0.2
QUIET_POLL_SECONDS = 0.5
DEPUTY_POLL_SECONDS = 2.0
QUIET_AFTER = 120.0
BUSY_SECONDS = 0.5
PROOF_SECONDS = 5.0
HOUSE_SECONDS = 1.0
PLUGIN_SECONDS = 2.0
SESSION_SECONDS = 60.0
GONE_SECONDS = 24 * 3600.0
FOLDER_SECONDS = 3.0
ANEW_AT = 3
"""At which failure of one part the whole process begins anew, once: what its threads share may be the cause."""

_log = logging.getLogger("plexsync")


class End(Enum):
    """The sequel of an agent's end: nothing, itself once more, or what an update has put in its place."""

    DONE = "done"
    ANEW = "anew"
    REPLACED = "replaced"


END_OF = {"gone": End.DONE, "replaced": End.REPLACED}
"""The end of this life by what became of the plugin."""


class FolderClosed(Exception):
    """A thread cannot enter the data folder."""


class Agent:
    """All of the agent's parts, put together; :meth:`run` is the main thread's work."""

    def __init__(
        self,
        context: Context,
        plugin: Plugin | None,
        life: Life,
        signals: Signals,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._context = context
        self._plugin = plugin
        self._life = life
        self._signals = signals
        self._bell = signals.bell
        self._now = now
        self._store = Store(context.folder)
        self._store.connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
        self._context.reread(self._store)
        self._shared = Shared.begin(self._context, Prefetch())
        self._workers: dict[str, Worker] = {}
        self._stash_watcher: StashWatcher | None = None
        self._listeners: list[PlexEventListener] = []
        self._starts_enabled = 0
        self._page = PageReader(self._context, self._page_read)
        self._settings = SettingsWatcher(self._store, self._shared, self._page.ask, now)
        self._overview = OverviewWatch(context.folder, now)
        self._inbox = Inbox(self._store, {"wake": self._wake, "restart": self._restart}, now)
        self._threads = Threads(self._failed)
        self._lacks_folder = False
        self.is_held_up = False
        """Whether a server has kept a thread from ending."""
        self._end: End | None = None
        self._started_at = self._moved_at = now()
        self._status = AgentStatus()
        self._second = SecondAgentWatch(self._store, now)
        self._inode = (context.folder / "state.db").stat().st_ino
        self._log_inode = 0
        self._is_displaced = False
        self._log = context.folder / "state.db-wal"
        self._log_mark: Mark = None
        self._deputy = Deputy(self._bell, (self._log, context.folder / OVERVIEW_MARK))
        self._version = -1
        self._proved_at = self._house_at = self._plugin_at = self._kept_at = self._asked_at = 0.0

    def run(self) -> End:
        """Work until stopped."""
        _log.info("agent %s starts, process %d", __version__, os.getpid())
        self._life.begin(self._now())
        try:
            self._open()
            self._serve()
        except sqlite3.Error as trouble:
            if not (is_damage(trouble) or is_passing(trouble)):
                raise
            self._lack_folder(trouble)
        finally:
            self._close()
        if self._lacks_folder:
            return End.ANEW if self._wait_for_folder() else End.DONE
        self._life.end()
        _log.info("agent ends")
        return self._end or End.DONE

    def _open(self) -> None:
        """Start what has to be there from the first moment; the others wait until Stash's page was asked."""
        CommandRunner(self._store, self._shared, self._now).tidy_up()
        self._threads.start(Role("reading the settings on Stash's page", self._page.run, may_be_left=True))
        self._threads.start(Role("carrying out commands", self._with_store(self._run_commands)))
        until = time.monotonic() + PAGE_SECONDS
        while not (self._page.has_asked or self._is_over()) and time.monotonic() < until:
            self._turn()
            self._bell.wait(POLL_SECONDS)
        self._settings.turn()
        self._threads.start(Role("watching Stash", self._with_store(self._run_stash_watcher)))
        for target in self._shared.targets:
            self._threads.start(Role("writing to Plex", self._with_store(partial(self._run_worker, target))))
            self._threads.start(Role("comparing both sides", self._with_store(partial(self._run_scheduler, target))))
            keeper = self._with_store(partial(self._run_address_keeper, target))
            self._threads.start(Role("finding Plex again", keeper, may_be_left=True))
            listener = PlexEventListener(target, self._shared.wanted.set)
            self._listeners.append(listener)
            self._threads.start(Role("listening to Plex", listener.run, may_be_left=True))
        self._threads.start(Role("keeping the overview", self._with_store(self._run_keeper), may_be_left=True))
        self._threads.start(Role("asking the servers' names", self._with_store(self._run_names), may_be_left=True))
        self._threads.start(Role("checking the database", self._with_store(self._run_checkup), may_be_left=True))

    def _with_store(self, work: Callable[[Store, threading.Event], None]) -> Work:
        """Give a role a database connection of its own, as long as it lasts."""

        def run(stop: threading.Event) -> None:
            with closing(self._open_store()) as store:
                work(store, stop)

        return run

    def _open_store(self) -> Store:
        """Open the database for a thread; raises :class:`FolderClosed` where the folder itself cannot be entered."""
        try:
            return Store(self._context.folder)
        except OSError as refusal:
            raise FolderClosed(str(refusal)) from refusal

    def _run_commands(self, store: Store, stop: threading.Event) -> None:
        CommandRunner(store, self._shared, self._now, stop.wait).run(stop)

    def _run_worker(self, target: Target, store: Store, stop: threading.Event) -> None:
        worker = self._workers[target.name] = Worker(store, self._shared, target, self._now)
        worker.run(stop)

    def _run_stash_watcher(self, store: Store, stop: threading.Event) -> None:
        self._stash_watcher = StashWatcher(store, self._shared, self._now, at_rest=self._deputy.poll)
        self._stash_watcher.run(stop)

    def _run_scheduler(self, target: Target, store: Store, stop: threading.Event) -> None:
        Scheduler(store, self._shared, target, self._now).run(stop)

    def _run_keeper(self, store: Store, stop: threading.Event) -> None:
        OverviewKeeper(store, self._context, self._overview, self._life_shown, self._now).run(stop)

    def _run_names(self, store: Store, stop: threading.Event) -> None:
        ServerNamesReader(store, self._context, self._shared.targets[0], self._overview, self._now).run(stop)

    def _run_address_keeper(self, target: Target, store: Store, stop: threading.Event) -> None:
        AddressKeeper(store, self._context, target, self._now).run(stop)

    def _run_checkup(self, store: Store, stop: threading.Event) -> None:
        recovery.Checkup(store, self._life, self._now).run(stop)

    def _is_over(self) -> bool:
        return self._signals.told_to_end or self._lacks_folder or self._end is not None

    def _serve(self) -> None:
        """Wait and look around until something ends this life."""
        while not self._is_over():
            self._turn()
            self._bell.wait(self._pause)

    @property
    def _pause(self) -> float:
        """Seconds until the next turn: more after minutes of silence, and most while the stash watcher polls for both.

        The next turn comes within two seconds, whatever holds the watcher up.
        """
        if not has_passed(QUIET_AFTER, self._moved_at, self._now()):
            return POLL_SECONDS
        return DEPUTY_POLL_SECONDS if self._deputy.is_there and not self._overview.is_wanted else QUIET_POLL_SECONDS

    def _turn(self) -> None:
        try:
            self._settings.turn()
            has_changed = self._has_changed()
            if has_changed:
                self._second.read(self._status)
                self._inbox.take(only=AT_ONCE)
                self._shared.changes.beat()
                self._shared.wanted.set()
            if has_passed(HOUSE_SECONDS, self._house_at, self._now()):
                self._house_at = self._now()
                has_changed |= self._keep_house()
            self._overview.turn(has_moved=has_changed)
        except sqlite3.OperationalError as trouble:
            if not is_locked(trouble):
                raise
            self._version = -1  # another process writes for long: look again at the next turn

    def _has_changed(self) -> bool:
        """Tell whether another connection has written.

        The log's stamp tells it at a fifth of SQLite's price; SQLite itself is asked now and then all the same.
        """
        mark, now = file_mark(self._log), self._now()
        if mark == self._log_mark and self._version >= 0 and not has_passed(PROOF_SECONDS, self._proved_at, now):
            return False
        self._log_mark, self._proved_at = mark, now
        version = self._store.version()
        if version == self._version:
            return False
        self._version, self._moved_at = version, now
        return True

    def _keep_house(self) -> bool:
        """Look after what goes on by itself; tells whether the agent describes itself otherwise than before."""
        if self._watch_file():
            return False
        now = self._now()
        for listener in self._listeners:
            listener.look_after()
        is_other = self._describe()
        if is_other:
            self._context.files.want_session(is_wanted=is_session_refused(self._status.outages))
        self._believe_page()
        if self._moved_at > self._kept_at and has_passed(SESSION_SECONDS, self._kept_at, now):
            self._kept_at = now
            self._context.keep_session()
        if self._plugin is not None and has_passed(PLUGIN_SECONDS, self._plugin_at, now):
            self._plugin_at = now
            self._end = self._end or END_OF.get(self._plugin.fate()) or self._end_without_stash(now)
        return is_other

    def _describe(self) -> bool:
        """Put how this agent stands where all can see it; tells whether it stands otherwise than before."""
        self._second.forget_if_gone()
        found = describe(tuple(self._workers.values()), self._stash_watcher, self._shared, self._started_at)
        status = replace(found, second=self._second.known)
        is_other = status != self._status
        if is_other or self._second.is_sign_due:
            if status.second not in {NOBODY, self._status.second}:
                _log.warning("%s", explain("two_agents", two_agents(status)))
            self._store.state.put(AGENT_STATUS, status)
            self._status = status
            self._second.note_sign()
        return is_other

    def _watch_file(self) -> bool:
        """See whether somebody took ``state.db`` away; then this life ends, and the next begins with what it was."""
        if recovery.is_displaced(self._context.folder, self._inode):
            self._is_displaced, self._end = True, self._end or End.ANEW
            return True
        self._log_inode = 0 if self._log_mark is None else self._log_mark[2]
        return False

    def _believe_page(self) -> None:
        """Ask Stash at once that does not answer, as soon as a page has asked through it."""
        watcher, asked_at = self._stash_watcher, self._overview.asked_at
        if watcher is not None and watcher.breaker.trip is not None and asked_at > self._asked_at:
            watcher.breaker.probe_now()
        self._asked_at = asked_at

    def _life_shown(self) -> AgentLife:
        trips = [worker.breaker.trip for worker in self._workers.values()]
        return AgentLife(next_try_at=max((trip.next_probe_at for trip in trips if trip is not None), default=0.0))

    def _end_without_stash(self, now: float) -> End | None:
        """End where Stash started us and no longer wants us: it is gone for a day, or came back with us off.

        A service of its own goes on: whoever supervises it decides.
        """
        trip = None if self._stash_watcher is None else self._stash_watcher.breaker.trip
        if trip is not None and now - trip.away_since >= GONE_SECONDS:
            _log.info("Stash has been gone for a day: the agent ends until Stash starts it again")
            return End.DONE
        if self._context.plugin_off and self._shared.starts.stash_starts > self._starts_enabled:
            _log.info("Stash came back and has the plugin switched off: the agent ends")
            return End.DONE
        if not self._context.plugin_off:
            self._starts_enabled = self._shared.starts.stash_starts
        return None

    def _page_read(self) -> None:
        self._settings.is_page_new = True
        self._bell.ring()

    def _wake(self, _command: Command) -> dict[str, object]:
        self._settings.reload()
        self._page.ask()
        return {}

    def _restart(self, _command: Command) -> dict[str, object]:
        self._end = End.ANEW
        return {}

    def _failed(self, part: str, trouble: Exception) -> float | None:
        """Say when a thread that failed is tried again; called in that thread."""
        if is_damage(trouble) or is_passing(trouble) or isinstance(trouble, StateDamaged | FolderClosed):
            self._lack_folder(trouble)
            return None
        failure = self._life.fail(part, trouble, self._now(), self._context.redactor.clean)
        _log.error("%s", explain("part_failed", failure.facts(self._now())), exc_info=trouble)
        if failure.times == ANEW_AT:
            self._end = End.ANEW
            self._bell.ring()
        return failure.pause

    def _lack_folder(self, trouble: Exception) -> None:
        recovery.note(self._context.folder, trouble)
        if not self._lacks_folder:
            self._lacks_folder = True
            _log.error("%s Work goes on once it can.", recovery.in_words(trouble, self._context.folder))
        self._bell.ring()

    def _wait_for_folder(self) -> bool:
        """Wait until something can be written into the data folder again; returns False when told to end before."""
        while not self._signals.told_to_end:
            self._bell.wait(FOLDER_SECONDS)
            if not self._signals.told_to_end and recovery.takes_writes(self._context.folder):
                return True
        return False

    def _close(self) -> None:
        """End all threads. One that waits for a server's answer is cut off with the process, as safe as a kill."""
        self._threads.tell_to_stop()
        self._shared.wanted.set()
        self._shared.changes.beat()
        self.is_held_up = not self._threads.join(END_SECONDS)
        with suppress(sqlite3.Error):  # the data folder may be what ended this life
            if not self._lacks_folder:
                self._context.keep_session()
                self._store.state.put(AGENT_STATUS, replace(self._status, ended_at=self._now()))
            if self._is_displaced:
                self._put_back()
            self._store.close()

    def _put_back(self) -> None:
        """Bring back a ``state.db`` that was deleted under this agent: it is open still, and holds all there is."""
        try:
            is_back = recovery.put_back(self._store, self._log_inode)
        except OSError as trouble:
            _log.error("%s", recovery.in_words(trouble, self._context.folder))
            return
        path = str(self._store.folder / "state.db")
        _log.error("%s", explain("state_put_back" if is_back else "state_exchanged", {"path": path}))
