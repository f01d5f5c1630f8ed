"""How many requests come in a second."""

from __future__ import annotations

from collections import deque


class Tempo:
    """Remembers when requests were let in, by the seconds of any clock that only goes forward."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def has_room(self, now: float, limit: int) -> bool:
        """Whether one more request may come in; a limit of 0 lets all in."""
        if not limit:
            return True
        while self._times and self._times[0] <= now - 1.0:
            self._times.popleft()
        if len(self._times) >= limit:
            return False
        self._times.append(now)
        return True
