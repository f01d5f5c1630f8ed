"""Listens to what Plex tells by itself, and hands it to the worker as hints."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from plexsync.domain.errors import BadAnswer, PlexSyncError
from plexsync.plex.client import PlexClient
from plexsync.plex.listening import event_stream
from plexsync.plex.listening.event_stream import Listen, Stream
from plexsync.plex.listening.events import Event, ItemEvent
from plexsync.runtime.target import Target

PAUSES = (1.0, 5.0, 15.0, 60.0)
UNSUPPORTED_SECONDS = 600.0
STEADY_SECONDS = 60.0
TRANSPORTS: tuple[Listen, ...] = (event_stream.listen, event_stream.listen_by_websocket)
_log = logging.getLogger("plexsync")


class PlexEventListener:
    """Keeps one connection for events open; all of it runs in one thread that may be left behind at any moment.

    ``pauses`` are the seconds before each try, the last for all further ones. Where one transport yields nothing, the
    next try takes the other. Another thread calls :meth:`look_after` about once a second.
    """

    def __init__(
        self,
        target: Target,
        wake: Callable[[], None],
        pauses: Sequence[float] = PAUSES,
        silence: float = event_stream.SILENCE_SECONDS,
    ) -> None:
        self._target = target
        self._wake = wake
        self._pauses = pauses
        self._silence = silence
        self._failures = self._transport = self._unsupported = 0
        self._at_once = threading.Event()
        self._lock = threading.Lock()
        self._generation = target.generation
        self._client: PlexClient | None = None
        self._stream: Stream | None = None

    def run(self, stop: threading.Event) -> None:
        """Listen until told to stop."""
        while not stop.is_set():
            self._rest(stop)
            if not stop.is_set():
                self._try(stop)

    def _rest(self, stop: threading.Event) -> None:
        """Wait before the next try, a second at a time so that a stop is seen."""
        until = time.monotonic() + self._pause
        while not stop.is_set() and (left := until - time.monotonic()) > 0:
            if self._at_once.wait(min(left, 1.0)):
                break
        self._at_once.clear()

    def look_after(self) -> None:
        """Begin anew at once where the server is another one now, or does not tell what we wrote to it."""
        misses_writes, generation = self._target.hearing.misses_writes, self._target.generation
        with self._lock:
            is_changed, self._generation = generation != self._generation, generation
            if is_changed and (self._client is None or self._is_other(self._client)):
                self._failures = self._unsupported = 0
                self._end()
            elif self._stream is not None and misses_writes:
                self._transport += 1
                self._end()

    def _is_other(self, client: PlexClient) -> bool:
        try:
            return self._target.client is not client
        except PlexSyncError:
            return True

    def _end(self) -> None:
        """End the stream that is open, or the pause before the next one."""
        stream, self._stream, self._client = self._stream, None, None
        if stream is not None:
            stream.stop()
        self._at_once.set()

    def _try(self, stop: threading.Event) -> None:
        """Listen until the connection ends, and see when to try again, and how."""
        has_told, used = False, self._transport
        try:
            has_told = self._listen(stop)
            self._unsupported = 0
        except PlexSyncError as error:
            _log.debug("no events from Plex: %s", error)
            is_missing = isinstance(error, BadAnswer) and error.data.get("status") == "404"
            self._unsupported = self._unsupported + 1 if is_missing else 0
        finally:
            self._target.hearing.closed()
        self._failures += 1
        if not has_told and self._transport == used:
            self._transport += 1

    @property
    def _pause(self) -> float:
        """Seconds until the next try."""
        if 0 < self._unsupported < len(TRANSPORTS):
            return 0.0
        return UNSUPPORTED_SECONDS if self._unsupported else self._pauses[min(self._failures, len(self._pauses) - 1)]

    def _listen(self, stop: threading.Event) -> bool:
        """Hand on what is told; returns whether anything was, be it a ping."""
        client, began = self._target.client, time.monotonic()
        with self._lock:
            self._client = client
        listen, number = TRANSPORTS[self._transport % len(TRANSPORTS)], -1
        for number, event in enumerate(listen(client, self._silence, self._keep)):
            if stop.is_set() or self._is_other(client):
                return True
            if event is not None or time.monotonic() - began > STEADY_SECONDS:
                self._failures = 0  # only now: a server, or what stands before it, may end every stream at once
            self._tell(event, is_first=number == 0)
        return number > 0

    def _keep(self, stream: Stream) -> None:
        with self._lock:
            self._stream = stream
        self._target.hearing.opened()

    def _tell(self, event: Event | None, *, is_first: bool) -> None:
        if is_first:
            self._target.news.miss()
        if event is not None:
            self._target.news.tell(event)
            if isinstance(event, ItemEvent):
                self._target.hearing.heard()
        if event is not None or is_first:
            self._wake()
