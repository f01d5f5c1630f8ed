"""Messages of Plex about items that came, changed or went: as server-sent events or over a websocket.

A hint and no more: an event names an item, what became of it is read. Two shapes of the data are understood, with and
without the ``NotificationContainer`` around it (docs/engineering/plex.md §5). All else is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from plexsync.plex import web_socket
from plexsync.plex.client import PlexClient

PATH = "/:/eventsource/notifications"
WEBSOCKET_PATH = "/:/websockets/notifications"
SILENCE_SECONDS = 35.0
"""After so long without a word the connection is taken for dead: a server pings every 10 s, so three were missed."""

_MOVIE = 1
_SCAN = "library.update.section"
_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class ItemEvent:
    """Something happened to a movie item; ``updated_at`` is what its ``updatedAt`` is then, 0 where it is not told."""

    rating_key: str
    updated_at: int


@dataclass(frozen=True, slots=True)
class ScanEnded:
    """A library was scanned: whatever it found is in the listings now."""


Event = ItemEvent | ScanEnded


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
                yield from _told(data)


def listen_by_websocket(
    client: PlexClient, silence: float = SILENCE_SECONDS, opened: Callable[[Stream], None] = _keep_none
) -> Iterator[Event | None]:
    """Listen by websocket: see :data:`Listen`."""
    with web_socket.messages(client, WEBSOCKET_PATH, {}, silence) as stream:
        opened(stream)
        yield None
        for message in stream:
            yield from _told(message) if message else [None]


def _told(message: bytes) -> Iterator[Event | None]:
    """Read a message; nonsense is passed over."""
    try:
        told = json.loads(message)
    except (ValueError, RecursionError):
        return
    container = told.get("NotificationContainer", told) if isinstance(told, dict) else {}
    found = [
        *map(_timeline, _rows(container, "TimelineEntry")),
        *map(_activity, _rows(container, "ActivityNotification")),
    ]
    yield from found or [None]


def _rows(container: object, name: str) -> list[object]:
    rows = container.get(name, ()) if isinstance(container, dict) else ()
    return rows if isinstance(rows, list) else [rows] if rows else []


def _timeline(entry: object) -> ItemEvent | None:
    """Read one entry; ids may be numbers or texts."""
    if not isinstance(entry, dict) or _number(entry.get("type")) != _MOVIE or not _number(entry.get("itemID")):
        return None
    return ItemEvent(str(_number(entry["itemID"])), _number(entry.get("updatedAt")))


def _number(value: object) -> int:
    """Read what should be a number of Plex's; 0 for whatever else stands there."""
    text = str(value) if isinstance(value, int | str) else ""
    return int(text) if _NUMBER.fullmatch(text) else 0


def _activity(entry: Any) -> ScanEnded | None:
    activity = entry.get("Activity") if isinstance(entry, dict) else None
    is_over = isinstance(activity, dict) and entry.get("event") == "ended" and activity.get("type") == _SCAN
    return ScanEnded() if is_over else None
