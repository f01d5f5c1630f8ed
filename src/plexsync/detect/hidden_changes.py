"""Finds what no stamp and no count tells, after a write that a poll could not explain.

The order is that of cost. Did somebody only watch something? Has a folder another path? At last comes a full scan, a
page at a time, so that an edit made meanwhile does not have to wait for its end.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from plexsync.detect import folder_renames, full_scan, initial_scan
from plexsync.detect.full_scan_backoff import FullScanBackoff
from plexsync.domain.errors import PlexSyncError
from plexsync.runtime.clock import has_passed
from plexsync.runtime.mass_change import run_for_many
from plexsync.runtime.shared import Shared
from plexsync.stash.capabilities import Capabilities
from plexsync.stash.changes import hints
from plexsync.stash.changes.source import StashSource
from plexsync.store import Store
from plexsync.store.history.runs import SYNC
from plexsync.store.jobs import Priority

ASK_SECONDS = 0.5
FEW = 50
_log = logging.getLogger("plexsync")


@dataclass(slots=True)
class _Scan:
    """A full scan under way: the pages left, its cost in seconds of Stash's time, and how many scenes it has found.

    ``began_at`` is a moment of :class:`Coverage`. It rests for ``rest`` seconds since ``rests_since``. ``run`` is the
    run that the scenes belong to if they are very many.
    """

    stash: StashSource
    pages: Iterator[full_scan.ComparedPage]
    began_at: int
    cost: float = 0.0
    found: int = 0
    rests_since: float = 0.0
    rest: float = 0.0
    run: int = 0


class HiddenChanges:
    """Finds what polls overlook; for the thread of the stash watcher.

    ``wake`` is called when scenes were enqueued.
    """

    def __init__(self, store: Store, shared: Shared, wake: Callable[[], None], now: Callable[[], float]) -> None:
        self._store = store
        self._context = shared.context
        self._coverage = shared.coverage
        self._load_budget = shared.load_budget
        self._wake = wake
        self._now = now
        self._backoff = FullScanBackoff(now())
        self._scan: _Scan | None = None
        self._watched: hints.Watched | None = None
        self._lists_folders = self._is_asking = False
        self._asked_at = 0.0
        self._owed_at = self._coverage.moment()

    def begin(self, stash: StashSource, capabilities: Capabilities) -> None:
        """Note how things stand with a Stash that was not polled before, or not for a while."""
        self._lists_folders = capabilities.folders
        self._watched = stash.watched()
        if capabilities.folders and not folder_renames.are_known(self._store):
            folder_renames.learn(self._store, stash.folders())

    def explain(self) -> None:
        """Find out soon what a write was about that a poll could not explain."""
        self._is_asking = True

    def _ask(self, stash: StashSource) -> None:
        """Owe a full scan where nothing tells what was written; raises server errors, it is then asked again."""
        began = time.monotonic()
        watched = stash.watched()
        has_moved = self._lists_folders and self._enqueue_moved(stash)
        self._load_budget.polls.spend(time.monotonic() - began, self._now())
        before, self._watched = self._watched, watched
        self._is_asking, self._asked_at = False, self._now()
        if has_moved:
            return
        if before not in {None, watched}:
            self.doubt_patiently()
        else:
            self.doubt()

    def doubt(self) -> None:
        """Owe a full scan: nobody polled for a while, the server's clock was set back, or ids may have begun anew."""
        self._owed_at = self._coverage.moment()
        self._backoff.owe(self._now())
        self._coverage.is_searching = True

    def written(self) -> None:
        """Note that somebody writes to Stash."""
        self._backoff.written(self._now())

    def doubt_after_spell(self) -> None:
        """Owe a full scan once Stash is quiet: what explains a write may hide another one."""
        self._owed_at = self._coverage.moment()
        self._backoff.owe_after_spell(self._now())

    def doubt_patiently(self) -> None:
        """Owe a full scan within the hour: what was seen may hide something else, or the file is out of sight."""
        self._owed_at = self._coverage.moment()
        self._backoff.owe_patiently()

    def _enqueue_moved(self, stash: StashSource) -> bool:
        """Enqueue the scenes whose files lay in folders that have another path now; tells whether there are any."""
        has_moved = False
        for scenes in folder_renames.moved(self._store, stash.folders()):
            self._enqueue(scenes, frozenset(), 0)
            has_moved |= bool(scenes)
        return has_moved

    @property
    def is_owing(self) -> bool:
        """Tell whether something written may not be known yet."""
        return self.is_at_work or self._backoff.owes_anything

    @property
    def is_at_work(self) -> bool:
        """Tell whether there is a next step to do soon."""
        return self._is_asking or self._scan is not None

    def go_on(self, stash: StashSource) -> None:
        """Do the next step of the search, and note whether there are more; raises server errors."""
        try:
            self._go_on(stash)
        finally:
            self._coverage.is_searching = self._scan is not None or self._backoff.is_owed

    def _go_on(self, stash: StashSource) -> None:
        """Do the next step: ask what a write was about, or a part of a full scan that is under way or due.

        Raises server errors; the scan is then owed anew.
        """
        if self._scan is not None and self._scan.stash != stash:
            self._scan = None
            self.doubt()
        may_ask = has_passed(ASK_SECONDS, self._asked_at, self._now()) and not self._load_budget.polls.wait(self._now())
        if self._is_asking and may_ask:
            self._ask(stash)
        elif self._is_left_to_run() or not self._load_budget.allows_full_scan(self._now()):
            return
        elif self._scan is None and self._backoff.is_due(self._now()):
            self._backoff.begin()
            self._scan = _Scan(stash, full_scan.pages(self._store, stash, self._now()), self._coverage.moment())
            self._timed(self._scan, self._compare_page)
        elif self._scan is not None and has_passed(self._scan.rest, self._scan.rests_since, self._now()):
            self._timed(self._scan, self._compare_page)

    def _is_left_to_run(self) -> bool:
        """Tell whether a run over all scenes does, or has done, what a full scan would: nothing is asked twice."""
        since = self._owed_at if self._scan is None else self._scan.began_at
        if not self._coverage.has_covered(since):
            return self._coverage.is_covering(since)
        if self._scan is None:
            self._backoff.begin()
        else:
            self._end()
        return True

    def _timed(self, scan: _Scan, step: Callable[[], int]) -> None:
        """Do a step and rest as long as it took, so that a long scan leaves Stash to others half of the time."""
        began = time.monotonic()
        try:
            scan.found += step()
        except PlexSyncError:
            self._account(scan, time.monotonic() - began)
            self._scan = None
            self._owed_at = self._coverage.moment()
            self._backoff.failed(self._now(), scan.cost)
            raise
        self._account(scan, time.monotonic() - began)

    def _account(self, scan: _Scan, cost: float) -> None:
        scan.cost += cost
        scan.rests_since, scan.rest = self._now(), cost
        self._load_budget.full_scans.spend(cost, self._now())

    def _compare_names(self, scan: _Scan) -> int:
        """Compare the names last: by then it is known whether the database is one of before."""
        names = full_scan.names(self._store, scan.stash)
        if names.went_back:
            self._brake(scan)
        number = self._enqueue(names.scenes, frozenset(), scan.run)
        with self._store.transaction():
            for one in names.changed:
                self._store.scenes.remember_entities(one.kind, [initial_scan.entity_row(one)])
            for kind, ids in names.gone.items():
                self._store.scenes.forget_entities(kind, ids)
        return number

    def _compare_page(self) -> int:
        scan = self._scan
        page = None if scan is None else next(scan.pages, None)
        if scan is None:
            return 0
        if page is None:
            scan.found += self._compare_names(scan)
            self._end()
            return 0
        scan.run = scan.run or run_for_many(
            self._store,
            self._context.settings,
            scan.found + len(page.new | page.changed),
            "another Stash",
            self._now(),
        )
        if page.went_back:
            self._brake(scan)
        return self._enqueue(page.new | page.changed, page.gone, scan.run)

    def _brake(self, scan: _Scan) -> None:
        """Make all that is found belong to a run that a brake sees: nobody edited this."""
        scan.run = scan.run or self._store.runs.start(SYNC, "an older Stash", "changed", self._now())

    def _end(self) -> None:
        scan, self._scan = self._scan, None
        if scan is not None:
            self._backoff.done(self._now(), scan.cost, found=scan.found > 0)
            _log.debug("full scan of Stash: %d scenes found in %.1f s", scan.found, scan.cost)

    def _enqueue(self, scenes: frozenset[int], gone: frozenset[int], run: int) -> int:
        """Enqueue scenes, for a run if there is one; returns how many were not queued anyway.

        Those that were get another revision too: the worker may have read them just before they changed.
        """
        wanted = sorted((scenes | gone) - self._store.jobs.unreadable_among(scenes | gone))
        queued = self._store.jobs.queued_among(wanted)
        priority = Priority.BULK if run else Priority.FRESH if len(wanted) <= FEW else Priority.MANY
        for start in range(0, len(wanted), 500):
            with self._store.transaction():
                chunk = wanted[start : start + 500]
                self._store.jobs.enqueue(chunk, priority=priority, origin="full scan", now=self._now(), run_id=run)
        if wanted:
            self._wake()
        return len(wanted) - len(queued)
