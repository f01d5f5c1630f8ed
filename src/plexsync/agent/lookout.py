"""When to look whether a file that a scene waits for has shown up in Plex: soon, later, then once a minute."""

from __future__ import annotations

PAUSES = (5.0, 15.0, 30.0, 60.0)


class Lookout:
    """One schedule for all waiting scenes: a look costs one or two requests, however many they are."""

    def __init__(self) -> None:
        self._step = 0
        self.next_at: float | None = 0.0  # an earlier agent may have left scenes waiting

    def begin(self, now: float) -> None:
        """Start over: another scene has begun to wait, and Plex may be scanning for it."""
        self._step = 0
        self.next_at = now + PAUSES[0]

    def is_due(self, now: float) -> bool:
        """Tell whether it is time for a look."""
        return self.next_at is not None and now >= self.next_at

    def go_on(self, now: float, *, anything_missing: bool) -> None:
        """Plan the next look, or none when no scene waits any more."""
        self._step = min(self._step + 1, len(PAUSES) - 1)
        self.next_at = now + PAUSES[self._step] if anything_missing else None
