"""Stamps as Stash writes them, for property tests."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

MOMENTS = st.integers(0, 4_000_000_000)


OFFSETS = st.integers(-12 * 4, 14 * 4).map(lambda quarters: quarters * 900)


def stamp(moment: int, east: int) -> str:
    """The stamp a server writes at a moment: RFC 3339 with its zone's offset, Z for none."""
    text = datetime.fromtimestamp(moment, timezone(timedelta(seconds=east))).isoformat()
    return text[:-6] + "Z" if east == 0 else text
