"""Whether the machine's clock was set: it then goes another way than the steady one, which nobody can set."""

from __future__ import annotations

import time
from collections.abc import Callable

JUMP_SECONDS = 5.0


class ClockWatch:
    """Compares both clocks with how they stood at the beginning."""

    def __init__(self, now: Callable[[], float], steady: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._steady = steady
        self._apart = now() - steady()

    @property
    def set_by(self) -> float:
        """By how many seconds the clock was set since the beginning; 0.0 for what is no jump."""
        seconds = self._now() - self._steady() - self._apart
        return seconds if abs(seconds) >= JUMP_SECONDS else 0.0
