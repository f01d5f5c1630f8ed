"""A share of somebody else's time, saved up while nothing is asked of them: only what goes on and on is slowed."""

from __future__ import annotations


class RateBudget:
    """At most ``share`` of the time in the long run; ``saved`` seconds at most are spent without a wait.

    Moments are seconds by any clock. The cost may exceed what there is; the rest is then waited for, but never
    longer than ``longest``.
    """

    def __init__(self, share: float, saved: float, longest: float) -> None:
        self._share = share
        self._saved = saved
        self._longest = longest
        self._balance = saved
        self._at: float | None = None

    def spend(self, seconds: float, now: float) -> None:
        """Note that so much of their time was taken."""
        self._balance = max(self._grown(now) - seconds, -self._longest * self._share)
        self._at = now

    def wait(self, now: float) -> float:
        """Return how many seconds there are still to wait until more may be taken."""
        return max(0.0, -self._grown(now) / self._share)

    def _grown(self, now: float) -> float:
        if self._at is None or now < self._at:  # the clock was set back: count from there
            self._at = now
        return min(self._saved, self._balance + (now - self._at) * self._share)
