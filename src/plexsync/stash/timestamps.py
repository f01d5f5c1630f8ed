"""Stash's time stamps: RFC 3339 text in the server's own zone, compared by the server as text.

``updated_at > ?`` is a comparison of strings, and the strings hold local time with an offset (recorded tz_filter_*).
So a bound for it is built from an instant and a zone as wall-clock text *without* an offset: that sorts before every
stamp of the same second, whichever offset that one carries (recorded tz_filter_no_zone).
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta

WESTERNMOST = -12 * 3600
"""Seconds east of UTC of the zone whose clocks are furthest behind."""

EASTERNMOST = 14 * 3600
"""Seconds east of UTC of the zone whose clocks are furthest ahead."""

NEVER = -(2**40)
"""The instant of what is no stamp: long before all others, so that it makes nothing young or new."""

_STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001


def zone(stamp: str) -> int | None:
    """Return the seconds east of UTC of a stamp's zone, None for text that is no stamp."""
    found = _parse(stamp)
    return None if found is None else found[1]


def instant(stamp: str) -> int:
    """Return a stamp as UTC seconds, its fraction left off; :data:`NEVER` for text that is no stamp."""
    found = _parse(stamp)
    return NEVER if found is None else found[0]


def is_same(one: str, other: str) -> bool:
    """Tell whether two stamps name one instant, in whatever zones."""
    return one == other or instant(one) == instant(other)


def may_be_same(one: str, other: str) -> bool:
    """Tell whether two stamps may name one instant; "" is no stamp and rules nothing out."""
    return not (one and other) or is_same(one, other)


def is_older(one: str, other: str) -> bool:
    """Tell whether a stamp is older than another one; "" is no stamp and tells nothing."""
    return bool(one and other) and instant(one) < instant(other)


def wall(moment: float, east: int) -> str:
    """Return the wall clock of a zone at an instant, as a bound: every stamp made then or later there sorts above it.

    Instants before the year 1 or after 9999 give the first or last wall clock there is.
    """
    try:
        shown = _EPOCH + timedelta(seconds=math.floor(moment) + east)
    except OverflowError:
        shown = datetime.min if moment < 0 else datetime.max  # noqa: DTZ901
    return f"{shown.year:04}-{shown:%m-%dT%H:%M:%S}"


def _parse(stamp: str) -> tuple[int, int] | None:
    """Return a stamp's UTC seconds and its zone."""
    found = _STAMP.fullmatch(stamp)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.group(1, 2, 3, 4, 5, 6))
    sign, hours, minutes = found.group(7, 8, 9)
    east = 0 if sign is None else (int(hours) * 3600 + int(minutes) * 60) * (-1 if sign == "-" else 1)
    try:
        days = date(year, month, day).toordinal() - _EPOCH.toordinal()
        time(hour, minute, second)
    except ValueError:
        return None
    if not WESTERNMOST <= east <= EASTERNMOST:
        return None
    return days * 86400 + hour * 3600 + minute * 60 + second - east, east
