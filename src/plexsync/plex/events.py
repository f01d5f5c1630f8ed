"""What Plex tells by itself: server-sent events about items that came, changed or went.

A hint and no more: an event names an item, what became of it is read. Two shapes of the data are understood, with and
without the ``NotificationContainer`` around it (docs/engineering/plex.md §5). Whatever else a server says is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from plexsync.plex.client import PlexClient

PATH = "/:/eventsource/notifications"
SILENCE_SECONDS = 300.0
"""After so long without a word the connection is taken for dead."""

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


def listen(client: PlexClient, silence: float = SILENCE_SECONDS) -> Iterator[Event | None]:
    """Yield events as they come, None once when the server has begun to tell and for what is of no interest.

    Ends when the connection does. Raises :class:`ServerError`; BadAnswer with status 404 where a server has no events.
    """
    with client.lines(PATH, {"filters": "timeline,activity"}, silence=silence) as lines:
        yield None
        for line in lines:
            yield from _events(line)


def _events(line: bytes) -> Iterator[Event | None]:
    name, _, data = line.partition(b":")
    if name.strip() != b"data":
        return
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return
    container = told.get("NotificationContainer", told) if isinstance(told, dict) else {}
    found = [
        *map(_timeline, _rows(container, "TimelineEntry")),
        *map(_activity, _rows(container, "ActivityNotification")),
    ]
    yield from found or [None]


def _rows(container: Any, name: str) -> list[Any]:
    rows = container.get(name, ()) if isinstance(container, dict) else ()
    return rows if isinstance(rows, list) else [rows] if rows else []


def _timeline(entry: Any) -> ItemEvent | None:
    """Read one entry; ids may be numbers or texts."""
    if not isinstance(entry, dict) or _number(entry.get("type")) != _MOVIE or not _number(entry.get("itemID")):
        return None
    return ItemEvent(str(_number(entry["itemID"])), _number(entry.get("updatedAt")))


def _number(value: Any) -> int:
    """Read what should be a number of Plex's; 0 for whatever else stands there."""
    text = str(value) if isinstance(value, int | str) else ""
    return int(text) if _NUMBER.fullmatch(text) else 0


def _activity(entry: Any) -> ScanEnded | None:
    activity = entry.get("Activity") if isinstance(entry, dict) else None
    is_over = isinstance(activity, dict) and entry.get("event") == "ended" and activity.get("type") == _SCAN
    return ScanEnded() if is_over else None
