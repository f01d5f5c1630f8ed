"""How much the probe asks of a server: so many requests, so many a second, for so long, and no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plexsync.domain.phrases import counted

MOST_REQUESTS = 120
MOST_SECONDS = 300.0
GAP_SECONDS = 0.25
"""At most four requests a second."""

RESERVED_REQUESTS = 10
"""The last requests are kept back, so that what was changed can be undone."""

RESERVED_SECONDS = 60.0

_NO_MORE = f"the probe asks at most {counted(MOST_REQUESTS, 'request')}"


class Spent(Exception):
    """The probe may ask no more; its text says of what there was no more."""


@dataclass(frozen=True, slots=True)
class ProbeClock:
    """Seconds by a clock that runs evenly, and what waits for some of them."""

    now: Callable[[], float]
    sleep: Callable[[float], None]


class Pace:
    """Counts and spaces the requests of one probe."""

    def __init__(self, clock: ProbeClock, sent: int = 0) -> None:
        """Begin; ``sent`` requests were sent already."""
        self.clock = clock
        self._began = clock.now()
        self._next = self._began
        self.requests = sent
        self._reserved = RESERVED_REQUESTS

    @property
    def seconds(self) -> float:
        """How long the probe has taken so far."""
        return self.clock.now() - self._began

    def take(self, *, restoring: bool = False) -> None:
        """Wait for the turn of the next request.

        Raises :class:`Spent` where it is none of the reserve, which is for requests that put something back, or where
        there is none at all.
        """
        if not restoring:
            self.check()
        elif self.requests >= MOST_REQUESTS:
            raise Spent(_NO_MORE)
        self.clock.sleep(max(0.0, self._next - self.clock.now()))
        self._next = self.clock.now() + GAP_SECONDS
        self.requests += 1

    def reserve(self, requests: int) -> None:
        """Keep so many requests back from now on; raises :class:`Spent` where that leaves none."""
        self._reserved = requests
        self.check()

    def check(self) -> None:
        """Raise :class:`Spent` where nothing more may be written."""
        if self.requests + self._reserved >= MOST_REQUESTS:
            raise Spent(_NO_MORE)
        if self.seconds + RESERVED_SECONDS >= MOST_SECONDS:
            raise Spent(f"the probe takes at most {MOST_SECONDS / 60:.0f} minutes")
