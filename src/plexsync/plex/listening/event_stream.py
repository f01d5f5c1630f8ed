"""Plex's event streams: server-sent events, or messages over a websocket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from plexsync.plex.client import PlexClient
from plexsync.plex.listening import web_socket
from plexsync.plex.listening.events import Event, events_of

PATH = "/:/eventsource/notifications"
WEBSOCKET_PATH = "/:/websockets/notifications"
SILENCE_SECONDS = 35.0
"""After so long without a word the connection is taken for dead: a server pings every 10 s, so three were missed."""


class Stream(Protocol):
    """A server's messages, as they come."""

    def __iter__(self) -> Iterator[bytes]:
        """Yield the messages."""

    def stop(self) -> None:
        """End it, also for a thread that waits for the next message."""


Listen = Callable[[PlexClient, float, Callable[[Stream], None]], Iterator[Event | None]]
"""Yields events as they come, None once when the server begins to tell and for what is of no interest.

It ends when the connection does, or after so many seconds of silence; whoever gets the stream may end it before. Raises
:class:`ServerError`; BadAnswer with status 404 where a server has no such stream.
"""


def _keep_none(_stream: Stream) -> None:
    """Let nobody end the stream."""


def listen(
    client: PlexClient, silence: float = SILENCE_SECONDS, opened: Callable[[Stream], None] = _keep_none
) -> Iterator[Event | None]:
    """Listen by server-sent events: see :data:`Listen`."""
    with client.lines(PATH, {"filters": "timeline,activity"}, silence=silence) as lines:
        opened(lines)
        yield None
        for line in lines:
            name, _, data = line.partition(b":")
            if name.strip() == b"data":
                yield from events_of(data)


def listen_by_websocket(
    client: PlexClient, silence: float = SILENCE_SECONDS, opened: Callable[[Stream], None] = _keep_none
) -> Iterator[Event | None]:
    """Listen by websocket: see :data:`Listen`."""
    with web_socket.messages(client, WEBSOCKET_PATH, {}, silence) as stream:
        opened(stream)
        yield None
        for message in stream:
            yield from events_of(message) if message else [None]
