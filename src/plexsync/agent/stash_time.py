"""How much of Stash's time the agent takes while somebody else writes there: 5 % in all.

Looks for changes have the larger share, what bulk work reads the smaller one; a fresh edit is read at once, it is
hardly ever more than the look has read already.
"""

from __future__ import annotations

from plexsync.core.time_share import TimeShare

LOOKS, READS = 0.03, 0.015
SAVED = 0.3
LONGEST_LOOK, LONGEST_READ = 2.0, 10.0
BUSY_SECONDS = 3.0


class StashTime:
    """What was taken of one Stash's time lately, and when it was last written to; for two threads."""

    def __init__(self) -> None:
        self.looks = TimeShare(LOOKS, SAVED, LONGEST_LOOK)
        self.reads = TimeShare(READS, SAVED, LONGEST_READ)
        self._written_at = 0.0

    def written(self, now: float) -> None:
        """Note that somebody wrote."""
        self._written_at = now

    def rest(self, now: float) -> float:
        """Return for how many seconds bulk work is not to read; 0 where nobody else needs Stash."""
        return self.reads.wait(now) if 0.0 <= now - self._written_at < BUSY_SECONDS else 0.0
