"""How far the feed has read.

Stash compares stamps as text in its own local time, so "above the newest stamp" is blind when clocks are set back in
autumn, when the server moves to another zone, and when a stamp lies in the future. The cursor therefore keeps an
*instant* (by the server's own clock, in the Date header of every answer) and the zone of the newest stamp seen. The
bound is the wall clock of that zone at that instant, less an overlap. Only a zone that moves westwards can
hide a change from it. A widened cursor forgets the zone and asks from the westernmost wall clock there is: nothing
hides from that one, and the zone is learnt anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace

from plexsync.stash import timestamps

OVERLAP = 10.0
"""Seconds a poll reaches behind the newest known stamp: stamps are made before their transaction commits."""

TRUST = 120.0
"""Seconds by which the Date header may run ahead of the stamps (another machine's clock, a long transaction)."""

WIDENED_BY = 3600.0
"""Seconds a widened cursor goes back, so how often at least to use one."""

JITTER = 2.0
"""Seconds two readings of the server's clock may seem to run backwards: the Date header has whole seconds."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the feed has read: opaque to the feed's callers, kept as JSON.

    ``since`` and ``clock`` are UTC seconds of the server's clock: up to when stamps are known, and what it said when
    the last poll began, which may have taken a while. ``zone`` is the server's, in seconds east of UTC, None if
    unknown. ``counts`` and ``newest`` are the number of objects and the highest id by kind.
    """

    since: float
    clock: float
    zone: int | None
    counts: Mapping[str, int]
    newest: Mapping[str, int]

    def to_json(self) -> str:
        """Write it down."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Cursor:
        """Read what :meth:`to_json` wrote; raises ValueError for anything else."""
        try:
            return cls(**json.loads(text))
        except TypeError as error:
            raise ValueError("not a cursor") from error

    def widened(self) -> Cursor:
        """Return one that finds what was stamped in the last hour in any zone."""
        return replace(self, since=self.since - WIDENED_BY, zone=None)

    @property
    def bound(self) -> str:
        """The text above which the stamps of a poll are."""
        return timestamps.wall(self.since - OVERLAP, timestamps.WESTERNMOST if self.zone is None else self.zone)

    def advanced(
        self,
        *,
        asked: float,
        clock: float,
        stamps: Iterable[str],
        counts: Mapping[str, int],
        newest: Mapping[str, int],
    ) -> Cursor:
        """Return the one to go on with after an answer that held ``stamps``.

        ``asked`` and ``clock`` are UTC seconds of the server's clock before and after it found them. The new cursor
        goes on from the latest stamp that is not in the future (of several the westernmost, whose bound is lowest), or
        from near the clock where that one is long past.
        """
        known = {stamp: zone for stamp in stamps if (zone := timestamps.zone(stamp)) is not None}
        latest = max(
            (stamp for stamp in known if timestamps.instant(stamp) <= clock + JITTER),
            key=lambda stamp: (timestamps.instant(stamp), -known[stamp]),
            default=None,
        )
        trusted = asked - TRUST
        return Cursor(
            since=min(asked, trusted if latest is None else max(timestamps.instant(latest), trusted)),
            clock=asked,
            zone=self.zone if latest is None else known[latest],
            counts=counts,
            newest=newest,
        )

    def set_back(self, clock: float) -> bool:
        """Tell whether a reading of the server's clock lies before the last one."""
        return clock + JITTER < self.clock

    def vanished(self, counts: Mapping[str, int], newest: Mapping[str, int]) -> frozenset[str]:
        """Name the kinds that grew by less than their ids did: Stash never gives an id twice."""
        return frozenset(
            kind
            for kind, count in counts.items()
            if newest[kind] < self.newest[kind] or count - self.counts[kind] < newest[kind] - self.newest[kind]
        )
