"""Hears both transports of a server's notifications side by side for a while."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

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
    """The messages of one transport: moments by the probe's clock, kinds, and the items that are named.

    ``problem`` says why it did not open; ``began`` and ``ended`` are None as long as it has not.
    """

    problem: str = ""
    began: float | None = None
    ended: float | None = None
    moments: list[float] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    items: set[str] = field(default_factory=set)

    @property
    def longest_silence(self) -> float:
        """The longest span without a word (seconds)."""
        marks = [self.began or 0.0, *self.moments, self.ended or 0.0]
        return max(later - earlier for earlier, later in itertools.pairwise(marks))


Message = tuple[str, frozenset[str]]
"""The kind of a message, "" where it goes on with the one before it, and the rating keys that it names."""

Messages = Callable[[PlexClient, Callable[[Stream], None]], Iterator[Message]]


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
            for kind, items in messages(self._client, self._opened):
                if heard.began is None:
                    heard.began = self._clock.now()
                    continue
                heard.items |= items
                if kind:
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


def _by_event_stream(client: PlexClient, opened: Callable[[Stream], None]) -> Iterator[Message]:
    """Yield an empty message when it is open, then the kind of each event, and what its data name."""
    with client.lines(event_stream.PATH, {"filters": _FILTERS}, silence=_SILENCE) as lines:
        opened(lines)
        yield "", frozenset()
        for line in lines:
            name, _, value = line.partition(b":")
            if name.strip() == b"event":
                yield value.strip().decode("ascii", "replace"), frozenset()
            if name.strip() == b"data":
                yield "", named(_read(value))


def _by_websocket(client: PlexClient, opened: Callable[[Stream], None]) -> Iterator[Message]:
    """Yield an empty message when it is open, then each message."""
    with web_socket.messages(client, event_stream.WEBSOCKET_PATH, {}, _SILENCE) as stream:
        opened(stream)
        yield "", frozenset()
        for message in stream:
            container = _read(message).get("NotificationContainer")
            told = container if isinstance(container, dict) else {}
            yield (str(told.get("type", "unknown")) if message else PING), named(told)


def named(told: Mapping[str, Any]) -> frozenset[str]:
    """Return the rating keys of the items that timeline entries and activities are about."""
    entries = {str(row["itemID"]) for row in _rows(told.get("TimelineEntry")) if "itemID" in row}
    activities = [one for row in _rows(told.get("ActivityNotification")) for one in _rows(row.get("Activity"))]
    keys = {str(one.get("key")).rpartition("/")[2] for row in activities for one in _rows(row.get("Context"))}
    return frozenset(entries | keys)


def _rows(told: Any) -> list[Mapping[str, Any]]:
    return [row for row in (told if isinstance(told, list) else [told]) if isinstance(row, dict)]


def _read(message: bytes) -> Mapping[str, Any]:
    with suppress(ValueError, RecursionError):
        found = json.loads(message)
        return found if isinstance(found, dict) else {}
    return {}
