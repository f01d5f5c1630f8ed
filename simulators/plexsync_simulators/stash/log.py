"""The server's log, kept in memory for tests to read."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from plexsync_simulators.stash.clock import Clock

_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its time, its level (trace, debug, info, warning, error, progress) and its text."""

    time: str
    level: str
    message: str


class Log:
    """The newest lines. `written` counts all there ever were."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lines: deque[Line] = deque(maxlen=_KEPT)
        self.written = 0

    def add(self, level: str, message: str) -> None:
        """Add a line."""
        self._lines.append(Line(self._clock.precise(), level, message))
        self.written += 1

    def lines(self) -> list[Line]:
        """Return the lines kept, oldest first."""
        return list(self._lines)
