"""When to look what is new in Plex: soon after a scene has begun to wait for its file, later, then once a minute."""

from __future__ import annotations

from plexsync.runtime.clock import has_come

PAUSES = (5.0, 15.0, 30.0, 60.0)
DEAF_PAUSE = 15.0
"""The longest pause where Plex does not tell of what happens."""


class PollSchedule:
    """One schedule for all scenes: a poll costs one request, and one or two more where something changed."""

    def __init__(self) -> None:
        self._step = 0
        self.next_at = 0.0  # an earlier agent may have left scenes waiting

    def begin(self, now: float) -> None:
        """Start over: another scene has begun to wait, and Plex may be scanning for it."""
        self._step = 0
        self.next_at = now + PAUSES[0]

    def poll_now(self, now: float) -> None:
        """Look at once: something may have happened unseen."""
        self.next_at = now

    def is_due(self, now: float) -> bool:
        """Tell whether it is time for a poll."""
        return has_come(self.next_at, now, PAUSES[-1])

    def go_on(self, now: float, *, longest: float = PAUSES[-1]) -> None:
        """Plan the next poll, at the latest after so many seconds."""
        self._step = min(self._step + 1, len(PAUSES) - 1)
        self.next_at = now + min(longest, PAUSES[self._step])
