"""Listens to what Plex tells by itself, and hands it to the worker as hints."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plexsync.domain.errors import BadAnswer, PlexSyncError
from plexsync.plex import events
from plexsync.runtime.context import Surroundings

PAUSES = (1.0, 5.0, 15.0, 60.0)
UNSUPPORTED_SECONDS = 600.0
QUIET_SECONDS = 0.7
LONGEST_SECONDS = 5.0
STEADY_SECONDS = 60.0
MOST = 5000
_log = logging.getLogger("plexsync")


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of an item: the newest ``updatedAt``, and when the last word came (UTC seconds)."""

    updated_at: int
    heard_at: float


class PlexNews:
    """Items of which Plex told something, gathered until it has been silent for a moment; for two threads.

    ``missed`` means that something may have been told while nobody listened: the libraries have to be looked at.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic, clock: Callable[[], float] = time.time) -> None:
        self._lock = threading.Lock()
        self._now = now
        self._clock = clock
        self._items: dict[str, Told] = {}
        self._missed = False
        self._first_at = self._last_at = 0.0

    def tell(self, event: events.Event) -> None:
        """Note an event."""
        with self._lock:
            self._stamp()
            if isinstance(event, events.ItemEvent) and len(self._items) < MOST:
                before = self._items.get(event.rating_key, Told(0, 0.0))
                self._items[event.rating_key] = Told(max(event.updated_at, before.updated_at), self._clock())
            else:
                self._missed = True

    def miss(self) -> None:
        """Note that something may have happened unheard."""
        with self._lock:
            self._stamp()
            self._missed = True

    def _stamp(self) -> None:
        now = self._now()
        self._first_at = self._first_at or now
        self._last_at = now

    @property
    def ripe_in(self) -> float | None:
        """Seconds until there is something to take, None if nothing was told."""
        with self._lock:
            if not self._first_at:
                return None
            return max(0.0, min(self._last_at + QUIET_SECONDS, self._first_at + LONGEST_SECONDS) - self._now())

    def take(self) -> tuple[dict[str, Told], bool]:
        """Take what was told by item, and whether more was missed."""
        with self._lock:
            taken = self._items, self._missed
            self._items, self._missed, self._first_at = {}, False, 0.0
            return taken


class Listener:
    """Keeps one connection for events open; all of it runs in one thread that may be left behind at any moment.

    ``pauses`` are the seconds before each try, the last for all further ones.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        news: PlexNews,
        wake: Callable[[], None],
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._around = surroundings
        self._news = news
        self._wake = wake
        self._pauses = pauses
        self._failures = 0
        self._is_unsupported = False

    def run(self, stop: threading.Event) -> None:
        """Listen until told to stop."""
        while not stop.wait(self._pause):
            self._try(stop)

    def _try(self, stop: threading.Event) -> None:
        """Listen until the connection ends, and see when to try again."""
        try:
            self._listen(stop)
        except PlexSyncError as error:
            _log.debug("no events from Plex: %s", error)
            self._is_unsupported = isinstance(error, BadAnswer) and error.data.get("status") == "404"
        self._failures += 1

    @property
    def _pause(self) -> float:
        """Seconds until the next try."""
        return UNSUPPORTED_SECONDS if self._is_unsupported else self._pauses[min(self._failures, len(self._pauses) - 1)]

    def _listen(self, stop: threading.Event) -> None:
        client, began = self._around.plex, time.monotonic()
        for number, event in enumerate(events.listen(client)):
            if stop.is_set() or self._around.plex is not client:
                return
            if event is not None or time.monotonic() - began > STEADY_SECONDS:
                self._failures = 0  # only now: a server, or what stands before it, may end every stream at once
            if number == 0:
                self._news.miss()
            if event is not None:
                self._news.tell(event)
            if event is not None or number == 0:
                self._wake()
