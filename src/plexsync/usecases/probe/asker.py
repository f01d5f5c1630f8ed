"""Sends the probe's requests, at its pace, and keeps what came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus

from plexsync.domain.errors import TooManyRequests
from plexsync.net.too_many_requests import quiet_seconds
from plexsync.plex.client import LEAST_QUIET, MOST_QUIET, SERVER, PlexClient, encoded
from plexsync.plex.exchange import Exchange
from plexsync.usecases.probe.pace import Pace
from plexsync.usecases.probe.question import Inquiry

Heed = Callable[[Inquiry], None]
"""Hears of each request before it is sent."""

Announce = Callable[[Inquiry, Mapping[str, str]], None]
"""Hears of each write, and what it is about, before it is sent."""


def _no_writes(inquiry: Inquiry, _subject: Mapping[str, str]) -> None:
    """Send none."""
    raise RuntimeError(f"{inquiry.name} writes, and nothing was to be written")


class Asker:
    """One probe's line to a server; ``asked`` holds all that came, in order."""

    def __init__(self, client: PlexClient, pace: Pace, heed: Heed, announce: Announce = _no_writes) -> None:
        """Begin; ``announce`` hears of each write before it is sent, and may keep it from being sent by an error.

        A write that puts something back is not announced.
        """
        self.client = client
        self.pace = pace
        self._heed = heed
        self._announce = announce
        self.asked: list[tuple[Inquiry, Exchange]] = []

    def ask(self, inquiry: Inquiry, subject: Mapping[str, str], *, restoring: bool = False) -> Exchange:
        """Send a request once.

        Raises :class:`Spent`, KeyError for what the subject lacks, and :class:`ServerError` where nothing came or the
        server wants to be left alone.
        """
        ask = inquiry.filled(subject, encoded)
        self.pace.take(restoring=restoring)
        self._heed(inquiry)
        if inquiry.method != "GET" and not restoring:
            self._announce(inquiry, subject)
        found = self.client.exchange(ask)
        self.asked.append((inquiry, found))
        if found.status == HTTPStatus.SERVICE_UNAVAILABLE:
            raise self.client.refusal(found.status, inquiry.path)
        if found.status == HTTPStatus.TOO_MANY_REQUESTS:
            wait = quiet_seconds(found.header("Retry-After") or "", LEAST_QUIET, MOST_QUIET)
            raise TooManyRequests(server=SERVER, url=self.client.url, retry_after=f"{wait:.0f}", detail="")
        return found
