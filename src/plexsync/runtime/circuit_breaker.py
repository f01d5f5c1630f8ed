"""The circuit breaker of one server: open while the server as a whole does not work, probing until it does.

Only errors of server or settings scope open it; an item's trouble never does (F10). While it is open no job loses an
attempt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from plexsync.domain.errors import BadAnswer, Dropped, NoReply, PlexSyncError
from plexsync.runtime.clock import has_come

PROBE_SECONDS = (1.0, 2.0, 3.0)

_ACCIDENTS = frozenset({BadAnswer.code, Dropped.code, NoReply.code})


@dataclass(frozen=True, slots=True)
class Trip:
    """Why and since when (UTC seconds) a breaker is open, and when the next probe is due."""

    code: str
    data: Mapping[str, str]
    since: float
    probes: int
    next_probe_at: float

    @property
    def is_lasting(self) -> bool:
        """Tell whether the server was away, so that it may be another one; one request gone wrong is no sign of it."""
        return self.probes > 0 or self.code not in _ACCIDENTS


class CircuitBreaker:
    """Closed (``trip`` is None) or open."""

    def __init__(self) -> None:
        self.trip: Trip | None = None

    def allows(self, now: float) -> bool:
        """Tell whether work, or a probe, may go ahead."""
        return self.trip is None or has_come(self.trip.next_probe_at, now, PROBE_SECONDS[-1])

    def open(self, error: PlexSyncError, now: float) -> bool:
        """Note a failure; returns True when the breaker was closed or the cause is another one."""
        before = self.trip
        probes = 0 if before is None else min(before.probes + 1, len(PROBE_SECONDS) - 1)
        same = before is not None and before.code == error.code
        since = before.since if before is not None and same else now
        self.trip = Trip(error.code, error.data, since, probes, now + PROBE_SECONDS[probes])
        return not same

    def probe_now(self) -> None:
        """Let a probe through at once: what was wrong may have been mended."""
        if self.trip is not None:
            self.trip = replace(self.trip, next_probe_at=0.0)

    def close(self) -> Trip | None:
        """Note a success; returns what was wrong before, or None."""
        before, self.trip = self.trip, None
        return before
