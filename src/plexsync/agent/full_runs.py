"""Complete comparisons of all scenes: what was written to Stash before one began, no pass has to look for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

NEVER = float("-inf")


class FullRuns:
    """Which moments are covered by a run that is under way or was completed, times in UTC seconds.

    One thread carries the runs out, others may ask.
    """

    def __init__(self) -> None:
        self._began_at = self._completed_from = NEVER

    @contextmanager
    def comparing(self, now: float) -> Iterator[None]:
        """Have a run under way that begins now."""
        self._began_at = now
        try:
            yield
        finally:
            self._began_at = NEVER

    def complete(self) -> None:
        """Note that the run under way has seen everything, and asked for whatever is to be done."""
        self._completed_from = self._began_at

    def is_covering(self, moment: float) -> bool:
        """Tell whether a run that began after that is under way."""
        return moment <= self._began_at

    def has_covered(self, moment: float) -> bool:
        """Tell whether a run that began after that has been completed."""
        return moment <= self._completed_from
