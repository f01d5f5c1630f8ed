"""Everything that the agent's threads share."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from plexsync.runtime.context import Context
from plexsync.runtime.observer import log
from plexsync.runtime.observer.counters import Counters
from plexsync.runtime.observer.observer import Observer
from plexsync.runtime.observer.own_writes import OwnWrites
from plexsync.runtime.restarts import Restarts
from plexsync.runtime.stash_load.coverage import Coverage
from plexsync.runtime.stash_load.load_budget import LoadBudget
from plexsync.runtime.stash_load.prefetch import Prefetch
from plexsync.runtime.target import Target, targets_of

REST_SECONDS = 0.25


class Pulse:
    """Counts beats; each thread remembers how many it has seen, so it misses none."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._beats = 0

    def beat(self) -> None:
        """Wake all who wait."""
        with self._condition:
            self._beats += 1
            self._condition.notify_all()

    def wait(self, seen: int, seconds: float) -> int:
        """Wait for a beat beyond those ``seen``, so many seconds at most; returns how many there were."""
        with self._condition:
            self._condition.wait_for(lambda: self._beats != seen, seconds)
            return self._beats


@dataclass(frozen=True, slots=True)
class Shared:
    """Settings, targets, what was read and compared, starts, two signals, and who is told what happens."""

    context: Context
    targets: tuple[Target, ...]
    prefetch: Prefetch
    wanted: threading.Event
    urgent: threading.Event
    starts: Restarts
    coverage: Coverage
    load_budget: LoadBudget
    counters: Counters
    observer: Observer
    changes: Pulse
    """Beats when somebody has written to ``state.db``, settings were read, or Stash came back."""

    @classmethod
    def begin(cls, context: Context, prefetch: Prefetch) -> Shared:
        """Make one in which nothing has happened yet."""
        counters, targets = Counters(), targets_of(context)
        return cls(
            context,
            targets,
            prefetch,
            threading.Event(),
            threading.Event(),
            Restarts(),
            Coverage(),
            LoadBudget(),
            counters,
            Observer(log.listen, counters.listen, *(OwnWrites(target.hearing).listen for target in targets)),
            Pulse(),
        )

    def rest(self, seconds: float) -> None:
        """Do nothing for so long, a quarter of a second at most, or until there is a fresh edit."""
        self.urgent.wait(min(seconds, REST_SECONDS))
