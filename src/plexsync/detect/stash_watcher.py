"""Watches Stash's database file, asks Stash what changed, and decides when to ask again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from plexsync.detect import initial_scan
from plexsync.detect.hidden_changes import HiddenChanges
from plexsync.detect.poll_recorder import PollRecorder
from plexsync.detect.poll_verdicts import YOUNG_SECONDS, has_happened
from plexsync.domain.errors import Dropped, PlexSyncError, Unreachable
from plexsync.runtime.circuit_breaker import CircuitBreaker
from plexsync.runtime.clock import has_passed
from plexsync.runtime.observer.happenings import BreakerClosed, BreakerOpened
from plexsync.runtime.shared import Shared
from plexsync.runtime.sync_state import is_scanned
from plexsync.stash.capabilities import Capabilities
from plexsync.stash.changes.cursor import Cursor
from plexsync.stash.changes.feed import FeedPoll
from plexsync.stash.changes.file_watch import FileWatch
from plexsync.stash.changes.source import StashServer, StashSource
from plexsync.stash.client import SERVER
from plexsync.store import Store
from plexsync.store.state import CURSOR, SEEN_FILE

WATCH_SECONDS = 0.1
QUIET_SECONDS = 0.6
QUIET_AFTER = 120.0
POLLS = 3
SETTLE_SECONDS = 0.15
CLOCK_STEP = 0.005
PROOF_SECONDS = 60.0
WIDENED_SECONDS = 1800.0
UNEXPLAINED_SECONDS = 60.0
TIDIES_AFTER = (28.0, 34.0)
_log = logging.getLogger("plexsync")


@dataclass(frozen=True, slots=True)
class WatchedStash:
    """The Stash that is watched: what it can be asked, and its file."""

    stash: StashSource
    capabilities: Capabilities
    file: FileWatch


class StashWatcher:
    """Turns what Stash says into jobs; all of it runs in one thread.

    ``source`` returns the Stash of today and raises a settings error as long as none is known. ``at_rest`` is called
    whenever this thread wakes from a pause in silence.
    """

    def __init__(
        self,
        store: Store,
        shared: Shared,
        now: Callable[[], float] = time.time,
        source: Callable[[], StashSource] | None = None,
        at_rest: Callable[[], object] = object,
    ) -> None:
        self._store = store
        self._shared = shared
        self._now = now
        self._at_rest = at_rest
        self._source = source or (lambda: StashServer(shared.context.stash, shared.context.stash_folder))
        self._watched: WatchedStash | None = None
        self._cursor: Cursor | None = None
        """Ahead of the kept one where polls found nothing, for nothing is written then."""
        self._last_file: FileWatch | None = None
        self._polled_at = self._widened_at = self._poll_ended = 0.0
        self._widen_after = WIDENED_SECONDS
        self._is_deaf = False
        self._moved = True
        self._reopened = False
        self._written_at = 0.0
        self._moved_at = now()
        self._hidden_changes = HiddenChanges(store, shared, self._wake, now)
        self._recorder = PollRecorder(store, shared, self._hidden_changes.doubt, self._wake, now)
        self.breaker = CircuitBreaker()

    def run(self, stop: threading.Event) -> None:
        """Watch until told to stop."""
        while not stop.is_set():
            self.turn(stop.wait)
            self._rest(stop)
        self.leave()

    def leave(self) -> None:
        """Note how the database file stands, if all that was written to it is known: the next life need not search."""
        watched = self._watched
        if watched is None or self._moved or not self.sees_file or self._hidden_changes.is_owing:
            return
        if not watched.file.moved():
            self._store.state.put(SEEN_FILE, watched.file.trace)

    def _rest(self, stop: threading.Event) -> None:
        """Look less often after minutes of silence, and then at the log alone.

        An edit that ends the silence still reaches Plex within half a second, taking the middle of many.
        """
        if not self._is_quiet:
            stop.wait(WATCH_SECONDS)
            return
        for _ in range(POLLS):
            if stop.wait(QUIET_SECONDS):
                return
            self._at_rest()
            if not self._is_still():
                return

    @property
    def _is_quiet(self) -> bool:
        """Tell whether the file has not moved for minutes and there is nothing else to do."""
        return has_passed(QUIET_AFTER, self._moved_at, self._now()) and not self._hidden_changes.is_at_work

    def _is_still(self) -> bool:
        """Tell whether the file says that there is nothing to do: not while it is out of sight, or Stash is away."""
        watched = self._watched
        return watched is not None and self.sees_file and self.breaker.trip is None and watched.file.is_still()

    def _wake(self) -> None:
        self._shared.urgent.set()
        self._shared.wanted.set()

    @property
    def sees_file(self) -> bool:
        """Tell whether the database file is in sight and tells of writes."""
        return self._watched is not None and self._watched.file.visible and not self._is_deaf

    def turn(self, wait: Callable[[float], object]) -> None:
        """Poll if something was written, or if it is time to."""
        if not (self.breaker.allows(self._now()) or self._has_come_back()):
            return
        try:
            watched = self._set_up()
            is_due = self._is_due(watched)
            if self._moved:
                self._moved_at = self._now()
            if is_due or self.breaker.trip is not None:  # only an answer tells that it is over
                self._let_settle(watched, wait)
                self._poll(watched)
            else:
                self._hidden_changes.go_on(watched.stash)
            self._mend()
        except PlexSyncError as error:
            self._note(error)

    def _has_come_back(self) -> bool:
        """Tell whether the database file of a Stash that is away moves: it is starting, or somebody works with it."""
        return self._last_file is not None and self._last_file.moved()

    def _note(self, error: PlexSyncError) -> None:
        was_open = self.breaker.trip is not None
        if self.breaker.open(error, self._now()):
            self._shared.observer.tell(BreakerOpened("feed", error, was_open))
        if self.breaker.trip is not None and self.breaker.trip.is_lasting:
            self._watched = None

    def _mend(self) -> None:
        trip = self.breaker.close()
        if trip is not None:
            self._shared.observer.tell(BreakerClosed("feed", trip.code, self._now() - trip.since))
            for target in self._shared.targets:
                if target.breaker.trip is not None and target.breaker.trip.data.get("server") == SERVER:
                    target.breaker.probe_now()
            if trip.code == Unreachable.code or (trip.code == Dropped.code and trip.probes):
                self._note_start()  # nobody listened at its address: it is another process now

    def _note_start(self) -> None:
        self._shared.starts.stash_came_back()
        self._shared.changes.beat()

    def _set_up(self) -> WatchedStash:
        """Find out once per Stash, and after each trouble, what it can be asked."""
        watched, stash = self._watched, self._source()
        if watched is not None and watched.stash == stash:
            return watched
        watched = WatchedStash(stash, stash.capabilities(), stash.file_watch())
        self._widened_at = 0.0  # after a start or an outage the server may stand in another zone
        was_scanned = is_scanned(self._store)
        if not was_scanned:
            initial_scan.take(self._store, stash, self._now)
            self._widened_at = self._now()
            self._shared.wanted.set()
        is_known = watched.file.visible and self._store.state.get(SEEN_FILE) == watched.file.trace
        if was_scanned and not is_known:
            self._hidden_changes.doubt()  # for writes while nobody looked
        self._cursor = None
        self._hidden_changes.begin(stash, watched.capabilities)
        self._watched, self._moved, self._is_deaf = watched, not is_known, False
        self._last_file = watched.file
        _log.info("Stash's database file is %s", "in sight" if watched.file.visible else "out of sight: polling")
        return watched

    def _is_due(self, watched: WatchedStash) -> bool:
        self._moved = watched.file.moved() or self._moved
        if self.sees_file:
            is_free = self._shared.load_budget.polls.wait(self._now()) == 0.0
            return (self._moved and is_free) or has_passed(PROOF_SECONDS, self._polled_at, self._now())
        return has_passed(self._shared.context.settings.number("poll_seconds"), self._polled_at, self._now())

    def _let_settle(self, watched: WatchedStash, wait: Callable[[float], object]) -> None:
        """After a write, let Stash finish: after its commit a bulk edit reads all its scenes again for its answer."""
        if self._moved:
            since = self._now() - watched.file.written_at
            if not 0 <= since <= QUIET_SECONDS:  # another machine's clock tells nothing
                since = 0.0
            wait(max(0.0, SETTLE_SECONDS - since))
            watched.file.moved()  # this poll sees all writes until now, and they need no other one
            wait(CLOCK_STEP)

    def _poll(self, watched: WatchedStash) -> None:
        cursor = self._cursor or Cursor.from_json(self._store.state.get(CURSOR, ""))
        widened = has_passed(self._widen_after, self._widened_at, self._now())
        announced, self._moved = self._moved, False
        self._reopened = watched.file.reopened() or self._reopened
        found = self._ask(watched, cursor.widened() if widened else cursor)
        self._polled_at = self._now()
        self._widened_at = self._polled_at if widened else self._widened_at
        self._shared.load_budget.polls.spend(found.cost_seconds, self._polled_at)
        explained = self._recorder.explains(found)
        may_be_young = announced or not self.sees_file
        news = self._recorder.record(watched.stash, found, cursor.clock, may_be_young=may_be_young, widened=widened)
        self._cursor = found.cursor
        # A move that nothing explains may be an edit whose stamp lies in another zone than thought.
        self._widen_after = UNEXPLAINED_SECONDS if announced and not news and not widened else WIDENED_SECONDS
        self._doubt(found, announced=announced, explained=explained, has_news=news > 0)
        self._hear(watched, found, cursor, is_untold=bool(news) and not announced)

    def _ask(self, watched: WatchedStash, cursor: Cursor) -> FeedPoll:
        try:
            found = watched.stash.poll(cursor, watched.capabilities)
        except PlexSyncError:
            self._moved = True
            raise
        if self._reopened:  # only now: when the file is closed nobody answers yet
            self._reopened = False
            self._recorder.database_was_closed()
            self._note_start()
        return found

    def _hear(self, watched: WatchedStash, found: FeedPoll, before: Cursor, *, is_untold: bool) -> None:
        """See whether the file still tells of writes: a change that it did not announce shows that it does not."""
        untold = is_untold and has_happened(found, max(before.clock, self._poll_ended) + YOUNG_SECONDS)
        self._poll_ended = found.cursor.clock + found.cost_seconds
        self._moved = watched.file.moved() or self._moved  # a write since the poll is the next one's to see
        if untold and self.sees_file and not self._moved:
            self._is_deaf = True
            _log.warning("Stash's database file changed without telling: polling from now on")

    def _doubt(self, found: FeedPoll, *, announced: bool, explained: bool, has_news: bool) -> None:
        """See what a poll may have missed: what explains one write may hide another made in the same moment."""
        if found.clock_back or found.ids_back:
            self._hidden_changes.doubt()
        if announced or not self.sees_file:
            self._hidden_changes.doubt_patiently()
        if announced and not explained and self.sees_file and not self._tidies_up():
            self._hidden_changes.written()
            self._hidden_changes.explain()
        elif has_news or (announced and explained):  # a widened poll tells old changes again: no sign of a write
            self._hidden_changes.doubt_after_spell()
        if announced:
            self._written_at = self._now()
            self._shared.load_budget.written(self._written_at)

    def _tidies_up(self) -> bool:
        """Tell whether a write may be Stash's own: it closes its connections half a minute after the last write.

        Each of them then writes its statistics (`PRAGMA optimize` in pkg/sqlite/driver.go, traced on a v0.30.1).
        """
        first, last = TIDIES_AFTER
        return first <= self._now() - self._written_at <= last
