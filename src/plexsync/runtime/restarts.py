"""Starts: of the agent, and of Stash, which has no hook for it. After each, what happened lately is compared once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

SAME_START_SECONDS = 30.0
"""A restart shows in more than one way: connections refused, then a database opened anew."""


class Restarts:
    """Whether there was a start that nobody has dealt with; for several threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._now = now
        self._noted_at = now()
        self._pending = "agent start"
        self.stash_starts = 0
        """How often another process of Stash was found to answer."""

    def stash_came_back(self) -> None:
        """Note that another process of Stash's answers than before."""
        with self._lock:
            self.stash_starts += 1
            if self._now() - self._noted_at >= SAME_START_SECONDS:
                self._pending = "Stash start"
            self._noted_at = self._now()

    @property
    def pending(self) -> str:
        """The start that is not dealt with yet, "" for none."""
        with self._lock:
            return self._pending

    def done(self, origin: str) -> None:
        """Note that a start is dealt with; one that came meanwhile is not."""
        with self._lock:
            if self._pending == origin:
                self._pending = ""
