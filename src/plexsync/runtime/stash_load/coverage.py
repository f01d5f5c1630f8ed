"""Complete comparisons of all scenes: what was written to Stash before one began, no full scan has to look for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

NEVER = -1


class Coverage:
    """The moments that are covered by a run that is under way or was completed.

    Moments are numbers that only grow, for a clock may be set back. One thread carries the runs out, others may ask.
    """

    def __init__(self) -> None:
        self._moments = count()
        self._began_at = self._completed_from = NEVER
        self.is_searching = False
        """Whether a full scan is under way or owed: more may turn up that belongs together."""

    def moment(self) -> int:
        """Return the present moment, which comes after all others asked for."""
        return next(self._moments)

    @contextmanager
    def comparing(self) -> Iterator[None]:
        """Have a run under way that begins now."""
        self._began_at = self.moment()
        try:
            yield
        finally:
            self._began_at = NEVER

    def complete(self) -> None:
        """Note that the run under way has seen everything, and asked for whatever is to be done."""
        self._completed_from = self._began_at

    def is_covering(self, moment: int) -> bool:
        """Tell whether a run that began after that is under way."""
        return moment <= self._began_at

    def has_covered(self, moment: int) -> bool:
        """Tell whether a run that began after that has been completed."""
        return moment <= self._completed_from
