"""The answer 429, Too Many Requests: for how long nothing is sent to a server that wants fewer requests."""

from __future__ import annotations

import time

from plexsync.net.decode import date_of


def quiet_seconds(header: str, least: float, most: float) -> float:
    """Return how long a Retry-After header asks to wait: in seconds, or until a date.

    ``least`` is for one that says neither, ``most`` for one that asks for longer. A date in the past is no time at all.
    """
    if header.strip().isdecimal():
        return min(most, float(header))
    until = date_of(header)
    return least if until is None else min(most, max(0.0, until - time.time()))


class Quiet:
    """The silence that one server asked for, for all threads that ask it; by the clock that runs evenly."""

    def __init__(self, least: float, most: float) -> None:
        self._least, self._most = least, most
        self._until = 0.0

    def begin(self, header: str) -> float:
        """Begin it by the Retry-After of an answer 429, "" where it had none; returns its seconds."""
        seconds = quiet_seconds(header, self._least, self._most)
        self._until = time.monotonic() + seconds
        return seconds

    @property
    def left(self) -> float:
        """The seconds in which nothing may be sent, 0.0 or less where it is over."""
        return self._until - time.monotonic()
