"""How fast work goes: scenes finished a minute, over the last five."""

from __future__ import annotations

from collections import deque

SECONDS = 300.0


class Throughput:
    """Counts what was finished lately; moments are UTC seconds."""

    def __init__(self) -> None:
        self._finished: deque[tuple[float, int]] = deque()

    def note(self, number: int, now: float) -> None:
        """Note that so many were finished just now."""
        self._finished.append((now, number))
        while self._finished and self._finished[0][0] <= now - SECONDS:
            self._finished.popleft()

    def per_minute(self, now: float) -> float:
        """Return how many a minute were finished."""
        return sum(number for at, number in tuple(self._finished) if at > now - SECONDS) * 60 / SECONDS
