"""Events of items that came, changed or went, read from the messages of Plex.

A hint and no more: an event names an item, what became of it is read. Two shapes of the data are understood, with and
without the ``NotificationContainer`` around it (docs/engineering/plex.md §5). All else is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_MOVIE = 1
_SCAN = "library.update.section"
_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class ItemEvent:
    """Something happened to a movie item; ``updated_at`` is what its ``updatedAt`` is then, 0 where it is not told.

    ``section_id`` is its library, "" where it is not told.
    """

    rating_key: str
    updated_at: int
    section_id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ScanEnded:
    """A library was scanned: whatever it found is in the listings now."""


Event = ItemEvent | ScanEnded


def events_of(message: bytes) -> Iterator[Event | None]:
    """Yield the events of a message, None for one without; nonsense is passed over."""
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
    section = _number(entry.get("sectionID"))
    return ItemEvent(str(_number(entry["itemID"])), _number(entry.get("updatedAt")), str(section or ""))


def _number(value: object) -> int:
    """Read what should be a number of Plex's; 0 for whatever else stands there."""
    text = str(value) if isinstance(value, int | str) else ""
    return int(text) if _NUMBER.fullmatch(text) else 0


def _activity(entry: Any) -> ScanEnded | None:
    activity = entry.get("Activity") if isinstance(entry, dict) else None
    is_over = isinstance(activity, dict) and entry.get("event") == "ended" and activity.get("type") == _SCAN
    return ScanEnded() if is_over else None
