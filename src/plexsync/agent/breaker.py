"""The circuit breaker of one server: open while the server as a whole does not work, probing until it does.

Only errors of server or settings scope open it; an item's trouble never does (F10). While it is open no job loses an
attempt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plexsync.agent.elapsed import has_come
from plexsync.errors import PlexSyncError

PROBE_SECONDS = (1.0, 2.0, 3.0, 5.0)


@dataclass(frozen=True, slots=True)
class Trip:
    """Why and since when (UTC seconds) a breaker is open, and when the next probe is due."""

    code: str
    data: Mapping[str, str]
    since: float
    probes: int
    next_probe_at: float


class Breaker:
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

    def close(self) -> Trip | None:
        """Note a success; returns what was wrong before, or None."""
        before, self.trip = self.trip, None
        return before
