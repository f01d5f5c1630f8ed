"""Hears both transports of a server's notifications side by side for a while."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from plexsync.domain.errors import PlexSyncError
from plexsync.plex.client import PlexClient
from plexsync.plex.listening import event_stream, web_socket
from plexsync.plex.listening.event_stream import Stream
from plexsync.usecases.probe.pace import ProbeClock

EVENT_STREAM, WEBSOCKET = "event stream", "websocket"
PING = "ping"
_SILENCE = 60.0
_FILTERS = "playing,activity,timeline,status"


@dataclass(slots=True)
class Heard:
    """The messages of one transport: moments by the probe's clock, and the kinds of messages.

    ``problem`` says why it did not open; ``began`` and ``ended`` are None as long as it has not.
    """

    problem: str = ""
    began: float | None = None
    ended: float | None = None
    moments: list[float] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    @property
    def longest_silence(self) -> float:
        """The longest span without a word (seconds)."""
        marks = [self.began or 0.0, *self.moments, self.ended or 0.0]
        return max(later - earlier for earlier, later in itertools.pairwise(marks))


Messages = Callable[[PlexClient, Callable[[Stream], None]], Iterator[str]]


class Listening:
    """Listens in two threads of its own until it is ended."""

    def __init__(self, client: PlexClient, clock: ProbeClock) -> None:
        self._client = client
        self._clock = clock
        self._streams: list[Stream] = []
        self._is_over = False
        self.heard = {EVENT_STREAM: Heard(), WEBSOCKET: Heard()}
        self._threads = [
            threading.Thread(target=self._listen, args=(self.heard[name], messages), daemon=True)
            for name, messages in ((EVENT_STREAM, _by_event_stream), (WEBSOCKET, _by_websocket))
        ]

    def begin(self) -> None:
        """Open both transports."""
        for thread in self._threads:
            thread.start()

    def end(self) -> Mapping[str, Heard]:
        """Close both and return what they told."""
        self._is_over = True
        for stream in self._streams:
            stream.stop()
        for thread in self._threads:
            thread.join(2.0)
        for one in self.heard.values():
            one.ended = one.ended or self._clock.now()
        return self.heard

    def _opened(self, stream: Stream) -> None:
        self._streams.append(stream)
        if self._is_over:
            stream.stop()

    def _listen(self, heard: Heard, messages: Messages) -> None:
        try:
            for kind in messages(self._client, self._opened):
                if heard.began is None:
                    heard.began = self._clock.now()
                    continue
                heard.moments.append(self._clock.now())
                heard.kinds.append(kind)
        except PlexSyncError as error:
            heard.problem = error.data.get("status", error.code)
        except OSError:
            if not self._is_over:
                heard.problem = "broken off"
        heard.ended = self._clock.now()


@contextmanager
def listening(client: PlexClient, clock: ProbeClock) -> Iterator[Listening]:
    """Listen for the length of a ``with`` block."""
    found = Listening(client, clock)
    found.begin()
    try:
        yield found
    finally:
        found.end()


def _by_event_stream(client: PlexClient, opened: Callable[[Stream], None]) -> Iterator[str]:
    """Yield "" when it is open, then the kind of each event."""
    with client.lines(event_stream.PATH, {"filters": _FILTERS}, silence=_SILENCE) as lines:
        opened(lines)
        yield ""
        for line in lines:
            name, _, value = line.partition(b":")
            if name.strip() == b"event":
                yield value.strip().decode("ascii", "replace")


def _by_websocket(client: PlexClient, opened: Callable[[Stream], None]) -> Iterator[str]:
    """Yield "" when it is open, then the kind of each message."""
    with web_socket.messages(client, event_stream.WEBSOCKET_PATH, {}, _SILENCE) as stream:
        opened(stream)
        yield ""
        for message in stream:
            yield _kind(message) if message else PING


def _kind(message: bytes) -> str:
    with suppress(ValueError, RecursionError, KeyError, TypeError):
        return str(json.loads(message)["NotificationContainer"]["type"])
    return "unknown"
