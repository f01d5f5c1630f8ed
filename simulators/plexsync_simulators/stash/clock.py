"""The server's clock: it tells the time in the server's own zone, and a test may move it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo


class Clock:
    """A wall clock plus `offset` seconds, told as Stash stores times: RFC 3339 text with the zone's own offset."""

    def __init__(self, zone: str = "UTC", seconds: Callable[[], float] = time.time) -> None:
        self.offset = 0.0
        self.seconds = seconds
        self._zone = _zone(zone)
        self._stamped = (0, "")

    def set_zone(self, zone: str) -> None:
        """Move the server to another time zone; texts stored before stay as they are (recording `tz_all_*`)."""
        self._zone = _zone(zone)
        self._stamped = (0, "")

    def now(self) -> datetime:
        """Return the present in the server's zone."""
        return datetime.fromtimestamp(self.seconds() + self.offset, timezone.utc).astimezone(self._zone)

    def stamp(self) -> str:
        """Return the present in whole seconds, as `updated_at` and `created_at` are stored."""
        second = math.floor(self.seconds() + self.offset)
        if self._stamped[0] != second:
            moment = datetime.fromtimestamp(second, timezone.utc).astimezone(self._zone)
            self._stamped = (second, rfc3339(moment))
        return self._stamped[1]

    def precise(self) -> str:
        """Return the present with its fraction, as job times are told."""
        return rfc3339(self.now())

    def adopt(self, text: str) -> str:
        """Return an RFC 3339 text as this server would have stored that moment."""
        if self._zone is timezone.utc and len(text) == len("2000-01-01T00:00:00Z") and text.endswith("Z"):
            return text
        try:
            return rfc3339(parse(text).astimezone(self._zone).replace(microsecond=0))
        except ValueError:  # an absurd stamp is kept as it is
            return text


def rfc3339(moment: datetime) -> str:
    """Write an aware moment in the way Go does: `Z` for UTC, no trailing zeros in the fraction."""
    text = moment.isoformat()
    return f"{text[:-6]}Z" if moment.utcoffset() == timedelta(0) else text


def parse(text: str) -> datetime:
    """Read an RFC 3339 text; raises ValueError."""
    return datetime.fromisoformat(f"{text[:-1]}+00:00" if text.endswith("Z") else text)


def unix(text: str) -> int:
    """Return the Unix seconds of a stored text, the `t` of image addresses; of an absurd one 0."""
    try:
        return int(parse(text).timestamp())
    except ValueError:
        return 0


def _zone(name: str) -> tzinfo:
    return timezone.utc if name == "UTC" else ZoneInfo(name)
