"""Listens to what Plex tells by itself, and hands it to the worker as hints."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from plexsync.domain.errors import BadAnswer, PlexSyncError
from plexsync.plex import events
from plexsync.runtime.target import Target

PAUSES = (1.0, 5.0, 15.0, 60.0)
UNSUPPORTED_SECONDS = 600.0
STEADY_SECONDS = 60.0
_log = logging.getLogger("plexsync")


class PlexEventListener:
    """Keeps one connection for events open; all of it runs in one thread that may be left behind at any moment.

    ``pauses`` are the seconds before each try, the last for all further ones.
    """

    def __init__(
        self,
        target: Target,
        wake: Callable[[], None],
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._target = target
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
        client, began = self._target.client, time.monotonic()
        for number, event in enumerate(events.listen(client)):
            if stop.is_set() or self._target.client is not client:
                return
            if event is not None or time.monotonic() - began > STEADY_SECONDS:
                self._failures = 0  # only now: a server, or what stands before it, may end every stream at once
            if number == 0:
                self._target.news.miss()
            if event is not None:
                self._target.news.tell(event)
            if event is not None or number == 0:
                self._wake()
