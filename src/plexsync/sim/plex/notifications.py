"""Events for listeners: what changed, what is going on, over websocket and event stream.

Source: plex.md 5; websocket_notifications.jsonl.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from plexsync.sim.plex.fields import TYPE_IDS
from plexsync.sim.plex.library import Change, Item

_ENTRIES = {
    "timeline": "TimelineEntry",
    "activity": "ActivityNotification",
    "status": "StatusNotification",
}
_LIBRARY = "com.plexapp.plugins.library"
_BACKLOG = 10_000


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its kind and its single entry."""

    kind: str
    entry: dict[str, Any]

    @property
    def container(self) -> str:
        """The JSON a websocket carries."""
        entries = {"type": self.kind, "size": 1, _ENTRIES[self.kind]: [self.entry]}
        return json.dumps({"NotificationContainer": entries})

    @property
    def bare(self) -> str:
        """The JSON of the entry alone, under its name."""
        return json.dumps({_ENTRIES[self.kind]: self.entry})


@dataclass(slots=True, eq=False)
class Listener:
    """One connected listener; None in its queue ends it."""

    filters: str
    queue: asyncio.Queue[Event | None] = field(default_factory=lambda: asyncio.Queue(_BACKLOG))

    def wants(self, kind: str) -> bool:
        """Whether `filters` let that kind through: "a,b" keeps only those, "-a,b" leaves those out."""
        if self.filters.startswith("-"):
            return kind not in self.filters[1:].split(",")
        return kind in self.filters.split(",")


class Hub:
    """Sends every event to every listener; a listener that does not read loses its connection."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._activities: dict[str, dict[str, Any]] = {}

    def connect(self, filters: str) -> Listener:
        """A new listener."""
        listener = Listener(filters or "-log")
        self._listeners.add(listener)
        return listener

    def disconnect(self, listener: Listener) -> None:
        """Forget a listener."""
        self._listeners.discard(listener)

    def hang_up(self) -> None:
        """End all listeners' connections."""
        for listener in self._listeners:
            _end(listener)
        self._listeners.clear()

    @property
    def listening(self) -> int:
        """How many listeners there are."""
        return len(self._listeners)

    @property
    def activities(self) -> list[dict[str, Any]]:
        """What goes on right now, as `/activities` lists it."""
        return list(self._activities.values())

    def changed(self, change: Change, item: Item) -> None:
        """Tell of a changed item; a new one is "created" (0) first and "processed" (5) when complete."""
        if not self._listeners:
            return
        if change == "deleted":
            self._timeline(item, 9, metadataState="deleted")
        elif change == "created":
            self._timeline(item, 0, metadataState="created")
            self._timeline(item, 5)
        else:
            self._timeline(item, 5)

    def _timeline(self, item: Item, state: int, **more: str) -> None:
        # Both forms of ids occur in the recordings; new items get strings here, so that clients meet both.
        number: type[int | str] = str if state == 0 else int
        entry = {
            "identifier": _LIBRARY,
            "sectionID": number(item.section.key),
            "itemID": number(item.key),
            "type": TYPE_IDS.get(item.kind, -1),
            "title": item.values.get("title", ""),
            "state": state,
            **more,
            "updatedAt": item.updated_at,
        }
        self.send("timeline", entry)

    def begin(self, kind: str, title: str, context: dict[str, str]) -> str:
        """Start an activity and give back its uuid."""
        key = str(uuid.uuid4())
        activity = {"uuid": key, "type": kind, "cancellable": False, "userID": 1, "title": title, "subtitle": ""}
        self._activities[key] = {**activity, "progress": 0, "Context": context}
        self._activity("started", key)
        return key

    def progress(self, key: str, percent: int, subtitle: str) -> None:
        """Tell how far an activity is."""
        self._activities[key].update(progress=percent, subtitle=subtitle)
        self._activity("updated", key)

    def end(self, key: str) -> None:
        """End an activity."""
        self._activities[key].update(progress=100)
        self._activity("ended", key)
        del self._activities[key]

    def _activity(self, event: str, key: str) -> None:
        self.send("activity", {"event": event, "uuid": key, "Activity": dict(self._activities[key])})

    def status(self, title: str, name: str) -> None:
        """Tell a status line."""
        self.send("status", {"title": title, "description": "", "notificationName": name})

    def send(self, kind: str, entry: dict[str, Any]) -> None:
        """Put one event into every listener's queue."""
        listeners = [listener for listener in self._listeners if listener.wants(kind)]
        if not listeners:
            return
        event = Event(kind, entry)
        for listener in listeners:
            if listener.queue.full():
                _end(listener)
                self._listeners.discard(listener)
            else:
                listener.queue.put_nowait(event)


def _end(listener: Listener) -> None:
    while not listener.queue.empty():
        listener.queue.get_nowait()
    listener.queue.put_nowait(None)
