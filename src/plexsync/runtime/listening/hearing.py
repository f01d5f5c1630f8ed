"""Whether Plex's notifications are heard: our own writes must be told, or the stream is deaf."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import Enum

PATIENCE = 20.0
"""Seconds after which a write of ours must have been told."""

ENOUGH_WRITES = 3


class HearingState(str, Enum):
    """The state of the stream of notifications."""

    CLOSED = "closed"
    UNTRIED = "untried"
    HEARD = "heard"
    DEAF = "deaf"


class Hearing:
    """Compares what we wrote with what Plex told; for several threads.

    A stream is deaf if some writes of ours lie a while back, were made while it was open, and nothing of any item was
    told since.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._now = now
        self._is_open = self._was_heard = self._is_deaf = False
        self._writes = 0
        self._first_write_at = 0.0

    def opened(self) -> None:
        """Note that a stream is open; it is judged by the writes from now on."""
        with self._lock:
            self._is_open, self._was_heard, self._writes = True, False, 0

    def closed(self) -> None:
        """Note that no stream is open."""
        with self._lock:
            self._is_open, self._writes = False, 0

    def heard(self) -> None:
        """Note that Plex told something of an item."""
        with self._lock:
            self._was_heard, self._is_deaf, self._writes = True, False, 0

    def wrote(self, number: int) -> None:
        """Note so many writes of our own."""
        with self._lock:
            if self._is_open:
                self._first_write_at = self._first_write_at if self._writes else self._now()
                self._writes += number

    @property
    def state(self) -> HearingState:
        """The present state."""
        with self._lock:
            self._is_deaf = self._is_deaf or self._misses
            if self._is_deaf:
                return HearingState.DEAF
            if not self._is_open:
                return HearingState.CLOSED
            return HearingState.HEARD if self._was_heard else HearingState.UNTRIED

    @property
    def _misses(self) -> bool:
        is_late = self._now() - self._first_write_at >= PATIENCE
        return self._is_open and self._writes >= ENOUGH_WRITES and is_late

    @property
    def misses_writes(self) -> bool:
        """Tell whether the stream that is open now did not tell of writes that were made since it was opened."""
        with self._lock:
            return self._misses

    @property
    def is_deaf(self) -> bool:
        """Tell whether Plex does not tell of what happens, so that it has to be asked more often."""
        return self.state is HearingState.DEAF
