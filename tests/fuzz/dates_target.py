"""Dates, moments and time stamps of any text."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random

import noise
from target import Target, Wrong

from plexsync.domain.desired import Rules, desire
from plexsync.domain.model import Field, Policy, Scene
from plexsync.domain.moment import check_moment, read_end, read_moment
from plexsync.domain.phrases import moment, span
from plexsync.net.decode import date_of
from plexsync.stash import timestamps

RULES = Rules(dict.fromkeys(Field, Policy.MERGE))
TRUE = (
    "2024-05-01", "2024", "2024-05", "2024-05-01T10:00:00Z", "2024-05-01T10:00:00.123456789+02:00", "24h", "7d", "4w",
    "2024-05-01 18:30", "Mon, 01 Jan 2024 00:00:00 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "9999-12-31", "0001-01-01",
    "Fri, 31 Dec 9999 23:59:59 -2359", "Mon, 01 Jan 0001 00:00:00 +2359", "1969-12-31T23:59:59-12:00",
    "0001-01-01T00:00+23:59",
)  # fmt: skip
PARTS = (
    "-", ":", "T", " ", "Z", "+", "0", "9", "99", "2024", "\u0663", "\u00b2", ".", ",", "h", "d", "GMT", "-0000",
    "\0", "\n",
    "\u00e9", "\ud800",
)  # fmt: skip


@contextlib.contextmanager
def opened() -> Iterator[Target]:
    """The target."""
    yield Target("dates", 380, _make, _run)


def _make(rng: Random) -> bytes:
    if rng.random() < 0.1:
        return noise.text(rng).encode("utf-8", "surrogatepass")
    text = rng.choice(TRUE)
    for _ in range(rng.randrange(1, 4)):
        place = rng.randrange(len(text) + 1)
        text = text[:place] + rng.choice(PARTS) + text[place + rng.randrange(3) :]
    return text.encode("utf-8", "surrogatepass")


def _run(data: bytes) -> None:
    text = data.decode("utf-8", "surrogatepass")
    shown = desire(replace(Scene(1), date=text), RULES).fields[Field.DATE]
    if shown:
        date.fromisoformat(str(shown))
        if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", str(shown)):
            raise Wrong(str(shown))
    for read in (read_moment, read_end):
        with contextlib.suppress(ValueError):
            moment(read(text, 1e9))
            span(read(text, 1e9))
    with contextlib.suppress(ValueError):
        check_moment(text)
    zone = timestamps.zone(text)
    timestamps.wall(timestamps.instant(text), 0 if zone is None else zone)
    if (zone is not None) != (timestamps.instant(text) != timestamps.NEVER):
        raise Wrong(text)
    instant = date_of(text)
    if instant is not None:
        timestamps.wall(instant, timestamps.WESTERNMOST)
