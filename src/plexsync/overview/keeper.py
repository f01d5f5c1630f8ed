"""``overview.json`` in the data folder: the overview as the page gets it, kept by the agent while somebody looks.

``plugin/hook.py`` touches ``overview.wanted`` whenever a page asks, and answers with the file's bytes. The file is
there only while it is kept, so one that is there is true. Nothing is written while nobody looks, or nothing changed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import asdict, replace

from plexsync.overview.facts import AgentLife
from plexsync.overview.overview import Overview, overview_of
from plexsync.overview.watch import OverviewWatch
from plexsync.runtime.clock import has_passed
from plexsync.runtime.context import Context
from plexsync.store import Store
from plexsync.store.files.overview_file import OverviewFile

MOVING_SECONDS = 2.0
RESTING_SECONDS = 30.0
SETTLING_SECONDS = 20.0
"""For so long after something moved it may go on: a state shows only once it has lasted."""


class OverviewKeeper:
    """Keeps the file of one data folder; for one thread. ``life`` tells what only the agent knows."""

    def __init__(
        self,
        store: Store,
        context: Context,
        watch: OverviewWatch,
        life: Callable[[], AgentLife],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._context = context
        self._watch = watch
        self._life = life
        self._now = now
        self._file = OverviewFile(store.folder)
        self._kept: Overview | None = None
        self._made_at = 0.0
        self._drop()

    def run(self, stop: threading.Event) -> None:
        """Keep it until told to stop; nobody waits for the end of this."""
        for _ in self._watch.turns(stop):
            self.turn()

    def turn(self) -> None:
        """Write the file anew if it is time to and something has changed; remove it once nobody looks."""
        if not self._watch.is_wanted:
            self._drop()
        elif self._kept is None or has_passed(self._pause, self._made_at, self._now()):
            self._made_at = self._now()
            self._keep()

    def _drop(self) -> None:
        self._kept = None
        self._file.forget()

    @property
    def _is_settling(self) -> bool:
        return not has_passed(SETTLING_SECONDS, self._watch.moved_at, self._now())

    @property
    def _pause(self) -> float:
        is_moving = self._is_settling or (self._kept is not None and self._kept.moving)
        return MOVING_SECONDS if is_moving else RESTING_SECONDS

    def _keep(self) -> None:
        fresh = overview_of(self._store, self._context.settings, self._life(), self._now())
        fresh = replace(fresh, moving=fresh.moving or self._is_settling)
        is_same = self._kept is not None and replace(fresh, at=self._kept.at) == self._kept
        if is_same and self._file.is_there:
            return
        try:
            self._file.keep(asdict(fresh))
            self._kept = fresh
        except OSError:  # a full disk: better no file than an old one
            self._drop()
