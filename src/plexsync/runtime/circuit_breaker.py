"""The circuit breaker of one server: open while the server as a whole does not work, probing until it does.

Only errors of server or settings scope open it; an item's trouble never does (F10). While it is open no job loses an
attempt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from plexsync.domain.errors import BadAnswer, Dropped, NoReply, NotReady, PlexSyncError, TakesNoEdits
from plexsync.runtime.clock import has_come

PROBE_SECONDS = (1.0, 2.0, 3.0)
RARE_AFTER = ((120.0, 10.0), (900.0, 30.0), (3600.0, 120.0))
"""After so many seconds without Stash, the pauses between probes: its file tells of its return as well."""

LONGEST_WAIT = 3600.0
"""However long a server asks to be left alone, it is looked at after an hour."""

PERSON_SECONDS = 60.0
"""The pause between probes of a server that waits for a person."""

_ACCIDENTS = frozenset({BadAnswer.code, Dropped.code, NoReply.code, TakesNoEdits.code})


@dataclass(frozen=True, slots=True)
class Trip:
    """Why and since when (UTC seconds) a breaker is open, and when the next probe is due, a ``pause`` after the last.

    ``away_since`` is when it opened first, whatever the cause was then.
    """

    code: str
    data: Mapping[str, str]
    since: float
    away_since: float
    probes: int
    pause: float
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
        return self.trip is None or has_come(self.trip.next_probe_at, now, self.trip.pause)

    def open(self, error: PlexSyncError, now: float) -> bool:
        """Note a failure; returns True when the breaker was closed or the cause is another one."""
        before = self.trip
        probes = 0 if before is None else min(before.probes + 1, len(PROBE_SECONDS) - 1)
        same = before is not None and before.code == error.code
        since = before.since if before is not None and same else now
        away_since = now if before is None else before.away_since
        asked = min(LONGEST_WAIT, float(error.data.get("retry_after", 0.0)))
        pause = max(asked, _pause(error, probes, now - away_since))
        self.trip = Trip(error.code, error.data, since, away_since, probes, pause, now + pause)
        return not same

    def probe_now(self) -> None:
        """Let a probe through at once: what was wrong may have been mended."""
        if self.trip is not None:
            self.trip = replace(self.trip, next_probe_at=0.0)

    def close(self) -> Trip | None:
        """Note a success; returns what was wrong before, or None."""
        before, self.trip = self.trip, None
        return before


def _pause(error: PlexSyncError, probes: int, away: float) -> float:
    """Return the seconds until the next probe."""
    if isinstance(error, NotReady):
        return PERSON_SECONDS
    if error.data.get("server") != "stash":
        return PROBE_SECONDS[probes]
    return max((pause for after, pause in RARE_AFTER if away >= after), default=PROBE_SECONDS[probes])
