"""How much of Stash's time the agent takes while somebody else writes there: 5 % in all.

Polls for changes have the largest share, bulk reads and full scans smaller ones. A fresh edit is read at once: it is
hardly ever more than the poll has read already.
"""

from __future__ import annotations

from plexsync.net.rate_budget import RateBudget

POLLS, READS, FULL_SCANS = 0.025, 0.0125, 0.0075
SAVED = 0.3
LONGEST_POLL, LONGEST_READ, LONGEST_STEP = 2.0, 10.0, 300.0
BUSY_SECONDS = 3.0


class LoadBudget:
    """The time that was taken of one Stash lately, and its last write; for two threads."""

    def __init__(self) -> None:
        self.polls = RateBudget(POLLS, SAVED, LONGEST_POLL)
        self.reads = RateBudget(READS, SAVED, LONGEST_READ)
        self.full_scans = RateBudget(FULL_SCANS, SAVED, LONGEST_STEP)
        self._written_at = 0.0

    def written(self, now: float) -> None:
        """Note that somebody wrote."""
        self._written_at = now

    def rest(self, now: float) -> float:
        """Return for how many seconds bulk work is not to read; 0 where nobody else needs Stash."""
        return self.reads.wait(now) if self._is_written_to(now) else 0.0

    def allows_full_scan(self, now: float) -> bool:
        """Tell whether a full scan may take its next step: it waits only where somebody else needs Stash."""
        return not self._is_written_to(now) or self.full_scans.wait(now) == 0.0

    def _is_written_to(self, now: float) -> bool:
        return 0.0 <= now - self._written_at < BUSY_SECONDS
