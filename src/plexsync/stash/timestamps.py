"""Stash's time stamps: RFC 3339 text in the server's own zone, compared by the server as text.

``updated_at > ?`` is a comparison of strings, and the strings hold local time with an offset (recorded tz_filter_*).
So a bound for it is built from an instant and a zone as wall-clock text *without* an offset: that sorts before every
stamp of the same second, whichever offset that one carries (recorded tz_filter_no_zone).
"""

from __future__ import annotations

import calendar
import math
import re
from datetime import datetime, timedelta

WESTERNMOST = -12 * 3600
"""Seconds east of UTC of the zone whose clocks are furthest behind."""

_STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|([+-])(\d\d):(\d\d))")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001


def zone(stamp: str) -> int:
    """Return the seconds east of UTC of a stamp's zone; raises ValueError for text that is no stamp."""
    sign, hours, minutes = _parts(stamp).group(7, 8, 9)
    if sign is None:
        return 0
    seconds = int(hours) * 3600 + int(minutes) * 60
    return -seconds if sign == "-" else seconds


def instant(stamp: str) -> int:
    """Return a stamp as UTC seconds, its fraction left off; raises ValueError for text that is no stamp."""
    year, month, day, hour, minute, second = (int(part) for part in _parts(stamp).group(1, 2, 3, 4, 5, 6))
    return calendar.timegm((year, month, day, hour, minute, second)) - zone(stamp)


def wall(moment: float, east: int) -> str:
    """Return the wall clock of a zone at an instant, as a bound: every stamp made then or later there sorts above it.

    Instants before the year 1 or after 9999 give the first or last wall clock there is.
    """
    try:
        shown = _EPOCH + timedelta(seconds=math.floor(moment) + east)
    except OverflowError:
        shown = datetime.min if moment < 0 else datetime.max  # noqa: DTZ901
    return f"{shown.year:04}-{shown:%m-%dT%H:%M:%S}"


def _parts(stamp: str) -> re.Match[str]:
    found = _STAMP.fullmatch(stamp)
    if found is None:
        raise ValueError(f"not an RFC 3339 time: {stamp!r}")
    return found
